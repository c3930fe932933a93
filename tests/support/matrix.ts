/** The fault matrix: a fleet in the emulated market, one fault, and what the watch makes of it. */
import { migrate } from '../../server/src/db/migrate.ts';
import { openDatabase } from '../../server/src/db/open.ts';
import type { Cause } from '../../server/src/core/diagnosis.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { tellOfIncidents } from '../../server/src/stores/app-incidents.ts';
import { connectByHand } from '../../server/src/stores/by-hand.ts';
import { probeNow } from '../../server/src/stores/probe.ts';
import { readStore } from '../../server/src/stores/read.ts';
import { openMarket, type Market } from './market.ts';
import { watch, type Look } from './watch.ts';
import { fleet, sellerId, SITE_OF, tokenOf, type TestRegion } from './worlds.ts';

export const NOW = '2026-11-23T12:00:00Z';
export const ACCOUNT = 'account-1';

export type Wish = {
  /** Sellers that have not given their permission yet. */
  ungranted?: readonly number[];
  /** More members of the world file, or others in their place. */
  world?: Record<string, unknown>;
  /** No call waits longer for an answer; milliseconds. */
  patienceMs?: number;
};

export async function openFleetMarket(
  size: number,
  { world = {}, ungranted = [], patienceMs = Infinity }: Wish = {},
): Promise<Market> {
  const database = await openDatabase({ url: 'sqlite::memory:', dataDir: '/tmp' });
  await migrate(database);
  const sellers = Array.from({ length: size }, () => ({ region: 'eu' as const }));
  return openMarket({ database, world: { ...fleet({ now: NOW, sellers, ungranted }), ...world }, patienceMs });
}

type Connecting = { n: number; region?: TestRegion; credentials?: Record<string, unknown> };

export async function connectStore(
  { shop }: Market,
  { n, region = 'eu', credentials = {} }: Connecting,
): Promise<StoreBody> {
  const { store } = await connectByHand(shop, {
    accountId: ACCOUNT,
    body: {
      marketplace: 'amazon',
      site: SITE_OF[region],
      name: `Store ${n}`,
      credentials: { refresh_token: tokenOf(n), ...credentials },
    },
  });
  return store;
}

export async function storeOf({ shop }: Market, id: string): Promise<StoreBody> {
  return readStore(shop, { accountId: ACCOUNT, id });
}

/** Mails that wait or went out: to this store's seller, reminders aside, or to the operator. */
export async function mailsAbout({ shop }: Market, to: { storeId: string } | 'operator'): Promise<number> {
  await tellOfIncidents(shop);
  const query = shop.db.db.selectFrom('outbox').select('id').where('topic', '<>', 'reminder');
  const rows =
    to === 'operator'
      ? await query.where('kind', '=', 'operator_email').execute()
      : await query.where('kind', '=', 'email').where('store_id', '=', to.storeId).execute();
  return rows.length;
}

/** Mails to this store's seller that still wait to be sent, reminders aside. */
export async function mailsWaiting({ shop }: Market, storeId: string): Promise<number> {
  const query = shop.db.db.selectFrom('outbox').select('id').where('topic', '<>', 'reminder');
  return (await query.where('store_id', '=', storeId).where('next_at', 'is not', null).execute()).length;
}

/** Calls with the store's own credentials since the log was read last. A token that nobody knows names no seller. */
export async function ownCalls(market: Market, n = 0): Promise<number> {
  return (await market.callsSince()).filter((call) => call.sellerId === sellerId(n)).length;
}

export type Expected = {
  verdict: StoreBody['verdict'];
  cause: StoreBody['cause'];
  /** What `likely` has to name too; where the truth is not its first, other faults give the very same answers. */
  alsoLikely?: Cause[];
  notice?: Cause;
  /** The other stores' sellers are told as well: the fault is theirs too. */
  othersToo?: boolean;
};

export type Played = {
  market: Market;
  /** The store that the fault strikes, and the others. */
  store: StoreBody;
  others: StoreBody[];
  /** Of all looks at any store, by the watch and by hand: the calls with its own credentials in the dearest. */
  mostCalls: number;
};

type Play = Wish & { breaks: (m: Market) => Promise<unknown>; until: Expected; stableFor?: number };

/** Connects a fleet, breaks it, and lets the watch work until the verdict stands, and then for `stableFor` minutes more. */
export async function playLater(size: number, { breaks, until, stableFor = 10, ...wish }: Play): Promise<Played> {
  const market = await openFleetMarket(size, wish);
  const stores: StoreBody[] = [];
  for (let n = 0; n < size; n += 1) stores.push(await connectStore(market, { n }));
  const [store, ...others] = stores;
  if (!store) throw new Error('a fleet has a store');
  await breaks(market);
  const stands = (look: Look) =>
    look.storeId === store.id && look.verdict === until.verdict && look.cause === until.cause;
  // By then a refusal without a reason has alarmed its seller.
  const looks = await watch(market, { minutes: 16 * 60, enough: stands });
  looks.push(...(await watch(market, { minutes: stableFor })));
  await ownCalls(market);
  await probeNow(market.shop, { accountId: ACCOUNT, id: store.id });
  const byHand = await ownCalls(market);
  return { market, store, others, mostCalls: Math.max(byHand, ...looks.map((look) => look.calls)) };
}

/** The fault is lifted; minutes until the store is green again by itself, or null after twelve hours. */
export async function minutesToGreen(market: Market, id: string): Promise<number | null> {
  const lifted = market.shop.now();
  await watch(market, { minutes: 720, enough: (look) => look.storeId === id && look.verdict === 'connected' });
  const { verdict } = await storeOf(market, id);
  return verdict === 'connected' ? (market.shop.now() - lifted) / 60_000 : null;
}
