/** When to look next. Pure: the caller brings the clock and the dice. */
import { estimatedExpiry } from './access.ts';
import type { Verdict } from './connection.ts';
import { APART_MS } from './guard.ts';
import type { RepairState } from './lifecycle.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** While somebody repairs: this often in the first 75 s after opening, then this often for half an hour. */
const QUICK_MS = 4 * SECOND;
const QUICK_FOR_MS = 75 * SECOND;
const STEADY_MS = 15 * SECOND;
const STEADY_FOR_MS = 30 * MINUTE;
/** Looks that one repair may cost, quick and steady together, with a little air (rule R10). */
export const REPAIR_BUDGET = 160;

/** So many of the stores that an incident holds are looked at as often as if they were alone. */
export const CANARIES = 40;

/** R1: probing slows, it never stops. Minutes between looks; after the last step 6 hours, daily after 30 days. */
const BACKOFF_MIN = [1, 2, 5, 15, 30, 60, 120, 240];

export type CadenceInput = {
  verdict: Verdict;
  now: number;
  /** Between two looks at a healthy store. Milliseconds. */
  intervalMs: number;
  failingSince: number | null;
  failedLooks: number;
  repair: RepairState | null;
  authorizedAt: number | null;
  /** When this look was due, and since when the store failed before it. */
  before: { dueAt: number | null; failingSince: number | null };
  /**
   * While an incident holds stores: how many it holds, whether it seems to be over, and this store's lot in [0, 1), the same
   * for every look at it. Absent where no incident is open.
   */
  incident?: { held: number; over: boolean; lot: number } | null;
  /** Even dice in [0, 1): spreads stores that would otherwise fall due together. */
  roll: number;
};

/** Whole milliseconds since 1970 of the next look, or null when nobody is to look (paused, closed, setup). */
export function nextLook(input: CadenceInput): number | null {
  const pause = pauseFor(input);
  if (pause === null) return null;
  const normal = input.now + pause;
  const quick = quickLook(input);
  const end = expiryLook(input);
  return Math.round(Math.min(normal, quick ?? normal, end ?? normal));
}

function pauseFor(input: CadenceInput): number | null {
  const { verdict, roll } = input;
  switch (verdict) {
    case 'paused':
    case 'closed':
    case 'setup':
      return null;
    case 'connected':
    case 'expiring':
      return healthyPause(input);
    case 'checking':
      return checkingPause(input);
    case 'held':
      return heldPause(input);
    case 'operator_problem':
      return 2 * MINUTE - roll * 10 * SECOND;
    case 'verifying':
      return Math.min(10 * MINUTE, 5 * SECOND * 2 ** Math.min(input.failedLooks, 7));
    case 'reconnect':
    case 'repairing':
    case 'wrong_store':
    case 'store_blocked':
    case 'limited':
      return backoff(input);
  }
}

/**
 * Who comes back late, after a standstill of ours, or from trouble, after bad weather, comes back with many others: the next
 * look falls anywhere in the interval, so that they do not stay together.
 */
function healthyPause({ intervalMs, roll, now, before }: CadenceInput): number {
  const late = before.dueAt !== null && now - before.dueAt > intervalMs / 10;
  const together = late || before.failingSince !== null;
  return together ? intervalMs * (0.1 + 0.9 * roll) : spread(intervalMs, roll);
}

/**
 * Asking ten thousand stores every other minute tells no more than asking forty, and the marketplace has trouble enough.
 * The others are looked at within a quarter of an hour, and all of them as soon as the incident is over.
 */
function heldPause({ incident, roll }: CadenceInput): number {
  const often = 2 * MINUTE - roll * 10 * SECOND;
  if (!incident || incident.over || incident.lot * incident.held < CANARIES) return often;
  return 15 * MINUTE - roll * 3 * MINUTE;
}

/** The second look comes just after the two failures are far enough apart to count; then every other minute. */
function checkingPause({ failedLooks, roll }: CadenceInput): number {
  if (failedLooks <= 1) return APART_MS + 3 * SECOND + roll * 10 * SECOND;
  return failedLooks < 20 ? 2 * MINUTE + roll * 10 * SECOND : 15 * MINUTE + roll * MINUTE;
}

function backoff({ failingSince, failedLooks, now, roll }: CadenceInput): number {
  if (failingSince !== null && now - failingSince > 30 * DAY) return spread(DAY, roll);
  const step = BACKOFF_MIN[Math.max(0, failedLooks - 2)];
  return spread(step === undefined ? 6 * HOUR : step * MINUTE, roll);
}

/** No look is planned further ahead than this, milliseconds: at a store that works, and at any store. */
export function longestPauses(intervalMs: number): { healthyMs: number; anyMs: number } {
  const healthyMs = Math.ceil(Math.max(intervalMs, 15 * MINUTE) * 1.1) + MINUTE;
  return { healthyMs, anyMs: Math.max(healthyMs, Math.ceil(1.1 * DAY) + MINUTE) };
}

/** ±10 %. */
function spread(ms: number, roll: number): number {
  return ms * (0.9 + 0.2 * roll);
}

function quickLook({ repair, now, verdict }: CadenceInput): number | null {
  if (!repair || !repairIsLive(repair, now) || verdict === 'connected' || verdict === 'expiring') return null;
  // Only the seller's own clicks on the permission page turn a grant green within seconds; a site takes longer.
  if (verdict === 'store_blocked' || verdict === 'limited') return now + MINUTE;
  return now - quickFrom(repair) < QUICK_FOR_MS ? now + QUICK_MS : now + STEADY_MS;
}

function quickFrom(repair: RepairState): number {
  return Math.max(repair.openedAt, repair.sellerCentralOpenedAt ?? 0);
}

/** True while a repair still looks quickly or steadily. */
export function repairIsLive(repair: RepairState, now: number): boolean {
  return now - quickFrom(repair) < STEADY_FOR_MS && repair.looks < REPAIR_BUDGET;
}

/** One look right after the estimated end of the year, so that day 365 is not noticed an interval late. */
function expiryLook({ verdict, authorizedAt, now }: CadenceInput): number | null {
  if (verdict !== 'connected' && verdict !== 'expiring') return null;
  const end = estimatedExpiry(authorizedAt);
  return end !== null && end > now ? end + MINUTE : null;
}

/** Days before the estimated end on which a reminder is due. */
export const REMINDER_DAYS = [30, 14, 7, 3, 1] as const;
