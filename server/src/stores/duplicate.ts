/** One seller, two rows: what is said when a seller turns out to be connected in the account already. */
import { Fault } from '../core/fault.ts';
import { causeRule } from '../core/diagnosis.ts';
import { findBySeller, type StoreRow } from '../db/stores.ts';
import type { DiagnosisBody } from '../http/contract/store.ts';
import { bareDiagnosis, toDiagnosisBody } from './present.ts';
import { namesAt, type Shop } from './shop.ts';

type Seller = Pick<StoreRow, 'accountId' | 'marketplace' | 'region'> & { sellerId: string };

/** The account's store of this seller, other than `notId`. */
export async function twinOf(shop: Shop, seller: Seller, notId: string | null = null): Promise<StoreRow | null> {
  const { accountId, marketplace, region, sellerId } = seller;
  const rows = await findBySeller(shop.db.db, { accountId, marketplace, region, sellerId });
  return rows.find((row) => row.id !== notId) ?? null;
}

export function alreadyConnected(shop: Shop, marketplace: StoreRow['marketplace'], twin: StoreRow | null): Fault {
  const { label } = shop.connector(marketplace);
  return taken(
    `This ${label} seller is connected in this account already${twin ? ` as "${twin.name}"` : ''}. To give it new credentials, open that store and reconnect it.`,
    twin,
  );
}

/** A person decides which of the two histories goes on. */
export function movedAlready(row: StoreRow, twin: StoreRow | null): Fault {
  const other = twin ? `"${twin.name}"` : 'another store of this account';
  return taken(
    `This seller is connected the new way already, as ${other}. Two ways on: remove "${row.name}" here, and ${other} goes on alone; ` +
      `or remove ${other} first and then move "${row.name}", which keeps its name and its history.`,
    twin,
  );
}

function taken(detail: string, twin: StoreRow | null): Fault {
  return new Fault('already-connected', { detail, extra: twin ? { store_id: twin.id } : {} });
}

/** The same for a consent that came back: the session ends with it, nothing was changed on either store. */
export function duplicateBody(shop: Shop, row: StoreRow, { detail }: Fault): DiagnosisBody {
  const now = shop.now();
  const diagnosis = bareDiagnosis('cred.wrong_store', causeRule('cred.wrong_store'));
  const body = toDiagnosisBody(diagnosis, {
    ...namesAt(shop, row),
    storeName: row.name,
    since: now,
    now,
    authorizedAt: null,
  });
  const [sentence = '', ...rest] = (detail ?? '').split(/(?<=\.) /);
  return {
    ...body,
    text: { ...body.text, sentence, means: 'Nothing was changed on either store.', next: rest.join(' ') },
  };
}
