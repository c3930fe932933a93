/** What the running program forgets by itself, and what it keeps. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { insertState } from '../server/src/db/consent.ts';
import { insertHandOff } from '../server/src/db/hand-offs.ts';
import { beginIdempotent, finishIdempotent } from '../server/src/db/idempotency.ts';
import { checkKeys } from '../server/src/db/key-check.ts';
import { appendLook } from '../server/src/db/looks.ts';
import { eachDatabase } from '../server/src/db/testing.ts';
import { aHandOff, aLook } from '../server/src/db/testing-rows.ts';
import { createWork } from '../server/src/work/loop.ts';
import { openBranch } from './support/branch.ts';

const HOUR = 3_600_000;

eachDatabase((_name, open) => {
  test('trips that ended, owners’ links, answers kept for requests sent again and looks of long ago are forgotten, each after its time', async () => {
    const database = await open();
    const key = randomBytes(32).toString('base64');
    // The product's clock is a day ahead: answers go by the machine's all the same.
    const ground = { key, marketUrl: 'http://127.0.0.1:9', aheadMs: 24 * HOUR };
    const { shop, outbound } = openBranch({ database, ground, owner: 'the only process', app: 0 });
    const trip = (stateHash: string, expiresAt: number) =>
      insertState(database.db, {
        stateHash,
        sessionId: null,
        accountId: null,
        marketplace: 'amazon',
        applicationId: 'x',
        site: 'amazon.de',
        browserHash: 'y',
        sellerId: null,
        createdAt: expiresAt - HOUR,
        expiresAt,
      });
    await trip('ended long ago', shop.now() - 25 * HOUR);
    await trip('ended today', shop.now() - 23 * HOUR);
    const answer = async (name: string, now: number) => {
      await beginIdempotent(database.db, { accountId: 'account-1', key: name, fingerprint: 'z', now });
      await checkKeys({ db: database.db, vault: shop.vault });
      await finishIdempotent(
        { db: database.db, vault: shop.vault },
        { accountId: 'account-1', key: name, status: 201, body: '{}' },
      );
    };
    await answer('asked three days ago', Date.now() - 72 * HOUR);
    await answer('asked yesterday', Date.now() - 30 * HOUR);

    const link = (id: string, expiresAt: number) =>
      insertHandOff(database.db, aHandOff({ id, accountId: 'account-1', expiresAt }));
    await link('ended a month ago', shop.now() - 31 * 24 * HOUR);
    await link('ended last week', shop.now() - 7 * 24 * HOUR);
    const look = (daysAgo: number) => {
      const now = shop.now() - daysAgo * 24 * HOUR;
      return appendLook(database.db, { accountId: 'account-1', storeId: 'st_1', look: aLook({ now }) });
    };
    await look(400);
    await look(370);

    const work = createWork(shop, { dispatch: { runDue: () => Promise.resolve(0) } });
    work.start();
    const trips = () => database.db.selectFrom('consent_state').select('state_hash').execute();
    const answers = () => database.db.selectFrom('idempotency').select('key').execute();
    const links = () => database.db.selectFrom('hand_off').select('id').execute();
    const looks = () => database.db.selectFrom('look').select('at').execute();
    const left = [trips, links, answers, looks];
    while ((await Promise.all(left.map(async (rows) => (await rows()).length))).some((n) => n > 1)) await sleep(10);
    await work.stop();
    await outbound.close();
    expect((await trips()).map((row) => row.state_hash)).toEqual(['ended today']);
    expect((await links()).map((row) => row.id)).toEqual(['ended last week']);
    expect((await answers()).map((row) => row.key)).toEqual(['asked yesterday']);
    // Twelve months of looks are kept at least.
    expect((await looks()).map((row) => Math.round((shop.now() - row.at) / (24 * HOUR)))).toEqual([370]);
  });
});
