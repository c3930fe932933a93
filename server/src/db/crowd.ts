/**
 * What many stores show together: how many fail, who can stand as a control, what is denied to others too. Over all
 * accounts, because the weather is: show nothing of a single row to anybody.
 */
import { sql } from 'kysely';
import type { Capability } from '../core/observation.ts';
import { runAcrossAccounts } from './account-scope.ts';
import type { Reader } from './dialect.ts';
import { toStoreRow } from './store-row.ts';
import type { StoreRow } from './stores.ts';

type Counting = { cohort: string; since: number; failingSince?: number; unexplainedSince?: number };

/**
 * The cohort's share: `active` live stores looked at since `since`, and those of them that are failing; with
 * `failingSince` only those whose trouble began at or after it, and with `unexplainedSince` also those whose trouble is
 * older, but not older than that, and was never proven to be their own. Counts an index (about 35 ms for a million
 * stores): ask every few seconds, not for every look.
 */
export function cohortCounts(r: Reader, counting: Counting): Promise<{ active: number; failing: number }> {
  const { cohort, since, failingSince, unexplainedSince } = counting;
  return runAcrossAccounts(async () => {
    const active = await sql<{ n: number }>`select count(*) as n from store
      where cohort = ${cohort} and phase = 'live' and last_look_at >= ${since}`.execute(r);
    const begun = failingSince === undefined ? sql`` : sql`and failing_since >= ${failingSince}`;
    const counted =
      failingSince === undefined || unexplainedSince === undefined
        ? begun
        : sql`and (failing_since >= ${failingSince} or (failing_since >= ${unexplainedSince} and alarm is null))`;
    const failing = await sql<{ n: number }>`select count(*) as n from store
      where cohort = ${cohort} and phase = 'live' and failing_since is not null and last_look_at >= ${since} ${counted}`.execute(
      r,
    );
    return { active: active.rows[0]?.n ?? 0, failing: failing.rows[0]?.n ?? 0 };
  });
}

type Neighbours = { cohort: string; notId: string };

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

/** Stores of the cohort that answered at or after `okSince` and began to fail at or after `failingSince`, nobody told yet why. */
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
    .where('alarm', 'is', null)
    .where('id', '<>', asked.notId)
    .orderBy('failing_since', 'desc')
    .limit(asked.limit);
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

const LIMITED_LOOKED_AT = 200;

/** Capabilities that other stores of the same app and region have denied: the newest 200 `limited` stores are looked at. */
export async function deniedElsewhere(r: Reader, { cohort, notId }: Neighbours): Promise<Capability[]> {
  const query = r
    .selectFrom('store')
    .selectAll()
    .where('cohort', '=', cohort)
    .where('verdict', '=', sql.lit('limited'))
    .where('id', '<>', notId)
    .orderBy('since', 'desc')
    .limit(LIMITED_LOOKED_AT);
  const rows = await runAcrossAccounts(() => query.execute());
  const denied = rows.flatMap((row) => Object.entries(toStoreRow(row).judgement?.axes.capability ?? {}));
  return [...new Set(denied.filter(([, axis]) => axis === 'denied').map(([capability]) => capability as Capability))];
}
