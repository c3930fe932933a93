/** The stores that an incident holds: noted once, released once. */
import { sql } from 'kysely';
import { runAcrossAccounts } from './account-scope.ts';
import { differencesOf, type Reader } from './dialect.ts';

type Holding = { incidentId: string; accountId: string; storeId: string; at: number };

/** The incident holds this store; noted once, however often it is looked at meanwhile. True when it was not held before. */
export async function holdStore(tx: Reader, { incidentId, accountId, storeId, at }: Holding): Promise<boolean> {
  const held = await tx
    .insertInto('incident_store')
    .values({ incident_id: incidentId, account_id: accountId, store_id: storeId, held_at: at, released_at: null })
    .onConflict((conflict) =>
      conflict
        .columns(['incident_id', 'store_id'])
        .doUpdateSet({ released_at: null, ended: null })
        .where('incident_store.released_at', 'is not', null),
    )
    .returning('store_id')
    .executeTakeFirst();
  return held !== undefined;
}

export type HeldCounts = { incidentId: string; held: number; released: number };

/** For each of these incidents that held any: the stores it still holds, and those it has released. */
export async function heldCounts(r: Reader, incidentIds: readonly string[]): Promise<HeldCounts[]> {
  if (incidentIds.length === 0) return [];
  const query = r
    .selectFrom('incident_store')
    .select(['incident_id', (e) => e.fn.countAll<number | string>().as('all')])
    .select(sql<number | string>`sum(case when released_at is null then 1 else 0 end)`.as('held'))
    .where('incident_id', 'in', incidentIds)
    .groupBy('incident_id');
  const rows = await runAcrossAccounts(() => query.execute());
  return rows.map((row) => ({
    incidentId: row.incident_id,
    held: Number(row.held),
    released: Number(row.all) - Number(row.held),
  }));
}

export type Ended = 'good' | 'own' | 'gone';

/** Lets the store go from whatever holds it. True when something did. */
export async function releaseStore(
  tx: Reader,
  { storeId, at, ended }: { storeId: string; at: number; ended: Ended },
): Promise<boolean> {
  const released = await tx
    .updateTable('incident_store')
    .set({ released_at: at, ended })
    .where('store_id', '=', storeId)
    .where('released_at', 'is', null)
    .executeTakeFirst();
  return released.numUpdatedRows > 0n;
}

/** Stores that the incident holds now. Counts in an index alone. */
export async function heldNow(r: Reader, incidentId: string): Promise<number> {
  const query = r
    .selectFrom('incident_store')
    .select((e) => e.fn.countAll<number | string>().as('held'))
    .where('incident_id', '=', incidentId)
    .where('released_at', 'is', null);
  const row = await runAcrossAccounts(() => query.executeTakeFirstOrThrow());
  return Number(row.held);
}

export type Recovery = { looked: number; failing: number; since: number | null };
/** More looks than this tell no more. */
const RECOVERY_MOST = 400;

/**
 * Of the incident's stores that were looked at at or after `since`: how many, those that still fail, and when the first of
 * the others was answered. Who has a proven trouble of their own is not asked.
 */
export async function recoveryOf(
  r: Reader,
  { incidentId, cohort, since }: { incidentId: string; cohort: string; since: number },
): Promise<Recovery> {
  const query = sql<{ failing_since: number | null; last_ok_at: number | null }>`
    select failing_since, last_ok_at from store
    where cohort = ${cohort} and phase = 'live' and last_look_at >= ${since} and alarm is null
      and exists (select 1 from incident_store h where h.incident_id = ${incidentId} and h.store_id = store.id)
    order by last_look_at desc limit ${RECOVERY_MOST}`;
  const { rows } = await runAcrossAccounts(() => query.execute(r));
  const well = rows.flatMap((row) => (row.failing_since === null && row.last_ok_at !== null ? [row.last_ok_at] : []));
  return {
    looked: rows.length,
    failing: rows.length - well.length,
    since: well.length === 0 ? null : Math.min(...well),
  };
}

/**
 * Stores that the incident still holds, or let go before it was over, in the order of their ids after the one given: all of
 * them are to be looked at afterwards. Milliseconds.
 */
export async function heldAfter(
  r: Reader,
  { incidentId, after, overAt, limit }: { incidentId: string; after: string; overAt: number; limit: number },
): Promise<string[]> {
  const query = r
    .selectFrom('incident_store')
    .select('store_id')
    .where('incident_id', '=', incidentId)
    .where('store_id', '>', after)
    .where((e) => e.or([e('released_at', 'is', null), e('released_at', '<', overAt)]))
    .orderBy('store_id')
    .limit(limit);
  const rows = await runAcrossAccounts(() => query.execute());
  return rows.map((row) => row.store_id);
}

type Due = { due: readonly { id: string; at: number }[]; unseenSince: number };

/**
 * Makes each of these stores due at its own instant, unless it is due sooner or watched no longer. Who was looked at since
 * `unseenSince` has had its look, and its next one is timed by what that one found. Milliseconds.
 */
export async function hastenStores(r: Reader, { due, unseenSince }: Due): Promise<void> {
  if (due.length === 0) return;
  const values = differencesOf(r).rowsFromJson(JSON.stringify(due), { id: 'text', at: 'bigint' });
  const query = sql`update store set next_at = v.at from ${values}
    where store.id = v.id and store.phase = 'live' and store.next_at > v.at and store.last_look_at < ${unseenSince}`;
  await runAcrossAccounts(() => query.execute(r));
}

/** What is not watched any more cannot be released by a look: it is let go as gone. */
export async function letGo(r: Reader, { incidentId, at }: { incidentId: string; at: number }): Promise<void> {
  const query = sql`update incident_store set released_at = ${at}, ended = 'gone'
    where incident_id = ${incidentId} and released_at is null
      and not exists (select 1 from store where store.id = incident_store.store_id and store.phase = 'live')`;
  await runAcrossAccounts(() => query.execute(r));
}
