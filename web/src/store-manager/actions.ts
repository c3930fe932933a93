/** What the button of a row says and does, per verdict. Pure. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { sellerActs } from '../words/seller-acts.ts';

export type RowAction = { label: string; primary: boolean };

/** Pending rows: only *Reconnect store* is filled, because only there it is the next step. */
export function actionOf(store: Pick<StoreBody, 'verdict' | 'owner' | 'action'>): RowAction | null {
  if (store.verdict === 'reconnect') {
    return sellerActs(store) ? { label: 'Reconnect store', primary: true } : { label: 'What to do', primary: false };
  }
  if (store.verdict === 'repairing') return { label: 'Show steps', primary: false };
  if (store.verdict === 'wrong_store') return { label: 'Show both stores', primary: false };
  if (store.verdict === 'store_blocked') return { label: 'What to do', primary: false };
  if (store.verdict === 'setup') return { label: 'Finish connecting', primary: false };
  return null;
}
