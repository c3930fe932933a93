/** Looking at a store: when it is due, when somebody asks, and quickly while it is repaired. One look at a time per store. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';
import { SLOW_MS } from '../core/lanes.ts';
import type { DataCallShape, LadderMode, Trouble } from '../core/ladder.ts';
import { isDenial, type Capability, type Observation } from '../core/observation.ts';
import { controlRefused, type Weather } from '../core/weather.ts';
import { appendObservations } from '../db/observations.ts';
import { toldOf } from '../db/subscriptions.ts';
import { readStore, releaseStoreLease, takeStoreLease, touchStore, type StoreRow } from '../db/stores.ts';
import type { ProbeResult } from '../http/contract/connect.ts';
import { runLadder, type LadderRun } from './ask.ts';
import type { Subject } from './subject.ts';
import { takeFromBudget } from './budget.ts';
import { CredentialProblem, noteCannotLook, openCredential } from './cannot-look.ts';
import { lendAsControl } from './control.ts';
import { leaseName } from './lease.ts';
import { toStoreBody } from './present.ts';
import { isQuiet } from './quiet.ts';
import { nextAtOf, settleLook } from './settle.ts';
import { appOf, hasQueue, siteIn, type Shop } from './shop.ts';
import { stepsOf } from './steps.ts';
import { turnFor } from './turn.ts';

/** Longer than the longest ladder: a lease that runs out means that its process is gone. Milliseconds, machine time. */
export const LOOK_LEASE_MS = 90_000;
/** Whoever waits for another's look asks again after the first of these, then ever more slowly. Milliseconds of machine time. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 200;

/** So often in a row a lease may run out under a look. */
const TAKINGS_MOST = 20;

/** `byHand`: somebody asked, and may read what each step rests on. */
type LookWish = { mode: LadderMode; byHand?: boolean };
export type LookResult = { row: StoreRow; observations: Observation[] };

/** A look at a store whose lease is held already (claimed by the watch). */
export async function lookAtClaimed(shop: Shop, row: StoreRow): Promise<void> {
  // Taken so often and never given back: the look itself ends the process, so this time it is only noted.
  if (row.attempt > TAKINGS_MOST) return noteAndGiveBack(shop, row);
  await lookLeased(shop, row, { mode: modeFor(row) });
}

async function noteAndGiveBack(shop: Shop, row: StoreRow): Promise<void> {
  try {
    await noteCannotLook(
      shop,
      row,
      new Error('The checks of this store ended with their process, several times in a row.'),
    );
  } finally {
    await giveBack(shop, row);
  }
}

/**
 * Probing by hand: the whole ladder, now. If somebody is looking already, theirs is the answer: one refresh per store.
 * The store's budget is paid by the look, not by those who wait for it.
 */
export async function probeNow(shop: Shop, who: { accountId: string; id: string }): Promise<ProbeResult> {
  const row = await mine(shop, who);
  if (row.phase !== 'live') return { steps: [], store: toStoreBody(row, shop) };
  const result = await lookOnce(shop, row, { mode: 'full', byHand: true });
  const connector = shop.connector(row.marketplace);
  const fresh = result?.row ?? (await mine(shop, who));
  return {
    steps: stepsOf(result?.observations ?? [], { connector, done: true }),
    store: toStoreBody(fresh, shop),
  };
}

async function mine(shop: Shop, { accountId, id }: { accountId: string; id: string }): Promise<StoreRow> {
  const row = await readStore(shop.db.db, { accountId, id });
  if (!row || row.phase === 'closed')
    throw new Fault('not-found', { detail: 'There is no such store in this account.' });
  return row;
}

/** The callers of this process that wait for one store's lease: the first asks for it, the others share its result. */
const waitingIn = new WeakMap<Shop, Map<string, Promise<LookResult | null>>>();

/**
 * Looks under the store's lease, or waits for whoever holds it and takes over their result. `row` is the store as the
 * caller found it on being asked: a look that ended since then is as fresh as one of ours would be. Null when somebody
 * holds the lease for longer than a lease lasts.
 */
export function lookOnce(shop: Shop, row: StoreRow, wish: LookWish): Promise<LookResult | null> {
  const waiting = waitingIn.get(shop) ?? new Map<string, Promise<LookResult | null>>();
  waitingIn.set(shop, waiting);
  const key = [row.id, row.lastLookAt, wish.mode, wish.byHand].join(' ');
  const shared = waiting.get(key);
  if (shared) return shared;
  // Who asks while the look runs waits for the lease, which tells whether the look is still alive.
  const leave = (): void => void waiting.delete(key);
  const look = waitAndLook(shop, row, { ...wish, onTurn: leave }).finally(leave);
  waiting.set(key, look);
  return look;
}

