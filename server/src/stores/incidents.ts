/**
 * Incidents at the marketplaces, as the watch keeps them: opened and closed every few seconds by what was measured, or by an
 * operator. One process decides for a cohort at a time; a quiet cohort costs two small questions.
 */
import { Fault } from '../core/fault.ts';
import { decide, type Decision, type Measures, type OpenIncident, type Voice } from '../core/incident.ts';
import { controlRefused, isOrdinary, isThin, learn, type Weather } from '../core/weather.ts';
import { OPERATOR_ACCOUNT } from '../db/outbox.ts';
import { appendAudit } from '../db/audit.ts';
import { claimCohorts, keepLearnt, readCohort, lockCohort, type CohortRow } from '../db/cohorts.ts';
import { cohortCounts, newestHeld } from '../db/crowd.ts';
import { heldNow, recoveryOf } from '../db/held.ts';
import {
  endIncident,
  keepIncident,
  lastOver,
  noteOnIncident,
  openOver,
  unfinishedIncidents,
} from '../db/incident-course.ts';
import type { IncidentRow } from '../db/incidents.ts';
import { recentObservations } from '../db/observations.ts';
import type { StoreRow } from '../db/stores.ts';
import { openOnce, speaks } from './hold.ts';
import { tellAccounts, type Closed } from './letters.ts';
import { giveLooks } from './release.ts';
import { LOOKED_LATELY_MS } from './share.ts';
import { placeOfCohort } from './cohort-place.ts';
import type { Shop } from './shop.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** How often it is decided. The product's time. */
export const EVERY_MS = 5 * SECOND;
/** Held stores speak for the present when they were looked at within this. */
export const VOICES_MS = 16 * MINUTE;
export const VOICES = 20;
/** What is said of an incident is learnt in its first minutes. */
const LEARN_SCOPE_MS = 10 * MINUTE;
/** Stores of an incident that were looked at within this tell whether it is over. */
export const RECOVERY_MS = MINUTE;
/** An ordinary half hour is learnt from, and none within this after an incident. */
const HALF_HOUR_MS = 30 * MINUTE;
const ONE_LOOK_MS = MINUTE;

/** A step of the watch. Whoever calls oftener than needed costs nothing. */
export function watchIncidents(shop: Shop): () => Promise<number> {
  let last = -Infinity;
  return async () => {
    if (Math.abs(shop.now() - last) < EVERY_MS) return 0;
    last = shop.now();
    const cohorts = await claimCohorts(shop.db.db, { now: last, everyMs: EVERY_MS - SECOND });
    for (const row of cohorts) await decideFor(shop, row);
    if (cohorts.length > 0) await followUp(shop);
    return 0;
  };
}

/** After the closing: every held store its look, every account its word. */
async function followUp(shop: Shop): Promise<void> {
  for (const incident of await unfinishedIncidents(shop.db.db)) {
    if (incident.closedAt === null) continue;
    const { closedAt } = incident;
    const closed: Closed = { ...incident, closedAt, overAt: incident.overAt ?? closedAt };
    if (incident.releaseAfter !== null) await giveLooks(shop, closed, { held: await heldNow(shop.db.db, incident.id) });
    await tellAccounts(shop, closed);
  }
}

async function decideFor(shop: Shop, row: CohortRow): Promise<void> {
  const { cohort } = row;
  const open = await openOver(shop.db.db, cohort);
  const held = await heldLately(shop, cohort);
  if (!open && held.length === 0) return learnFrom(shop, row);
  const measures = await measure(shop, { cohort, open, held });
  const decision = decide(measures);
  if (decision.do !== 'nothing') await carryOut(shop, { cohort, open, decision });
}

function heldLately(shop: Shop, cohort: string): Promise<StoreRow[]> {
  return newestHeld(shop.db.db, { cohort, since: shop.now() - VOICES_MS, limit: VOICES });
}

type Found = { cohort: string; open: IncidentRow | null; held: readonly StoreRow[] };

async function measure(shop: Shop, { cohort, open, held }: Found): Promise<Measures> {
  const now = shop.now();
  const listens = !open || (now - open.openedAt < LEARN_SCOPE_MS && isNewlyTold(open));
  return {
    now,
    weather: await shop.crowd.weather(cohort),
    voices: listens ? await Promise.all(held.map((row) => voiceOf(shop, row))) : [],
    recovery: open
      ? await recoveryOf(shop.db.db, { incidentId: open.id, cohort, since: now - RECOVERY_MS })
      : { looked: 0, failing: 0, since: null },
    open: open && toOpen(open),
    word: null,
  };
}

/** Something may still be learnt of it. */
function isNewlyTold({ operation, extent }: IncidentRow): boolean {
  return operation !== null || extent === 'all';
}

function toOpen({ openedBy: by, cause, openedAt, overAt, operation, extent }: IncidentRow): OpenIncident {
  return { by, cause, openedAt, overAt, operation, extent };
}

async function voiceOf(shop: Shop, row: StoreRow): Promise<Voice> {
  const since = row.failingSince ?? row.since;
  const seen = await recentObservations(shop.db.db, { storeId: row.id, since: since - ONE_LOOK_MS, limit: 20 });
  const newest = seen.at(-1)?.at ?? 0;
  const evidence = row.judgement?.diagnosis?.evidence ?? [];
  const look = seen.filter(({ at }) => newest - at < ONE_LOOK_MS);
  return { cause: row.cause ?? 'mkt.outage', since, ...speaks(look), evidence };
}

