/** The stores that a mail for many of them names. */
import type { Verdict } from '../core/connection.ts';
import type { Reader } from './dialect.ts';
import { toStoreRow } from './store-row.ts';
import type { StoreRow } from './stores.ts';

/** No mail lists more, and nobody reads as many. */
const MOST = 2000;

/** Of these, read by a digest or a summary, only what is still to be said counts; the caller decides. */
const TELLING: readonly Verdict[] = [
  'reconnect',
  'wrong_store',
  'store_blocked',
  'limited',
  'expiring',
  'held',
  'operator_problem',
];

/** The account's watched stores of which a digest has something to say, longest so at first. */
export async function storesToTell(r: Reader, { accountId }: { accountId: string }): Promise<StoreRow[]> {
  const rows = await r
    .selectFrom('store')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('phase', '=', 'live')
    .where('verdict', 'in', TELLING)
    .orderBy('since')
    .orderBy('id')
    .limit(MOST)
    .execute();
  return rows.map(toStoreRow);
}

/** These stores of the account, as far as they are there; longest so at first. */
export async function storesById(
  r: Reader,
  { accountId, ids }: { accountId: string; ids: readonly string[] },
): Promise<StoreRow[]> {
  if (ids.length === 0) return [];
  const rows = await r
    .selectFrom('store')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', 'in', ids.slice(0, MOST))
    .orderBy('since')
    .orderBy('id')
    .execute();
  return rows.map(toStoreRow);
}

/** Stores that were repaired since then and work now, the latest first. */
export async function repairedSince(
  r: Reader,
  { accountId, since }: { accountId: string; since: number },
): Promise<StoreRow[]> {
  const events = await r
    .selectFrom('event')
    .select('store_id')
    .distinct()
    .where('account_id', '=', accountId)
    .where('type', '=', 'store.repaired')
    .where('at', '>', since)
    .limit(MOST)
    .execute();
  const rows = await storesById(r, { accountId, ids: events.map(({ store_id }) => store_id) });
  return rows.filter(({ verdict }) => verdict === 'connected' || verdict === 'expiring').toReversed();
}
