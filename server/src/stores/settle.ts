/**
 * From a look to a committed judgement: lock, check that the look was about these credentials, judge, save state, events
 * and messages in one transaction; publish afterwards. No lock is held while the marketplace answers.
 */
import type { AuditKind } from '../core/audit.ts';
import { nextLook } from '../core/cadence.ts';
import { lotOf } from '../core/incident.ts';
import type { JudgeInput, Judgement, StoreFacts } from '../core/judgement.ts';
import type { Capability, Observation } from '../core/observation.ts';
import { recordedLook, type Looked } from '../core/recorded-look.ts';
import type { Before, EventType, Step } from '../core/transition.ts';
import type { Weather } from '../core/weather.ts';
import { EPISODE_LIMIT, isHealthy, renewal, TODAYS_RULES, weigh } from '../core/weigh.ts';
import { appendAudit } from '../db/audit.ts';
import { appendEvent } from '../db/events.ts';
import { appendLook } from '../db/looks.ts';
import type { Tx } from '../db/open.ts';
import { appendObservations, recentObservations } from '../db/observations.ts';
import { findBySeller, holdsStoreLease, lockStore, saveStore, type StoreRow } from '../db/stores.ts';
import { provenOver } from './app-incidents.ts';
import { everOkAfter, judgeInput, rowsSeenAfter, sellerSeen, sitesSeen } from './facts.ts';
import { noteHeld, noteReleased } from './hold.ts';
import { endHandOffs } from './hand-off-end.ts';
import { enqueueEffects, scheduleReminders } from './remind.ts';
import { toStoreBody } from './present.ts';
import type { Shop } from './shop.ts';
import { goOnTelling } from './tell.ts';

/** An alarm takes two failed looks at least. */
const LOOKS_TO_AN_ALARM = 2;

export type Look = {
  storeId: string;
  /** The credentials that were tried. A look about older ones is dropped. */
  credentialVersion: number;
  observations: Observation[];
  weather: Weather;
  deniedElsewhere: Capability[];
  /** Set when the look holds the store's lease: lost leases are dropped too. */
  leaseOwner: string | null;
  /** True: asked for by hand. Whoever asked may read what each step rests on, though it told nothing new. */
  byHand?: boolean;
  /** What the marketplace told of the account by itself, where it has told anything. */
  told?: StoreFacts['told'];
  /** Data named a seller that another store of the account has. */
  sellerTaken?: boolean;
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
    const sellerTaken = await isTaken(tx, row, look);
    return judgeAndSave(shop, { tx, row, earlier, look: { ...look, sellerTaken }, now });
  });
  if (settled?.announce)
    shop.live.publish({ type: 'store', accountId: settled.row.accountId, store: toStoreBody(settled.row, shop) });
  return settled?.row ?? null;
}

/** Whether another store of the account is bound to the seller that this look names for the first time. */
async function isTaken(tx: Tx, row: StoreRow, { observations }: Look): Promise<boolean> {
  const sellerId = row.sellerId === null ? sellerSeen(observations) : null;
  if (sellerId === null) return false;
  const { accountId, marketplace, region } = row;
  const bound = await findBySeller(tx, { accountId, marketplace, region, sellerId });
  return bound.some((one) => one.id !== row.id);
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
  const { judgement, step, after, news, ...seen } = concludeLook(shop, { row, earlier, look, now });
  const { byHand = false, observations } = look;
  const kept = news || byHand;
  if (kept) await appendObservations(tx, { accountId: row.accountId, storeId: row.id, observations });
  await logLook(tx, { row, kind: 'look', ...seen, observations, judgement, step, byHand, kept });
  const seenAt = observations.at(-1)?.at;
  await commitRow(shop, { tx, before: row, after, judgement, step: withFault(step, judgement), now, seenAt });
  await noteHeld(shop, { tx, before: row, after, judgement, look, now });
  if (row.verdict === 'operator_problem' && isHealthy(judgement)) {
    const { cause, applicationId } = row;
    await provenOver(tx, { cause, applicationId, observations, now });
  }
  return { row: after, announce: step.changed || news || isWorthTelling(row, after) };
}

function isWorthTelling(before: StoreRow, after: StoreRow): boolean {
  return after.version !== before.version || before.lastLookAt === null || before.repair !== null;
}

export type Concluding = { row: StoreRow; earlier: Observation[]; look: Look; now: number };
export type Concluded = {
  before: Before;
  input: JudgeInput;
  judgement: Judgement;
  step: Step;
  after: StoreRow;
  news: boolean;
};

/** What a look makes of a store: nothing is read and nothing is written, and only the dice of the next look are thrown. */
export function concludeLook(
  shop: Pick<Shop, 'connector' | 'settings'>,
  { row, earlier, look, now }: Concluding,
): Concluded {
  const { weather, deniedElsewhere, told = null, sellerTaken = false } = look;
  const known = { ...row, ...sellerAfter(row, look, now) };
  const material = { row: known, weather, deniedElsewhere, told, duplicate: sellerTaken, now };
  const whole = judgeInput(shop, { ...material, observations: [...earlier, ...look.observations] });
  const before = beforeOf(row);
  const input = { ...whole, observations: earlier };
  const { judgement, step, news } = weigh(TODAYS_RULES, { before, input, look: look.observations });
  const after = rowAfter(shop, { row, look, judgement, step, now });
  return { before, input, judgement, step, after, news };
}

type Logging = { row: StoreRow } & Omit<Looked, 'cohort' | 'hasAddress'>;

/** The look with everything that the judge was given, for the replay of other rules over it. */
export async function logLook(tx: Tx, { row, ...looked }: Logging): Promise<void> {
  const { accountId, id: storeId, cohort, email } = row;
  await appendLook(tx, { accountId, storeId, look: recordedLook({ ...looked, cohort, hasAddress: email !== null }) });
}

