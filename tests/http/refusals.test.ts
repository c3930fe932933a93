/** After every refusal the database holds exactly the rows that it held, whoever's they are; and the problem says what to do. */
import { afterEach, expect, test } from 'vitest';
import { hashToken } from '../../server/src/db/ids.ts';
import { insertSession } from '../../server/src/db/sessions.ts';
import { insertStore } from '../../server/src/db/stores.ts';
import { aSession, aStore } from '../../server/src/db/testing-rows.ts';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import { beginning } from '../../server/src/stores/open-store.ts';
import { everyRow } from '../support/rows.ts';
import { openWeb, SAME_ORIGIN, type TestWeb } from '../support/web.ts';

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const STORE = { marketplace: 'amazon', site: 'amazon.de', name: 'Blue Bird' };
const TOKEN = `Atzr|IwEBI${'x'.repeat(300)}`;
const MINE = 'st_mine';
const THEIRS = 'st_of_another_account';
const NOBODYS = 'st_nobody_has';

async function prepared(database: TestDatabase) {
  const one = await openWeb(database);
  opened.push(one);
  const ada = await one.signUp('Ada');
  const bo = await one.signUp('Bo');
  const judgement = beginning('verifying', null);
  for (const [id, accountId] of [
    [MINE, ada.accountId],
    [THEIRS, bo.accountId],
  ] as const) {
    await insertStore(database.db, aStore({ id, accountId, judgement }));
    const session = { id: `cs_${id}`, accountId, storeId: id, tokenHash: hashToken(`token of ${id}`) };
    await insertSession(database.db, aSession(session));
  }
  return { ...one, ada, key: await one.apiKey(ada.accountId) };
}

type Refused = {
  what: string;
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  payload?: unknown;
  type?: string;
  status: number;
  code: string;
  /** Fields that the problem names. */
  fields?: string[];
};

const typed = (credentials: object) => ({ ...STORE, credentials });

const REFUSED: Refused[] = [
  {
    what: 'a token with a space in it',
    method: 'POST',
    url: '/v1/stores',
    payload: typed({ refresh_token: `${TOKEN} x` }),
    status: 422,
    code: 'invalid-fields',
    fields: ['credentials.refresh_token'],
  },
  {
    what: 'both halves wrong',
    method: 'POST',
    url: '/v1/stores',
    payload: typed({ refresh_token: 'Atza|an-access-token-of-an-hour', seller_id: 'owner@bluebird.test' }),
    status: 422,
    code: 'invalid-fields',
    fields: ['credentials.refresh_token', 'credentials.seller_id'],
  },
  {
    what: 'a day of permission that is to come',
    method: 'POST',
    url: '/v1/stores',
    payload: typed({ refresh_token: TOKEN, authorized_at: '2999-01-01T00:00:00Z' }),
    status: 422,
    code: 'invalid-fields',
    fields: ['credentials.authorized_at'],
  },
  {
    what: 'a site that is none',
    method: 'POST',
    url: '/v1/stores',
    payload: { ...typed({ refresh_token: TOKEN }), site: 'amazon.example' },
    status: 422,
    code: 'invalid-fields',
    fields: ['site'],
  },
  {
    what: 'a site that is none, to connect by consent',
    method: 'POST',
    url: '/v1/connect_sessions',
    payload: { ...STORE, site: 'ebay.com' },
    status: 422,
    code: 'invalid-fields',
    fields: ['site'],
  },
  {
    what: 'a repair of another account’s store',
    method: 'POST',
    url: '/v1/connect_sessions',
    payload: { store_id: THEIRS },
    status: 404,
    code: 'not-found',
  },
  {
    what: 'a repair of nobody’s store',
    method: 'POST',
    url: '/v1/connect_sessions',
    payload: { store_id: NOBODYS },
    status: 404,
    code: 'not-found',
  },
  {
    what: 'new credentials for another account’s store',
    method: 'PUT',
    url: `/v1/stores/${THEIRS}/credentials`,
    payload: { credentials: { refresh_token: TOKEN } },
    status: 404,
    code: 'not-found',
  },
  {
    what: 'new credentials that are malformed',
    method: 'PUT',
    url: `/v1/stores/${MINE}/credentials`,
    payload: { credentials: { refresh_token: 'amzn.mws.1-2-3' } },
    status: 422,
    code: 'invalid-fields',
    fields: ['credentials.refresh_token'],
  },
  {
    what: 'new credentials of another seller',
    method: 'PUT',
    url: `/v1/stores/${MINE}/credentials`,
    payload: { credentials: { refresh_token: TOKEN, seller_id: 'A2ANOTHERSELLER' } },
    status: 422,
    code: 'invalid-fields',
    fields: ['credentials.seller_id'],
  },
  {
    what: 'credentials left out',
    method: 'PUT',
    url: `/v1/stores/${MINE}/credentials`,
    payload: {},
    status: 422,
    code: 'invalid-fields',
    fields: ['credentials'],
  },
  {
    what: 'a name of nothing',
    method: 'PATCH',
    url: `/v1/stores/${MINE}`,
    payload: { name: '  ', currency: 'euro' },
    status: 422,
    code: 'invalid-fields',
    fields: ['name', 'currency'],
  },
  {
    what: 'a verdict of one’s own',
    method: 'PATCH',
    url: `/v1/stores/${MINE}`,
    payload: { verdict: 'connected' },
    status: 422,
    code: 'invalid-fields',
    fields: ['verdict'],
  },
  {
    what: 'a change of another account’s store',
    method: 'PATCH',
    url: `/v1/stores/${THEIRS}`,
    payload: { name: 'Taken over' },
    status: 404,
    code: 'not-found',
  },
  {
    what: 'the end of another account’s store',
    method: 'DELETE',
    url: `/v1/stores/${THEIRS}`,
    status: 404,
    code: 'not-found',
  },
  {
    what: 'a look at another account’s store',
    method: 'POST',
    url: `/v1/stores/${THEIRS}/probe`,
    status: 404,
    code: 'not-found',
  },
  {
    what: 'broken JSON',
    method: 'POST',
    url: '/v1/stores',
    payload: '{"marketplace": "amazon",',
    status: 400,
    code: 'invalid-json',
  },
  {
    what: 'a form where JSON is wanted',
    method: 'POST',
    url: '/v1/stores',
    payload: 'marketplace=amazon',
    type: 'application/x-www-form-urlencoded',
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    what: 'more than 256 KB',
    method: 'PATCH',
    url: `/v1/stores/${MINE}`,
    payload: { name: 'x'.repeat(300_000) },
    status: 413,
    code: 'body-too-large',
  },
  {
    what: 'an address without that method',
    method: 'DELETE',
    url: '/v1/events',
    status: 404,
    code: 'not-found',
  },
];

