/** Which notices are the seller's business: what only whoever runs Storekeeper can put right is not. Pure. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

export function noticesForSeller(store: Pick<StoreBody, 'notices'>): StoreBody['notices'] {
  return store.notices.filter(({ cause }) => !cause.startsWith('own.') && !cause.startsWith('app.'));
}
