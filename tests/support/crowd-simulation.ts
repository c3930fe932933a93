/** A crowd of stores watched through a moved clock: the verbs, the judge and a database as they are, the marketplace pretended. */
import type { Verdict } from '../../server/src/core/connection.ts';
import { judge } from '../../server/src/core/judge.ts';
import { mostDue, roomBeside, spreadOver, type Running } from '../../server/src/core/lanes.ts';
import type { Answer } from '../../server/src/core/observation.ts';
import { Secret } from '../../server/src/core/secret.ts';
import { spreadBacklog } from '../../server/src/db/backlog.ts';
import { promoteCandidate, putCandidate } from '../../server/src/db/credentials.ts';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../../server/src/db/open.ts';
import { claimDueStores, insertStore, type StoreRow } from '../../server/src/db/stores.ts';
import { aStore, aVault } from '../../server/src/db/testing-rows.ts';
import { Crowd } from '../../server/src/stores/crowd.ts';
import { judgeInput } from '../../server/src/stores/facts.ts';
import { createLive } from '../../server/src/stores/live.ts';
import { watchIncidents } from '../../server/src/stores/incidents.ts';
import { LOOK_LEASE_MS, lookAtClaimed } from '../../server/src/stores/probe.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { memoryJournal } from '../../server/src/stores/token-journal.ts';
import { theApp } from './market.ts';
import { createMovedTime, type MovedTime } from './moved-time.ts';
import { pretendedConnector, tokenFor, type Question } from './pretended.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** How long an answer takes unless the marketplace says otherwise. */
const ANSWER_MS = 200;
/** How often the watch asks what fell due. */
const WATCH_MS = 1_000;
/** How often it decides about an incident while nobody is looked at; rarer than it does, so that hours stay short. */
const DECISION_MS = 15_000;

const NOON = Date.UTC(2026, 10, 23, 12);
export const COHORT = aStore().cohort;

/** A question, with the minute of the simulation in which it is answered. */
export type Asked = Omit<Question, 'at'> & { minute: number };
type Told = { seller: number; what: string; minute: number };

export type Wish = {
  stores: number;
  answer: (asked: Asked) => Answer;
  /** How long an answer takes, milliseconds. */
  takes?: (asked: Asked) => number;
  /** Between two looks at a healthy store. */
  intervalMs?: number;
  /** True: the operator has named a store of their own. */
  control?: boolean;
  /** Milliseconds before the beginning at which a store was looked at last; evenly spread over the interval when absent. */
  lookedBefore?: (seller: number) => number;
  authorizedAt?: number;
};

export type Simulation = {
  shop: Shop;
  /** Lets the watch work until `minute` of the simulation. */
  runTo: (minute: number) => Promise<void>;
  /** Every look in the order in which it began, minutes after the beginning. */
  looks: { seller: number; minute: number }[];
  /** Looks in each span of so many minutes between two minutes. */
  looksPer: (minutes: number, between: [from: number, to: number]) => number[];
  /** Questions asked, by the minute in which they were. */
  askedInMinute: number[];
  /** Every event that is not quiet for the person behind a store. */
  loud: () => Promise<Told[]>;
  /** Mails to sellers that wait or went out, reminders and letters after an incident apart. */
  mails: () => Promise<Told[]>;
  verdicts: () => Promise<Partial<Record<Verdict, number>>>;
};

const LOUD = ['store.needs_reconnect', 'store.repair_started', 'store.blocked', 'store.limited'];

/** Begins a simulation and ends it whatever happens. The same wish gives the same story: its dice are seeded. */
export async function inSimulation<T>(wish: Wish, tell: (simulation: Simulation) => Promise<T>): Promise<T> {
  const dice = Math.random;
  Math.random = seededDice(1);
  const database = await openDatabase({ url: 'sqlite::memory:', dataDir: '/tmp' });
  try {
    return await tell(await simulate(database, wish));
  } finally {
    Math.random = dice;
    await database.close();
  }
}

