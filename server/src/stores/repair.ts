/** *Reconnect Your Store*: what the dialog shows, and the quick looking that turns it green without another click. */
import type { Guide } from '../connectors/connector.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { diagnoseNow } from '../core/judge.ts';
import { estimatedExpiry } from '../core/access.ts';
import { Fault } from '../core/fault.ts';
import type { Observation } from '../core/observation.ts';
import type { RepairState } from '../core/lifecycle.ts';
import { observationText } from '../core/words.ts';
import { recentObservations, readObservations } from '../db/observations.ts';
import { newestSession, readSession, type SessionRow } from '../db/sessions.ts';
import { lockStore, readStore, saveStore, type StoreRow } from '../db/stores.ts';
import type { Repair } from '../http/contract/connect.ts';
import { openSession } from './connect.ts';
import { judgeInput } from './facts.ts';
import { siteOf } from './open-store.ts';
import { instant, instantOrNull, toDiagnosisBody, toSessionBody, toStoreBody } from './present.ts';
import { lookOnce } from './probe.ts';
import { episodeSince, recordEvent } from './settle.ts';
import { appOf, namesAt, type Shop } from './shop.ts';

type OneStore = { accountId: string; id: string };
/** The first look after opening comes this soon. */
const SOON_MS = 2_000;

/** Opens the dialog: resumes the open repair or begins one, and wakes the store. */
export async function openRepair(
  shop: Shop,
  { browser, ...who }: OneStore & { browser: string | null },
): Promise<Repair> {
  const row = await rowOf(shop, who);
  const now = shop.now();
  if ((row.phase === 'live' || row.phase === 'setup') && !(await openSessionOf(shop, row))) {
    const { session } = await openSession(shop, { accountId: who.accountId, storeId: row.id, browser });
    const repair = { sessionId: session.id, openedAt: now, sellerCentralOpenedAt: null, looks: 0 };
    // Before the first permission there is nothing to look at.
    await change(shop, row.id, (found) => (found.phase === 'live' ? wake({ ...found, repair }, now) : found));
  } else {
    await change(shop, row.id, (found) =>
      found.repair ? wake({ ...found, repair: reopened(found.repair, now) }, now) : found,
    );
  }
  return readRepair(shop, who);
}

/** Opening the dialog again makes the looking quick again; its budget goes on counting. */
function reopened(repair: RepairState, now: number): RepairState {
  return { ...repair, openedAt: now };
}

function wake(row: StoreRow, now: number): StoreRow {
  return { ...row, nextAt: Math.min(row.nextAt ?? Infinity, now + SOON_MS) };
}

/** The session in which a repair, or the first trip for a store that is being set up, can go on. */
async function openSessionOf(shop: Shop, row: StoreRow) {
  const session = await lastSession(shop, row);
  const ended = !session || session.status === 'connected' || session.expiresAt <= shop.now();
  return ended ? null : session;
}

async function lastSession(shop: Shop, row: StoreRow): Promise<SessionRow | null> {
  const { db } = shop.db;
  if (row.repair) return readSession(db, { accountId: row.accountId, id: row.repair.sessionId });
  return row.phase === 'setup' ? newestSession(db, { storeId: row.id }) : null;
}

/** *Open Seller Central*: the seller is on the way to the marketplace; the row says so. */
export async function sellerCentralOpened(shop: Shop, who: OneStore): Promise<Repair> {
  await rowOf(shop, who);
  const now = shop.now();
  await change(shop, who.id, (found) => {
    if (!found.repair) throw new Fault('not-found', { detail: 'No repair is open for this store. Open it again.' });
    const verdict = found.verdict === 'reconnect' ? ('repairing' as const) : found.verdict;
    const version = found.version + (verdict === found.verdict ? 0 : 1);
    return wake(
      { ...found, verdict, version, repair: { ...found.repair, sellerCentralOpenedAt: now, handedOff: false } },
      now,
    );
  });
  return readRepair(shop, who);
}

/** *Look now*. */
export async function lookNow(shop: Shop, who: OneStore): Promise<Repair> {
  const row = await rowOf(shop, who);
  if (row.phase === 'live') await lookOnce(shop, row, { mode: row.alarm === null ? 'full' : 'quick' });
  return readRepair(shop, who);
}

async function change(shop: Shop, id: string, edit: (row: StoreRow) => StoreRow): Promise<void> {
  const now = shop.now();
  const row = await shop.db.transaction(async (tx) => {
    const found = await lockStore(tx, id);
    if (!found || found.phase === 'closed') return null;
    const after = edit(found);
    if (after === found) return null;
    await saveStore(tx, after);
    if (after.verdict === 'repairing' && found.verdict !== 'repairing')
      await recordEvent(shop, { tx, row: after, type: 'store.repair_started', now });
    return after;
  });
  if (row) shop.live.publish({ type: 'store', accountId: row.accountId, store: toStoreBody(row, shop) });
}

