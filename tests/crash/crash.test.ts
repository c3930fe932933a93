/**
 * `kill -9` at every moment of connecting and repairing, on both databases. Whatever had happened by then, another process
 * and one more click bring it to its end: no token is lost, nothing is stuck, and the marketplace is asked once more at most.
 */
import { afterEach, expect, test } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { readCredential } from '../../server/src/db/credentials.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { openBranch, openWay } from '../support/branch.ts';
import { openMarketplace } from '../support/marketplace.ts';
import { sellerId } from '../support/worlds.ts';
import { lookAgain, watchUntilQuiet, type Ending } from './afterwards.ts';
import { die, type Fate } from './death.ts';
import { go, type FlowName, type Person } from './flows.ts';
import { buildHomes } from './grounds.ts';
import { withMoments, type Moment } from './moments.ts';
import { settleIn, townWorld } from './town.ts';

const LONGER_THAN_A_LEASE = 'PT91S';

type Course = { moments: Moment[]; tokenCalls: number };
type Settings = { flows: readonly FlowName[]; app: { revivesOldToken?: boolean } };
type Death = { flow: FlowName; stopsAt: number; last: boolean };

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

eachDatabase((name, open) => {
  async function begin(flows: readonly FlowName[], app: Settings['app']) {
    const market = await openMarketplace(townWorld(flows, app));
    toClose.push(market.stop);
    const homes = await buildHomes(name, open, market);
    toClose.push(homes.remove);
    return { market, homes };
  }

  /** Every flow once, with nobody dying: its moments, and what it costs at the token endpoint. */
  async function undisturbed({ flows, app }: Settings): Promise<Map<FlowName, Course>> {
    const { market, homes } = await begin(flows, app);
    const way = openWay(market.ground);
    toClose.push(() => way.close());
    const courses = new Map<FlowName, Course>();
    for (const [n, flow] of flows.entries()) {
      await homes.visit([n], async (shop) => {
        const person = await settleIn(shop, flow, n);
        const moments: Moment[] = [];
        const counted = withMoments({ database: shop.db, outbound: way }, async (moment) => {
          moments.push(moment);
        });
        const { shop: counting } = openBranch({ ...counted, ground: market.ground, owner: 'the first', app: 0 });
        await go({ shop: counting, person, marketUrl: market.url, aside: shop.db }).catch(() => undefined);
        courses.set(flow, { moments, tokenCalls: (await market.tokenCalls()).get(sellerId(n)) ?? 0 });
      });
    }
    return courses;
  }

  /** Everybody settles in, goes, dies at their moment; then the clock moves on, and another process comes. */
  async function dieEverywhere(settings: Settings) {
    const courses = await undisturbed(settings);
    const deaths: Death[] = settings.flows.flatMap((flow) =>
      (courses.get(flow)?.moments ?? []).map(({ blocks }, i) => ({
        flow,
        stopsAt: i + 1,
        last: blocks && name === 'PostgreSQL',
      })),
    );
    const { market, homes } = await begin(
      deaths.map(({ flow }) => flow),
      settings.app,
    );
    const everybody = [...deaths.keys()];
    const people = new Map<number, Person>();
    await homes.visit(everybody, async (shop, inhabitants) => {
      for (const n of inhabitants) people.set(n, await settleIn(shop, deaths[n]?.flow ?? 'connect by hand', n));
    });
    const victims = [...people].map(([n, person]) => {
      const { url, dataDir } = homes.placeOf(n);
      return { person, url, dataDir, stopsAt: deaths[n]?.stopsAt ?? 0, last: deaths[n]?.last ?? false };
    });
    const fates = new Map((await die(market.ground, victims)).map((fate) => [fate.person.accountId, fate]));
    const fatesAt = (inhabitants: readonly number[]): Fate[] =>
      inhabitants.flatMap((n) => fates.get(people.get(n)?.accountId ?? '') ?? []);
    return { courses, market, homes, everybody, fatesAt };
  }

  type AfterDeath = Awaited<ReturnType<typeof dieEverywhere>>;

  async function comeAfterwards({ market, homes, everybody, fatesAt }: AfterDeath): Promise<Ending[]> {
    await market.advance(LONGER_THAN_A_LEASE);
    const endings: Ending[] = [];
    await homes.visit(everybody, async (shop, inhabitants) => {
      const world = { shop, marketUrl: market.url };
      await watchUntilQuiet(world);
      for (const fate of fatesAt(inhabitants)) endings.push(await lookAgain(world, fate));
    });
    return endings;
  }

  async function complaintsAfter(afterDeath: AfterDeath): Promise<string[]> {
    const { courses, market } = afterDeath;
    const endings = await comeAfterwards(afterDeath);
    const [calls, live] = [await market.tokenCalls(), await market.liveTokens()];
    return endings.flatMap((ending) => {
      const { flow, sellerId } = ending.fate.person;
      return complaintsOf(ending, {
        issued: live.get(sellerId)?.at(-1) ?? null,
        calls: calls.get(sellerId) ?? 0,
        allowed: (courses.get(flow)?.tokenCalls ?? 0) * Math.max(1, ending.trips) + 1,
      });
    });
  }

  test('whoever connects or repairs ends well, at whatever moment the process is killed', async () => {
    const afterDeath = await dieEverywhere({
      flows: [
        'connect by consent',
        'connect by consent, refused',
        'connect by hand',
        'repair by consent',
        'repair by hand',
      ],
      app: {},
    });
    expect(await complaintsAfter(afterDeath)).toEqual([]);
    expect(killedUnderWay(afterDeath)).toBeGreaterThan(190);
  }, 120_000);

  test('whoever renews early has working credentials at every moment, where the marketplace keeps the old ones', async () => {
    const afterDeath = await dieEverywhere({
      flows: ['renew by consent', 'renew by consent from the marketplace'],
      app: { revivesOldToken: true },
    });
    const { market, homes, everybody, fatesAt } = afterDeath;
    const live = await market.liveTokens();
    const broken: string[] = [];
    await homes.visit(everybody, async (shop, inhabitants) => {
      for (const fate of fatesAt(inhabitants)) {
        const token = await tokenInUse(shop, fate.person);
        if (!live.get(fate.person.sellerId)?.includes(token)) broken.push(`${fate.person.flow}, ${fate.stoodAt}`);
      }
    });
    expect(broken).toEqual([]);
    expect(await complaintsAfter(afterDeath)).toEqual([]);
    expect(killedUnderWay(afterDeath)).toBeGreaterThan(95);
  }, 120_000);

  function killedUnderWay({ everybody, fatesAt }: AfterDeath): number {
    return fatesAt(everybody).filter(({ stoodAt }) => stoodAt !== null).length;
  }
});

