/** One refresh of a store at a time, whoever asks: eight processes on PostgreSQL, eight tasks of one process on SQLite. */
import { afterEach, describe, expect, test } from 'vitest';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { mailsFor } from '../../server/src/db/outbox.ts';
import { recentObservations } from '../../server/src/db/observations.ts';
import { readStore as readRow, takeStoreLease, type StoreRow } from '../../server/src/db/stores.ts';
import { eachDatabase, type OpenTest, type TestDatabase } from '../../server/src/db/testing.ts';
import { connectByHand, replaceCredentials } from '../../server/src/stores/by-hand.ts';
import { probeNow } from '../../server/src/stores/probe.ts';
import { openRepair } from '../../server/src/stores/repair.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { appInWorld, applicationId, openBranch, openWay, type Branch } from '../support/branch.ts';
import { openMarketplace, type Marketplace } from '../support/marketplace.ts';
import { openTurnstile, type Turnstile } from '../support/turnstile.ts';
import { fleet, sellerId, tokenOf } from '../support/worlds.ts';
import { callCrew, startProcess, tasks, type Crew } from './crew.ts';
import type { How, Who } from './looks.ts';

const NOW = '2026-11-23T12:00:00Z';
const SELLER = sellerId(0);
const GRANT = `/_/grants/${SELLER}/${applicationId(0)}`;
const EIGHT: How[] = [
  ...Array.from({ length: 4 }, () => 'by_hand' as const),
  'in_the_dialog',
  'in_the_dialog',
  'by_the_watch',
  'by_the_watch',
];

type Scene = {
  database: TestDatabase;
  market: Marketplace;
  /** A refresh waits here until it is let through. */
  turnstile: Turnstile;
  /** A shop that goes straight to the marketplace. */
  shop: Shop;
  who: Who;
  row: () => Promise<StoreRow>;
  /** Calls of the token endpoint about the store that reached the marketplace since the scene was set. */
  tokenCalls: () => Promise<number>;
  crew: (hows: How[]) => Promise<Crew>;
};

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

/** A connected store that is due, its dialog open, and a turnstile that a refresh of its token has to pass. */
async function setScene(open: OpenTest): Promise<Scene> {
  const database = await open({ onDisk: true });
  const world = fleet({ now: NOW, sellers: [{ region: 'eu' }], throttle: false }) as { grants: object[] };
  const market = await openMarketplace({
    ...world,
    apps: [appInWorld(0)],
    grants: world.grants.map((grant) => ({ ...grant, applicationId: applicationId(0) })),
  });
  const { shop, outbound } = branchOf(database, market);
  const turnstile = await openTurnstile(market.url, ({ body }) => body.includes('grant_type=refresh_token'));
  toClose.push(() => outbound.close(), market.stop, turnstile.stop);
  await database.transaction((tx) => checkKeys({ db: tx, vault: shop.vault }));
  const { store } = await connectByHand(shop, {
    accountId: 'account-1',
    body: { marketplace: 'amazon', site: 'amazon.de', name: 'Blue Bird', credentials: { refresh_token: tokenOf(0) } },
  });
  const who = { accountId: 'account-1', id: store.id };
  await openRepair(shop, { ...who, browser: null });
  await market.advance('PT2H');
  const before = (await market.tokenCalls()).get(SELLER) ?? 0;
  return {
    database,
    market,
    turnstile,
    shop,
    who,
    row: async () => {
      const row = await readRow(database.db, who);
      if (!row) throw new Error('The store is gone.');
      return row;
    },
    tokenCalls: async () => ((await market.tokenCalls()).get(SELLER) ?? 0) - before,
    crew: (hows) => callCrew({ database, ground: { ...market.ground, marketUrl: turnstile.url }, hows, who }),
  };
}

/** Its clock follows the marketplace's; its token calls go by `marketUrl`. */
function branchOf(database: TestDatabase, { ground }: Marketplace, marketUrl = ground.marketUrl): Branch {
  return openBranch({ database, ground, owner: 'the test', app: 0, outbound: openWay({ ...ground, marketUrl }) });
}

/** The test's own shop, whose refreshes have to pass the turnstile. */
function behindTurnstile({ database, market, turnstile }: Scene): Shop {
  const { shop, outbound } = branchOf(database, market, turnstile.url);
  toClose.push(() => outbound.close());
  return shop;
}

async function mails({ database, who }: Scene): Promise<string[]> {
  return (await mailsFor(database.db, { storeId: who.id })).map((m) => m.topic).filter((topic) => topic !== 'reminder');
}

