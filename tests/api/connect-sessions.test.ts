/** `/v1/connect_sessions` and the fixed addresses, from the program's request to the seller's way back. */
import { expect, test } from 'vitest';
import { describeSqlite } from '../../server/src/db/testing.ts';
import type { ConnectSession } from '../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { untilAtRest } from '../support/consent.ts';
import { sellerAt, type Page } from '../support/seller.ts';
import { cookieOf, followed, PUBLIC_URL, SAME_ORIGIN } from '../support/web.ts';
import { watch } from '../support/watch.ts';
import { sellerId } from '../support/worlds.ts';

closeAfterEach();

const WANTED = { marketplace: 'amazon', site: 'amazon.de', name: 'Blue Bird' };
const CALLBACK = '/connect/amazon/callback';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const pathOf = (url: string) => url.slice(PUBLIC_URL.length);

/** A browser on our pages: keeps its cookie. */
async function leave({ web }: Api, url: string, cookie: string): Promise<string> {
  const left = await web.app.inject({
    method: 'POST',
    url: `${pathOf(url)}/continue`,
    headers: { cookie, ...FORM },
    payload: '',
  });
  expect([left.statusCode, left.headers['cache-control']]).toEqual([303, 'no-store']);
  return String(left.headers.location);
}

type Act = { n: number; press?: 'confirm' | 'cancel' };

async function confirmAt({ market }: Api, location: string, { n, press = 'confirm' }: Act): Promise<Page> {
  const seller = sellerAt(market.emulatorUrl, { email: `owner${n}@example.test`, password: 'demo-owner' });
  return seller.press(await seller.open(location), press);
}

const session = (api: Api, id: string) => api.ask<ConnectSession>('GET', `/v1/connect_sessions/${id}`);