async function tokenInUse({ db, vault }: Shop, { storeId }: Person): Promise<string> {
  const found = await readCredential({ db: db.db, vault }, { storeId: storeId ?? '', state: 'current' });
  return found?.grantToken.reveal() ?? 'none';
}

type Expected = { issued: string | null; calls: number; allowed: number };

/** What the last click left behind. */
type Left = Pick<Ending, 'current' | 'candidate' | 'successes' | 'alarms'> & {
  verdict: string | null;
  cause: string | null;
};

function leftBy({ store, current, candidate, successes, alarms }: Ending): Left {
  return { verdict: store?.verdict ?? null, cause: store?.cause ?? null, current, candidate, successes, alarms };
}

/** Connected with the last token that was issued; or, where the marketplace itself refuses, set up and told why. */
function expectedOf(flow: FlowName, issued: string | null): Left {
  const none = { candidate: null, alarms: 0 };
  return flow === 'connect by consent, refused'
    ? { ...none, verdict: 'setup', cause: 'grant.half_open', current: null, successes: 0 }
    : { ...none, verdict: 'connected', cause: null, current: issued, successes: 1 };
}

function complaintsOf(ending: Ending, { issued, calls, allowed }: Expected): string[] {
  const { person, stoodAt } = ending.fate;
  const [left, expected] = [leftBy(ending), expectedOf(person.flow, issued)];
  const wrong = [...ending.stuck];
  for (const what of Object.keys(expected) as (keyof Left)[])
    if (left[what] !== expected[what]) wrong.push(`${what} is ${left[what]}, not ${expected[what]}`);
  if (calls > allowed) wrong.push(`${calls} token calls, ${allowed} allowed`);
  return wrong.map((what) => `${person.flow}, killed ${stoodAt}, met ${ending.met}: ${what}`);
}
