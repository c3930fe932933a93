/** The way back from Amazon: whose it is comes first, it is used once, and its code stays in no address bar. */
import { expect, test } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { closeAfterEach, openApi, type Api } from '../support/api.ts';
import { untilAtRest } from '../support/consent.ts';
import { aLink, browserAt, CALLBACK, confirmAs, leaveBy, sessionOf, tokenCalls } from '../support/trips.ts';

closeAfterEach();

async function onTheWayBack(api: Api) {
  const { id, path } = await aLink(api);
  const seller = browserAt(api);
  const back = await confirmAs(api, await leaveBy(seller, path), 0);
  await tokenCalls(api);
  return { id, seller, back };
}

const atRest = async (api: Api, id: string) => {
  await untilAtRest(api.market, id, api.person.accountId);
  return (await sessionOf(api, id)).status;
};

eachDatabase((_engine, open) => {
  test('a callback without the cookie uses nothing up, and the one with it connects', async () => {
    const api = await openApi(await open(), { ungranted: [0] });
    const { id, seller, back } = await onTheWayBack(api);
    for (const other of [browserAt(api), browserAt(api, api.person.cookie)]) {
      expect((await other.follow(back)).statusCode).toBe(403);
    }
    expect(await tokenCalls(api)).toBe(0);
    expect((await seller.get(back)).statusCode).toBe(303);
    expect(await atRest(api, id)).toBe('connected');
  });

  test('a callback that was cut off uses nothing up, and the whole one connects', async () => {
    const api = await openApi(await open(), { ungranted: [0] });
    const { id, seller, back } = await onTheWayBack(api);
    const cut = new URLSearchParams(back.slice(CALLBACK.length + 1));
    cut.delete('spapi_oauth_code');
    expect((await seller.follow(`${CALLBACK}?${cut.toString()}`)).statusCode).toBe(400);
    expect(await tokenCalls(api)).toBe(0);
    await seller.get(back);
    expect(await atRest(api, id)).toBe('connected');
  });

  test('the same callback again and again leads to the same result, with one token call', async () => {
    const api = await openApi(await open(), { ungranted: [0] });
    const { id, seller, back } = await onTheWayBack(api);
    const answers = await Promise.all(Array.from({ length: 5 }, () => seller.get(back)));
    expect(await atRest(api, id)).toBe('connected');
    const calls = (await api.market.callsSince()).filter(({ operation }) => operation === 'token');
    answers.push(await seller.get(back));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([303]));
    expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1);
    expect(await tokenCalls(api)).toBe(0);
    // One exchange of the code, one token of the app and one of its neighbour check, one refresh: five exchanges were more.
    expect(calls.length).toBeLessThan(5);
    expect((await seller.follow(back)).body).toContain('Blue Bird is connected');
  });

  test.each([
    ['without a state', `${CALLBACK}?selling_partner_id=A0000TESTSELLER&spapi_oauth_code=ANcanary`],
    [
      'with a state of somebody else',
      `${CALLBACK}?state=x&selling_partner_id=A0000TESTSELLER&spapi_oauth_code=ANcanary`,
    ],
    ['without a seller', `${CALLBACK}?state=x&spapi_oauth_code=ANcanary&mws_auth_token=amzn.mws.canary`],
    ['with a refusal', `${CALLBACK}?error=access_denied&spapi_oauth_code=ANcanary`],
  ])('a callback %s leaves for a clean address at once and makes no token call', async (_what, url) => {
    const api = await openApi(await open());
    for (const browser of [browserAt(api), browserAt(api, api.person.cookie)]) {
      const answer = await browser.get(url);
      expect(answer.statusCode).toBe(303);
      expect(String(answer.headers['location'])).not.toMatch(/canary|code|token|A0000TESTSELLER/);
      expect(answer.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
      const page = await browser.follow(url);
      expect([page.statusCode >= 400, page.body.includes('canary')]).toEqual([true, false]);
      expect(page.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    }
    expect(await tokenCalls(api)).toBe(0);
    expect(api.web.log()).not.toContain('canary');
  });

  test('the way back with the right cookie leaves for a clean address at once', async () => {
    const api = await openApi(await open(), { ungranted: [0] });
    const { id, seller, back } = await onTheWayBack(api);
    const answer = await seller.get(back);
    expect(String(answer.headers['location'])).not.toMatch(/code|seller|state=/i);
    expect(answer.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(await atRest(api, id)).toBe('connected');
  });
});
