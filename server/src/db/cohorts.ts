/** What a cohort's witnesses said last: one row per cohort, shared by all processes. */
import { sql, type Selectable } from 'kysely';
import type { Cause } from '../core/diagnosis.ts';
import type { Answer } from '../core/observation.ts';
import type { ControlVia, Learnt } from '../core/weather.ts';
import { differencesOf, type Reader } from './dialect.ts';
import type { CohortTable } from './schema.ts';

export type CohortRow = {
  cohort: string;
  lastOkAt: number | null;
  lastOkVia: ControlVia | null;
  lastRefusedAt: number | null;
  lastRefusedAnswer: Answer | null;
  appCause: Cause | null;
  appSince: number | null;
  appLookedAt: number | null;
  /** What was learnt of ordinary half hours, older ones counting less. */
  learnt: Learnt;
  learntAt: number | null;
};

export async function readCohort(r: Reader, cohort: string): Promise<CohortRow | null> {
  const row = await r.selectFrom('cohort').selectAll().where('cohort', '=', cohort).executeTakeFirst();
  return row ? toCohortRow(row) : null;
}

export type ControlNote = { cohort: string; at: number; ok: boolean; via: ControlVia; answer: Answer };

/** Notes a control; an older one never replaces a newer one, in whatever order processes write. */
export async function noteControl(tx: Reader, { cohort, at, ok, via, answer }: ControlNote): Promise<void> {
  if (ok) {
    await sql`insert into cohort (cohort, last_ok_at, last_ok_via) values (${cohort}, ${at}, ${via})
      on conflict (cohort) do update set last_ok_at = excluded.last_ok_at, last_ok_via = excluded.last_ok_via
      where coalesce(cohort.last_ok_at, 0) <= excluded.last_ok_at`.execute(tx);
    return;
  }
  await sql`insert into cohort (cohort, last_refused_at, last_refused_answer) values (${cohort}, ${at}, ${answer})
    on conflict (cohort) do update
      set last_refused_at = excluded.last_refused_at, last_refused_answer = excluded.last_refused_answer
    where coalesce(cohort.last_refused_at, 0) <= excluded.last_refused_at`.execute(tx);
}

/** Notes how the app itself stands: `cause` null when it is well. `appSince` keeps the first moment of the same cause. */
export async function noteApp(
  tx: Reader,
  { cohort, at, cause }: { cohort: string; at: number; cause: Cause | null },
): Promise<void> {
  const since = cause === null ? null : at;
  await sql`insert into cohort (cohort, app_cause, app_since, app_looked_at) values (${cohort}, ${cause}, ${since}, ${at})
    on conflict (cohort) do update set
      app_since = case when cohort.app_cause = excluded.app_cause then cohort.app_since else excluded.app_since end,
      app_cause = excluded.app_cause, app_looked_at = excluded.app_looked_at
    where coalesce(cohort.app_looked_at, 0) <= excluded.app_looked_at`.execute(tx);
}

/** Cohorts about which nobody decided for `everyMs`, taken by this call: however many processes ask, one decides. */
export async function claimCohorts(
  r: Reader,
  { now, everyMs }: { now: number; everyMs: number },
): Promise<CohortRow[]> {
  const rows = await r
    .updateTable('cohort')
    .set({ judged_at: now })
    // A clock that was set back must not make everybody wait.
    .where((e) => e.or([e('judged_at', 'is', null), e('judged_at', '<=', now - everyMs), e('judged_at', '>', now)]))
    .returningAll()
    .execute();
  return rows.map(toCohortRow);
}

/** Keeps every other process from opening or closing incidents of this cohort until the transaction ends. */
export async function lockCohort(tx: Reader, cohort: string): Promise<void> {
  await tx
    .insertInto('cohort')
    .values({ cohort })
    .onConflict((conflict) => conflict.column('cohort').doNothing())
    .execute();
  await differencesOf(tx)
    .forUpdate(tx.selectFrom('cohort').select('cohort').where('cohort', '=', cohort))
    .execute();
}

/** Keeps what is ordinary for the cohort, as learnt until `at`. */
export async function keepLearnt(
  r: Reader,
  { cohort, learnt, at }: { cohort: string; learnt: Learnt; at: number },
): Promise<void> {
  await r
    .updateTable('cohort')
    .set({ learnt_active: toThousandths(learnt.active), learnt_failing: toThousandths(learnt.failing), learnt_at: at })
    .where('cohort', '=', cohort)
    .execute();
}

/** Columns hold whole numbers, and a store that counts ever less is soon a part of one. */
const THOUSAND = 1_000;

function toThousandths(count: number): number {
  return Math.round(count * THOUSAND);
}

function toCohortRow(t: Selectable<CohortTable>): CohortRow {
  return {
    cohort: t.cohort,
    lastOkAt: t.last_ok_at,
    lastOkVia: t.last_ok_via as CohortRow['lastOkVia'],
    lastRefusedAt: t.last_refused_at,
    lastRefusedAnswer: t.last_refused_answer as CohortRow['lastRefusedAnswer'],
    appCause: t.app_cause as CohortRow['appCause'],
    appSince: t.app_since,
    appLookedAt: t.app_looked_at,
    learnt: { active: t.learnt_active / THOUSAND, failing: t.learnt_failing / THOUSAND },
    learntAt: t.learnt_at,
  };
}
