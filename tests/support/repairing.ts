/** A fleet whose stores have lost their permission, with the real loop of the watch at work, and the time until each is green. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { openRepair } from '../../server/src/stores/repair.ts';
import { createWork, type Work } from '../../server/src/work/loop.ts';
import type { Market } from './market.ts';
import { ACCOUNT, connectStore, openFleetMarket, storeOf } from './matrix.ts';
import { watch } from './watch.ts';

/** Stores that stay well: without a neighbour that is answered nobody is told anything. */
const WELL = 3;

export type Broken = { market: Market; work: Work; stores: StoreBody[]; stop: () => Promise<void> };

/** `count` stores that stand at *Reconnect store*; the clock stands where the last of them was judged, and the loop runs. */
export async function brokenFleet(count: number, breaks: (m: Market, n: number) => Promise<unknown>): Promise<Broken> {
  const market = await openFleetMarket(count + WELL);
  const stores: StoreBody[] = [];
  for (let n = 0; n < count + WELL; n += 1) stores.push(await connectStore(market, { n }));
  const broken = stores.slice(0, count);
  for (const n of broken.keys()) await breaks(market, n);
  await watch(market, { minutes: 90 });
  const work = createWork(market.shop, { dispatch: { runDue: () => Promise.resolve(0) } });
  work.start();
  return {
    market,
    work,
    stores: broken,
    async stop() {
      await work.stop();
      await market.stop();
    },
  };
}

/** Opens the dialog of one store after the other, so much product time apart; the first is the longest open. */
export async function openDialogs({ market, stores }: Broken, apart: string): Promise<void> {
  for (const { id } of stores) {
    await openRepair(market.shop, { accountId: ACCOUNT, id, browser: 'the-dialog-s-browser' });
    await market.advance(apart);
  }
}

/** Milliseconds of real time from now until the store is green; gives up after a minute. */
export async function untilGreen({ shop }: Market, id: string): Promise<number> {
  const from = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = shop.live.subscribe(ACCOUNT, (event) => {
    if (event.type === 'store' && event.store.id === id && event.store.verdict === 'connected') resolve();
  });
  await Promise.race([promise, sleep(60_000)]);
  stop();
  return performance.now() - from;
}

export async function verdictsOf({ market, stores }: Broken): Promise<string[]> {
  return Promise.all(stores.map(async ({ id }) => (await storeOf(market, id)).verdict));
}

export type Distribution = { median: number; text: string };

/** Seconds. */
export function distribution(times: readonly number[]): Distribution {
  const seconds = times.map((ms) => ms / 1000).toSorted((a, b) => a - b);
  const median = seconds[Math.floor(seconds.length / 2)] ?? Infinity;
  return { median, text: `median ${median.toFixed(2)} s of ${seconds.map((s) => s.toFixed(2)).join(' · ')}` };
}