async function rowOf(shop: Shop, who: OneStore): Promise<StoreRow> {
  const row = await readStore(shop.db.db, who);
  if (!row || row.phase === 'closed')
    throw new Fault('not-found', { detail: 'There is no such store in this account.' });
  return row;
}

export async function readRepair(shop: Shop, who: OneStore): Promise<Repair> {
  const row = await rowOf(shop, who);
  const session = await sessionOf(shop, row);
  const episode = await recentObservations(shop.db.db, {
    storeId: row.id,
    since: episodeSince(row),
    limit: 100,
  });
  const diagnosis = row.judgement?.diagnosis ?? (await shownAtOnce(shop, row, episode));
  const { label } = shop.connector(row.marketplace);
  const context = {
    ...namesAt(shop, row),
    storeName: row.name,
    since: row.since,
    now: shop.now(),
    authorizedAt: row.authorizedAt,
  };
  const store = toStoreBody(row, shop);
  return {
    store,
    session: toSessionBody(session, null, shop),
    diagnosis: diagnosis ? toDiagnosisBody(diagnosis, context) : null,
    checks: store.checks,
    guide: guideOf(shop, row, diagnosis),
    ...timesOf(row, session),
    continue_url: `/connect/${session.id}/continue`,
    handed_off: row.repair?.handedOff === true,
    facts: await factsOf(shop, { diagnosis, episode, label }),
  };
}

/** The open repair's session; after it ended green the dialog may ask once more, and its last session still tells how it went. */
async function sessionOf(shop: Shop, row: StoreRow): Promise<SessionRow> {
  const { db } = shop.db;
  const session = row.repair
    ? await readSession(db, { accountId: row.accountId, id: row.repair.sessionId })
    : await newestSession(db, { storeId: row.id });
  if (!session) throw new Fault('not-found', { detail: 'No repair is open for this store.' });
  return session;
}

function timesOf(row: StoreRow, session: SessionRow) {
  const { repair } = row;
  return {
    opened_at: instant(repair ? repair.openedAt : session.createdAt),
    seller_central_opened_at: instantOrNull(repair ? repair.sellerCentralOpenedAt : null),
    last_look_at: instantOrNull(row.lastLookAt),
    next_look_at: instantOrNull(row.nextAt),
  };
}

/** In a dialog the diagnosis is shown at once; the guard only decides about alarms. */
async function shownAtOnce(shop: Shop, row: StoreRow, observations: Observation[]): Promise<Diagnosis | null> {
  if (observations.length === 0) return null;
  const weather = await shop.crowd.weather(row.cohort, row.id);
  return diagnoseNow(judgeInput(shop, { row, observations, weather, deniedElsewhere: [], now: shop.now() }));
}

function guideOf(shop: Shop, row: StoreRow, diagnosis: Diagnosis | null): Repair['guide'] {
  const connector = shop.connector(row.marketplace);
  const guide = connector.guide({
    // Where nothing is wrong the year is to be renewed, or the first permission still to be given.
    cause: diagnosis?.cause ?? (row.phase === 'live' ? 'grant.expiring' : 'grant.abandoned'),
    app: appOf(shop, row),
    site: siteOf(shop, row),
    expiresAt: estimatedExpiry(row.authorizedAt),
  });
  return guideBody(guide, row.repair?.sellerCentralOpenedAt != null);
}

/** A guide as the pages read it. `begun`: the first step is done, the person is on the way. */
export function guideBody({ picture, ...guide }: Guide, begun: boolean): Repair['guide'] {
  return {
    opens: guide.opens,
    way: guide.way,
    title: guide.title,
    steps: guide.steps.map((step, i) => ({ ...step, done: i === 0 && begun })),
    picture: picture
      ? {
          host: picture.host,
          app_name: picture.appName,
          app_id: picture.appId,
          status: picture.status,
          date: picture.date,
          button: picture.button,
        }
      : null,
  };
}

type Telling = { diagnosis: Diagnosis | null; episode: readonly Observation[]; label: string };

async function factsOf(shop: Shop, { diagnosis, episode, label }: Telling): Promise<Repair['facts']> {
  const cited =
    diagnosis && diagnosis.evidence.length > 0 ? await readObservations(shop.db.db, { ids: diagnosis.evidence }) : [];
  const shown = cited.length > 0 ? cited : episode.filter((o) => o.answer !== 'ok').slice(-4);
  return shown
    .toSorted((a, b) => a.at - b.at)
    .map((o) => ({ at: instant(o.at), text: observationText(o, label), call: o.call, code: codeOf(o) }));
}

function codeOf(o: Observation): string | null {
  const parts = [o.status === null ? null : String(o.status), o.code].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(' ') : null;
}
