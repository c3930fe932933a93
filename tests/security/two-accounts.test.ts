/** One seller in two accounts: the newer permission ends the older one, and nobody revoked anything. */
import { expect, test } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { anotherAccount, connectBy, ownAccount, storeOf, storesOf, type Account } from '../support/accounts.ts';
import { anotherToken, closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { sellerId } from '../support/worlds.ts';

closeAfterEach();

async function probed({ market }: Api, account: Account, id: string): Promise<StoreBody> {
  for (let n = 0; n < 3; n += 1) {
    await market.advance('PT2M');
    await account.ask('POST', `/v1/stores/${id}/probe`);
  }
  return storeOf(account, id);
}

const mailsAbout = async ({ market }: Api, storeId: string) =>
  (await market.shop.db.db.selectFrom('outbox').select('topic').where('store_id', '=', storeId).execute())
    .map(({ topic }) => topic)
    .filter((topic) => !topic.startsWith('reminder'));

/** Two accounts with the same seller, the second one by consent, beside a neighbour who shows that all is well. */
async function twice(api: Api) {
  const [first, second] = [ownAccount(api), await anotherAccount(api, 'Second')];
  await first.ask('POST', '/v1/stores', typedStore(1));
  const older = (await first.ask<StoreBody>('POST', '/v1/stores', typedStore(0))).body;
  await connectBy(second, { n: 0 });
  const [newer] = await storesOf(second);
  return { first, second, older, newer: newer?.id ?? '' };
}

eachDatabase((_engine, open) => {
  test('says that the permission was given again elsewhere, sends no alarm and names no account', async () => {
    const api = await openApi(await open(), { sellers: 2, world: { throttle: false } });
    const { first, second, older, newer } = await twice(api);
    const after = await probed(api, first, older.id);
    expect(after).toMatchObject({ cause: 'grant.superseded', action: 'reauthorize', likely: [] });
    expect(after.text.sentence).toContain('through another workspace on this server');
    expect(JSON.stringify(after)).not.toMatch(/Second|revoked|switched off/);
    expect(await mailsAbout(api, older.id)).toEqual([]);
    expect(await probed(api, second, newer)).toMatchObject({ verdict: 'connected', seller_id: sellerId(0) });

    expect((await connectBy(first, { n: 0, storeId: older.id })).status).toBe('connected');
    expect(await probed(api, first, older.id)).toMatchObject({ verdict: 'connected', cause: null });
    expect(await probed(api, second, newer)).toMatchObject({ cause: 'grant.superseded' });
    expect(await mailsAbout(api, newer)).toEqual([]);
  });

  test('says the same when the newer token was typed in', async () => {
    const api = await openApi(await open(), { sellers: 2, world: { throttle: false } });
    const [first, second] = [ownAccount(api), await anotherAccount(api, 'Second')];
    await first.ask('POST', '/v1/stores', typedStore(1));
    const older = (await first.ask<StoreBody>('POST', '/v1/stores', typedStore(0))).body;
    const token = await anotherToken(api, 0);
    await second.ask('POST', '/v1/stores', typedStore(0, { refresh_token: token }));
    await api.market.control('PATCH', '/_/apps/amzn1.sellerapps.app.x', { revivesOldToken: false });
    await api.market.control('POST', '/_/faults', {
      match: { operation: 'token', sellerId: sellerId(0) },
      answer: {
        status: 400,
        headers: { 'content-type': 'application/json' },
        body: {
          error: 'invalid_grant',
          error_description: 'The request has an invalid grant parameter : refresh_token',
        },
      },
    });
    expect(await probed(api, first, older.id)).toMatchObject({ cause: 'grant.superseded' });
  });

  test('does not excuse a seller who really revoked: the store worked long after the other permission', async () => {
    const api = await openApi(await open(), { sellers: 2, world: { throttle: false } });
    await api.market.control('PATCH', '/_/apps/amzn1.sellerapps.app.x', { revivesOldToken: true });
    const { first, older } = await twice(api);
    await api.market.advance('PT3H');
    expect(await probed(api, first, older.id)).toMatchObject({ verdict: 'connected' });
    await api.market.control('POST', `/_/grants/${sellerId(0)}/amzn1.sellerapps.app.x`, { action: 'disable' });
    expect(await probed(api, first, older.id)).toMatchObject({ verdict: 'reconnect', cause: 'grant.revoked' });
    expect(await mailsAbout(api, older.id)).toContain('needs_reconnect');
  });
});