/** A fault of the operator's is noted as long as it is seen: a store that shows it already may be the only one that does. */
function withFault(step: Step, { diagnosis }: Judgement): Step {
  const told = step.effects.some((effect) => effect.type === 'tell_operator' && effect.cause === diagnosis?.cause);
  if (!diagnosis || diagnosis.owner !== 'operator' || told) return step;
  return { ...step, effects: [...step.effects, { type: 'tell_operator', cause: diagnosis.cause }] };
}

type Committing = {
  tx: Tx;
  before: StoreRow;
  after: StoreRow;
  judgement: Judgement;
  step: Step;
  now: number;
  /** When the newest answer that was judged came. */
  seenAt?: number | undefined;
};

/** Saves the row with its events and messages. Everybody who changes a verdict goes through here. */
export async function commitRow(
  shop: Shop,
  { tx, before, after, judgement, step, now, seenAt }: Committing,
): Promise<void> {
  await saveStore(tx, after);
  for (const type of step.events) await recordEvent(shop, { tx, row: after, type, now });
  await enqueueEffects(shop, { tx, row: after, judgement, effects: step.effects, now, seenAt });
  const decided = step.effects.some(({ type }) => type !== 'tell_operator');
  if (step.changed && before.alarm !== null && !decided) await goOnTelling(shop, { tx, row: after, now });
  await noteReleased({ tx, before, after, now });
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
  await endHandOffs(tx, { storeId: row.id, verdict: row.verdict, type, now });
  const kind = AUDITED[type];
  if (kind) await appendAudit(tx, { accountId: row.accountId, kind, at: now, storeId: row.id });
}

/** Turns of a store that somebody brought about. What the watch sees alone is an event and no entry of the audit log. */
const AUDITED: Partial<Record<EventType, AuditKind>> = {
  'store.connected': 'store.connected',
  'store.renewed': 'store.renewed',
  'store.repaired': 'store.repaired',
  'store.moved': 'store.moved',
  'store.paused': 'store.paused',
  'store.resumed': 'store.resumed',
  'store.closed': 'store.deleted',
};

export function beforeOf(row: StoreRow): {
  verdict: StoreRow['verdict'];
  cause: StoreRow['cause'];
  since: number;
  alarm: StoreRow['alarm'];
} {
  return { verdict: row.verdict, cause: row.cause, since: row.since, alarm: row.alarm };
}

type Shaping = { row: StoreRow; look: Look; judgement: Judgement; step: Step; now: number };

function rowAfter(shop: Pick<Shop, 'settings'>, { row, look, judgement, step, now }: Shaping): StoreRow {
  const healthy = isHealthy(judgement);
  const renewed = renewal(row, healthy, now);
  const seller = sellerAfter(row, look, now);
  // A new end is news for calendars, and a proven seller for everybody, also where the verdict stays what it was.
  const isNews = renewed.authorizedAt !== row.authorizedAt || seller.sellerId !== row.sellerId;
  const after: StoreRow = {
    ...row,
    ...renewed,
    ...(healthy ? wellFields(row, now) : illFields(row, { look, judgement, now })),
    sites: sitesSeen(look.observations) ?? row.sites,
    ...seller,
    lost: lostAfter(row, look.observations),
    everOk: everOkAfter(row.everOk, look.observations),
    rowsSeen: rowsSeenAfter(row.rowsSeen, look.observations),
    verdict: judgement.verdict,
    cause: judgement.diagnosis?.cause ?? null,
    judgement,
    alarm: judgement.alarm,
    since: step.since,
    version: step.changed || isNews ? row.version + 1 : row.version,
    lastLookAt: now,
    attempt: 0,
  };
  return { ...after, nextAt: nextAtOf(shop, { before: row, after, now, incident: look.weather.incident }) };
}

/** The token in use was accepted after all, so nothing that matters was lost. */
function lostAfter({ lost }: StoreRow, observations: readonly Observation[]): StoreRow['lost'] {
  const accepted = observations.some(
    (o) => (o.rung === 'grant' || o.freshToken) && o.answer === 'ok' && lost !== null && o.at > lost.at,
  );
  return accepted ? null : lost;
}

type SellerFields = Pick<StoreRow, 'sellerId' | 'sellerProvenAt'>;

/** Data that names the seller binds it, unless somebody else was expected or another store of the account has it. */
function sellerAfter(row: StoreRow, { observations, sellerTaken = false }: Look, now: number): SellerFields {
  const { sellerId, sellerProvenAt, claimedSellerId } = row;
  const named = sellerSeen(observations);
  if (sellerId !== null || named === null || sellerTaken) return { sellerId, sellerProvenAt };
  if (claimedSellerId !== null && claimedSellerId !== named) return { sellerId, sellerProvenAt };
  return { sellerId: named, sellerProvenAt: now };
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

type Rescheduled = { before: StoreRow; after: StoreRow; now: number; incident?: Weather['incident'] };

export function nextAtOf(shop: Pick<Shop, 'settings'>, { before, after, now, incident }: Rescheduled): number | null {
  return nextLook({
    verdict: after.verdict,
    now,
    intervalMs: shop.settings.probeIntervalMs,
    failingSince: after.failingSince,
    failedLooks: after.failedLooks,
    repair: after.repair,
    authorizedAt: after.authorizedAt,
    before: { dueAt: before.nextAt, failingSince: before.failingSince },
    incident: incident ? { held: incident.held, over: incident.overAt !== null, lot: lotOf(after.id) } : null,
    roll: Math.random(),
  });
}
