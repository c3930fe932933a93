/** What the pages and programs ask about MWS beside its stores: developer IDs, the catalogue, the operator's fleet. */
import { addOperator, listOperators, removeOperator } from '../../server/src/people/operators.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import type { Catalogue, Fleet, Me } from '../../server/src/http/contract/app.ts';
import type { ConnectSession, DeveloperIdBody } from '../../server/src/http/contract/connect.ts';
import type { Problem } from '../../server/src/http/contract/store.ts';
import { consent, DEVELOPERS, openMws, type MwsMarket, type Wish } from '../support/mws.ts';
import { cookieOf, mailedLink, post, theApp } from '../support/web.ts';

const opened: MwsMarket[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});

async function market(database: TestDatabase, wish: Wish): Promise<MwsMarket> {
  const one = await openMws(database, wish);
  opened.push(one);
  return one;
}

type Listed = { data: DeveloperIdBody[] };

eachDatabase((_engine, open) => {
  describe('developer IDs', () => {
    test('every site that MWS served and a developer serves, in the order of the shops', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const { body } = await m.api<Listed>('GET', '/v1/developer_ids');
      expect(body.data.map(({ country, developer_id }) => `${country} ${developer_id.slice(-4)}`).join(', ')).toBe(
        'US 0001, CA 0001, MX 0001, BR 0001, GB 0002, DE 0002, FR 0002, IT 0002, ES 0002, NL 0002, SE 0002, PL 0002, TR 0002, EG 0002, SA 0002, AE 0002, IN 0002, JP 0003, AU 0004',
      );
    });

    test('of one site, with its name as it must be typed', async () => {
      const m = await market(await open(), { sellers: ['eu'], hybrid: true });
      const { body } = await m.api<Listed>('GET', '/v1/developer_ids?site=amazon.in');
      expect(body.data).toEqual([
        {
          marketplace: 'amazon-mws',
          site: 'amazon.in',
          country: 'IN',
          region: 'eu',
          developer_name: DEVELOPERS.eu.developerName,
          developer_id: DEVELOPERS.eu.developerId,
          automatic: true,
        },
      ]);
    });

    test('a site nobody knows names the field, a site without a developer says who adds one', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const unknown = await m.api<Problem>('GET', '/v1/developer_ids?site=amazon.xx');
      expect([unknown.status, unknown.body.errors?.[0]?.field]).toEqual([422, 'site']);
      const bare = await m.api<Problem>('GET', '/v1/developer_ids?site=amazon.sg');
      expect([bare.status, bare.body.detail]).toEqual([
        404,
        'No MWS developer is configured here for amazon.sg. The operator adds one to the file named by STOREKEEPER_APPS_FILE.',
      ]);
    });
  });

  test('the catalogue says for every site whether it can be connected, how, and with what', async () => {
    const m = await market(await open(), { sellers: ['eu'], hybrid: true });
    const { body } = await m.page<Catalogue>('GET', '/app/catalogue');
    const [amazon, mws] = body.marketplaces;
    expect(amazon).toMatchObject({ marketplace: 'amazon', retired_on: null, app_name: theApp.name });
    expect(mws).toMatchObject({
      marketplace: 'amazon-mws',
      retired_on: '2024-04-01',
      credential_fields: [
        { name: 'seller_id', required: true },
        { name: 'mws_auth_token', required: true },
      ],
    });
    const at = (site: string) => mws?.sites.find((one) => one.site === site);
    expect(at('amazon.de')).toMatchObject({ app_name: DEVELOPERS.eu.developerName, automatic: true });
    expect(at('amazon.com.au')).toMatchObject({ app_name: DEVELOPERS.au.developerName, automatic: false });
    expect(at('amazon.sg')).toMatchObject({ app_name: null, automatic: false });
  });

  describe('the operator', () => {
    const OPERATOR = 'ops@example.test';

    async function signedUp(m: MwsMarket) {
      const password = 'correct horse battery';
      await post(m.app, 'sign-up/email', { name: 'Ops', email: OPERATOR, password });
      await expect(addOperator(m.people, OPERATOR)).rejects.toThrow('is not confirmed');
      const { token } = await mailedLink(m.people, OPERATOR);
      const cookie = cookieOf(await post(m.app, 'confirm', { token, password }));
      return async <T>(url: string) => (await m.app.inject({ url, headers: { cookie } })).json<T>();
    }

    async function asOperator(m: MwsMarket) {
      const ask = await signedUp(m);
      await addOperator(m.people, OPERATOR);
      return ask;
    }

    test('sees over all accounts who has left MWS, when, and who is still there', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu', 'na'] });
      const [first, second] = [await m.connected(0), await m.connected(1)];
      await m.connected(2);
      await m.atAmazon(1, 'disable');
      await m.twice(second);
      const session = await m.api<ConnectSession>('POST', '/v1/connect_sessions', {
        store_id: first.id,
        move_to: 'amazon',
      });
      await consent(m, session.body, 0);
      const ask = await asOperator(m);
      expect(await ask<Me>('/app/me')).toMatchObject({ operator: true });
      const { mws } = await ask<Fleet>('/app/fleet');
      expect([mws.total, mws.moved, mws.left]).toEqual([3, 1, 2]);
      expect(mws.by_day).toEqual([{ day: '2026-11-23', moved: 1 }]);
      expect(mws.stores.map(({ name, account, verdict }) => [name, account, verdict])).toEqual([
        ['Store 1', 'Ada', 'reconnect'],
        ['Store 2', 'Ada', 'connected'],
      ]);
    });

    test('is nobody else: not another person, and not a key', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      expect((await m.page<Me>('GET', '/app/me')).body.operator).toBe(false);
      const other = await m.page<Problem>('GET', '/app/fleet');
      expect([other.status, other.body.code]).toEqual([403, 'not-allowed']);
      expect((await m.api<Problem>('GET', '/app/fleet')).status).toBe(401);
    });

    test('is whom the command line names, once they have signed up, and until it says otherwise', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      await expect(addOperator(m.people, OPERATOR)).rejects.toThrow('No person has signed up');
      const ask = await signedUp(m);
      expect(await ask<Me>('/app/me')).toMatchObject({ operator: false });
      await addOperator(m.people, OPERATOR.toUpperCase());
      expect([await ask<Me>('/app/me'), await listOperators(m.people)]).toMatchObject([{ operator: true }, [OPERATOR]]);
      await removeOperator(m.people, OPERATOR);
      expect(await ask<Me>('/app/me')).toMatchObject({ operator: false });
      expect(await listOperators(m.people)).toEqual([]);
    });
  });
});