async function simulate(database: OpenDatabase, wish: Wish): Promise<Simulation> {
  const time = createMovedTime(NOON);
  const looks: Simulation['looks'] = [];
  const askedInMinute: number[] = [];
  const connector = pretendedConnector(async (question) => {
    const minute = minuteOf(time.now());
    askedInMinute[Math.floor(minute)] = (askedInMinute[Math.floor(minute)] ?? 0) + 1;
    await time.pass(wish.takes?.({ ...question, minute }) ?? ANSWER_MS);
    return wish.answer({ ...question, minute: minuteOf(time.now()) });
  });
  const shop = shopOn(database, { now: time.now, connector, wish });
  await migrate(database);
  await connectAll(shop, wish);
  return {
    shop,
    runTo: watchOf(shop, { time, looks, stores: wish.stores }),
    looks,
    looksPer: perSpan(looks),
    askedInMinute,
    ...storyOf(database),
  };
}

/** The watch of one process, as in `work/loop`, with the moved clock in place of the machine's. */
type Watched = { time: MovedTime; looks: Simulation['looks']; stores: number };

function watchOf(shop: Shop, { time, looks, stores }: Watched): Simulation['runTo'] {
  const problems: unknown[] = [];
  const underWay = new Set<Running>();
  let claims = 0;
  const isFull = () => roomBeside([...underWay], time.now()).fast === 0;

  function look(row: StoreRow): void {
    looks.push({ seller: numberOf(row.id), minute: minuteOf(time.now()) });
    const running = { cohort: row.cohort, slow: false, beganAt: time.now() };
    underWay.add(running);
    void lookAtClaimed(shop, row)
      .catch((problem: unknown) => problems.push(problem))
      .finally(() => underWay.delete(running));
  }

  async function claim(): Promise<void> {
    await spread();
    for (;;) {
      const { fast, full } = roomBeside([...underWay], time.now());
      if (fast === 0) return;
      claims += 1;
      const taking = { now: time.now(), owner: `${shop.owner}:${claims}`, limit: fast, leaseMs: LOOK_LEASE_MS };
      const rows = await claimDueStores(shop.db.db, { ...taking, lane: { slow: false, notCohorts: full } });
      rows.forEach(look);
      if (rows.length < fast) return;
    }
  }

  async function spread(): Promise<void> {
    const interval = shop.settings.probeIntervalMs;
    const most = mostDue(stores, interval);
    await spreadBacklog(shop.db.db, { now: time.now(), most, overMs: spreadOver(interval) });
  }

  const decide = watchIncidents(shop);

  /** The watch asks every second; while nobody is looked at, nothing can fall due sooner than it already will. */
  async function nextClaim(): Promise<number> {
    if (underWay.size > 0) return time.now() + (isFull() ? ANSWER_MS : WATCH_MS);
    const query = shop.db.db.selectFrom('store').select('next_at').where('next_at', 'is not', null).orderBy('next_at');
    const due = await query.limit(1).executeTakeFirst();
    return Math.min(Math.max(time.now() + WATCH_MS, due?.next_at ?? Infinity), await nextDecision());
  }

  /** An open incident, or one of which not everybody was told, has its times beside those of the stores. */
  async function nextDecision(): Promise<number> {
    const query = shop.db.db.selectFrom('incident').select('id').where('told_at', 'is', null);
    return (await query.limit(1).executeTakeFirst()) ? time.now() + DECISION_MS : Infinity;
  }

  return async (minute) => {
    const end = NOON + minute * MINUTE;
    while (time.now() < end) {
      await decide();
      await claim();
      await time.advanceTo(Math.min(end, await nextClaim()));
      if (problems.length > 0) throw problems[0];
    }
  };
}

