/** One seller confirms in two wizards at once: no wizard hangs, one store stands, and one more click makes all well. */
import { afterEach, expect, test } from 'vitest';
import { checkKeys } from '../server/src/db/key-check.ts';
import { readCredential } from '../server/src/db/credentials.ts';
import { eachDatabase } from '../server/src/db/testing.ts';
import { openSession, readSession } from '../server/src/stores/connect.ts';
import { BROWSER, go, type Person } from './crash/flows.ts';
import { townWorld } from './crash/town.ts';
import { openBranch } from './support/branch.ts';
import { openMarketplace } from './support/marketplace.ts';
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
