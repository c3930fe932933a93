/** The fine print of judging, where it is not a row of the fault matrix. */
import { expect, test } from 'vitest';
import { describeSqlite } from '../../server/src/db/testing.ts';
import type { Repair } from '../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { mailsAbout } from '../support/matrix.ts';
import { SAME_ORIGIN } from '../support/web.ts';
import { watch } from '../support/watch.ts';
import { sellerId } from '../support/worlds.ts';

closeAfterEach();

const grant = ({ market }: Api, action: string) =>
  market.control('POST', `/_/grants/${sellerId(0)}/amzn1.sellerapps.app.x`, { action });
const noSite = ({ market }: Api) =>
  market.control('PATCH', `/_/sellers/${sellerId(0)}`, {
    sites: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'].map((marketplaceId) => ({ marketplaceId, participating: false })),
  });

describeSqlite((_engine, open) => {
  async function connected(wish: Parameters<typeof openApi>[1] = {}) {
    const api = await openApi(await open(), wish);
    const { id } = (await api.ask<StoreBody>('POST', '/v1/stores', typedStore(0))).body;
    const store = async () => (await api.ask<StoreBody>('GET', `/v1/stores/${id}`)).body;
    return { ...api, id, store };
  }

  test('in a dialog the diagnosis is shown at once, while nobody is told yet: showing is not alarming', async () => {
    const api = await connected();
    await grant(api, 'disable');
    await api.ask('POST', `/v1/stores/${api.id}/probe`);
    expect(await api.store()).toMatchObject({ verdict: 'checking', cause: null, owner: 'nobody' });
    const headers = { cookie: api.person.cookie, ...SAME_ORIGIN };
    const dialog = await api.web.app.inject({ method: 'POST', url: `/app/stores/${api.id}/repair`, headers });
    expect(dialog.json<Repair>().diagnosis).toMatchObject({ cause: 'grant.revoked', owner: 'seller' });
    expect(await mailsAbout(api.market, { storeId: api.id })).toBe(0);
  });

  test('the same refusal sooner than ninety seconds after proves nothing; after ninety seconds it does', async () => {
    const api = await connected();
    await grant(api, 'disable');
    const probe = () => api.ask('POST', `/v1/stores/${api.id}/probe`);
    await probe();
    await api.market.advance('PT75S');
    await probe();
    expect((await api.store()).verdict).toBe('checking');
    await api.market.advance('PT20S');
    await probe();
    expect(await api.store()).toMatchObject({ verdict: 'reconnect', cause: 'grant.revoked' });
    expect(await mailsAbout(api.market, { storeId: api.id })).toBe(1);
  });

  test('no control, no alarm: a refusal waits until somebody else was answered between', async () => {
    const api = await connected();
    await grant(api, 'disable');
    const answer = { status: 503, body: 'out', headers: {} };
    const match = { operation: 'getDestinations' };
    const { id } = (await api.market.control('POST', '/_/faults', { match, answer })) as { id: string };
    await watch(api.market, { minutes: 90 });
    expect((await api.store()).verdict).not.toBe('reconnect');
    expect(await mailsAbout(api.market, { storeId: api.id })).toBe(0);
    await api.market.control('DELETE', `/_/faults/${id}`);
    // After twenty failed checks a store is checked every 15 to 16 minutes, and two of those checks must fail.
    await watch(api.market, { minutes: 40 });
    expect(await api.store()).toMatchObject({ verdict: 'reconnect', cause: 'grant.revoked' });
  });

  test('a good answer that states the standing needs one repeat and no control', async () => {
    const api = await connected();
    await noSite(api);
    const answer = { status: 503, body: 'out', headers: {} };
    await api.market.control('POST', '/_/faults', { match: { operation: 'getDestinations' }, answer });
    await watch(api.market, { minutes: 70 });
    expect(await api.store()).toMatchObject({ verdict: 'store_blocked', cause: 'store.inactive', confidence: 'high' });
    expect(await mailsAbout(api.market, { storeId: api.id })).toBe(1);
  });

  test('controls and the app’s own token are asked once a minute, however many stores fail', async () => {
    const api = await connected({ sellers: 6 });
    const ids = [api.id];
    for (const n of [1, 2, 3, 4, 5]) ids.push((await api.ask<StoreBody>('POST', '/v1/stores', typedStore(n))).body.id);
    await api.market.advance('PT2M');
    await api.market.callsSince();
    for (const id of ids) await api.ask('POST', `/v1/stores/${id}/probe`);
    const calls = await api.market.callsSince();
    const withoutSeller = calls.filter((call) => call.sellerId === null).map((call) => call.operation);
    // The app's token, and the look at another host that shows our own network.
    expect(withoutSeller.toSorted()).toEqual(['token', 'tokeninfo']);
    // Every store its four; the first asked one neighbour with two more, and served all others after that itself.
    expect(calls.length - withoutSeller.length).toBe(ids.length * 4 + 2);
  });

  test('a clock of ours that is wrong while calls succeed is told to the operator, and no seller reads of it', async () => {
    const api = await connected();
    await api.market.control('POST', '/_/clock', { advance: 'PT11M' });
    // The product's clock has not followed: Amazon's answers are dated eleven minutes later than ours.
    await api.ask('POST', `/v1/stores/${api.id}/probe`);
    expect(await api.store()).toMatchObject({ verdict: 'connected', cause: null, notices: [] });
    expect(await mailsAbout(api.market, 'operator')).toBe(1);
    const told = await api.market.shop.db.db
      .selectFrom('outbox')
      .select('payload')
      .where('kind', '=', 'operator_email')
      .execute();
    expect(told.map((row) => JSON.parse(row.payload) as unknown)).toMatchObject([{ cause: 'own.clock' }]);
  });

  test('what the last good look answered is not read into the trouble after it, though it ended in the same instant', async () => {
    const api = await connected();
    const { db } = api.market.shop.db;
    const row = await db.selectFrom('store').select('last_ok_at').where('id', '=', api.id).executeTakeFirstOrThrow();
    await db
      .updateTable('observation')
      .set({ at: Number(row.last_ok_at) })
      .where('store_id', '=', api.id)
      .execute();
    const match = { host: 'sellingpartnerapi-eu.amazon.com' };
    await api.market.control('POST', '/_/faults', { match, answer: { kind: 'throttle' } });
    await watch(api.market, { minutes: 80 });
    expect(await api.store()).toMatchObject({ verdict: 'held', cause: 'mkt.throttle', owner: 'marketplace' });
  });

  test('an answer that nobody knows is kept with Amazon’s own words, told to the operator once, and alarms nobody', async () => {
    const api = await connected();
    await api.market.control('POST', '/_/faults', { match: {}, answer: { kind: 'unknown_answer' } });
    await watch(api.market, { minutes: 180 });
    expect(await api.store()).toMatchObject({ verdict: 'checking', cause: 'unknown', owner: 'operator' });
    const seen = await api.ask<{ data: { answer: string; code: string; message: string }[] }>(
      'GET',
      `/v1/stores/${api.id}/observations`,
    );
    expect(seen.body.data).toContainEqual(
      expect.objectContaining({
        answer: 'unknown',
        code: 'account_state_conflict',
        message: expect.stringContaining('cannot be processed'),
      }),
    );
    expect(await mailsAbout(api.market, 'operator')).toBe(1);
    expect(await mailsAbout(api.market, { storeId: api.id })).toBe(0);
  });
});
