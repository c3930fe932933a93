/** Looks at due stores: claimed lane by lane, so that what hangs delays itself alone, and a backlog is spread. */
import { mostDue, roomBeside, spreadOver, type Running } from '../core/lanes.ts';
import { liveStores, spreadBacklog } from '../db/backlog.ts';
import { claimDueStores, type Lane, type StoreRow } from '../db/stores.ts';
import { resumeByHand } from '../stores/by-hand.ts';
import { leaseName } from '../stores/lease.ts';
import { LOOK_LEASE_MS, lookAtClaimed } from '../stores/probe.ts';
import type { Shop } from '../stores/shop.ts';

/** Between two looks at how much is due at once, and at how many stores there are. Monotonic, milliseconds. */
const BACKLOG_MS = 1_000;
const COUNT_MS = 60_000;
/** Where every place is taken, a look that grows old frees one. */
const FULL_MS = 250;

export type Looks = {
  /** Begins what may begin now; how many looks. */
  step: () => Promise<number>;
  ended: () => Promise<unknown>;
};

export function createLooks(shop: Shop, onError: (error: unknown) => void): Looks {
  const underWay = new Map<Promise<void>, Running>();
  const backlog = createBacklog(shop);

  async function claim(lane: Lane, limit: number): Promise<number> {
    if (limit === 0) return 0;
    const taking = { now: shop.now(), owner: leaseName(shop), limit, leaseMs: LOOK_LEASE_MS, lane };
    const rows = await claimDueStores(shop.db.db, taking);
    for (const row of rows) run(row, lane.slow);
    return rows.length;
  }

  function run(row: StoreRow, slow: boolean): void {
    const asking = row.phase === 'verifying' ? resumeByHand(shop, row) : lookAtClaimed(shop, row);
    const kept: Promise<void> = asking.catch(onError).finally(() => underWay.delete(kept));
    underWay.set(kept, { cohort: row.cohort, slow, beganAt: performance.now() });
  }

  return {
    async step() {
      await backlog();
      const room = roomBeside([...underWay.values()], performance.now());
      const begun = await claim({ slow: false, notCohorts: room.full }, room.fast);
      const slow = await claim({ slow: true }, room.slow);
      if (begun + slow > 0 || (room.fast > 0 && room.full.length === 0)) return begun + slow;
      let timer: NodeJS.Timeout | undefined;
      const pause = new Promise<void>((resolve) => (timer = setTimeout(resolve, FULL_MS)));
      await Promise.race([...underWay.keys(), pause]);
      clearTimeout(timer);
      return 1;
    },
    ended: () => Promise.all(underWay.keys()),
  };
}

/** A step that spreads the healthy stores that are due at once, when they are many. */
export function createBacklog(shop: Shop): () => Promise<void> {
  const seen = { at: -Infinity, countedAt: -Infinity, stores: 0 };
  const { probeIntervalMs } = shop.settings;
  return async () => {
    const now = performance.now();
    if (now - seen.at < BACKLOG_MS) return;
    seen.at = now;
    if (now - seen.countedAt >= COUNT_MS) {
      seen.countedAt = now;
      seen.stores = await liveStores(shop.db.db);
    }
    const most = mostDue(seen.stores, probeIntervalMs);
    await spreadBacklog(shop.db.db, { now: shop.now(), most, overMs: spreadOver(probeIntervalMs) });
  };
}
