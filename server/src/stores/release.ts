/** When an incident is closed, every store that it held gets a look of its own: one after the other, none is set green by the closing. */
import { hastenStores, heldAfter } from '../db/held.ts';
import { keepRelease } from '../db/incident-course.ts';
import type { IncidentRow } from '../db/incidents.ts';
import type { Shop } from './shop.ts';

/** Looks are spread so that about so many milliseconds lie between two: five minutes for ten thousand stores. */
const APART_MS = 30;
const LEAST_MS = 20_000;
/** A held store is looked at within this anyway (core/cadence). */
const MOST_MS = 15 * 60_000;
const BATCH = 2_000;

/** Over how long the looks at so many stores are spread. Milliseconds. */
export function spreadMs(stores: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, stores * APART_MS));
}

/** Gives all held stores of a closed incident their looks, a batch at a time; what a stop leaves over is taken up where it was left. */
export async function giveLooks(shop: Shop, incident: IncidentRow, { held }: { held: number }): Promise<void> {
  const window = spreadMs(held);
  for (let after = incident.releaseAfter; after !== null;) {
    after = await giveBatch(shop, { incident, after, window });
  }
}

type Batch = { incident: IncidentRow; after: string; window: number };

async function giveBatch(shop: Shop, { incident: { id, overAt }, after, window }: Batch): Promise<string | null> {
  return shop.db.transaction(async (tx) => {
    const stores = await heldAfter(tx, { incidentId: id, after, overAt: overAt ?? 0, limit: BATCH });
    const now = shop.now();
    const due = stores.map((store) => ({ id: store, at: Math.round(now + Math.random() * window) }));
    await hastenStores(tx, { due, unseenSince: overAt ?? now });
    const next = stores.length < BATCH ? null : (stores.at(-1) ?? null);
    await keepRelease(tx, { id, after: next });
    return next;
  });
}
