/** The course of an incident at a marketplace: which is open over a cohort, how it goes on, ends, and begins again. */
import type { Reader } from './dialect.ts';
import { toIncidentRow, type Extent, type IncidentRow, type NoticedBy } from './incidents.ts';

/** Incidents of our own app or machine stand in the same table. */
const AT_A_MARKETPLACE = 'mkt.%';

/** The incident at the marketplace that is open over the cohort. */
export async function openOver(r: Reader, cohort: string): Promise<IncidentRow | null> {
  const row = await r
    .selectFrom('incident')
    .selectAll()
    .where('cohort', '=', cohort)
    .where('cause', 'like', AT_A_MARKETPLACE)
    .where('closed_at', 'is', null)
    .orderBy('opened_at')
    .limit(1)
    .executeTakeFirst();
  return row ? toIncidentRow(row) : null;
}

/** The one that was closed last, at or after `since`. */
export async function lastOver(
  r: Reader,
  { cohort, since }: { cohort: string; since: number },
): Promise<IncidentRow | null> {
  const row = await r
    .selectFrom('incident')
    .selectAll()
    .where('cohort', '=', cohort)
    .where('cause', 'like', AT_A_MARKETPLACE)
    .where('closed_at', '>=', since)
    .orderBy('closed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? toIncidentRow(row) : null;
}

export async function readIncident(r: Reader, id: string): Promise<IncidentRow | null> {
  const row = await r.selectFrom('incident').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toIncidentRow(row) : null;
}

type Known = { id: string; overAt: number | null; operation: string | null; extent: Extent };

/** What is known of an open incident by now. */
export async function keepIncident(tx: Reader, { id, overAt, operation, extent }: Known): Promise<void> {
  await tx
    .updateTable('incident')
    .set({ over_at: overAt, operation, extent })
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .execute();
}

type Ending = { id: string; at: number; by: NoticedBy; overAt: number };

/** Closes it; from now on its stores are given their looks. False when it was not open. */
export async function endIncident(tx: Reader, { id, at, by, overAt }: Ending): Promise<boolean> {
  const closed = await tx
    .updateTable('incident')
    .set({ closed_at: at, closed_by: by, over_at: overAt, release_after: '' })
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  return closed.numUpdatedRows > 0n;
}

/** It was not over: as if it had never been closed. What was told of its end no longer counts (db/incident-accounts). */
export async function reopenIncident(tx: Reader, { id, by }: { id: string; by: NoticedBy }): Promise<void> {
  await tx
    .updateTable('incident')
    .set({ closed_at: null, closed_by: null, over_at: null, release_after: null, told_at: null, opened_by: by })
    .where('id', '=', id)
    .execute();
}

/** An operator's note; and with `by`, whose word the incident is from now on. */
export async function noteOnIncident(
  tx: Reader,
  { id, note, by }: { id: string; note: string; by?: NoticedBy },
): Promise<void> {
  await tx
    .updateTable('incident')
    .set({ note, ...(by === undefined ? {} : { opened_by: by, over_at: null }) })
    .where('id', '=', id)
    .execute();
}

/** Closed incidents of which not everybody was given their look, or was told. */
export async function unfinishedIncidents(r: Reader): Promise<IncidentRow[]> {
  const rows = await r
    .selectFrom('incident')
    .selectAll()
    .where('cause', 'like', AT_A_MARKETPLACE)
    .where('closed_at', 'is not', null)
    .where('told_at', 'is', null)
    .orderBy('closed_at')
    .execute();
  return rows.map(toIncidentRow);
}

/** How far its stores were given their looks; null: all of them. */
export async function keepRelease(tx: Reader, { id, after }: { id: string; after: string | null }): Promise<void> {
  await tx.updateTable('incident').set({ release_after: after }).where('id', '=', id).execute();
}

export async function finishIncident(tx: Reader, { id, at }: { id: string; at: number }): Promise<void> {
  await tx.updateTable('incident').set({ told_at: at }).where('id', '=', id).execute();
}
