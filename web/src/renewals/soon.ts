/** Which stores are to be renewed soon: those of the notice on Store Manager. Pure. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { groupOf } from '../store-manager/standing.ts';
import { things } from '../words/counts.ts';
import { day, toMs } from '../words/dates.ts';

const SOON_MS = 30 * 86_400_000;

export type Soon = { count: number; first: StoreBody; firstEnd: string };

/** Null when no store that works ends within thirty days. */
export function endingSoon(stores: readonly StoreBody[], now: number): Soon | null {
  let count = 0;
  let first: StoreBody | null = null;
  for (const store of stores) {
    if (!endsWithin(store, now)) continue;
    count += 1;
    if (first === null || (store.expires_at ?? '') < (first.expires_at ?? '')) first = store;
  }
  return first?.expires_at ? { count, first, firstEnd: first.expires_at } : null;
}

function endsWithin(store: StoreBody, now: number): boolean {
  if (store.expires_at === null || store.pending || groupOf(store) === 'put_away') return false;
  const end = toMs(store.expires_at);
  return end >= now && end - now <= SOON_MS;
}

export function soonWords({ count, first, firstEnd }: Soon): string {
  const by = `${day(firstEnd)} (an estimate)`;
  return count === 1 ? `Renew ${first.name} before ${by}.` : `Renew ${things(count, 'store')}, the first before ${by}.`;
}
