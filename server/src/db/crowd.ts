/**
 * What many stores show together: how many fail, and who can stand as a control. Over all accounts, because the weather
 * is: show nothing of a single row to anybody.
 */
import { sql } from 'kysely';
import { runAcrossAccounts } from './account-scope.ts';
import type { Reader } from './dialect.ts';
import { toStoreRow } from './store-row.ts';
import type { StoreRow } from './stores.ts';

/** Instants, milliseconds: stores looked at since `looked`, and those of them whose trouble began since `began`. */
export type Span = { looked: number; began: number };
type Crowded = { cohort: string };

/**
 * The cohort's share for each span: `active` live stores, and those of them that are `failing`. Counts in indexes alone
 * (about 35 ms for a million stores): ask every few seconds, not for every look.
 */
export async function cohortCounts(
  r: Reader,
  { cohort, spans }: Crowded & { spans: readonly Span[] },
): Promise<{ active: number; failing: number }[]> {
  const live = sql`from store where cohort = ${cohort} and phase = 'live'`;
  const counts = spans.map(
    ({ looked, began }, i) => sql`select ${sql.lit(i)} as span,
      (select count(*) ${live} and last_look_at >= ${looked}) as active,
      (select count(*) ${live} and failing_since is not null
        and last_look_at >= ${looked} and failing_since >= ${began}) as failing`,
  );
  const query = sql<{ active: number; failing: number }>`${sql.join(counts, sql` union all `)} order by span`;
  const { rows } = await runAcrossAccounts(() => query.execute(r));
  return rows.map(({ active, failing }) => ({ active, failing }));
}

/** Live stores of each cohort, with when one of them was looked at last. Counts in an index alone; for pages, not for looks. */
export async function cohortSizes(r: Reader): Promise<{ cohort: string; stores: number; lastLookAt: number | null }[]> {
  const query = r
    .selectFrom('store')
    .select(['cohort', (e) => e.fn.countAll<number | string>().as('stores')])
    .select((e) => e.fn.max('last_look_at').as('last'))
    .where('phase', '=', sql.lit('live'))
    .groupBy('cohort')
    .orderBy('cohort');
  const rows = await runAcrossAccounts(() => query.execute());
  return rows.map(({ cohort, stores, last }) => ({
    cohort,
    stores: Number(stores),
    lastLookAt: last === null ? null : Number(last),
  }));
}

/** Those of a span's failing stores whose trouble was not proven to be their own. Reads every failing row. */
export async function unexplainedCount(r: Reader, { cohort, looked, began }: Crowded & Span): Promise<number> {
  const query = sql<{ n: number }>`select count(*) as n from store where cohort = ${cohort} and phase = 'live'
    and failing_since is not null and last_look_at >= ${looked} and failing_since >= ${began} and alarm is null`;
  const { rows } = await runAcrossAccounts(() => query.execute(r));
  return rows[0]?.n ?? 0;
}

type Neighbours = Crowded & { notId: string };

/** Connected stores of the cohort that answered at or after `okSince`, the one that answered longest ago first: controls. */
export async function healthyNeighbours(
  r: Reader,
  asked: Neighbours & { okSince: number; limit: number },
): Promise<StoreRow[]> {
  const query = r
    .selectFrom('store')
    .selectAll()
    .where('cohort', '=', asked.cohort)
    // As literals, so that the partial index is seen to fit.
    .where('verdict', '=', sql.lit('connected'))
    .where('last_ok_at', '>=', asked.okSince)
    .where('id', '<>', asked.notId)
    .orderBy('last_ok_at')
    .limit(asked.limit);
  const rows = await runAcrossAccounts(() => query.execute());
  return rows.map(toStoreRow);
}

/**
 * Stores of the cohort that answered at or after `okSince` and began to fail at or after `failingSince`, nobody told yet
 * why: the one that was looked at longest ago first.
 */
export async function doubtfulNeighbours(
  r: Reader,
  asked: Neighbours & { okSince: number; failingSince: number; limit: number },
): Promise<StoreRow[]> {
  const query = r
    .selectFrom('store')
    .selectAll()
    .where('cohort', '=', asked.cohort)
    .where('phase', '=', sql.lit('live'))
    .where('last_ok_at', '>=', asked.okSince)
    .where('failing_since', '>=', asked.failingSince)
    // True of all of them; said so that an index finds them in their order.
    .where('last_look_at', '>=', asked.failingSince)
    .where('alarm', 'is', null)
    .where('id', '<>', asked.notId)
    .orderBy('last_look_at')
    .limit(asked.limit);
  const rows = await runAcrossAccounts(() => query.execute());
  return rows.map(toStoreRow);
}

/** Held stores of the cohort that were looked at at or after `since`, the one that was looked at last first. */
export async function newestHeld(
  r: Reader,
  { cohort, since, limit }: Crowded & { since: number; limit: number },
): Promise<StoreRow[]> {
  const query = r
    .selectFrom('store')
    .selectAll()
    .where('verdict', '=', sql.lit('held'))
    .where('cohort', '=', cohort)
    .where('last_look_at', '>=', since)
    .orderBy('last_look_at', 'desc')
    .limit(limit);
  const rows = await runAcrossAccounts(() => query.execute());
  return rows.map(toStoreRow);
}

/** Makes a live store due at `at`, unless it is due sooner. */
export async function hastenStore(r: Reader, { id, at }: { id: string; at: number }): Promise<void> {
  const query = r
    .updateTable('store')
    .set({ next_at: at })
    .where('id', '=', id)
    .where('phase', '=', 'live')
    .where('next_at', '>', at);
  await runAcrossAccounts(() => query.execute());
}
