/**
 * From a look to a committed judgement: lock, check that the look was about these credentials, judge, save state, events
 * and messages in one transaction; publish afterwards. No lock is held while the marketplace answers.
 */
import { estimatedExpiry } from '../core/access.ts';
import { nextLook } from '../core/cadence.ts';
import { episodeWith, judge } from '../core/judge.ts';
import type { JudgeInput, Judgement } from '../core/judgement.ts';
import type { Capability, Observation } from '../core/observation.ts';
import { transition, type EventType, type Step } from '../core/transition.ts';
import type { Weather } from '../core/weather.ts';
import { appendEvent } from '../db/events.ts';
import type { Tx } from '../db/open.ts';
import { appendObservations, recentObservations } from '../db/observations.ts';
import { holdsStoreLease, lockStore, saveStore, type StoreRow } from '../db/stores.ts';
import { everOkAfter, judgeInput, sellerSeen, sitesSeen } from './facts.ts';
import { enqueueEffects, scheduleReminders } from './remind.ts';
import { toStoreBody } from './present.ts';
import type { Shop } from './shop.ts';
import { goOnTelling } from './tell.ts';

/** An alarm takes two failed looks at least. */
const LOOKS_TO_AN_ALARM = 2;
/** Observations of one open episode that the judge reads; a longer one has told what it had to tell. */
const EPISODE_LIMIT = 200;

export type Look = {
  storeId: string;
  /** The credentials that were tried. A look about older ones is dropped. */
  credentialVersion: number;
  observations: Observation[];
  weather: Weather;
  deniedElsewhere: Capability[];
  /** Set when the look holds the store's lease: lost leases are dropped too. */
  leaseOwner: string | null;
};

/** Judges a look and commits what follows. Null when the look came too late to count. */
export async function settleLook(shop: Shop, look: Look): Promise<StoreRow | null> {
  const settled = await shop.db.transaction(async (tx) => {
    const row = await lockStore(tx, look.storeId);
    if (!row || row.phase !== 'live' || row.credentialVersion !== look.credentialVersion) return null;
    const now = shop.now();
    if (look.leaseOwner !== null && !(await holdsStoreLease(tx, { id: row.id, owner: look.leaseOwner, now })))
      return null;
    const earlier = await recentObservations(tx, { storeId: row.id, since: episodeSince(row), limit: EPISODE_LIMIT });
    return judgeAndSave(shop, { tx, row, earlier, look, now });
  });
  if (settled?.announce)
    shop.live.publish({ type: 'store', accountId: settled.row.accountId, store: toStoreBody(settled.row, shop) });
  return settled?.row ?? null;
}

/** An episode begins after the last look in which all was well; that look's own answers belong to the one before. */
export function episodeSince({ lastOkAt, createdAt }: StoreRow): number {
  return lastOkAt === null ? createdAt : lastOkAt + 1;
}

type Saving = { tx: Tx; row: StoreRow; earlier: Observation[]; look: Look; now: number };

async function judgeAndSave(
  shop: Shop,
  { tx, row, earlier, look, now }: Saving,
): Promise<{ row: StoreRow; announce: boolean }> {
  const material = { row, weather: look.weather, deniedElsewhere: look.deniedElsewhere, now };
  const whole = judgeInput(shop, { ...material, observations: [...earlier, ...look.observations] });
  const episode = episodeWith({ ...whole, observations: earlier }, look.observations);
  const judgement = judgeRenewed(episode, row);
  const step = transition(beforeOf(row), judgement, now);
  const after = rowAfter(shop, { row, look, judgement, step, now });
  const news = isNews({ row, earlier, look, judgement, step });
  if (news)
    await appendObservations(tx, { accountId: row.accountId, storeId: row.id, observations: look.observations });
  await commitRow(shop, { tx, before: row, after, judgement, step, now });
  const worthTelling = step.changed || news || after.version !== row.version;
  return { row: after, announce: worthTelling || row.lastLookAt === null || row.repair !== null };
}

/** A year that is seen to have started anew is judged by its new end: otherwise a renewed store would still be told to renew. */
function judgeRenewed(input: JudgeInput, row: StoreRow): Judgement {
  const judgement = judge(input);
  const renewed = renewal(row, isHealthy(judgement), input.now);
  if (renewed.authorizedAt === row.authorizedAt) return judgement;
  return judge({ ...input, store: { ...input.store, ...renewed } });
}

function isHealthy({ verdict }: Judgement): boolean {
  return verdict === 'connected' || verdict === 'expiring';
}

type Committing = { tx: Tx; before: StoreRow; after: StoreRow; judgement: Judgement; step: Step; now: number };

/** Saves the row with its events and messages. Everybody who changes a verdict goes through here. */
export async function commitRow(shop: Shop, { tx, before, after, judgement, step, now }: Committing): Promise<void> {
  await saveStore(tx, after);
  for (const type of step.events) await recordEvent(shop, { tx, row: after, type, now });
  await enqueueEffects(shop, { tx, row: after, judgement, effects: step.effects, now });
  const decided = step.effects.some(({ type }) => type !== 'tell_operator');
  if (step.changed && before.alarm !== null && !decided) await goOnTelling(shop, { tx, row: after, now });
  if (after.authorizedAt !== before.authorizedAt || after.phase !== before.phase) {
    await scheduleReminders(shop, { tx, row: after, now });
  }
}

