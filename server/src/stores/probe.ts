/** Looking at a store: when it is due, when somebody asks, and quickly while it is repaired. One look at a time per store. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';
import { allWell, type LadderMode } from '../core/ladder.ts';
import { isDenial, type Capability, type Observation } from '../core/observation.ts';
import { readCredential } from '../db/credentials.ts';
import { deniedElsewhere } from '../db/crowd.ts';
import { readStore, releaseStoreLease, takeStoreLease, touchStore, type StoreRow } from '../db/stores.ts';
import type { ProbeResult } from '../http/contract/connect.ts';
import { runLadder, type LadderRun } from './ask.ts';
import type { Subject } from './subject.ts';
import { takeFromBudget } from './budget.ts';
import { lendAsControl } from './control.ts';
import { toStoreBody } from './present.ts';
import { settleLook } from './settle.ts';
import { appOf, siteIn, type Shop } from './shop.ts';
import { stepsOf } from './steps.ts';

/** Longer than the longest ladder: a lease that runs out means that its process is gone. Milliseconds, machine time. */
export const LOOK_LEASE_MS = 90_000;

export type LookResult = { row: StoreRow; observations: Observation[] };

/** A look at a store whose lease is held already (claimed by the watch). */
export async function lookAtClaimed(shop: Shop, row: StoreRow): Promise<void> {
  try {
    await look(shop, row, modeFor(row));
  } finally {
    await releaseStoreLease(shop.db.db, { id: row.id, owner: shop.owner });
  }
}

/** Probing by hand: the whole ladder, now. If somebody is looking already, theirs is the answer: one refresh per store. */
export async function probeNow(shop: Shop, who: { accountId: string; id: string }): Promise<ProbeResult> {
  const row = await mine(shop, who);
  if (row.phase !== 'live') return { steps: [], store: toStoreBody(row, shop) };
  takeFromBudget(row.id, shop.now());
  const result = await lookOnce(shop, row, 'full');
  const connector = shop.connector(row.marketplace);
  const observations = result?.observations ?? [];
  const fresh = result?.row ?? (await mine(shop, who));
  return { steps: stepsOf(observations, { connector, done: true }), store: toStoreBody(fresh, shop) };
}

async function mine(shop: Shop, { accountId, id }: { accountId: string; id: string }): Promise<StoreRow> {
  const row = await readStore(shop.db.db, { accountId, id });
  if (!row || row.phase === 'closed')
    throw new Fault('not-found', { detail: 'There is no such store in this account.' });
  return row;
}

/** Looks under the store's lease, or waits for whoever holds it and takes over their result. */
export async function lookOnce(shop: Shop, row: StoreRow, mode: LadderMode): Promise<LookResult | null> {
  const asked = Date.now();
  for (;;) {
    const leased = await takeStoreLease(shop.db.db, {
      id: row.id,
      owner: shop.owner,
      now: shop.now(),
      leaseMs: LOOK_LEASE_MS,
    });
    if (leased && waitedForAnother(asked, row, leased)) {
      await releaseStoreLease(shop.db.db, { id: row.id, owner: shop.owner });
      return { row: leased, observations: [] };
    }
    if (leased) return lookLeased(shop, leased, mode);
    if (Date.now() - asked > LOOK_LEASE_MS) return null;
    await sleep(50);
  }
}

/** Somebody else finished a look while we stood in line: it is as fresh as ours would be. */
function waitedForAnother(askedAt: number, before: StoreRow, after: StoreRow): boolean {
  return Date.now() - askedAt > 40 && after.lastLookAt !== before.lastLookAt;
}

async function lookLeased(shop: Shop, row: StoreRow, mode: LadderMode): Promise<LookResult | null> {
  try {
    return await look(shop, row, mode);
  } finally {
    await releaseStoreLease(shop.db.db, { id: row.id, owner: shop.owner });
  }
}

/** A store in trouble is looked at with witnesses; one under repair with the cheapest question that can turn green. */
function modeFor(row: StoreRow): LadderMode {
  if (row.repair !== null && row.alarm !== null) return 'quick';
  return row.failingSince === null ? 'routine' : 'full';
}

