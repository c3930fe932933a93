/** A database that is put back to an older copy: permissions that were given since are missing, and that is said to be ours. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { noteRestored } from '../../server/src/db/restored.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { findOlderTokens } from '../../server/src/stores/older-database.ts';
import { openJournal } from '../../server/src/stores/token-journal.ts';
import { comeBack, tripToConsent } from '../support/consent.ts';
import type { Market } from '../support/market.ts';
import { connectStore, storeOf } from '../support/matrix.ts';
import { openTokenMarket, stopMarkets } from '../support/tokens.ts';
import { watch } from '../support/watch.ts';

const folders: string[] = [];

afterEach(async () => {
  await stopMarkets();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function withDataFolder(market: Market): Promise<Market> {
  const dataDir = mkdtempSync(join(tmpdir(), 'storekeeper-restored-'));
  folders.push(dataDir);
  const journal = await openJournal({ db: market.shop.db, dataDir });
  return { ...market, shop: { ...market.shop, journal } };
}

/** Takes a copy of the store and its credentials, and gives what puts the copy back. */
async function backup({ shop: { db } }: Market, id: string): Promise<() => Promise<void>> {
  const store = await db.db.selectFrom('store').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const credentials = await db.db.selectFrom('credential').selectAll().where('store_id', '=', id).execute();
  return () =>
    db.transaction(async (tx) => {
      await tx.deleteFrom('credential').where('store_id', '=', id).execute();
      await tx.insertInto('credential').values(credentials).execute();
      await tx.updateTable('store').set(store).where('id', '=', id).execute();
    });
}

/** Store 0 renewed after the copy that is put back; the others did nothing. */
async function restoredAfterRenewal(market: Market): Promise<string[]> {
  const ids: string[] = [];
  for (const n of [0, 1, 2]) ids.push((await connectStore(market, { n })).id);
  const [id = ''] = ids;
  const putBack = await backup(market, id);
  await market.advance('PT1H');
  const trip = await tripToConsent(market, { n: 0, storeId: id });
  expect((await comeBack(market, trip)).status).toBe('connected');
  await putBack();
  return ids;
}

async function untilRefused(market: Market, id: string) {
  await watch(market, { minutes: 200, enough: (look) => look.storeId === id && look.verdict === 'reconnect' });
  return storeOf(market, id);
}

const OURS = { verdict: 'reconnect', cause: 'own.interrupted', owner: 'system', action: 'reauthorize' };

eachDatabase((_name, open) => {
  test('says that a lost permission is ours when only the data folder knows of it', async () => {
    const market = await withDataFolder(await openTokenMarket(open, { size: 3 }));
    const [id = '', other = ''] = await restoredAfterRenewal(market);
    expect(await findOlderTokens(market.shop)).toBe(1);
    expect(await untilRefused(market, id)).toMatchObject(OURS);
    expect(await storeOf(market, other)).toMatchObject({ verdict: 'connected' });
    const again = await tripToConsent(market, { n: 0, storeId: id });
    await comeBack(market, again);
    expect(await storeOf(market, id)).toMatchObject({ verdict: 'connected' });
    expect(await findOlderTokens(market.shop)).toBe(0);
  });

  test('says that a lost permission is ours when the restore was said and no file is left', async () => {
    const market = await openTokenMarket(open, { size: 3 });
    const [id = '', other = ''] = await restoredAfterRenewal(market);
    await noteRestored(market.shop.db.db, Date.now());
    await findOlderTokens(market.shop);
    const store = await untilRefused(market, id);
    expect(store).toMatchObject(OURS);
    expect(store.likely.map(({ cause }) => cause)).toEqual(['own.interrupted', 'grant.revoked', 'grant.expired']);
    // One that went on working after the restore and is switched off by its seller later is the seller's again.
    await watch(market, { minutes: 120 });
    await market.control('POST', '/_/grants/A0001TESTSELLER/amzn1.sellerapps.app.x', { action: 'disable' });
    expect(await untilRefused(market, other)).toMatchObject({ cause: 'grant.revoked', owner: 'seller' });
  });
});
