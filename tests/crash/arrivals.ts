/** Many sellers who come back with a code at once, while something goes wrong; what is left of their tokens is counted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { readCredential } from '../../server/src/db/credentials.ts';
import { openDatabase, type OpenDatabase } from '../../server/src/db/open.ts';
import { newestSession } from '../../server/src/db/sessions.ts';
import { leaveForMarketplace } from '../../server/src/stores/connect.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { openBranch } from '../support/branch.ts';
import { startChild, type Child } from '../support/child.ts';
import { openMarketplace, type Marketplace } from '../support/marketplace.ts';
import { sellerAt } from '../support/seller.ts';
import { sellerId } from '../support/worlds.ts';
import { BROWSER } from './flows.ts';
import type { ArrivalsSaid, ArrivalsTask, Arriving } from './programs/take-arrivals.ts';
import { settleIn, storeRow, townWorld } from './town.ts';

const PROGRAM = new URL('./programs/take-arrivals.ts', import.meta.url);
const LONGER_THAN_A_LEASE = 'PT91S';

export type Place = { url: string; dataDir: string };

export type Count = {
  arrivals: number;
  /** Answered to the browser. One whose token is lost counts as acknowledged where it was answered by then. */
  acknowledged: number;
  /** Processes that were killed, and arrivals that were under way in them. */
  killed: number;
  underWay: number;
  /** Tokens that the marketplace issued and nobody has: of acknowledged arrivals, and of the others. */
  lostAcknowledged: number;
  lostOthers: number;
  /** Of those, without a word that it is our loss. */
  silent: number;
};

export type Wave = { market: Marketplace; place: Place; numbers: number[] };
/** Lets the child live, or ends it; true when it was killed. */
export type Disturb = (child: Child<ArrivalsSaid>) => Promise<boolean>;
type Course = { disturb: readonly Disturb[]; overMs: number };

export async function countArrivals(
  place: Place,
  { waves, size, ...course }: Course & { waves: number; size: number },
): Promise<Count> {
  const total = waves * size;
  const market = await openMarketplace(townWorld(Array<'connect by consent'>(total).fill('connect by consent'), {}));
  const count: Count = {
    arrivals: total,
    acknowledged: 0,
    killed: 0,
    underWay: 0,
    lostAcknowledged: 0,
    lostOthers: 0,
    silent: 0,
  };
  try {
    await inPlace({ market, place }, ({ shop }) =>
      shop.db.transaction((tx) => checkKeys({ db: tx, vault: shop.vault })),
    );
    for (let wave = 0; wave < waves; wave += 1) {
      const numbers = Array.from({ length: size }, (_, i) => wave * size + i);
      await liveThroughWave({ market, place, numbers }, course, count);
    }
  } finally {
    await market.stop();
  }
  return count;
}

async function liveThroughWave(wave: Wave, { disturb, overMs }: Course, count: Count): Promise<void> {
  const { market, place, numbers } = wave;
  const arrivals = await confirm(wave);
  const answered = new Map<number, number>();
  const issued = new Map<number, number>();
  for (const [round, disturbing] of [...disturb, untilQuiet].entries()) {
    const waiting = arrivals.filter(({ n }) => !answered.has(n));
    const task: ArrivalsTask = { ground: market.ground, ...place, arrivals: waiting, overMs };
    const child = startChild<ArrivalsSaid>(PROGRAM, task);
    await child.heard((line) => 'ready' in line);
    const killed = await disturbing(child);
    for (const line of child.lines) if ('answered' in line) answered.set(line.answered, round);
    const live = await market.liveTokens();
    for (const n of numbers) if (!issued.has(n) && hasToken(live, n)) issued.set(n, round);
    if (!killed) continue;
    count.killed += 1;
    count.underWay += waiting.filter(({ n }) => !answered.has(n)).length;
    await market.advance(LONGER_THAN_A_LEASE);
  }
  count.acknowledged += answered.size;
  const wasAnswered = (n: number) => (answered.get(n) ?? Infinity) <= (issued.get(n) ?? -1);
  await countLost(wave, wasAnswered, count);
  if (answered.size < numbers.length) throw new Error('An arrival was never answered.');
}

function hasToken(live: Map<string, string[]>, n: number): boolean {
  return (live.get(sellerId(n)) ?? []).length > 0;
}

async function untilQuiet(child: Child<ArrivalsSaid>): Promise<boolean> {
  await child.heard((line) => 'quiet' in line);
  await child.ended;
  return false;
}

/** A disturbance: `kill -9` at a moment of its own. */
export function killAfter(ms: () => number): Disturb {
  return async (child) => {
    await sleep(ms());
    await child.kill();
    return true;
  };
}

/** A disturbance that the process lives through. */
export function whileAlive(act: () => Promise<void>): Disturb {
  return async (child) => {
    await act();
    return untilQuiet(child);
  };
}

async function confirm({ market, place, numbers }: Wave): Promise<Arriving[]> {
  return inPlace({ market, place }, async ({ shop }) => {
    const arrivals: Arriving[] = [];
    for (const n of numbers) {
      const { accountId, sessionId, email } = await settleIn(shop, 'connect by consent', n);
      const visitor = { accountId, sessionId: sessionId ?? '', browser: BROWSER };
      const { location } = await leaveForMarketplace(shop, visitor);
      const seller = sellerAt(market.url, { email, password: 'demo-owner' });
      const back = await seller.press(await seller.open(location), 'confirm');
      arrivals.push({ n, query: Object.fromEntries(new URL(back.location ?? '').searchParams) });
    }
    return arrivals;
  });
}

async function countLost(
  { market, place, numbers }: Wave,
  wasAnswered: (n: number) => boolean,
  count: Count,
): Promise<void> {
  const live = await market.liveTokens();
  await inPlace({ market, place }, async ({ shop }) => {
    for (const n of numbers) {
      const issued = live.get(sellerId(n))?.at(-1);
      if (issued === undefined || (await heldToken(shop, n)) === issued) continue;
      if (wasAnswered(n)) count.lostAcknowledged += 1;
      else count.lostOthers += 1;
      if (!(await isSaidToBeOurs(shop, n))) count.silent += 1;
    }
  });
}

async function heldToken(shop: Shop, n: number): Promise<string | null> {
  const row = await storeRow(shop, { accountId: `account-${n}` });
  const sealedIn = { db: shop.db.db, vault: shop.vault };
  const kept = row && (await readCredential(sealedIn, { storeId: row.id, state: 'current' }));
  return kept ? kept.grantToken.reveal() : null;
}

async function isSaidToBeOurs(shop: Shop, n: number): Promise<boolean> {
  const row = await storeRow(shop, { accountId: `account-${n}` });
  const session = row && (await newestSession(shop.db.db, { storeId: row.id }));
  return session?.diagnosis?.cause === 'own.interrupted' && session.diagnosis.owner === 'system';
}

type Inside = { shop: Shop; database: OpenDatabase };

async function inPlace<T>(
  { market, place }: Pick<Wave, 'market' | 'place'>,
  work: (inside: Inside) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(place);
  const { shop, outbound } = openBranch({ database, ground: market.ground, owner: 'the test', app: 0 });
  try {
    return await work({ shop, database });
  } finally {
    await outbound.close();
    await database.close();
  }
}
