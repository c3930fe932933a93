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
};

export type IncidentOpening = { cohort: string; cause: Cause; at: number; evidence: string[] };

/** The incident, and whether this call opened it: however many notice it at once, one opens it. */
export async function openIncident(
  tx: Reader,
  { cohort, cause, at, evidence }: IncidentOpening,
): Promise<{ row: IncidentRow; opened: boolean }> {
  const inserted = await tx
    .insertInto('incident')
    .values({ id: newId('in'), cohort, cause, opened_at: at, closed_at: null, evidence: toJson(evidence) })
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

/** Closes it; null when it was not open. */
export async function closeIncident(
  tx: Reader,
  { cohort, cause, at }: { cohort: string; cause: Cause; at: number },
): Promise<IncidentRow | null> {
  const row = await tx
    .updateTable('incident')
    .set({ closed_at: at })
    .where('cohort', '=', cohort)
    .where('cause', '=', cause)
    .where('closed_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row ? toIncidentRow(row) : null;
}

/** Open incidents, oldest first; with `cohort` only that crowd's. */
export async function openIncidents(r: Reader, { cohort }: { cohort?: string } = {}): Promise<IncidentRow[]> {
  let query = r.selectFrom('incident').selectAll().where('closed_at', 'is', null);
  if (cohort !== undefined) query = query.where('cohort', '=', cohort);
  const rows = await query.orderBy('opened_at').execute();
  return rows.map(toIncidentRow);
}

function toIncidentRow(t: Selectable<IncidentTable>): IncidentRow {
  return {
    id: t.id,
    cohort: t.cohort,
    cause: t.cause as Cause,
    openedAt: t.opened_at,
    closedAt: t.closed_at,
    evidence: fromJson<string[]>(t.evidence),
  };
}
