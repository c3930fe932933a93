/** Counts over all accounts, for the operator of the instance. */
import { sql } from 'kysely';
import { PENDING_VERDICTS } from '../core/connection.ts';
import { runAcrossAccounts } from './account-scope.ts';
import type { Reader } from './dialect.ts';
import { toStoreRow } from './store-row.ts';
import type { StoreRow } from './stores.ts';

/** Stores of a marketplace that are not closed: how many, and the first of them, those in trouble before the others. */
export async function storesAt(
  r: Reader,
  { marketplace, limit }: { marketplace: string; limit: number },
): Promise<{ count: number; rows: StoreRow[] }> {
  const there = r.selectFrom('store').where('marketplace', '=', marketplace).where('phase', '<>', 'closed');
  const counted = await there.select((e) => e.fn.countAll<number | string>().as('count')).executeTakeFirstOrThrow();
  const rows = await there
    .selectAll()
    .orderBy((e) => e.case().when('verdict', 'in', PENDING_VERDICTS).then(0).else(1).end())
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return { count: Number(counted.count), rows: rows.map(toStoreRow) };
}

/** True when a store of the app, of whichever account, shows this cause just now; without an app, one of any. */
export async function someStoreShows(
  r: Reader,
  { applicationId, cause }: { applicationId: string | null; cause: string },
): Promise<boolean> {
  let query = r.selectFrom('store').select('id').where('cause', '=', cause).where('phase', '<>', 'closed').limit(1);
  if (applicationId !== null) query = query.where('application_id', '=', applicationId);
  return (await runAcrossAccounts(() => query.execute())).length > 0;
}

/** A connected store of the app that answered at or after `okSince`; null when there is none. */
export async function healthyStoreOf(
  r: Reader,
  { applicationId, okSince }: { applicationId: string; okSince: number },
): Promise<StoreRow | null> {
  const row = await r
    .selectFrom('store')
    .selectAll()
    .where('application_id', '=', applicationId)
    .where('phase', '=', 'live')
    .where('verdict', '=', 'connected')
    .where('last_ok_at', '>=', okSince)
    .limit(1)
    .executeTakeFirst();
  return row ? toStoreRow(row) : null;
}

const DAY = 86_400_000;

/** How many events of a type each day had (UTC), oldest first; `day` in milliseconds. */
export async function eventsByDay(r: Reader, type: string): Promise<{ day: number; count: number }[]> {
  // Whole numbers divide whole in both databases.
  const day = sql<number | string>`at / ${sql.lit(DAY)}`;
  const rows = await r
    .selectFrom('event')
    .select([day.as('day'), (e) => e.fn.countAll<number | string>().as('count')])
    .where('type', '=', type)
    .groupBy(day)
    .orderBy(day)
    .execute();
  return rows.map((row) => ({ day: Number(row.day) * DAY, count: Number(row.count) }));
}