eachDatabase((name, open) => {
  const eight = name === 'PostgreSQL' ? 'eight processes' : 'eight tasks';

  describe('looking at one store', () => {
    test(`${eight} at once, by the watch and by hand, make one token call and are all told the same`, async () => {
      const scene = await setScene(open);
      const crew = await scene.crew(EIGHT);
      await Promise.all([crew.allStanding, scene.turnstile.untilWaiting(1)]);
      scene.turnstile.open();
      const told = await crew.told;
      expect(await scene.tokenCalls()).toBe(1);
      expect(told).toHaveLength(8);
      expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
      expect(told[0]).toMatchObject({ verdict: 'connected', credential_version: 1 });
      expect(await scene.row()).toMatchObject({ verdict: 'connected', failedLooks: 0, leaseOwner: null });
    });

    test('whoever asks after a look has ended gets a look of their own', async () => {
      const { shop, who, tokenCalls } = await setScene(open);
      const first = await probeNow(shop, who);
      const second = await probeNow(shop, who);
      expect(await tokenCalls()).toBe(2);
      expect(second.store.as_of).not.toBe(first.store.as_of);
      expect(second.steps.some((step) => step.outcome === 'passed')).toBe(true);
    });

    test(`${eight} at once whose token is refused by mistake leave one doubt, no red store and no mail`, async () => {
      const scene = await setScene(open);
      await scene.market.control('POST', '/_/faults', {
        match: { operation: 'token', sellerId: SELLER },
        answer: {
          status: 400,
          body: { error: 'invalid_grant', error_description: 'The user may have revoked the permission.' },
        },
        times: 1,
      });
      const crew = await scene.crew(EIGHT);
      await Promise.all([crew.allStanding, scene.turnstile.untilWaiting(1)]);
      scene.turnstile.open();
      const told = await crew.told;
      expect(told.map((one) => one.verdict)).toEqual(EIGHT.map(() => 'checking'));
      expect(await scene.tokenCalls()).toBe(1);
      expect(await scene.row()).toMatchObject({ verdict: 'checking', failedLooks: 1, alarm: null });
      const after = await probeNow(scene.shop, scene.who);
      expect(after.store.verdict).toBe('connected');
      expect(await mails(scene)).toEqual([]);
    });

    test('a refusal of credentials that were replaced meanwhile counts for nothing', async () => {
      const scene = await setScene(open);
      const crew = await scene.crew(EIGHT);
      await Promise.all([crew.allStanding, scene.turnstile.untilWaiting(1)]);
      // The old token dies at the marketplace, and the new one is proven, while the look with the old one is under way.
      const renewed = (await scene.market.control('POST', GRANT, { action: 'reauthorize' })) as {
        refreshToken: string;
      };
      await replaceCredentials(scene.shop, { ...scene.who, credentials: { refresh_token: renewed.refreshToken } });
      scene.turnstile.open();
      const told = await crew.told;
      expect(told).toEqual(EIGHT.map(() => expect.objectContaining({ verdict: 'connected', credential_version: 2 })));
      // One of the old token, refused; one that proved the new.
      expect(await scene.tokenCalls()).toBe(2);
      const row = await scene.row();
      expect(row).toMatchObject({ verdict: 'connected', failingSince: null, failedLooks: 0, alarm: null });
      const seen = await recentObservations(scene.database.db, { storeId: row.id, since: 0, limit: 100 });
      expect(seen.filter((o) => o.answer !== 'ok')).toEqual([]);
      expect(await mails(scene)).toEqual([]);
    });

    test('new credentials are proven with one token call, and the dead ones before them are not asked as their control', async () => {
      const { market, shop, who, tokenCalls } = await setScene(open);
      const renewed = (await market.control('POST', GRANT, { action: 'reauthorize' })) as { refreshToken: string };
      const credentials = { refresh_token: renewed.refreshToken };
      expect(await replaceCredentials(shop, { ...who, credentials })).toMatchObject({ verdict: 'connected' });
      expect(await tokenCalls()).toBe(1);
    });
  });

  describe('a look whose lease ran out', () => {
    test('is taken over when its process was killed, and nobody waits for longer than that', async () => {
      const scene = await setScene(open);
      const { database, turnstile, who, market } = scene;
      const ground = { ...market.ground, marketUrl: turnstile.url };
      const dying = startProcess({ database, ground, who }, 'by_hand');
      await dying.heard((line) => line.ready === true);
      dying.tell('go');
      await turnstile.untilWaiting(1);
      await dying.kill();
      await turnstile.untilWaiting(0);
      expect((await scene.row()).leaseOwner).not.toBeNull();
      const crew = tasks({ database, shop: behindTurnstile(scene), hows: EIGHT.slice(0, 6), who });
      await crew.allStanding;
      expect(turnstile.waiting()).toBe(0);
      await market.advance('PT91S');
      await turnstile.untilWaiting(1);
      turnstile.open();
      const told = await crew.told;
      expect(told.map((one) => one.verdict)).toEqual(EIGHT.slice(0, 6).map(() => 'connected'));
      expect(await scene.tokenCalls()).toBe(1);
      expect(await scene.row()).toMatchObject({ leaseOwner: null, leaseUntil: null });
    });

    test('counts for nothing, and does not end the lease of a later task of the same process', async () => {
      const scene = await setScene(open);
      const { market, turnstile, who } = scene;
      const shop = behindTurnstile(scene);
      const first = probeNow(shop, who);
      await turnstile.untilWaiting(1);
      const { leaseOwner: firstName } = await scene.row();
      await market.advance('PT91S');
      const second = probeNow(shop, who);
      await turnstile.untilWaiting(2);
      const { leaseOwner: secondName } = await scene.row();
      expect(secondName).not.toBe(firstName);
      turnstile.letOne();
      const overtaken = await first;
      const between = await scene.row();
      expect(between).toMatchObject({ leaseOwner: secondName, lastLookAt: expect.any(Number) });
      expect(overtaken.store.as_of).toBe(new Date(between.lastLookAt ?? 0).toISOString());
      const third = await takeStoreLease(scene.database.db, {
        id: between.id,
        owner: 'a third',
        now: scene.shop.now(),
        leaseMs: 1_000,
      });
      expect(third).toBeNull();
      turnstile.letOne();
      const settled = await second;
      expect(Date.parse(settled.store.as_of ?? '')).toBeGreaterThan(between.lastLookAt ?? 0);
      expect(await scene.row()).toMatchObject({ verdict: 'connected', leaseOwner: null });
    });
  });
});