function perSpan(looks: Simulation['looks']): Simulation['looksPer'] {
  return (minutes, [from, to]) => {
    const counts = Array.from({ length: Math.floor((to - from) / minutes) }, () => 0);
    for (const { minute } of looks) {
      const span = Math.floor((minute - from) / minutes);
      if (counts[span] !== undefined) counts[span] += 1;
    }
    return counts;
  };
}

function storyOf(database: OpenDatabase): Pick<Simulation, 'loud' | 'mails' | 'verdicts'> {
  return {
    async loud() {
      const query = database.db.selectFrom('event').select(['store_id', 'type', 'at']).where('type', 'in', LOUD);
      const rows = await query.orderBy('seq').execute();
      return rows.map(({ store_id, type, at }) => ({ seller: numberOf(store_id), what: type, minute: minuteOf(at) }));
    },
    async mails() {
      const query = database.db.selectFrom('outbox').select(['store_id', 'topic', 'created_at']);
      const rows = await query.where('kind', '=', 'email').where('topic', 'not in', ['reminder', 'letter']).execute();
      return rows.map((row) => ({
        seller: numberOf(row.store_id ?? ''),
        what: row.topic,
        minute: minuteOf(row.created_at),
      }));
    },
    async verdicts() {
      const rows = await database.db.selectFrom('store').select('verdict').execute();
      return Object.fromEntries(
        [...Map.groupBy(rows, (row) => row.verdict)].map(([verdict, found]) => [verdict, found.length]),
      );
    },
  };
}

const idOf = (seller: number) => `st_${seller}`;
const numberOf = (id: string) => Number(id.slice('st_'.length));
const minuteOf = (at: number) => (at - NOON) / MINUTE;

/** Mulberry32: even enough, and the same every time. */
function seededDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Surroundings = { now: () => number; connector: ReturnType<typeof pretendedConnector>; wish: Wish };

function shopOn(database: OpenDatabase, { now, connector, wish }: Surroundings): Shop {
  const control = { region: aStore().region, grantToken: new Secret(tokenFor('operator')) };
  return {
    db: database,
    vault: aVault(),
    now,
    connector: () => connector,
    apps: () => [{ ...theApp, control: wish.control ? control : null }],
    live: createLive(),
    log: { info: () => undefined, warn: () => undefined, error: (fields, message) => console.error(message, fields) },
    owner: 'simulation',
    publicUrl: 'http://127.0.0.1:4280',
    contactOf: () => Promise.resolve('owner@example.test'),
    settings: { probeIntervalMs: wish.intervalMs ?? 60 * MINUTE, operatorEmail: 'operator@example.test' },
    crowd: new Crowd({ db: database, now }),
    journal: memoryJournal(),
    tokens: new Map(),
  };
}

/** Stores that have been connected for a hundred days, unless the wish says otherwise. */
async function connectAll(shop: Shop, { stores, lookedBefore, authorizedAt = NOON - 100 * DAY }: Wish): Promise<void> {
  const interval = shop.settings.probeIntervalMs;
  // An even spread in a mixed order: neighbours in number are not neighbours in time.
  const evenly = (seller: number) => interval * (1 - ((seller * 7_919) % stores) / stores);
  const weather = await shop.crowd.weather(COHORT);
  await shop.db.transaction((tx) => checkKeys({ db: tx, vault: shop.vault }));
  await shop.db.transaction(async (tx) => {
    for (let seller = 0; seller < stores; seller += 1) {
      const lookedAt = Math.round(NOON - (lookedBefore ?? evenly)(seller));
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
      const input = judgeInput(shop, { row, observations: [], weather, deniedElsewhere: [], now: NOON });
      await insertStore(tx, { ...row, judgement: judge(input) });
      const candidate = { accountId: row.accountId, storeId: row.id, version: 1, token: new Secret(tokenFor(seller)) };
      await putCandidate({ db: tx, vault: shop.vault }, { ...candidate, now: NOON });
      await promoteCandidate(tx, { storeId: row.id, version: 1 });
    }
  });
}
