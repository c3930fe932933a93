/** Reading: stores, observations, events and the timeline of one store. */
import { Fault } from '../core/fault.ts';
import { eventTitle, observationText } from '../core/words.ts';
import { BREAK_TOPICS } from '../core/message.ts';
import { appendAudit } from '../db/audit.ts';
import { isAboutIncident, listEvents as pageOfEvents, type EventRow } from '../db/events.ts';
import { listObservations as pageOfObservations } from '../db/observations.ts';
import type { Tx } from '../db/open.ts';
import { cancelFor, readdress } from '../db/outbox.ts';
import {
  listStores as pageOfStores,
  lockStore,
  readStore as findStore,
  saveStore,
  type StoreRow,
} from '../db/stores.ts';
import type { AbsencePatch, EventBody, IncidentNews, ObservationBody, StoreBody } from '../http/contract/store.ts';
import { absenceWanted, applyAbsence, watchUnder } from './absence.ts';
import { endTripsTo } from './hand-off-end.ts';
import { beginning } from './open-store.ts';
import { instant, toObservationBody, toStoreBody } from './present.ts';
import { scheduleReminders } from './remind.ts';
import { goOnTelling } from './tell.ts';
import { releaseStore } from '../db/held.ts';
import { recordEvent } from './settle.ts';
import type { Shop } from './shop.ts';

type Page<T> = { data: T[]; next_cursor: string | null };
type Paging = { accountId: string; cursor?: string | null; limit: number };
type OneStore = { accountId: string; id: string };

export async function listStores(
  shop: Shop,
  { pending, verdict, ...paging }: Paging & { pending?: boolean; verdict?: StoreRow['verdict'] },
): Promise<Page<StoreBody>> {
  const page = await pageOfStores(shop.db.db, {
    ...paging,
    ...(pending === undefined ? {} : { pending }),
    ...(verdict === undefined ? {} : { verdict }),
  });
  return { data: page.rows.map((row) => toStoreBody(row, shop)), next_cursor: page.nextCursor };
}

export async function readStore(shop: Shop, who: OneStore): Promise<StoreBody> {
  return toStoreBody(await rowOf(shop, who), shop);
}

async function rowOf(shop: Shop, who: OneStore): Promise<StoreRow> {
  const row = await findStore(shop.db.db, who);
  if (!row) throw new Fault('not-found', { detail: 'There is no such store in this account.' });
  return row;
}

type Patch = {
  name?: string | undefined;
  email?: string | null | undefined;
  currency?: string | null | undefined;
  receiving_account?: string | null | undefined;
  paused?: boolean | undefined;
  second_email?: string | null | undefined;
  absence?: AbsencePatch | null | undefined;
};

/** Changes what a person may change; pausing stops the watch, resuming looks at once. */
export async function patchStore(shop: Shop, { patch, ...who }: OneStore & { patch: Patch }): Promise<StoreBody> {
  await rowOf(shop, who);
  const now = shop.now();
  const row = await shop.db.transaction(async (tx) => {
    if (patch.absence?.kind === 'sold') await endTripsTo(tx, { accountId: who.accountId, storeId: who.id, now });
    const found = await lockStore(tx, who.id);
    if (!found || found.phase === 'closed') throw new Fault('not-found', { detail: 'This store was removed.' });
    const absence = await absenceWanted({ tx, row: found, wanted: absenceIn(patch, found), now });
    const changed = { ...found, ...plainFields(found, patch), absence, version: found.version + 1 };
    const after = paused(changed, watchUnder(found, absence, patch.paused), now);
    await saveStore(tx, after);
    await tellOfPatch(shop, { tx, before: found, after, now });
    const details = { fields: Object.keys(patch).sort() };
    await appendAudit(tx, { accountId: who.accountId, kind: 'store.changed', at: now, storeId: who.id, details });
    return after;
  });
  const store = toStoreBody(row, shop);
  shop.live.publish({ type: 'store', accountId: row.accountId, store });
  return store;
}

type Patched = { tx: Tx; before: StoreRow; after: StoreRow; now: number };

/** The events and messages that follow; what waits for an address that was changed goes to the new one. */
async function tellOfPatch(shop: Shop, { tx, before, after, now }: Patched): Promise<void> {
  const { id: storeId } = after;
  const turned = after.phase !== before.phase;
  if (turned) await tellOfPhase(shop, { tx, row: after, now });
  const [from, to] = [before.email ?? before.secondEmail, after.email ?? after.secondEmail];
  if (from !== to || turned) await scheduleReminders(shop, { tx, row: after, now });
  if (from !== null && from !== to) await readdress(tx, { storeId, from, to, now });
  else if (to !== from) await goOnTelling(shop, { tx, row: after, now });
  await applyAbsence(shop, { tx, before, after, now });
}

async function tellOfPhase(shop: Shop, { tx, row, now }: { tx: Tx; row: StoreRow; now: number }): Promise<void> {
  const isPaused = row.phase === 'paused';
  await recordEvent(shop, { tx, row, type: isPaused ? 'store.paused' : 'store.resumed', now });
  if (!isPaused) return;
  await cancelFor(tx, { storeId: row.id, topics: BREAK_TOPICS, now });
  await releaseStore(tx, { storeId: row.id, at: now, ended: 'gone' });
}

