/** MWS by consent: the page of a hybrid application brings the MWS auth token itself. */
import { afterEach, expect, test } from 'vitest';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import type { ConnectSession } from '../../server/src/http/contract/connect.ts';
import type { Problem, StoreBody } from '../../server/src/http/contract/store.ts';
import {
  consent,
  leave,
  openMws,
  pairToken,
  sellerOf,
  settled,
  SITE,
  type MwsMarket,
  type Wish,
} from '../support/mws.ts';

const opened: MwsMarket[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});

async function market(database: TestDatabase, wish: Wish): Promise<MwsMarket> {
  const one = await openMws(database, { hybrid: true, ...wish });
  opened.push(one);
  return one;
}

const wanted = (site: string) => ({ marketplace: 'amazon-mws', site, name: 'Store by consent' });

async function begin(m: MwsMarket, body: object): Promise<ConnectSession> {
  const answer = await m.api<ConnectSession>('POST', '/v1/connect_sessions', body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

const storeOf = async (m: MwsMarket, { store_id }: ConnectSession) =>
  (await m.api<StoreBody>('GET', `/v1/stores/${store_id}`)).body;

eachDatabase((_engine, open) => {
  test('one consent connects the store; no code is exchanged and nothing is typed', async () => {
    const m = await market(await open(), { sellers: ['eu'] });
    await m.served();
    const session = await consent(m, await begin(m, wanted(SITE.eu)), 0);
    expect(session).toMatchObject({ status: 'connected', kind: 'connect', marketplace: 'amazon-mws' });
    expect(await storeOf(m, session)).toMatchObject({ verdict: 'connected', seller_id: sellerOf(0), region: 'eu' });
    expect((await m.served()).filter(({ operation }) => operation === 'token')).toEqual([]);
  });

  test('a store whose access was switched off is back after Continue and Confirm, with the new token', async () => {
    const m = await market(await open(), { sellers: ['eu', 'eu'] });
    const store = await m.connected(0);
    await m.connected(1);
    await m.atAmazon(0, 'disable');
    expect(await m.twice(store)).toMatchObject({ verdict: 'reconnect', cause: 'grant.revoked' });
    const session = await consent(m, await begin(m, { store_id: store.id }), 0);
    expect([session.kind, session.status]).toEqual(['repair', 'connected']);
    expect(await m.probe(store)).toMatchObject({ verdict: 'connected', credential_version: 2 });
    expect(await m.events(store)).toContain('store.repaired');
  });

  test('the consent of another seller changes nothing on either store', async () => {
    const m = await market(await open(), { sellers: ['eu', 'eu'] });
    const store = await m.connected(0);
    const session = await consent(m, await begin(m, { store_id: store.id }), 1);
    expect(session).toMatchObject({
      status: 'failed',
      wrong_store: { expected_seller_id: sellerOf(0), got_seller_id: sellerOf(1) },
      diagnosis: { cause: 'cred.wrong_store' },
    });
    expect(await m.probe(store)).toMatchObject({ verdict: 'connected', credential_version: 1 });
  });

  test('a seller who is connected already gets the new permission where it is, and no second store is made', async () => {
    const m = await market(await open(), { sellers: ['eu'] });
    const store = await m.connected(0);
    const session = await consent(m, await begin(m, wanted(SITE.eu)), 0);
    expect([session.status, session.store_id, session.name]).toEqual(['connected', store.id, store.name]);
    const { data } = (await m.api<{ data: StoreBody[] }>('GET', '/v1/stores')).body;
    expect(data.map(({ id, verdict }) => [id, verdict])).toEqual([[store.id, 'connected']]);
  });

  test('a seller of another region than the page was opened for is found there, and that is told', async () => {
    const m = await market(await open(), { sellers: ['eu'] });
    const session = await begin(m, wanted(SITE.na));
    const { location, cookie } = await leave(m, session);
    // What Amazon sends back for a European seller who signed in at the American page.
    const back = new URLSearchParams({
      state: new URL(location).searchParams.get('state') ?? '',
      selling_partner_id: sellerOf(0),
      mws_auth_token: pairToken(0),
      spapi_oauth_code: 'ANUnusedCode',
    });
    await m.app.inject({ url: `/connect/amazon/callback?${back}`, headers: { cookie } });
    const after = await settled(m, session);
    expect(after.status).toBe('connected');
    const store = await storeOf(m, after);
    expect(store).toMatchObject({ region: 'eu', verdict: 'connected' });
    expect(store.notices.map(({ cause }) => cause)).toContain('cred.wrong_region');
  });

  test('where the developer has no hybrid application the way is by hand, and it is said', async () => {
    const m = await market(await open(), { sellers: ['au'] });
    const session = await begin(m, wanted(SITE.au));
    const path = new URL(session.url).pathname;
    const cookie = (await m.app.inject({ url: path })).cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const answer = await m.app.inject({ method: 'POST', url: `${path}/continue`, headers: { cookie } });
    expect([answer.statusCode, answer.body.includes('by hand, with its Seller ID and MWS auth token')]).toEqual([
      503,
      true,
    ]);
  });

  test('a token never leaves: not to the log, not in an error, not in an address', async () => {
    const m = await market(await open(), { sellers: ['eu', 'eu'] });
    const typed = { mws_auth_token: pairToken(7) };
    const refused = await m.connect(0, { credentials: typed });
    const store = await m.connected(0);
    await m.connected(1);
    await m.atAmazon(0, 'disable');
    await m.twice(store);
    const session = await consent(m, await begin(m, { store_id: store.id }), 0);
    const bodies = await Promise.all(
      [
        `/v1/stores/${store.id}`,
        `/v1/stores/${store.id}/observations`,
        '/v1/events?limit=100',
        `/v1/connect_sessions/${session.id}`,
      ].map(async (url) => JSON.stringify((await m.api<unknown>('GET', url)).body)),
    );
    const world = (await m.control('GET', '/_/world')) as { mwsGrants: { authToken: string }[] };
    const secrets = [
      ...world.mwsGrants.map(({ authToken }) => authToken),
      pairToken(0),
      pairToken(7),
      'secret-key-of-eu',
    ];
    const served = JSON.stringify(await m.control('GET', '/_/log?since=0'));
    for (const secret of secrets) {
      for (const told of [m.log(), served, JSON.stringify(refused.body satisfies Problem), ...bodies]) {
        expect(told).not.toContain(secret);
      }
    }
    expect(m.log()).not.toContain('mws_auth_token=');
  });
});
