/** A crowd of stores watched through a moved clock: the verbs, the judge and a database as they are, the marketplace pretended. */
import { judge } from '../../server/src/core/judge.ts';
import type { Verdict } from '../../server/src/core/connection.ts';
import { Secret } from '../../server/src/core/secret.ts';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { promoteCandidate, putCandidate } from '../../server/src/db/credentials.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../../server/src/db/open.ts';
import { claimDueStores, insertStore, type StoreRow } from '../../server/src/db/stores.ts';
import { aStore, aVault } from '../../server/src/db/testing-rows.ts';
import { Crowd } from '../../server/src/stores/crowd.ts';
import { judgeInput } from '../../server/src/stores/facts.ts';
import { createLive } from '../../server/src/stores/live.ts';
import { LOOK_LEASE_MS, lookAtClaimed } from '../../server/src/stores/probe.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { theApp } from './market.ts';
import { pretendedConnector, tokenFor, type Marketplace, type Question } from './pretended.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const AT_ONCE = 64;
const TICK_MS = 1_000;

export const NOON = Date.UTC(2026, 10, 23, 12);

export type Simulation = {
  shop: Shop;
  /** Lets the watch work until `minute` of the simulation. */
  runTo: (minute: number) => Promise<void>;
  /** Every time the watch asked for the seller's own token, minutes after the beginning. */
  looksAt: (seller: number) => number[];
  /** What was ever said of a store that tells a seller, or would: `[seller, event type, minute]`. */
  told: () => Promise<[seller: number, type: string, minute: number][]>;
  verdicts: () => Promise<Partial<Record<Verdict, number>>>;
  verdictOf: (seller: number) => Promise<Verdict | undefined>;
  /** Mails to sellers that wait or went out: `[seller, topic]`. */
  mails: () => Promise<[seller: number, topic: string][]>;
  /** Questions asked in all, by rung. */
  asked: Record<string, number>;
  stop: () => Promise<void>;
};

type Wish = {
  stores: number;
  /** By minute of the simulation. */
  marketplace: (question: Question & { minute: number }) => ReturnType<Marketplace>;
  intervalMs?: number;
};

/** Everything that is not quiet for the person behind a store. */
const LOUD = ['store.needs_reconnect', 'store.repair_started', 'store.blocked', 'store.limited'];

export async function simulate({ stores, marketplace, intervalMs = 60 * MINUTE }: Wish): Promise<Simulation> {
  const database = await openDatabase({ url: 'sqlite::memory:', dataDir: '/tmp' });
  await migrate(database);
  const clock = { now: NOON };
  const looks = new Map<number, number[]>();
  const asked: Record<string, number> = {};
  const minuteOf = (at: number) => (at - NOON) / MINUTE;
  const connector = pretendedConnector((question) => {
    asked[question.rung] = (asked[question.rung] ?? 0) + 1;
    return marketplace({ ...question, minute: minuteOf(question.at) });
  });
  const shop = shopOn(database, () => clock.now, { connector, intervalMs });
  await settle(shop, stores);

  async function runTo(minute: number): Promise<void> {
    const end = NOON + minute * MINUTE;
    while (clock.now < end) {
      const rows = await claimDueStores(database.db, {
        now: clock.now,
        owner: shop.owner,
        limit: AT_ONCE,
        leaseMs: LOOK_LEASE_MS,
      });
      for (const row of rows) remember(looks, row, minuteOf(clock.now));
      await Promise.all(rows.map((row) => lookAtClaimed(shop, row)));
      if (rows.length < AT_ONCE) clock.now += TICK_MS;
    }
  }

  return {
    shop,
    runTo,
    looksAt: (seller) => looks.get(seller) ?? [],
    async told() {
      const rows = await database.db
        .selectFrom('event')
        .select(['store_id', 'type', 'at'])
        .where('type', 'in', LOUD)
        .orderBy('seq')
        .execute();
      return rows.map((row) => [numberOf(row.store_id), row.type, minuteOf(row.at)]);
    },
    async verdicts() {
      const rows = await database.db.selectFrom('store').select('verdict').execute();
      return Object.fromEntries(
        [...Map.groupBy(rows, (row) => row.verdict)].map(([verdict, found]) => [verdict, found.length]),
      );
    },
    async verdictOf(seller) {
      const row = await database.db
        .selectFrom('store')
        .select('verdict')
        .where('id', '=', idOf(seller))
        .executeTakeFirst();
      return row?.verdict as Verdict | undefined;
    },
    async mails() {
      const rows = await database.db
        .selectFrom('outbox')
        .select(['store_id', 'topic'])
        .where('kind', '=', 'email')
        .where('topic', '<>', 'reminder')
        .execute();
      return rows.map((row) => [numberOf(row.store_id ?? ''), row.topic]);
    },
    asked,
    stop: () => database.close(),
  };
}

const idOf = (seller: number) => `st_${seller}`;
const numberOf = (id: string) => Number(id.slice('st_'.length));

function remember(looks: Map<number, number[]>, row: StoreRow, minute: number): void {
  const seller = numberOf(row.id);
  const kept = looks.get(seller) ?? [];
  kept.push(minute);
  looks.set(seller, kept);
}

type Surroundings = { connector: ReturnType<typeof pretendedConnector>; intervalMs: number };

function shopOn(database: OpenDatabase, now: () => number, { connector, intervalMs }: Surroundings): Shop {
  return {
    db: database,
    vault: aVault(),
    now,
    connector: () => connector,
    apps: () => [theApp],
    live: createLive(),
    log: { info: () => undefined, warn: () => undefined, error: (fields, message) => console.error(message, fields) },
    owner: 'simulation',
    publicUrl: 'http://127.0.0.1:4280',
    contactOf: () => Promise.resolve('owner@example.test'),
    settings: { probeIntervalMs: intervalMs, operatorEmail: 'operator@example.test' },
    crowd: new Crowd({ db: database, now }),
    tokens: new Map(),
  };
}

/** Stores that have been connected for a hundred days; their next looks are spread evenly over the interval. */
async function settle(shop: Shop, stores: number): Promise<void> {
  const authorizedAt = NOON - 100 * DAY;
  const interval = shop.settings.probeIntervalMs;
  await shop.db.transaction((tx) => checkKeys({ db: tx, vault: shop.vault }));
  await shop.db.transaction(async (tx) => {
    for (let seller = 0; seller < stores; seller += 1) {
      // An even spread in a mixed order: neighbours in number are not neighbours in time.
      const place = ((seller * 7_919) % stores) / stores;
      const lookedAt = Math.round(NOON - interval * (1 - place));
      const row = aStore({
        accountId: `ac_${seller % 100}`,
        id: idOf(seller),
        sellerId: `A${seller}SELLER`,
        everOk: ['participations', 'payouts', 'finances'],
        authorizedAt,
        firstOkAt: authorizedAt,
        lastOkAt: lookedAt,
        lastLookAt: lookedAt,
        nextAt: lookedAt + interval,
        createdAt: authorizedAt,
      });
      const weather = await shop.crowd.weather(row.cohort);
      const input = judgeInput(shop, { row, observations: [], weather, deniedElsewhere: [], now: NOON });
      await insertStore(tx, { ...row, judgement: judge(input) });
      const candidate = { accountId: row.accountId, storeId: row.id, version: 1, token: new Secret(tokenFor(seller)) };
      await putCandidate({ db: tx, vault: shop.vault }, { ...candidate, now: NOON });
      await promoteCandidate(tx, { storeId: row.id, version: 1 });
    }
  });
}