eachDatabase((_engine, open) => {
  test('every refusal names what is wrong and what to do, and leaves every row as it was', async () => {
    const database = await open();
    const { app, key } = await prepared(database);
    const ask = ({ method, url, payload, type }: Refused, more: Record<string, string>) =>
      app.inject({
        method,
        url,
        headers: { ...(payload === undefined ? {} : { 'content-type': type ?? 'application/json' }), ...more },
        ...(payload === undefined ? {} : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
      });
    const authorization = `Bearer ${key}`;
    // The first request of a key is noted with the key.
    await app.inject({ url: '/v1/stores', headers: { authorization } });
    const before = await everyRow(database);
    expect([before['store'], before['connect_session'], before['api_key']].map((rows) => rows?.length)).toEqual([
      2, 2, 1,
    ]);
    for (const row of REFUSED) {
      for (const more of [{ authorization }, { authorization, 'idempotency-key': `once: ${row.what}` }]) {
        const answer = await ask(row, more);
        const problem = answer.json<{ code: string; detail?: string; errors?: { field: string; message: string }[] }>();
        expect([row.what, answer.statusCode, problem.code]).toEqual([row.what, row.status, row.code]);
        expect(answer.headers['content-type']).toContain('application/problem+json');
        expect((problem.errors ?? []).map((one) => one.field)).toEqual(row.fields ?? []);
        const said = [problem.detail ?? '', ...(problem.errors ?? []).map((one) => one.message)].join(' ');
        expect([row.what, said]).toEqual([row.what, expect.stringMatching(/[A-Z“"].{8,}[.]/s)]);
        expect(said).not.toContain(TOKEN);
        expect([row.what, await everyRow(database)]).toEqual([row.what, before]);
      }
    }
  }, 60_000);

  test('what nobody may do without a sign-in, or from another site, leaves every row as it was', async () => {
    const database = await open();
    const { app, ada } = await prepared(database);
    const before = await everyRow(database);
    const wanted = { method: 'POST', url: '/v1/connect_sessions', payload: STORE } as const;
    const strangers = [
      {},
      { authorization: 'Bearer sk_nobody-gave-this-out' },
      { cookie: ada.cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' },
      { cookie: 'session_token=made-up', ...SAME_ORIGIN },
    ];
    for (const headers of strangers) {
      const answer = await app.inject({ ...wanted, headers });
      expect([headers, answer.statusCode]).toEqual([headers, expect.toSatisfy((s) => s === 401 || s === 403)]);
      expect(await everyRow(database)).toEqual(before);
    }
  });
});
