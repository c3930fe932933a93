/** Incidents: trouble of a whole cohort, opened once and closed once. */
import type { Selectable } from 'kysely';
import type { Cause } from '../core/diagnosis.ts';
import type { Reader } from './dialect.ts';
import { newId } from './ids.ts';
import { fromJson, toJson } from './json.ts';
import type { IncidentTable } from './schema.ts';

export type IncidentRow = {
  id: string;
  cohort: string;
  cause: Cause;
  openedAt: number;
  closedAt: number | null;
  /** Observation ids. */
  evidence: string[];
  /** The marketplace's operation that fails, or null: more than one. */
  operation: string | null;
  openedBy: NoticedBy;
  closedBy: NoticedBy | null;
  /** The numbers at the opening; empty where none were counted. */
  opening: OpeningNumbers;
  note: string | null;
  /** The first failure that it explains, and when the marketplace answered again; null where nobody saw that. */
  beganAt: number | null;
  overAt: number | null;
  /** Whether nobody was answered, or others were meanwhile. */
  extent: Extent;
  /** While held stores are given their looks after the closing: the last that was; `''` before the first. */
  releaseAfter: string | null;
  /** When the operator was told of it and of its end; null: not yet. Told of those that the app's own answers opened. */
  toldAt: number | null;
  toldOverAt: number | null;
};

export type Extent = 'all' | 'some';

/**
 * Who opened or closed an incident: the exact test of a cohort's share, a control, our own app's answers, or an operator.
 */
export type NoticedBy = 'test' | 'control' | 'app' | 'operator';

/** Stores looked at lately, those that fail, the cohort's own baseline, and how unlikely so many are under it. */
export type OpeningNumbers = { active?: number; failing?: number; baseline?: number; p?: number; control?: string };

export type IncidentOpening = {
  /** A crowd (`marketplace:app:region`); for a fault of the app `app:<application id>`, of this machine `own`. */
  cohort: string;
  cause: Cause;
  at: number;
  evidence: string[];
  by?: NoticedBy;
  operation?: string | null;
  opening?: OpeningNumbers;
  note?: string | null;
  beganAt?: number | null;
  extent?: Extent;
};

/** The incident, and whether this call opened it: however many notice it at once, one opens it. */
export async function openIncident(
  tx: Reader,
  { cohort, cause, at, evidence, by = 'test', operation = null, opening = {}, note = null, ...more }: IncidentOpening,
): Promise<{ row: IncidentRow; opened: boolean }> {
  const { beganAt = null, extent = 'all' } = more;
  const inserted = await tx
    .insertInto('incident')
    .values({
      id: newId('in'),
      cohort,
      cause,
      opened_at: at,
      closed_at: null,
      evidence: toJson(evidence),
      operation,
      opened_by: by,
      opening: toJson(opening),
      note,
      began_at: beganAt,
      extent,
    })
    .onConflict((conflict) => conflict.columns(['cohort', 'cause']).where('closed_at', 'is', null).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted) return { row: toIncidentRow(inserted), opened: true };
  const row = await tx
    .selectFrom('incident')
    .selectAll()
    .where('cohort', '=', cohort)
    .where('cause', '=', cause)
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return { row: toIncidentRow(row), opened: false };
}

type Closing = {
  cohort: string;
  cause: Cause;
  at: number;
  by?: NoticedBy;
  /** When the proof of its end was seen: one that was opened later stays open. */
  openedBefore?: number;
};

/** Closes it; null when it was not open. */
export async function closeIncident(
  tx: Reader,
  { cohort, cause, at, by = 'test', openedBefore }: Closing,
): Promise<IncidentRow | null> {
  let query = tx
    .updateTable('incident')
    .set({ closed_at: at, closed_by: by })
    .where('cohort', '=', cohort)
    .where('cause', '=', cause)
    .where('closed_at', 'is', null);
  if (openedBefore !== undefined) query = query.where('opened_at', '<=', openedBefore);
  const row = await query.returningAll().executeTakeFirst();
  return row ? toIncidentRow(row) : null;
}

/** Open incidents, oldest first; with `cohort` only that crowd's. */
export async function openIncidents(r: Reader, { cohort }: { cohort?: string } = {}): Promise<IncidentRow[]> {
  let query = r.selectFrom('incident').selectAll().where('closed_at', 'is', null);
  if (cohort !== undefined) query = query.where('cohort', '=', cohort);
  const rows = await query.orderBy('opened_at').execute();
  return rows.map(toIncidentRow);
}

/** Those opened last first; with `since` only those that were open at or after it. */
export async function listIncidents(
  r: Reader,
  { limit, since = 0, ofMarketplace = false }: { limit: number; since?: number; ofMarketplace?: boolean },
): Promise<IncidentRow[]> {
  const rows = await r
    .selectFrom('incident')
    .selectAll()
    .$if(ofMarketplace, (query) => query.where('cause', 'like', 'mkt.%'))
    .where((e) => e.or([e('closed_at', 'is', null), e('closed_at', '>=', since)]))
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toIncidentRow);
}

/** True when an incident of this kind was closed at or after `since`: what was seen then is over. */
export async function closedSince(
  r: Reader,
  { cohort, cause, since }: { cohort: string; cause: Cause; since: number },
): Promise<boolean> {
  const row = await r
    .selectFrom('incident')
    .select('id')
    .where('cohort', '=', cohort)
    .where('cause', '=', cause)
    .where('closed_at', '>=', since)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Incidents of the app itself whose beginning or end the operator was not told, oldest first. */
export async function untoldIncidents(r: Reader, { limit }: { limit: number }): Promise<IncidentRow[]> {
  const rows = await r
    .selectFrom('incident')
    .selectAll()
    .where('opened_by', '=', 'app')
    // A secret that runs out has warnings of its own.
    .where('cause', '<>', 'app.secret_expiring')
    .where((e) =>
      e.or([
        e('operator_told_at', 'is', null),
        e.and([e('closed_at', 'is not', null), e('operator_over_at', 'is', null)]),
      ]),
    )
    .orderBy('opened_at')
    .limit(limit)
    .execute();
  return rows.map(toIncidentRow);
}

/** Its beginning is told, and with `over` its end. */
export async function markTold(tx: Reader, { id, at, over }: { id: string; at: number; over: boolean }): Promise<void> {
  await tx
    .updateTable('incident')
    .set({ operator_told_at: at })
    .where('id', '=', id)
    .where('operator_told_at', 'is', null)
    .execute();
  if (over) await tx.updateTable('incident').set({ operator_over_at: at }).where('id', '=', id).execute();
}

export function toIncidentRow(t: Selectable<IncidentTable>): IncidentRow {
  return {
    id: t.id,
    cohort: t.cohort,
    cause: t.cause as Cause,
    openedAt: t.opened_at,
    closedAt: t.closed_at,
    evidence: fromJson<string[]>(t.evidence),
    operation: t.operation,
    openedBy: t.opened_by as NoticedBy,
    closedBy: t.closed_by as NoticedBy | null,
    opening: fromJson<OpeningNumbers>(t.opening),
    note: t.note,
    beganAt: t.began_at,
    overAt: t.over_at,
    extent: t.extent as Extent,
    releaseAfter: t.release_after,
    toldAt: t.operator_told_at,
    toldOverAt: t.operator_over_at,
  };
}