type Waiting = LookWish & { onTurn: () => void };

async function waitAndLook(shop: Shop, row: StoreRow, wish: Waiting): Promise<LookResult | null> {
  const patience = performance.now() + LOOK_LEASE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const leased = await takeStoreLease(shop.db.db, {
      id: row.id,
      owner: leaseName(shop),
      now: shop.now(),
      leaseMs: LOOK_LEASE_MS,
    });
    if (leased) wish.onTurn();
    if (leased && leased.lastLookAt !== row.lastLookAt) {
      await giveBack(shop, leased);
      return { row: leased, observations: [] };
    }
    if (leased) return lookLeased(shop, leased, wish);
    if (performance.now() > patience) return null;
    await sleep(pause);
  }
}

async function lookLeased(shop: Shop, row: StoreRow, wish: LookWish): Promise<LookResult | null> {
  const began = performance.now();
  try {
    if (wish.byHand === true) takeFromBudget(shop, row.id);
    const result = await lookOrNote(shop, row, wish);
    if (wish.byHand === true && result) await keepEvidence(shop, result);
    return result;
  } finally {
    const slow = performance.now() - began > SLOW_MS;
    await releaseStoreLease(shop.db.db, { id: row.id, owner: row.leaseOwner ?? '', slow });
  }
}

async function lookOrNote(shop: Shop, row: StoreRow, wish: LookWish): Promise<LookResult | null> {
  try {
    return await look(shop, row, wish);
  } catch (error) {
    const noted = await noteCannotLook(shop, row, error);
    return noted && { row: noted, observations: [] };
  }
}

/** Whoever asked by hand may read what each step rests on, also where the look found nothing new. */
async function keepEvidence(shop: Shop, { row: { accountId, id }, observations }: LookResult): Promise<void> {
  await shop.db.transaction((tx) => appendObservations(tx, { accountId, storeId: id, observations }));
}

async function giveBack(shop: Shop, { id, leaseOwner }: StoreRow): Promise<void> {
  await releaseStoreLease(shop.db.db, { id, owner: leaseOwner ?? '' });
}

/** Newer credentials may be of another marketplace, to which the store moved a moment ago. Otherwise ours are lost. */
async function withoutCredential(shop: Shop, { id, credentialVersion }: StoreRow): Promise<null> {
  const row = await readStore(shop.db.db, { id });
  if (row?.phase === 'live' && row.credentialVersion === credentialVersion)
    throw new CredentialProblem(`The store has no credential of version ${credentialVersion}.`);
  return null;
}

/** A store in trouble is looked at with witnesses; one under repair with the cheapest question that can turn green. */
export function modeFor(row: StoreRow): LadderMode {
  if (row.repair !== null && row.alarm !== null) return 'quick';
  return row.failingSince === null ? 'routine' : 'full';
}

async function look(shop: Shop, row: StoreRow, { mode, byHand = false }: LookWish): Promise<LookResult | null> {
  const subject = await subjectOf(shop, row);
  if (!subject) return null;
  const { observations, ended } = await runLadder(shop, runFor(shop, row, { subject, mode }));
  if (ended) return overtaken(shop, row);
  const told = hasQueue(subject.app) ? await toldOf(shop.db.db, row.id) : null;
  if (told === null && isQuiet(row, observations)) return touch(shop, row, { subject, observations });
  const weather = await shop.crowd.weather(row.cohort, row.id);
  const denied = await deniedAround(shop, row, { observations, weather });
  const settled = await settleLook(shop, {
    storeId: row.id,
    credentialVersion: subject.credentials.version,
    observations,
    weather,
    deniedElsewhere: denied,
    leaseOwner: row.leaseOwner,
    byHand,
    told,
  });
  if (!settled) return overtaken(shop, row);
  if (isHealthy(settled)) await lendAsControl(shop, subject, observations);
  return { row: settled, observations };
}

function runFor(shop: Shop, row: StoreRow, { subject, mode }: Turning): LadderRun {
  return {
    subject,
    mode,
    source: row.repair ? 'repair' : 'probe',
    identityWanted: row.sellerId === null,
    trouble: troubleOf(row, subject),
    turn: row.repair?.looks ?? 0,
    inTurn: turnFor(row, {
      dataCalls: subject.connector.dataCalls,
      mode,
      intervalMs: shop.settings.probeIntervalMs,
      now: shop.now(),
    }),
  };
}

/** Other credentials, or another look, came in between: ours counts for nothing, and the row as it is now is the answer. */
async function overtaken(shop: Shop, { id }: StoreRow): Promise<LookResult | null> {
  const row = await readStore(shop.db.db, { id });
  return row && { row, observations: [] };
}