/** Whoever has a sold store watched again has it after all. */
function absenceIn({ absence, paused }: Patch, row: StoreRow): Patch['absence'] {
  return absence === undefined && paused === false && row.absence?.kind === 'sold' ? null : absence;
}

type PlainFields = Pick<StoreRow, 'name' | 'email' | 'secondEmail' | 'currency' | 'receivingAccount'>;

function plainFields(row: StoreRow, patch: Patch): PlainFields {
  return {
    name: patch.name ?? row.name,
    email: patch.email === undefined ? row.email : patch.email,
    secondEmail: patch.second_email === undefined ? row.secondEmail : patch.second_email,
    currency: patch.currency === undefined ? row.currency : patch.currency,
    receivingAccount: patch.receiving_account === undefined ? row.receivingAccount : patch.receiving_account,
  };
}

function paused(row: StoreRow, wanted: boolean | undefined, now: number): StoreRow {
  if (wanted === true && row.phase === 'live') {
    return {
      ...row,
      phase: 'paused',
      verdict: 'paused',
      cause: null,
      since: now,
      nextAt: null,
      repair: null,
      alarm: null,
      judgement: row.judgement ? { ...row.judgement, diagnosis: null, alarm: null } : null,
    };
  }
  if (wanted === false && row.phase === 'paused') {
    const judgement = row.judgement ?? beginning('verifying', null);
    return {
      ...row,
      phase: 'live',
      verdict: 'checking',
      since: now,
      nextAt: now,
      judgement: { ...judgement, verdict: 'checking' },
    };
  }
  return row;
}

export async function listObservations(
  shop: Shop,
  { accountId, id, ...paging }: OneStore & Omit<Paging, 'accountId'>,
): Promise<Page<ObservationBody>> {
  const row = await rowOf(shop, { accountId, id });
  const { label } = shop.connector(row.marketplace);
  const page = await pageOfObservations(shop.db.db, { storeId: row.id, ...paging });
  return { data: page.rows.map((o) => toObservationBody(o, label)), next_cursor: page.nextCursor };
}

export async function listEvents(
  shop: Shop,
  { storeId, ...paging }: Paging & { storeId?: string },
): Promise<Page<EventBody>> {
  const page = await pageOfEvents(shop.db.db, { ...paging, ...(storeId === undefined ? {} : { storeId }) });
  const data = page.rows.map((e) => ({
    id: e.id,
    type: e.type,
    at: instant(e.at),
    version: e.version,
    ...subjectOf(e),
  }));
  return { data, next_cursor: page.nextCursor };
}

/** An event is about one store, or about an incident over many: then it names none. */
function subjectOf(e: EventRow): Pick<EventBody, 'store_id' | 'store' | 'incident'> {
  return isAboutIncident(e)
    ? { store_id: null, store: null, incident: e.snapshot as IncidentNews }
    : { store_id: e.storeId, store: asStored(e.snapshot) };
}

/** A snapshot is as old as its event: what the first version did not say of a store is filled in. */
export function asStored(snapshot: unknown): StoreBody {
  const stored = snapshot as Omit<StoreBody, 'can_move' | 'absence' | 'second_email' | 'claimed_seller_id'> &
    Partial<StoreBody>;
  const { can_move = false, absence = null, second_email = null, claimed_seller_id = null } = stored;
  return { ...stored, can_move, absence, second_email, claimed_seller_id };
}

export type TimelineEntry = {
  at: string;
  kind: 'event' | 'observation';
  title: string;
  text: string;
  observation_ids: string[];
};

/** Newest first. Changes only, or with `every` also the observations that were kept as evidence. */
export async function timeline(
  shop: Shop,
  { accountId, id, cursor, limit }: OneStore & Omit<Paging, 'accountId'>,
): Promise<Page<TimelineEntry>> {
  const row = await rowOf(shop, { accountId, id });
  const { label } = shop.connector(row.marketplace);
  const seen = await pageOfObservations(shop.db.db, {
    storeId: row.id,
    ...(cursor === undefined ? {} : { cursor }),
    limit,
  });
  const observations: TimelineEntry[] = seen.rows.map((o) => ({
    at: instant(o.at),
    kind: 'observation',
    title: o.call,
    text: observationText(o, label),
    observation_ids: [o.id],
  }));
  const events = cursor ? [] : await eventEntries(shop, row);
  const data = [...events, ...observations].toSorted((a, b) => b.at.localeCompare(a.at));
  return { data, next_cursor: seen.nextCursor };
}

const EVENTS_OF_TIMELINE = 500;

async function eventEntries(shop: Shop, row: StoreRow): Promise<TimelineEntry[]> {
  const page = await pageOfEvents(shop.db.db, { accountId: row.accountId, storeId: row.id, limit: EVENTS_OF_TIMELINE });
  return page.rows.map((e) => {
    const store = e.snapshot as StoreBody;
    return {
      at: instant(e.at),
      kind: 'event',
      title: eventTitle(e.type, shop.connector(row.marketplace).label),
      text: store.text.sentence ?? store.text.status,
      observation_ids: store.evidence,
    };
  });
}