describeSqlite((_engine, open) => {
  async function begun(body: object = WANTED, wish: Parameters<typeof openApi>[1] = { ungranted: [0] }) {
    const api = await openApi(await open(), wish);
    const made = await api.ask<ConnectSession>('POST', '/v1/connect_sessions', body);
    const { id, url } = made.body;
    const cookie = cookieOf(await api.web.app.inject({ url: pathOf(url) }));
    return { ...api, made, id, url, cookie };
  }

  test('from open over the marketplace to connected, without a script, and the store is there', async () => {
    const api = await begun();
    const { made, id, url, cookie } = api;
    expect([made.status, made.headers['location']]).toEqual([201, `/v1/connect_sessions/${id}`]);
    expect(made.body).toMatchObject({ kind: 'connect', status: 'open', store_id: null, diagnosis: null });
    expect(Date.parse(made.body.expires_at) - api.market.shop.now()).toBeGreaterThan(23 * 3_600_000);

    const location = await leave(api, url, cookie);
    expect(new URL(location).searchParams.get('state')).toMatch(/^[\w-]{43}$/);
    expect((await session(api, id)).body.status).toBe('at_marketplace');

    const back = await confirmAt(api, location, { n: 0 });
    const arrived = await api.web.app.inject({ url: pathOf(back.location ?? ''), headers: { cookie } });
    expect(arrived.statusCode).toBe(303);
    await untilAtRest(api.market, id, api.person.accountId);
    const { body } = await session(api, id);
    expect(body).toMatchObject({ status: 'connected', diagnosis: null, wrong_store: null });
    expect(body.steps.map((step) => step.outcome)).toEqual(Array<string>(7).fill('passed'));
    expect((await api.ask<StoreBody>('GET', `/v1/stores/${body.store_id}`)).body).toMatchObject({
      verdict: 'connected',
      name: 'Blue Bird',
      seller_id: sellerId(0),
    });
    // An ended link leads nowhere.
    const again = await api.web.app.inject({
      method: 'POST',
      url: `${pathOf(url)}/continue`,
      headers: { cookie, ...FORM },
    });
    expect(again.statusCode).toBe(410);
  });

  test('the way back in another browser makes no token call, and the same way back twice leads to the same result', async () => {
    const api = await begun();
    const back = await confirmAt(api, await leave(api, api.url, api.cookie), { n: 0 });
    await api.market.callsSince();
    expect((await followed(api.web.app, pathOf(back.location ?? ''))).statusCode).toBe(403);
    expect((await api.market.callsSince()).filter((call) => call.operation === 'token')).toEqual([]);
    const come = () => api.web.app.inject({ url: pathOf(back.location ?? ''), headers: { cookie: api.cookie } });
    const first = await come();
    await untilAtRest(api.market, api.id, api.person.accountId);
    await api.market.callsSince();
    const second = await come();
    expect([second.statusCode, second.headers.location]).toEqual([303, first.headers.location]);
    expect((await api.market.callsSince()).filter((call) => call.operation === 'token')).toEqual([]);
  });

  test('declined: failed with its diagnosis, and the row that was begun says so', async () => {
    const api = await begun();
    const back = await confirmAt(api, await leave(api, api.url, api.cookie), { n: 0, press: 'cancel' });
    await api.web.app.inject({ url: pathOf(back.location ?? ''), headers: { cookie: api.cookie } });
    const { body } = await session(api, api.id);
    expect(body).toMatchObject({ status: 'failed', diagnosis: { cause: 'grant.denied', owner: 'seller' } });
    expect((await api.ask<StoreBody>('GET', `/v1/stores/${body.store_id}`)).body).toMatchObject({
      verdict: 'setup',
      pending: true,
      cause: 'grant.denied',
    });
  });

  test('a day later the session is expired', async () => {
    const api = await begun();
    await api.market.advance('PT25H');
    await watch(api.market, { minutes: 1 });
    expect((await session(api, api.id)).body.status).toBe('expired');
  });

  test('with a store_id it is a repair; another seller’s consent overwrites nothing and makes no token call', async () => {
    const api = await openApi(await open(), { sellers: 2 });
    const store = (await api.ask<StoreBody>('POST', '/v1/stores', typedStore(0))).body;
    const made = await api.ask<ConnectSession>('POST', '/v1/connect_sessions', { store_id: store.id });
    expect(made.body).toMatchObject({ kind: 'repair', status: 'open', store_id: store.id, name: store.name });
    const cookie = cookieOf(await api.web.app.inject({ url: pathOf(made.body.url) }));
    const back = await confirmAt(api, await leave(api, made.body.url, cookie), { n: 1 });
    await api.market.callsSince();
    await api.web.app.inject({ url: pathOf(back.location ?? ''), headers: { cookie } });
    const { body } = await session(api, made.body.id);
    expect(body).toMatchObject({
      status: 'failed',
      diagnosis: { cause: 'cred.wrong_store' },
      wrong_store: { expected_seller_id: sellerId(0), got_seller_id: sellerId(1), expected_name: store.name },
    });
    expect((await api.market.callsSince()).filter((call) => call.operation === 'token')).toEqual([]);
    const after = (await api.ask<StoreBody>('GET', `/v1/stores/${store.id}`)).body;
    expect(after).toMatchObject({ verdict: 'connected', credential_version: 1, seller_id: sellerId(0) });
  });

  test.each([
    ['no state', ''],
    ['a state that is not ours', '&state=made-elsewhere'],
  ])(
    'a callback with %s names the store to its own people only, makes no token call, and one click starts again',
    async (_what, state) => {
      const api = await openApi(await open());
      const store = (await api.ask<StoreBody>('POST', '/v1/stores', typedStore(0))).body;
      const stranger = await api.web.signUp('Bo');
      const url = `${CALLBACK}?selling_partner_id=${sellerId(0)}&spapi_oauth_code=ANsomeCodeOfAmazon${state}`;
      await api.market.callsSince();
      for (const headers of [{ cookie: '' }, { cookie: stranger.cookie }]) {
        const page = await followed(api.web.app, url, headers);
        expect([page.statusCode, page.body.includes(store.name)]).toEqual([400, false]);
      }
      const { cookie } = api.person;
      const page = await followed(api.web.app, url, { cookie });
      expect(page.body).toContain(store.name);
      expect((await api.market.callsSince()).filter((call) => call.operation === 'token')).toEqual([]);

      const form = /<form method="post" action="([^"]+)">/.exec(page.body)?.[1] ?? '';
      const click = (headers: Record<string, string>) =>
        api.web.app.inject({ method: 'POST', url: pathOf(form), headers: { ...SAME_ORIGIN, ...headers } });
      expect((await click({ cookie: stranger.cookie })).statusCode).toBe(404);
      const on = await click({ cookie });
      expect(on.statusCode).toBe(303);
      const leads = new URL(String(on.headers.location));
      expect(leads.pathname).toContain('/apps/authorize/consent');
      expect(leads.searchParams.get('state')).toMatch(/^[\w-]{43}$/);
    },
  );
});
