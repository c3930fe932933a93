/** Observations: append-only evidence, each kept whole as it was understood. */
import type { Observation } from '../core/observation.ts';
import { cutPage, readCursor, type Page } from './cursor.ts';
import type { Reader } from './dialect.ts';
import { sql } from 'kysely';
import { fromJson, toJson } from './json.ts';

type Appending = { accountId: string; storeId: string; observations: readonly Observation[] };

/** Appends them; an observation that is there already (the same id) stays as it is. */
export async function appendObservations(tx: Reader, { accountId, storeId, observations }: Appending): Promise<void> {
  if (observations.length === 0) return;
  await tx
    .insertInto('observation')
    .values(
      observations.map((o) => ({ account_id: accountId, store_id: storeId, id: o.id, at: o.at, body: toJson(o) })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** The newest `limit` since `since` (milliseconds, inclusive), oldest first. */
export async function recentObservations(
  r: Reader,
  { storeId, since, limit }: { storeId: string; since: number; limit: number },
): Promise<Observation[]> {
  const rows = await r
    .selectFrom('observation')
    .select('body')
    .where('store_id', '=', storeId)
    .where('at', '>=', since)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => fromJson<Observation>(row.body)).toReversed();
}

/** A store's observations, newest first. Throws Fault `invalid-request` for a foreign cursor. */
export async function listObservations(
  r: Reader,
  { storeId, cursor, limit }: { storeId: string; cursor?: string | null; limit: number },
): Promise<Page<Observation>> {
  let query = r.selectFrom('observation').select('body').where('store_id', '=', storeId);
  const place = readCursor(cursor);
  if (place) query = query.where(sql<boolean>`(at, id) < (${place.at}, ${place.id})`);
  const rows = await query
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const seen = rows.map((row) => fromJson<Observation>(row.body));
  return cutPage(seen, limit, (o) => ({ at: o.at, id: o.id }));
}

/** The observations of these ids that exist, oldest first; with `storeId` only that store's. */
export async function readObservations(
  r: Reader,
  { ids, storeId }: { ids: readonly string[]; storeId?: string },
): Promise<Observation[]> {
  if (ids.length === 0) return [];
  let query = r.selectFrom('observation').select('body').where('id', 'in', ids);
  if (storeId !== undefined) query = query.where('store_id', '=', storeId);
  const rows = await query.orderBy('at').orderBy('id').execute();
  return rows.map((row) => fromJson<Observation>(row.body));
}
