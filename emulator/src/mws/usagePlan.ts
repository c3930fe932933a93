import type { Instant } from '../clock.ts';
import { takeToken } from '../spapi/usagePlan.ts';
import type { Amazon } from '../state/amazon.ts';
import { Refused } from './refusals.ts';

/**
 * What one operation may be asked: `burst` at once, one more every `restoreSeconds`, and `hourly` an hour where the
 * section has such a quota. Operations that name the same `pool` share what is left.
 */
export type UsagePlan = { pool?: string; burst: number; restoreSeconds: number; hourly?: number };

export type Caller = { sellerId: string; developerId: string };

/** What is left of an hourly quota, as the `x-mws-quota-*` headers tell it. */
export type Quota = { max: number; remaining: number; resetsOn: Instant };

/** Every recorded answer says that the hour ends at twelve minutes past. */
const RESET_MINUTE = 12;
const HOUR = 3_600_000;

/** One operation asked by one caller. */
export type Use = { plan: UsagePlan; operation: string; caller: Caller };

/**
 * Takes one request from the plan, in emulator time; what is left is counted by operation, seller and developer.
 * @throws Refused when a quota is used up; a refused request costs nothing.
 */
export function takeRequest(amazon: Amazon, use: Use, now: Instant): void {
  if (!amazon.throttle) return;
  const quota = hourlyQuota(amazon, use, now);
  if (quota && quota.remaining < 1) throw new Refused('quota_exceeded', quotaWords(quota, use.operation));
  const { burst, restoreSeconds } = use.plan;
  if (!takeToken(amazon, keyOf(use), { plan: { rate: 1 / restoreSeconds, burst }, now }))
    throw new Refused('throttled');
  if (quota) amazon.buckets.set(`${keyOf(use)} hour`, { tokens: quota.remaining - 1, countedAt: now });
}

/** The hourly quota as it stands before this request, where the operation has one. */
export function hourlyQuota(amazon: Amazon, use: Use, now: Instant): Quota | undefined {
  const { hourly } = use.plan;
  if (hourly === undefined) return undefined;
  const resetsOn = nextReset(now);
  const counted = amazon.buckets.get(`${keyOf(use)} hour`);
  const same = counted !== undefined && nextReset(counted.countedAt) === resetsOn;
  return { max: hourly, remaining: same ? counted.tokens : hourly, resetsOn };
}

function keyOf({ plan, operation, caller }: Use): string {
  return `mws ${plan.pool ?? operation} ${caller.sellerId} ${caller.developerId}`;
}

function nextReset(now: Instant): Instant {
  const shift = RESET_MINUTE * 60_000;
  return (Math.floor((now - shift) / HOUR) + 1) * HOUR + shift;
}

/** Java's `Date.toString` in UTC: "Thu Oct 24 01:30:00 UTC 2013". */
export function quotaWords({ max, resetsOn }: Quota, operation: string): Record<string, string> {
  const [, weekday, day, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(
    new Date(resetsOn).toUTCString(),
  ) ?? ['', '', '', '', '', ''];
  return { max: max.toFixed(1), operation, resetsOn: `${weekday} ${month} ${day} ${time} UTC ${year}` };
}