function isHealthy({ verdict }: StoreRow): boolean {
  return verdict === 'connected' || verdict === 'expiring';
}

async function subjectOf(shop: Shop, row: StoreRow): Promise<Subject | null> {
  const credential = await openCredential(shop, { id: row.id, state: 'current' });
  if (!credential || credential.version !== row.credentialVersion) return withoutCredential(shop, row);
  return {
    accountId: row.accountId,
    storeId: row.id,
    cohort: row.cohort,
    site: siteIn(shop, row),
    sellerId: row.sellerId,
    app: appOf(shop, row),
    connector: shop.connector(row.marketplace),
    credentials: credential,
  };
}

type Turning = { subject: Subject; mode: LadderMode };

function troubleOf(row: StoreRow, { connector }: Subject): Trouble | null {
  if (row.alarm === null) return null;
  if (row.alarm.cause === 'store.inactive') return 'standing';
  if (connector.grant.kind === 'direct') return 'data';
  return row.alarm.diagnosis.cause.startsWith('store.') || row.alarm.cause === 'grant.half_open' ? 'data' : 'grant';
}

type Quiet = { subject: Subject; observations: Observation[] };

async function touch(shop: Shop, row: StoreRow, { subject, observations }: Quiet): Promise<LookResult | null> {
  const now = shop.now();
  const end = row.authorizedAt === null ? Infinity : row.authorizedAt + 335 * 86_400_000;
  if (now >= end) return settleQuiet(shop, row, { subject, observations });
  const nextAt = Math.min(nextAtOf(shop, { before: row, after: row, now }) ?? Infinity, end + 60_000);
  const { version } = subject.credentials;
  const held = { id: row.id, owner: row.leaseOwner ?? '', credentialVersion: version };
  if (!(await touchStore(shop.db.db, { ...held, lastLookAt: now, lastOkAt: now, nextAt }))) return overtaken(shop, row);
  await lendAsControl(shop, subject, observations);
  return { row: { ...row, lastLookAt: now, lastOkAt: now, nextAt }, observations };
}

/** The clock alone changed something (the year is nearly over, or was renewed): that is for the judge. */
async function settleQuiet(shop: Shop, row: StoreRow, { subject, observations }: Quiet): Promise<LookResult | null> {
  const settled = await settleLook(shop, {
    storeId: row.id,
    credentialVersion: subject.credentials.version,
    observations,
    weather: await shop.crowd.weather(row.cohort, row.id),
    deniedElsewhere: [],
    leaseOwner: row.leaseOwner,
  });
  if (!settled) return overtaken(shop, row);
  await lendAsControl(shop, subject, observations);
  return { row: settled, observations };
}

type Around = { observations: readonly Observation[]; weather: Weather };

/** Is the same capability denied to other stores of the app? Asked only when something is denied. */
async function deniedAround(shop: Shop, row: StoreRow, { observations, weather }: Around): Promise<Capability[]> {
  if (!observations.some(isDeniedData)) return [];
  // While a neighbour is answered, whoever is refused everything has a trouble of their own.
  const failing = !neighbourAnswers(weather);
  const elsewhere = await shop.crowd.deniedToOthers(row.cohort, { notStoreId: row.id, failing });
  return deniedAlike(observations, { elsewhere, dataCalls: shop.connector(row.marketplace).dataCalls });
}

type Elsewhere = { elsewhere: readonly Capability[]; dataCalls: readonly DataCallShape[] };

/**
 * Of the kinds of data that a look was denied, those that others are denied as well. What has its turn in one look of four
 * goes with the rest: the others were hardly asked for it in the same hour, so that nobody's refusal says anything of theirs.
 */
export function deniedAlike(observations: readonly Observation[], { elsewhere, dataCalls }: Elsewhere): Capability[] {
  const denied = [...new Set(observations.flatMap((o) => (isDeniedData(o) ? [o.capability] : [])))];
  const inTurn = dataCalls.flatMap((call) => (call.inTurn ? [call.capability] : []));
  const alike = denied.filter((capability) => elsewhere.includes(capability));
  const steady = denied.filter((capability) => !inTurn.includes(capability));
  const isRest = steady.length > 0 && steady.every((capability) => alike.includes(capability));
  return isRest ? [...new Set([...alike, ...inTurn])] : alike;
}

function isDeniedData(o: Observation): o is Observation & { capability: Capability } {
  return isDenial(o.answer) && o.capability !== null;
}

export function neighbourAnswers(weather: Weather): boolean {
  return weather.control.lastOkVia !== null && weather.control.lastOkVia !== 'app' && !controlRefused(weather);
}
