/** Mail scanners, link previews and other programs open a connect link before its seller does. */
import { expect, test } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { createAccount } from '../../server/src/people/accounts.ts';
import { closeAfterEach, openApi } from '../support/api.ts';
import { untilAtRest } from '../support/consent.ts';
import { aLink, browserAt, confirmAs, leaveBy, pathOf, sessionOf, tokenCalls } from '../support/trips.ts';

closeAfterEach();

const everything = async ({ market }: Awaited<ReturnType<typeof openApi>>) => {
  const { db } = market.shop.db;
  return JSON.stringify([
    await db.selectFrom('connect_session').selectAll().execute(),
    await db.selectFrom('consent_state').selectAll().execute(),
    await db.selectFrom('store').selectAll().execute(),
    await db.selectFrom('event').selectAll().execute(),
  ]);
};

eachDatabase((_engine, open) => {
  test.each(['get', 'head'] as const)(
    '%s of a link by a program changes nothing, and the seller connects',
    async (method) => {
      const api = await openApi(await open(), { ungranted: [0] });
      const { id, path } = await aLink(api);
      const before = await everything(api);
      for (const url of [path, `${path}/done`, path]) {
        const scanner = browserAt(api);
        await scanner[method](url);
        await scanner[method](url);
      }
      expect(await everything(api)).toBe(before);

      const seller = browserAt(api);
      expect((await seller.get(path)).statusCode).toBe(200);
      const back = await confirmAs(api, await leaveBy(seller, path), 0);
      expect((await seller.get(back)).statusCode).toBe(303);
      await untilAtRest(api.market, id, api.person.accountId);
      expect((await sessionOf(api, id)).status).toBe('connected');
    },
  );

  test('the browser that pressed Continue keeps the link, and another one is refused', async () => {
    const api = await openApi(await open(), { ungranted: [0] });
    const { path } = await aLink(api);
    const [seller, other] = [browserAt(api), browserAt(api)];
    await other.get(path);
    await leaveBy(seller, path);
    expect((await other.get(path)).statusCode).toBe(403);
    expect((await other.post(`${path}/continue`)).statusCode).toBe(403);
    expect((await seller.get(path)).statusCode).toBe(200);
  });

  test('the page names the account that asks, as text', async () => {
    const api = await openApi(await open(), { ungranted: [0] });
    const evil = await createAccount(api.web.people, { name: '<b>Bank</b>', ownerId: null });
    const key = await api.web.apiKey(evil.id);
    const made = await api.web.app.inject({
      method: 'POST',
      url: '/v1/connect_sessions',
      headers: { authorization: `Bearer ${key}` },
      payload: { marketplace: 'amazon', site: 'amazon.de', name: 'Blue Bird' },
    });
    const { body } = await browserAt(api).get(pathOf(made.json<{ url: string }>().url));
    expect(body).toMatch(/Asked by<\/dt>\s*<dd><strong>&lt;b&gt;Bank&lt;\/b&gt;/);
    const { path } = await aLink(api);
    expect((await browserAt(api).get(path)).body).toMatch(/Asked by<\/dt>\s*<dd><strong>Ada/);
  });

  test('HEAD of the way back from Amazon exchanges nothing and uses nothing up', async () => {
    const api = await openApi(await open(), { ungranted: [0] });
    const { id, path } = await aLink(api);
    const seller = browserAt(api);
    const back = await confirmAs(api, await leaveBy(seller, path), 0);
    await tokenCalls(api);
    const before = await everything(api);
    for (const browser of [seller, browserAt(api), browserAt(api, api.person.cookie)]) {
      const answer = await browser.head(back);
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    }
    expect([await everything(api), await tokenCalls(api)]).toEqual([before, 0]);
    expect((await seller.get(back)).statusCode).toBe(303);
    await untilAtRest(api.market, id, api.person.accountId);
    expect((await sessionOf(api, id)).status).toBe('connected');
  });
});