type Carrying = { cohort: string; open: IncidentRow | null; decision: Exclude<Decision, { do: 'nothing' }> };

async function carryOut(shop: Shop, { cohort, open, decision }: Carrying): Promise<void> {
  const now = shop.now();
  await shop.db.transaction(async (tx) => {
    if (decision.do === 'open') {
      await openOnce(shop, { tx, cohort, decision, now });
      return;
    }
    await lockCohort(tx, cohort);
    if (!open) return;
    if (decision.do === 'keep') await keepIncident(tx, { ...decision, id: open.id });
    else await endIncident(tx, { id: open.id, at: now, by: decision.by, overAt: decision.overAt });
  });
  shop.crowd.forget(cohort);
  if (decision.do === 'close')
    shop.log.info({ incident: open?.id, cohort, by: decision.by }, 'an incident at a marketplace was closed');
}

/** What is ordinary for a cohort is learnt from its ordinary half hours alone, never from an incident or just after one. */
async function learnFrom(shop: Shop, { cohort, learnt, learntAt }: CohortRow): Promise<void> {
  const now = shop.now();
  if (learntAt !== null && Math.abs(now - learntAt) < HALF_HOUR_MS) return;
  const [share] = await cohortCounts(shop.db.db, {
    cohort,
    spans: [{ looked: now - LOOKED_LATELY_MS, began: now - HALF_HOUR_MS }],
  });
  const ordinary = share !== undefined && (await isOrdinaryTime(shop, { cohort, share }));
  await keepLearnt(shop.db.db, { cohort, learnt: ordinary ? learn(learnt, share) : learnt, at: now });
}

async function isOrdinaryTime(
  shop: Shop,
  { cohort, share }: { cohort: string; share: Weather['share'] },
): Promise<boolean> {
  const weather = await shop.crowd.weather(cohort);
  const { baseline } = weather.share;
  if (controlRefused(weather) || weather.app.cause !== null) return false;
  if (!isThin(share) && !isOrdinary(baseline === undefined ? share : { ...share, baseline })) return false;
  return (await lastOver(shop.db.db, { cohort, since: shop.now() - HALF_HOUR_MS })) === null;
}

/**
 * An operator's word that the marketplace has an incident: failing stores of the cohort are held from now on, until the
 * operator closes it. An incident that is open already becomes the operator's. Proven alarms stay.
 * @throws Fault `invalid-fields` for a cohort that does not exist.
 */
export async function openByOperator(
  shop: Shop,
  { cohort, note }: { cohort: string; note: string },
): Promise<{ id: string }> {
  await askCohort(shop, cohort);
  const now = shop.now();
  const held = await heldLately(shop, cohort);
  const measures = await measure(shop, { cohort, open: null, held });
  const decision = decide({ ...measures, word: { say: 'open', cause: null } });
  const incident = await shop.db.transaction(async (tx) => {
    await lockCohort(tx, cohort);
    await appendAudit(tx, { accountId: OPERATOR_ACCOUNT, kind: 'incident.opened', at: now, details: { cohort } });
    const open = await openOver(tx, cohort);
    if (open) await noteOnIncident(tx, { id: open.id, note, by: 'operator' });
    if (open || decision.do !== 'open') return open;
    return openOnce(shop, { tx, cohort, decision, now, note });
  });
  shop.crowd.forget(cohort);
  if (!incident) throw new Fault('internal', { detail: 'The incident could not be opened.' });
  return { id: incident.id };
}

const NONE_OPEN = 'No incident is open for this cohort.';

/**
 * An operator's word that it is over, whoever opened it. What is still measured may open it anew.
 * @throws Fault `not-found` when none is open.
 */
export async function closeByOperator(
  shop: Shop,
  { cohort, note }: { cohort: string; note?: string | undefined },
): Promise<{ id: string }> {
  const now = shop.now();
  if (!(await openOver(shop.db.db, cohort))) throw new Fault('not-found', { detail: NONE_OPEN });
  const incident = await shop.db.transaction(async (tx) => {
    await lockCohort(tx, cohort);
    const open = await openOver(tx, cohort);
    if (!open) return null;
    if (note !== undefined && note !== '') await noteOnIncident(tx, { id: open.id, note });
    await endIncident(tx, { id: open.id, at: now, by: 'operator', overAt: open.overAt ?? now });
    await appendAudit(tx, { accountId: OPERATOR_ACCOUNT, kind: 'incident.closed', at: now, details: { cohort } });
    return open;
  });
  shop.crowd.forget(cohort);
  if (!incident) throw new Fault('not-found', { detail: NONE_OPEN });
  return { id: incident.id };
}

async function askCohort(shop: Shop, cohort: string): Promise<void> {
  const place = placeOfCohort(cohort);
  const known = place && (await readCohort(shop.db.db, cohort));
  if (known) return;
  throw new Fault('invalid-fields', {
    detail: 'There is no such cohort. Take one from the list of cohorts.',
    errors: [{ field: 'cohort', code: 'unknown', message: 'There is no such cohort.' }],
  });
}
