/** The watch through a moved clock: whatever is due next is done next, one store after the other, and what it cost is counted. */
import { claimDueStores, type StoreRow } from '../../server/src/db/stores.ts';
import { resumeByHand } from '../../server/src/stores/by-hand.ts';
import { finishDueSessions } from '../../server/src/stores/finish.ts';
import { LOOK_LEASE_MS, lookAtClaimed } from '../../server/src/stores/probe.ts';
import type { Market } from './market.ts';

/** One look at a store: how often Amazon was asked with the store's own credentials, and what the row said afterwards. */
export type Look = { storeId: string; calls: number; verdict: StoreRow['verdict']; cause: StoreRow['cause'] };

/** Never sooner than this after the one before, so that no two looks share an instant. Milliseconds. */
const STEP_MS = 1_000;

/**
 * Lets the watch work for so many minutes of the product's time, or until `enough` says so after a look. The clock jumps
 * from one due instant to the next; nothing waits.
 */
export async function watch(
  market: Market,
  { minutes, enough = () => false }: { minutes: number; enough?: (look: Look) => boolean },
): Promise<Look[]> {
  const { shop } = market;
  const end = shop.now() + minutes * 60_000;
  const looks: Look[] = [];
  await market.callsSince();
  for (;;) {
    const [row] = await claimDueStores(shop.db.db, {
      now: shop.now(),
      owner: shop.owner,
      limit: 1,
      leaseMs: LOOK_LEASE_MS,
    });
    if (row) {
      const look = await lookOnce(market, row);
      looks.push(look);
      if (enough(look)) return looks;
      continue;
    }
    if ((await finishDueSessions(shop, 16)) > 0) continue;
    const next = await nextDue(market);
    if (next === null || next >= end) {
      await jumpTo(market, end);
      return looks;
    }
    await jumpTo(market, Math.max(next, shop.now() + STEP_MS));
  }
}

async function lookOnce(market: Market, row: StoreRow): Promise<Look> {
  const { shop } = market;
  await (row.phase === 'verifying' ? resumeByHand(shop, row) : lookAtClaimed(shop, row));
  const calls = (await market.callsSince()).filter((call) => call.sellerId === row.sellerId).length;
  const after = await shop.db.db
    .selectFrom('store')
    .select(['verdict', 'cause'])
    .where('id', '=', row.id)
    .executeTakeFirst();
  return {
    storeId: row.id,
    calls,
    verdict: (after?.verdict ?? 'closed') as Look['verdict'],
    cause: (after?.cause ?? null) as Look['cause'],
  };
}

async function nextDue({ shop }: Market): Promise<number | null> {
  const due: number[] = [];
  for (const table of ['store', 'connect_session'] as const) {
    const row = await shop.db.db
      .selectFrom(table)
      .select('next_at')
      .where('next_at', 'is not', null)
      .orderBy('next_at')
      .limit(1)
      .executeTakeFirst();
    if (row?.next_at != null) due.push(Number(row.next_at));
  }
  return due.length === 0 ? null : Math.min(...due);
}

async function jumpTo(market: Market, at: number): Promise<void> {
  const seconds = Math.ceil((at - market.shop.now()) / 1000);
  if (seconds > 0) await market.advance(`PT${seconds}S`);
}
