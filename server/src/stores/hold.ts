/**
 * An incident holds the stores that the judge holds: each is noted in the transaction that moves its verdict, and let go by
 * its own good look, or when a trouble of its own is proven.
 */
import { decide, type Opening, type Voice } from '../core/incident.ts';
import type { Judgement } from '../core/judgement.ts';
import type { Observation } from '../core/observation.ts';
import type { Weather } from '../core/weather.ts';
import { lockCohort } from '../db/cohorts.ts';
import { appendEvent } from '../db/events.ts';
import { holdStore, releaseStore } from '../db/held.ts';
import { lastOver, openOver, reopenIncident } from '../db/incident-course.ts';
import { tellsOpened } from '../db/incident-accounts.ts';
import { openIncident, type IncidentRow } from '../db/incidents.ts';
import type { Tx } from '../db/open.ts';
import type { StoreRow } from '../db/stores.ts';
import { REOPEN_MS } from '../core/incident.ts';
import { incidentNews } from './incident-news.ts';
import type { Shop } from './shop.ts';

type Moved = { tx: Tx; before: StoreRow; after: StoreRow; now: number };
type Held = Moved & { judgement: Judgement; look: { observations: readonly Observation[]; weather: Weather } };

/** Notes that the store is held, once it is; opens the incident when this look is the first to tell of it. */
export async function noteHeld(shop: Shop, held: Held): Promise<void> {
  const { tx, before, after, now } = held;
  if (after.verdict !== 'held') return;
  // The weather may be some seconds old: only what is open by now holds anybody.
  const incident = (await openOver(tx, after.cohort)) ?? (await openFirst(shop, held));
  if (!incident) return;
  const { accountId, id: storeId } = after;
  const at = before.verdict === 'held' ? before.since : now;
  if (!(await holdStore(tx, { incidentId: incident.id, accountId, storeId, at }))) return;
  if (!(await tellsOpened(tx, { incidentId: incident.id, accountId, at: now }))) return;
  const snapshot = await incidentNews(shop, tx, incident.id);
  await appendEvent(tx, { accountId, storeId: '', type: 'incident.opened', at: now, version: 1, snapshot });
}

/** A store that works again, or whose own trouble was proven, is held by nothing any more. */
export async function noteReleased({ tx, before, after, now }: Moved): Promise<void> {
  if (before.failingSince === null && before.verdict !== 'held') return;
  const good = after.verdict === 'connected' || after.verdict === 'expiring';
  if (good) await releaseStore(tx, { storeId: after.id, at: now, ended: 'good' });
  else if (after.alarm !== null && before.alarm === null)
    await releaseStore(tx, { storeId: after.id, at: now, ended: 'own' });
}

async function openFirst(shop: Shop, { tx, after, judgement, look, now }: Held): Promise<{ id: string } | null> {
  const diagnosis = judgement.diagnosis;
  if (!diagnosis) return null;
  const { failing, answered } = speaks(look.observations);
  const since = after.failingSince ?? now;
  const voice: Voice = { cause: diagnosis.cause, since, failing, answered, evidence: diagnosis.evidence };
  const decision = decide({
    now,
    weather: look.weather,
    voices: [voice],
    recovery: { looked: 0, failing: 0, since: null },
    open: null,
    word: null,
  });
  return decision.do === 'open' ? openOnce(shop, { tx, cohort: after.cohort, decision, now }) : null;
}

type OpeningOnce = { tx: Tx; cohort: string; decision: Opening; now: number; note?: string };

/** Opens it unless it is open by now; one that was closed a moment ago goes on instead. */
export async function openOnce(shop: Shop, { tx, cohort, decision, now, note }: OpeningOnce): Promise<IncidentRow> {
  await lockCohort(tx, cohort);
  const open = await openOver(tx, cohort);
  if (open) return open;
  shop.crowd.forget(cohort);
  const { do: _open, by, ...known } = decision;
  const before = await lastOver(tx, { cohort, since: now - REOPEN_MS });
  if (before && before.cause === decision.cause && by !== 'operator') {
    await reopenIncident(tx, { id: before.id, by });
    shop.log.warn({ incident: before.id, cohort, by }, 'an incident at a marketplace goes on after all');
    return { ...before, closedAt: null, closedBy: null };
  }
  const { row } = await openIncident(tx, { cohort, at: now, by, ...known, ...(note === undefined ? {} : { note }) });
  shop.log.warn({ incident: row.id, cohort, by, ...decision.opening }, 'an incident at a marketplace was opened');
  return row;
}

/** What a store's look tells: the operations that failed in it, and those that were answered. */
export function speaks(observations: readonly Observation[]): Pick<Voice, 'failing' | 'answered'> {
  const own = observations.filter(({ rung }) => rung === 'grant' || rung === 'identity' || rung === 'capability');
  const names = (good: boolean) => [
    ...new Set(
      own
        .filter(({ answer }) => (answer === 'ok') === good)
        .map(({ rung, capability, call }) => operationName(rung, capability ?? call)),
    ),
  ];
  return { failing: names(false), answered: names(true) };
}

function operationName(rung: Observation['rung'], name: string): string {
  return rung === 'grant' ? 'token' : name;
}
