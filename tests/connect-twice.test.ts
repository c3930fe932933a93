/** One seller is connected by two ways at once: no wizard hangs, one store stands, and one more click makes all well. */
import { afterEach, expect, test } from 'vitest';
import { checkKeys } from '../server/src/db/key-check.ts';
import { readCredential } from '../server/src/db/credentials.ts';
import { eachDatabase } from '../server/src/db/testing.ts';
import { openSession, readSession } from '../server/src/stores/connect.ts';
import { claimDueStores } from '../server/src/db/stores.ts';
import { resumeByHand } from '../server/src/stores/by-hand.ts';
import { LOOK_LEASE_MS } from '../server/src/stores/probe.ts';
import { BROWSER, go, type Person } from './crash/flows.ts';
import { townWorld } from './crash/town.ts';
import { openBranch } from './support/branch.ts';
import { openMarketplace } from './support/marketplace.ts';
import { connectStore, openFleetMarket } from './support/matrix.ts';
import { sellerId } from './support/worlds.ts';

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

eachDatabase((_name, open) => {
  test('a seller who confirms in two wizards at once has one store, and no wizard hangs', async () => {
    const database = await open();
    const market = await openMarketplace(townWorld(['connect by consent'], {}));
    const { shop, outbound } = openBranch({ database, ground: market.ground, owner: 'the only process', app: 0 });
    toClose.push(() => outbound.close(), market.stop);
    await database.transaction((tx) => checkKeys({ db: tx, vault: shop.vault }));
    const fields = { marketplace: 'amazon' as const, site: 'amazon.de', name: 'Blue Bird' };
    const wizard = async (): Promise<Person> => {
      const { session } = await openSession(shop, { accountId: 'account-0', fields, browser: BROWSER });
      const email = 'owner0@example.test';
      const person = { flow: 'connect by consent', accountId: 'account-0', sellerId: sellerId(0), email } as const;
      return { ...person, sessionId: session.id, storeId: null, token: '' };
    };
    const both = [await wizard(), await wizard()];
    const goOn = (person: Person) => go({ shop, person, marketUrl: market.url, aside: database });
    const status = async ({ sessionId }: Person) =>
      (await readSession(shop, { accountId: 'account-0', id: sessionId ?? '' })).status;

    await Promise.all(both.map(goOn));
    for (const person of both) {
      expect(['connected', 'failed']).toContain(await status(person));
      if ((await status(person)) === 'failed') await goOn(person);
    }
    const rows = await database.db.selectFrom('store').select(['id', 'verdict']).where('phase', '=', 'live').execute();
    expect(rows.map((row) => row.verdict)).toEqual(['connected']);
    const sealedIn = { db: database.db, vault: shop.vault };
    const kept = await readCredential(sealedIn, { storeId: rows[0]?.id ?? '', state: 'current' });
    expect((await market.liveTokens()).get(sellerId(0))).toContain(kept?.grantToken.reveal());
  });
});

test('one token that was typed twice while the marketplace did not answer becomes one store, and no look fails over the other', async () => {
  const market = await openFleetMarket(1);
  toClose.push(market.stop);
  const { shop, control } = market;
  const answer = { status: 503, body: {} };
  const fault = (await control('POST', '/_/faults', { match: {}, answer })) as { id: string };
  const typed = [await connectStore(market, { n: 0 }), await connectStore(market, { n: 0 })];
  expect(typed.map(({ verdict }) => verdict)).toEqual(['verifying', 'verifying']);

  await control('DELETE', `/_/faults/${fault.id}`);
  await market.advance('PT3M');
  const claim = { now: shop.now(), owner: shop.owner, limit: 2, leaseMs: LOOK_LEASE_MS };
  const waiting = await claimDueStores(shop.db.db, claim);
  expect(waiting).toHaveLength(2);
  for (const row of waiting) await resumeByHand(shop, row);

  const rows = await shop.db.db.selectFrom('store').select(['seller_id', 'verdict']).execute();
  expect(rows).toEqual([{ seller_id: sellerId(0), verdict: 'connected' }]);
});