async function look(shop: Shop, row: StoreRow, mode: LadderMode): Promise<LookResult | null> {
  const subject = await subjectOf(shop, row);
  if (!subject) return null;
  const run: LadderRun = {
    subject,
    mode,
    source: row.repair ? 'repair' : 'probe',
    identityWanted: row.sellerId === null,
    trouble: troubleOf(row, subject),
    turn: row.repair?.looks ?? 0,
  };
  const { observations } = await runLadder(shop, run);
  if (isQuiet(row, observations)) return touch(shop, row, { subject, observations });
  const weather = await shop.crowd.weather(row.cohort);
  const denied = await deniedAround(shop, row, observations);
  const settled = await settleLook(shop, {
    storeId: row.id,
    credentialVersion: subject.credentials.version,
    observations,
    weather,
    deniedElsewhere: denied,
    leaseOwner: shop.owner,
  });
  if (settled && isHealthy(settled)) await lendAsControl(shop, subject, observations);
  return { row: settled ?? row, observations };
}

function isHealthy({ verdict }: StoreRow): boolean {
  return verdict === 'connected' || verdict === 'expiring';
}

async function subjectOf(shop: Shop, row: StoreRow): Promise<Subject | null> {
  const credential = await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId: row.id, state: 'current' });
  // Newer credentials may be of another marketplace, to which the store moved a moment ago.
  if (!credential || credential.version !== row.credentialVersion) return null;
  return {
    storeId: row.id,
    cohort: row.cohort,
    site: siteIn(shop, row),
    sellerId: row.sellerId,
    app: appOf(shop, row),
    connector: shop.connector(row.marketplace),
    credentials: credential,
  };
}

function troubleOf(row: StoreRow, { connector }: Subject): 'grant' | 'data' | null {
  if (row.alarm === null) return null;
  if (connector.grant.kind === 'direct') return 'data';
  return row.alarm.diagnosis.cause.startsWith('store.') || row.alarm.cause === 'grant.half_open' ? 'data' : 'grant';
}

/** All well, as before: one cheap statement and nothing else. */
function isQuiet(row: StoreRow, observations: readonly Observation[]): boolean {
  if (row.verdict !== 'connected' || row.failingSince !== null || row.sellerId === null) return false;
  if (!allWell(observations) || (row.judgement?.notices.length ?? 1) > 0 || row.firstOkAt === null) return false;
  return observations.every((o) => sameAsKnown(row, o));
}

function sameAsKnown(row: StoreRow, o: Observation): boolean {
  if (o.facts.sellerId !== undefined && o.facts.sellerId !== row.sellerId) return false;
  if (o.capability !== null && !row.everOk.includes(o.capability)) return false;
  if (o.facts.payouts === 'disabled' || o.facts.payouts === 'at_risk') return false;
  return o.facts.sites === undefined || JSON.stringify(o.facts.sites) === JSON.stringify(row.sites);
}

type Quiet = { subject: Subject; observations: Observation[] };

async function touch(shop: Shop, row: StoreRow, { subject, observations }: Quiet): Promise<LookResult | null> {
  const now = shop.now();
  const end = row.authorizedAt === null ? Infinity : row.authorizedAt + 335 * 86_400_000;
  if (now >= end) return settleQuiet(shop, row, { subject, observations });
  const normal = now + Math.round(shop.settings.probeIntervalMs * (0.9 + 0.2 * Math.random()));
  const nextAt = Math.min(normal, end + 60_000);
  await touchStore(shop.db.db, { id: row.id, lastLookAt: now, lastOkAt: now, nextAt });
  await lendAsControl(shop, subject, observations);
  return { row: { ...row, lastLookAt: now, lastOkAt: now, nextAt }, observations };
}

/** The clock alone changed something (the year is nearly over, or was renewed): that is for the judge. */
async function settleQuiet(shop: Shop, row: StoreRow, { subject, observations }: Quiet): Promise<LookResult | null> {
  const settled = await settleLook(shop, {
    storeId: row.id,
    credentialVersion: subject.credentials.version,
    observations,
    weather: await shop.crowd.weather(row.cohort),
    deniedElsewhere: [],
    leaseOwner: shop.owner,
  });
  await lendAsControl(shop, subject, observations);
  return { row: settled ?? row, observations };
}

/** Is the same capability denied to other stores of the app? Asked only when something is denied. */
async function deniedAround(shop: Shop, row: StoreRow, observations: readonly Observation[]): Promise<Capability[]> {
  const denied = new Set(observations.flatMap((o) => (isDenial(o.answer) && o.capability ? [o.capability] : [])));
  if (denied.size === 0) return [];
  const elsewhere = await deniedElsewhere(shop.db.db, { cohort: row.cohort, notId: row.id });
  return elsewhere.filter((capability) => denied.has(capability));
}
