/** The Login URI is open to everybody: it tells nothing, writes nothing before the click, and serves proven stores only. */
import { describe, expect, test } from 'vitest';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import {
  anotherAccount,
  claiming,
  connectBy,
  nameless,
  ownAccount,
  storeOf,
  storesOf,
  tokenOwner,
  type Account,
} from '../support/accounts.ts';
import { closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { sellerAt, linkOn } from '../support/seller.ts';
import { browserAt, pathOf, type Browser } from '../support/trips.ts';
import { watch } from '../support/watch.ts';
import { sellerId } from '../support/worlds.ts';

closeAfterEach();

const [VICTIM, ATTACKER] = [0, 1] as const;
const APP = 'amzn1.sellerapps.app.x';

async function world(database: TestDatabase) {
  const api = await openApi(database, { sellers: 2, world: { throttle: false } });
  return { api, victim: ownAccount(api), attacker: await anotherAccount(api, 'Mallory') };
}

const loginOf = (n: number, state = 'amazon-state') =>
  `/connect/amazon/login?${new URLSearchParams({
    amazon_callback_uri: `https://amazon.com/apps/authorize/confirm/${APP}`,
    amazon_state: state,
    selling_partner_id: sellerId(n),
  }).toString()}`;

/** Presses *Continue* on the page of the Login URI. */
async function onward(browser: Browser, login: string) {
  const page = await browser.get(login);
  const fields = [...page.body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return browser.post(
    '/connect/amazon/login',
    Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')])),
  );
}

/** Seller `n` re-authorizes at the marketplace, and comes back with a claim. The last page they see. */
async function reauthorize(api: Api, { n, claim = n, browser }: { n: number; claim?: number; browser: Browser }) {
  const seller = sellerAt(api.market.emulatorUrl, { email: `owner${n}@example.test`, password: 'demo-owner' });
  const manage = `${api.market.emulatorUrl}/sellercentral-europe.amazon.com/apps/manage/reauthorize?application_id=${APP}`;
  const page = await seller.press(await seller.open(manage), 'confirm');
  const login = pathOf(linkOn(page, 'http://127.0.0.1:4280/connect/amazon/login'));
  const left = await onward(browser, claiming(login, claim));
  const back = await seller.open(String(left.headers['location']));
  await browser.get(claiming(pathOf(back.location), claim));
  await atRest(api);
  return browser.follow('/connect/arrived/looking');
}

async function atRest({ market }: Api): Promise<void> {
  const { db } = market.shop.db;
  for (let tries = 0; tries < 500; tries += 1) {
    const open = await db
      .selectFrom('connect_session')
      .select('id')
      .where((eb) => eb.or([eb('status', 'in', ['exchanging', 'verifying']), eb('lease_owner', 'is not', null)]))
      .execute();
    if (open.length === 0) return;
    await watch(market, { minutes: 0.1 });
  }
}

const rows = async ({ market }: Api) => {
  const { db } = market.shop.db;
  const tables = ['consent_state', 'connect_session', 'store', 'event', 'credential'] as const;
  return Promise.all(tables.map(async (table) => (await db.selectFrom(table).selectAll().execute()).length));
};

const connected = async (account: Account, n: number) =>
  (await account.ask<StoreBody>('POST', '/v1/stores', typedStore(n))).body;

eachDatabase((_engine, open) => {
  describe('a visitor without a sign-in', () => {
    test('gets the same answers for a customer and for a stranger, and writes nothing before Continue', async () => {
      const { api, victim } = await world(await open());
      await connected(victim, VICTIM);
      const before = await rows(api);
      const pages = [];
      for (const n of [VICTIM, 77]) {
        for (const visit of ['get', 'head', 'get'] as const) {
          const answer = await browserAt(api)[visit](loginOf(n));
          pages.push([visit, answer.statusCode, answer.body.replaceAll(sellerId(n), 'SELLER')].join(' '));
        }
      }
      expect(pages.slice(0, 3)).toEqual(pages.slice(3));
      expect(await rows(api)).toEqual(before);

      const clicks = [];
      for (const n of [VICTIM, 77]) {
        const browser = browserAt(api);
        const left = await onward(browser, loginOf(n));
        const state = new URL(String(left.headers['location'])).searchParams.get('state') ?? '';
        clicks.push([left.statusCode, String(left.headers['location']).replace(state, 'STATE'), state.length]);
        const forged = new URLSearchParams({
          state,
          selling_partner_id: sellerId(n),
          spapi_oauth_code: 'ANforgedCode',
        });
        const back = await browser.get(`/connect/amazon/callback?${forged.toString()}`);
        await atRest(api);
        const end = await browser.follow(String(back.headers['location']));
        clicks.push([back.statusCode, back.headers['location'], end.statusCode, end.body]);
      }
      expect(clicks.slice(0, 2)).toEqual(clicks.slice(2));
    });

    test('waits after too many clicks in a minute', async () => {
      const { api } = await world(await open());
      const codes = [];
      for (let n = 0; n < 31; n += 1) codes.push((await onward(browserAt(api), loginOf(n))).statusCode);
      expect([codes[29], codes[30]]).toEqual([303, 429]);
    });

    test.each(['cross-site', 'same-site'])('is not sent on by a form of another site (%s)', async (site) => {
      const { api } = await world(await open());
      const before = await rows(api);
      const answer = await api.web.app.inject({
        method: 'POST',
        url: '/connect/amazon/login',
        headers: { 'sec-fetch-site': site, 'content-type': 'application/x-www-form-urlencoded' },
        payload: loginOf(VICTIM).split('?')[1] ?? '',
      });
      expect([answer.statusCode, await rows(api)]).toEqual([403, before]);
    });
  });

  describe('a renewal that Amazon starts', () => {
    test('serves every proven store of the seller, in each account, and says so', async () => {
      const { api, victim, attacker: agency } = await world(await open());
      const own = await connected(victim, VICTIM);
      await connectBy(agency, { n: VICTIM });
      const [theirs] = await storesOf(agency);
      expect(theirs?.seller_id).toBe(sellerId(VICTIM));
      const page = await reauthorize(api, { n: VICTIM, browser: browserAt(api) });
      expect(page.body).toContain('Your store is connected again');
      for (const [account, id] of [
        [victim, own.id],
        [agency, theirs?.id ?? ''],
      ] as const) {
        await api.market.advance('PT2M');
        await account.ask('POST', `/v1/stores/${id}/probe`);
        expect(await storeOf(account, id)).toMatchObject({ verdict: 'connected', credential_version: 2, notices: [] });
      }
    });

    test('never reaches a store that only claims to be the seller', async () => {
      const { api, victim, attacker } = await world(await open());
      await nameless(api, ATTACKER);
      await connectBy(attacker, { n: ATTACKER, claim: VICTIM });
      const [claimed] = await storesOf(attacker);
      expect(claimed?.claimed_seller_id).toBe(sellerId(VICTIM));
      for (const known of [false, true]) {
        if (known) await connected(victim, VICTIM);
        await reauthorize(api, { n: VICTIM, browser: browserAt(api) });
        expect(await tokenOwner(api, claimed?.id ?? '')).toBe(sellerId(ATTACKER));
        expect(await storeOf(attacker, claimed?.id ?? '')).toMatchObject({ credential_version: 1, seller_id: null });
      }
    });

    test.each([
      ['signed out, claimed by a seller whose data names nobody', { signedIn: false, unnamed: true }],
      ['signed out, claimed by a seller whose data names it', { signedIn: false, unnamed: false }],
      ['signed in elsewhere, claimed by a seller whose data names nobody', { signedIn: true, unnamed: true }],
      ['signed in elsewhere, claimed by a seller whose data names it', { signedIn: true, unnamed: false }],
    ])('%s, leaves a victim’s token alone', async (_what, { signedIn, unnamed }) => {
      const { api, victim, attacker } = await world(await open());
      const store = await connected(victim, VICTIM);
      if (unnamed) await nameless(api, ATTACKER);
      const browser = browserAt(api, signedIn ? attacker.cookie : '');
      const page = await reauthorize(api, { n: ATTACKER, claim: VICTIM, browser });
      expect(page.body).not.toMatch(/connected again|Store 0/);
      expect(await tokenOwner(api, store.id)).toBe(sellerId(VICTIM));
      expect(await storeOf(victim, store.id)).toMatchObject({ verdict: 'connected', credential_version: 1 });
      expect(await storesOf(attacker)).toEqual([]);
    });
  });
});
