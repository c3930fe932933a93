/**
 * The renewal day: one day on which all stores of an account are renewed, so that their years end together from then on.
 * Days are calendar days in UTC, `YYYY-MM-DD`; they sort as texts. Pure.
 */
import { estimatedExpiry, GRANT_DAYS } from './access.ts';
import type { Verdict } from './connection.ts';

const DAY_MS = 86_400_000;
/** The suggested day lies so long before the earliest end: time enough for a second try. */
const AHEAD_DAYS = 7;
/** A chosen day stands so long after it has passed; then the next year's is suggested. */
const KEPT_DAYS = 60;
const SUNDAY = 0;
const SATURDAY = 6;

/** What the plan must know of a store. */
export type RenewableStore = { verdict: Verdict; authorizedAt: number | null };

/**
 * Where a store stands on the way to the common day.
 * - `renewed`: on the day or after it; its year ends with the others'
 * - `renewed_early`: just now, while the day is still to come
 * - `due`: to be renewed
 * - `ended`: its permission is over or was taken back; it has to be repaired, which renews it
 * - `unknown_end`: nobody knows when its year began; renewing makes it known
 * - `blocked`: the marketplace has closed the store; renewing would not help
 */
export type RenewalState = 'renewed' | 'renewed_early' | 'due' | 'ended' | 'unknown_end' | 'blocked';

/** The calendar day of an instant in milliseconds. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Its first instant, in milliseconds since 1970. */
export function startOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

export function daysAfter(day: string, days: number): string {
  return dayOf(startOfDay(day) + days * DAY_MS);
}

/** When a permission that is given on that day ends, estimated. */
export function endAfter(day: string): string {
  return daysAfter(day, GRANT_DAYS);
}

/** A working day a week before the earliest end that is still to come; today when that is too late, or no end is known. */
export function suggestedDay(stores: readonly RenewableStore[], now: number): string | null {
  const open = stores.filter((store) => store.verdict !== 'store_blocked');
  if (open.length === 0) return null;
  const today = dayOf(now);
  const ends = open.flatMap(({ authorizedAt }) => {
    const end = estimatedExpiry(authorizedAt);
    return end === null || end <= now ? [] : [end];
  });
  if (ends.length === 0) return today;
  const wanted = workday(dayOf(Math.min(...ends) - AHEAD_DAYS * DAY_MS));
  return wanted < today ? today : wanted;
}

/** Saturdays and Sundays move back to the Friday before. */
function workday(day: string): string {
  const weekday = new Date(startOfDay(day)).getUTCDay();
  if (weekday === SATURDAY) return daysAfter(day, -1);
  return weekday === SUNDAY ? daysAfter(day, -2) : day;
}

export type DayInForce = { day: string | null; chosen: boolean };

/** The chosen day, until it is long past; else the suggested one. */
export function dayInForce(
  chosen: string | null,
  { stores, now }: { stores: readonly RenewableStore[]; now: number },
): DayInForce {
  if (chosen !== null && daysAfter(chosen, KEPT_DAYS) >= dayOf(now)) return { day: chosen, chosen: true };
  return { day: suggestedDay(stores, now), chosen: false };
}

/** Verdicts under which the marketplace refuses the store until its seller repairs it. */
const BROKEN: ReadonlySet<Verdict> = new Set(['reconnect', 'repairing', 'wrong_store']);

export function renewalState(
  { verdict, authorizedAt }: RenewableStore,
  { day, now }: { day: string; now: number },
): RenewalState {
  if (verdict === 'store_blocked') return 'blocked';
  if (BROKEN.has(verdict)) return 'ended';
  const end = estimatedExpiry(authorizedAt);
  if (authorizedAt === null || end === null) return 'unknown_end';
  const given = dayOf(authorizedAt);
  if (given >= day) return 'renewed';
  if (given === dayOf(now)) return 'renewed_early';
  return end <= now ? 'ended' : 'due';
}

/** True while the store still has to be renewed for the common day. */
export function isOpen(state: RenewalState): boolean {
  return state === 'due' || state === 'ended' || state === 'unknown_end';
}
