/** From the first click to the end, for as many people as there are moments at which a process can die. */
import { afterEach } from 'vitest';
import type { OpenTest } from '../../server/src/db/testing.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { openBranch, openWay } from '../support/branch.ts';
import { openMarketplace, type Marketplace } from '../support/marketplace.ts';
import { sellerId } from '../support/worlds.ts';
import { lookAgain, watchUntilQuiet, type Ending } from './afterwards.ts';
import { die, type Fate } from './death.ts';
import { go, type FlowName, type Person } from './flows.ts';
import { buildHomes, type Homes } from './grounds.ts';
import { withMoments, type Moment } from './moments.ts';
import { settleIn, townWorld } from './town.ts';

const LONGER_THAN_A_LEASE = 'PT91S';
/** So many die before another process comes: their consent codes live for five minutes. */
const TOGETHER = 80;

export type Settings = {
  name: string;
  open: OpenTest;
  flows: readonly FlowName[];
  app: { revivesOldToken?: boolean };
  /** Looks at what the dead left, before anybody comes. */
  atDeath?: (shop: Shop, fate: Fate) => Promise<void>;
};

/** A flow with nobody dying: its moments, and what it costs at the token endpoint. */
export type Course = { moments: Moment[]; tokenCalls: number };

export type Lived = {
  courses: Map<FlowName, Course>;
  endings: Ending[];
  /** How many were killed under way, not after their end. */
  killed: number;
  /** At the marketplace, by seller: calls of the token endpoint, and the refresh tokens that work. */
  calls: Map<string, number>;
  live: Map<string, string[]>;
};

type Death = { flow: FlowName; stopsAt: number; last: boolean };

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

export async function liveThrough(settings: Settings): Promise<Lived> {
  const courses = await undisturbed(settings);
  const deaths = [...courses].flatMap(([flow, course]) => deathsOf(flow, course, settings.name));
  const { market, homes } = await begin(
    settings,
    deaths.map(({ flow }) => flow),
  );
  const endings: Ending[] = [];
  for (let first = 0; first < deaths.length; first += TOGETHER) {
    const dying = new Map([...deaths.entries()].slice(first, first + TOGETHER));
    endings.push(...(await dieAndComeAgain({ market, homes, dying, settings })));
  }
  return {
    courses,
    endings,
    killed: endings.filter(({ fate }) => fate.stoodAt !== null).length,
    calls: await market.tokenCalls(),
    live: await market.liveTokens(),
  };
}

/** A refused consent begins as every consent does: its own moments are the last ones. */
const OWN_MOMENTS: Partial<Record<FlowName, number>> = { 'connect by consent, refused': 14 };

function deathsOf(flow: FlowName, { moments }: Course, database: string): Death[] {
  const deaths = moments.map(({ blocks }, i): Death => ({
    flow,
    stopsAt: i + 1,
    last: blocks && database === 'PostgreSQL',
  }));
  return deaths.slice(-(OWN_MOMENTS[flow] ?? deaths.length));
}

type Begun = { market: Marketplace; homes: Homes };

async function begin({ name, open, app }: Settings, flows: readonly FlowName[]): Promise<Begun> {
  const market = await openMarketplace(townWorld(flows, app));
  toClose.push(market.stop);
  const homes = await buildHomes(name, open, market);
  toClose.push(homes.remove);
  return { market, homes };
}

async function undisturbed(settings: Settings): Promise<Map<FlowName, Course>> {
  const { market, homes } = await begin(settings, settings.flows);
  const way = openWay(market.ground);
  toClose.push(() => way.close());
  const courses = new Map<FlowName, Course>();
  for (const [n, flow] of settings.flows.entries()) {
    await homes.visit([n], async (shop) => {
      const person = await settleIn(shop, flow, n);
      const moments: Moment[] = [];
      const counted = withMoments({ database: shop.db, outbound: way }, async (moment) => {
        moments.push(moment);
      });
      const first = openBranch({ ...counted, ground: market.ground, owner: 'the first', app: 0 });
      await go({ shop: first.shop, person, marketUrl: market.url, aside: shop.db });
      courses.set(flow, { moments, tokenCalls: (await market.tokenCalls()).get(sellerId(n)) ?? 0 });
    });
  }
  return courses;
}

type Wave = Begun & { dying: Map<number, Death>; settings: Settings };

/** They settle in, go, and die at their moments; then another process comes, and the person again. */
async function dieAndComeAgain({ market, homes, dying, settings }: Wave): Promise<Ending[]> {
  const numbers = [...dying.keys()];
  const people = new Map<number, Person>();
  await homes.visit(numbers, async (shop, inhabitants) => {
    for (const n of inhabitants) {
      const death = dying.get(n);
      if (death) people.set(n, await settleIn(shop, death.flow, n));
    }
  });
  const victims = [...people].map(([n, person]) => {
    const { url, dataDir } = homes.placeOf(n);
    const { stopsAt = 0, last = false } = dying.get(n) ?? {};
    return { person, url, dataDir, stopsAt, last };
  });
  const fates = new Map((await die(market.ground, victims)).map((fate) => [fate.person.accountId, fate]));
  const fatesAt = (inhabitants: readonly number[]): Fate[] =>
    inhabitants.flatMap((n) => fates.get(people.get(n)?.accountId ?? '') ?? []);
  await market.advance(LONGER_THAN_A_LEASE);
  const endings: Ending[] = [];
  await homes.visit(numbers, async (shop, inhabitants) => {
    for (const fate of fatesAt(inhabitants)) await settings.atDeath?.(shop, fate);
    const world = { shop, marketUrl: market.url };
    await watchUntilQuiet(world);
    for (const fate of fatesAt(inhabitants)) endings.push(await lookAgain(world, fate));
  });
  return endings;
}