/** An event carries the version and the whole store, so that a consumer can drop a stale one (rule R5). */
export async function recordEvent(
  shop: Shop,
  { tx, row, type, now }: { tx: Tx; row: StoreRow; type: EventType; now: number },
): Promise<void> {
  const snapshot = toStoreBody(row, shop);
  await appendEvent(tx, { accountId: row.accountId, storeId: row.id, type, at: now, version: row.version, snapshot });
}

export function beforeOf(row: StoreRow): {
  verdict: StoreRow['verdict'];
  cause: StoreRow['cause'];
  since: number;
  alarm: StoreRow['alarm'];
} {
  return { verdict: row.verdict, cause: row.cause, since: row.since, alarm: row.alarm };
}

type Shaping = { row: StoreRow; look: Look; judgement: Judgement; step: Step; now: number };

function rowAfter(shop: Shop, { row, look, judgement, step, now }: Shaping): StoreRow {
  const healthy = isHealthy(judgement);
  const renewed = renewal(row, healthy, now);
  const after: StoreRow = {
    ...row,
    ...renewed,
    ...(healthy ? wellFields(row, now) : illFields(row, { look, judgement, now })),
    sites: sitesSeen(look.observations) ?? row.sites,
    sellerId: row.sellerId ?? sellerSeen(look.observations),
    everOk: everOkAfter(row.everOk, look.observations),
    verdict: judgement.verdict,
    cause: judgement.diagnosis?.cause ?? null,
    judgement,
    alarm: judgement.alarm,
    since: step.since,
    // A new end is news for calendars, also where the verdict stays what it was.
    version: step.changed || renewed.authorizedAt !== row.authorizedAt ? row.version + 1 : row.version,
    lastLookAt: now,
    attempt: 0,
  };
  return { ...after, nextAt: nextAtOf(shop, { before: row, after, now }) };
}

type HealthFields = Pick<StoreRow, 'firstOkAt' | 'lastOkAt' | 'failingSince' | 'failedLooks' | 'repair'>;

function wellFields(row: StoreRow, now: number): HealthFields {
  return { firstOkAt: row.firstOkAt ?? now, lastOkAt: now, failingSince: null, failedLooks: 0, repair: null };
}

type Ill = { look: Look; judgement: Judgement; now: number };

function illFields(row: StoreRow, { look, judgement, now }: Ill): HealthFields {
  // Looking slows from the alarm on: how often bad weather was looked at before says nothing about the store.
  const begins = judgement.alarm !== null && judgement.alarm.cause !== row.alarm?.cause;
  return {
    firstOkAt: row.firstOkAt,
    lastOkAt: row.lastOkAt,
    failingSince: row.failingSince ?? look.observations[0]?.at ?? now,
    failedLooks: begins ? LOOKS_TO_AN_ALARM : row.failedLooks + 1,
    repair: row.repair ? { ...row.repair, looks: row.repair.looks + 1 } : null,
  };
}

/**
 * Rule R9: a call that succeeds after the estimated end means that the seller renewed at the marketplace. A permission that
 * was seen to have run out was renewed just now; one that was never missed was renewed by its end at the latest.
 */
function renewal(row: StoreRow, healthy: boolean, now: number): Pick<StoreRow, 'authorizedAt' | 'authorizedBy'> {
  const end = estimatedExpiry(row.authorizedAt);
  if (!healthy || end === null || now <= end) return { authorizedAt: row.authorizedAt, authorizedBy: row.authorizedBy };
  return { authorizedAt: row.alarm?.cause === 'grant.expired' ? now : end, authorizedBy: 'inferred' };
}

type Looked = { before: StoreRow; after: StoreRow; now: number };

export function nextAtOf(shop: Shop, { before, after, now }: Looked): number | null {
  return nextLook({
    verdict: after.verdict,
    now,
    intervalMs: shop.settings.probeIntervalMs,
    failingSince: after.failingSince,
    failedLooks: after.failedLooks,
    repair: after.repair,
    authorizedAt: after.authorizedAt,
    before: { dueAt: before.nextAt, failingSince: before.failingSince },
    roll: Math.random(),
  });
}

type News = { row: StoreRow; earlier: Observation[]; look: Look; judgement: Judgement; step: Step };

/** What changes a belief is kept as evidence; more of the same only moves the time of the last look. */
function isNews({ row, earlier, look, judgement, step }: News): boolean {
  if (step.changed) return true;
  if (row.alarm?.evidence !== judgement.alarm?.evidence && row.alarm?.since !== judgement.alarm?.since) return true;
  const last = new Map(earlier.map((o) => [o.call, o.answer]));
  return look.observations.some((o) => o.rung !== 'control' && o.answer !== (last.get(o.call) ?? 'ok'));
}
