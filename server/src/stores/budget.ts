/**
 * Probes by hand per store. The dearest question of the ladder refills once in about a minute with a burst of 15
 * (Sellers API usage plan: 0.016 requests a second, burst 15), so a person may not ask faster than that.
 */
import { Fault } from '../core/fault.ts';
import type { Shop } from './shop.ts';

const BURST = 14;
const REFILL_MS = 63_000;

type Spent = Map<string, { tokens: number; at: number }>;

/** By process: what one of them let through dies with it. */
const spentIn = new WeakMap<Shop, Spent>();

/**
 * Takes one probe from the store's budget.
 * @throws Fault `probe-budget-spent`, which says when the next is there.
 */
export function takeFromBudget(shop: Shop, storeId: string): void {
  const now = shop.now();
  const spent = spentIn.get(shop) ?? (new Map() as Spent);
  spentIn.set(shop, spent);
  const kept = spent.get(storeId);
  // A clock that was set back must not stop the refill until it has caught up.
  if (kept && kept.at > now) kept.at = now;
  const since = kept ? now - kept.at : 0;
  const tokens = kept ? Math.min(BURST, kept.tokens + since / REFILL_MS) : BURST;
  if (tokens < 1) {
    const seconds = Math.ceil(((1 - tokens) * REFILL_MS) / 1000);
    throw new Fault('probe-budget-spent', {
      detail: `This store was looked at ${BURST} times in a short while. The next look is possible in ${seconds} seconds; the watch goes on meanwhile.`,
      retryAfterSeconds: seconds,
    });
  }
  spent.set(storeId, { tokens: tokens - 1, at: now });
  if (spent.size > 50_000) forgetFull(spent, now);
}

function forgetFull(spent: Spent, now: number): void {
  for (const [id, { tokens, at }] of spent) {
    if (tokens + (now - at) / REFILL_MS >= BURST) spent.delete(id);
  }
}
