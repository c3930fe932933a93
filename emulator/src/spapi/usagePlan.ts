import type { Instant } from '../clock.ts';
import type { Amazon, Bucket } from '../state/amazon.ts';

/** Tokens per second and the most that can be saved up ("Usage Plans and Rate Limits", SP-API documentation). */
export type UsagePlan = { rate: number; burst: number };

/**
 * Takes one token from the bucket of operation × selling partner × application, in emulator time. False when it is
 * empty: the call is answered 429 and costs nothing.
 */
export function takeToken(amazon: Amazon, key: string, { plan, now }: { plan: UsagePlan; now: Instant }): boolean {
  const filled = refilled(amazon.buckets.get(key), plan, now);
  const allowed = filled.tokens >= 1;
  amazon.buckets.set(key, { tokens: allowed ? filled.tokens - 1 : filled.tokens, countedAt: now });
  return allowed;
}

function refilled(bucket: Bucket | undefined, plan: UsagePlan, now: Instant): Bucket {
  if (!bucket) return { tokens: plan.burst, countedAt: now };
  const seconds = Math.max(0, now - bucket.countedAt) / 1000;
  return { tokens: Math.min(plan.burst, bucket.tokens + seconds * plan.rate), countedAt: now };
}
