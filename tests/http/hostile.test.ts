/** Bad input gets a clear problem that names the place; nothing is half-written; no mistake of ours is shown. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeSqlite } from '../../server/src/db/testing.ts';
import { openWeb, SAME_ORIGIN, type TestWeb } from '../support/web.ts';

const GOOD = { marketplace: 'amazon', site: 'amazon.com', name: 'Blue Bird' };
const TOKEN = `Atzr|${'x'.repeat(300)}`;

describeSqlite((_engine, open) => {
  let one: TestWeb;
  let authorization: string;
  // One server for the whole table: none of these may leave a trace.
  beforeAll(async () => {
    const { openDatabase } = await import('../../server/src/db/open.ts');
    const { migrate } = await import('../../server/src/db/migrate.ts');
    const database = await openDatabase({ url: 'sqlite::memory:', dataDir: '/nowhere' });
    await migrate(database);
    one = await openWeb({ ...database, url: 'sqlite::memory:', dataDir: '/nowhere', again: open });
    const { accountId } = await one.signUp('Ada');
    authorization = `Bearer ${await one.apiKey(accountId)}`;
  });
  afterAll(async () => {
    await one.close();
    await one.shop.db.close();
  });

  type Sent = {
    method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
    url?: string;
    headers?: Record<string, string>;
    payload: unknown;
  };
  async function send({ method = 'POST', url = '/v1/connect_sessions', headers = {}, payload }: Sent) {
    const raw = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
    const answer = await one.app.inject({
      method,
      url,
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(raw === undefined ? {} : { payload: raw }),
    });
    const problem = answer.json<Record<string, unknown>>();
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(problem).toMatchObject({ status: answer.statusCode, code: expect.any(String), title: expect.any(String) });
    return { status: answer.statusCode, problem };
  }

  test.each([
    ['{"marketplace": "amazon",}', 'line 1, column 26'],
    ['{"marketplace" "amazon"}', 'line 1, column 16'],
    ['{\n  "a": 1,\n  "b": tru\n}', 'line 3, column 8'],
    ['[1, 2', 'line 1, column 6'],
    ['{"a": 1}}', 'line 1, column 9'],
    ['{"a": "unterminated', 'line 1, column 7'],
    ["{'a': 1}", 'line 1, column 2'],
    ['nonsense', 'line 1, column 1'],
    ['{"a": 01}', 'line 1, column 8'],
    ['{"name": "a\\u0000b"}', 'NUL character at line 1, column 12'],
  ])('broken JSON %j is answered with its place', async (payload, place) => {
    const { status, problem } = await send({ payload });
    expect([status, problem['code']]).toEqual([400, 'invalid-json']);
    expect(problem['detail']).toContain(place);
  });

  test('another content type is refused before it is read', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ]) {
      const { status } = await send({ headers: { 'content-type': type }, payload: '{}' });
      expect([type, status]).toEqual([type, 415]);
    }
  });

  test('a body over 256 KB is refused', async () => {
    const { status, problem } = await send({ payload: { ...GOOD, name: 'x'.repeat(300_000) } });
    expect([status, problem['code']]).toEqual([413, 'body-too-large']);
  });

  test.each<[unknown, string[]]>([
    [undefined, ['body']],
    [[], ['body']],
    ['"text"', ['body']],
    [{}, ['marketplace', 'site', 'name']],
    [{ ...GOOD, name: '' }, ['name']],
    [{ ...GOOD, name: '   ' }, ['name']],
    [{ ...GOOD, name: 'x'.repeat(101) }, ['name']],
    [{ ...GOOD, name: 7 }, ['name']],
    [{ ...GOOD, name: null }, ['name']],
    [{ ...GOOD, name: { toString: 'x' } }, ['name']],
    [{ ...GOOD, marketplace: 'ebay' }, ['marketplace']],
    [{ ...GOOD, email: 'nobody' }, ['email']],
    [{ ...GOOD, currency: 'euro' }, ['currency']],
    [{ ...GOOD, colour: 'blue' }, ['colour']],
    [{ ...GOOD, site: 'amazon.example' }, ['site']],
    [{ store_id: 7 }, ['store_id']],
    ['{"marketplace":"amazon","site":"amazon.com","name":"x","__proto__":{"admin":true}}', ['__proto__']],
  ])('the wrong fields of %j are named', async (payload, fields) => {
    const { status, problem } = await send({ payload });
    expect([status, problem['code']]).toEqual([422, 'invalid-fields']);
    const errors = problem['errors'] as { field: string; code: string; message: string }[];
    expect(errors.map(({ field }) => field)).toEqual(fields);
    for (const { message } of errors) expect(message).toMatch(/^[A-Z“"].*\.$/s);
  });

  test.each<[unknown, string]>([
    [{ ...GOOD, credentials: {} }, 'credentials.refresh_token'],
    [{ ...GOOD, credentials: 'text' }, 'credentials'],
    [{ ...GOOD, credentials: { refresh_token: TOKEN, authorized_at: 'yesterday' } }, 'credentials.authorized_at'],
    [{ ...GOOD, credentials: { refresh_token: 'short' } }, 'credentials.refresh_token'],
    [{ ...GOOD, credentials: { refresh_token: TOKEN, seller_id: 'no such id!' } }, 'credentials.seller_id'],
    [{ ...GOOD, credentials: { refresh_token: `${TOKEN} ${TOKEN}` } }, 'credentials.refresh_token'],
  ])('typed-in credentials %j are checked before any call', async (payload, field) => {
    const { status, problem } = await send({ url: '/v1/stores', payload });
    expect(status).toBe(422);
    expect(problem['errors']).toEqual(expect.arrayContaining([expect.objectContaining({ field })]));
    expect(JSON.stringify(problem)).not.toContain(TOKEN);
  });

  test.each([
    '/v1/stores/st_nothing',
    '/v1/stores/..%2f..%2fetc',
    '/v1/nothing',
    '/v1/stores/%F0%9F%92%A9',
    `/v1/stores/${'x'.repeat(150)}`,
    '/app/nothing',
    '/api/nothing',
  ])('%s is nowhere', async (url) => {
    const answer = await one.app.inject({ url, headers: { authorization } });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'not-found']);
  });

  test.each([
    ['/v1/stores?limit=0', 422],
    ['/v1/stores?limit=many', 422],
    ['/v1/stores?limit=201', 422],
    ['/v1/stores?verdict=angry', 422],
    ['/v1/stores?pending=maybe', 422],
    ['/v1/stores?cursor=nonsense', 400],
    ['/v1/events?cursor=nonsense', 400],
    ['/v1/events?cursor=e&cursor=e', 422],
    ['/v1/stores/%00', 400],
    ['/v1/stores?cursor=%00', 400],
    ['/v1/stores/%zz', 400],
    ['/v1/connect_sessions/none', 404],
  ])('%s is answered %i', async (url, status) => {
    const answer = await one.app.inject({ url, headers: { authorization } });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      status,
      expect.stringContaining('problem+json'),
    ]);
  });

  test('nothing of all this was written, and none of it was a mistake of ours', async () => {
    const { db } = one.shop.db;
    expect(await db.selectFrom('store').select('id').execute()).toEqual([]);
    expect(await db.selectFrom('connect_session').select('id').execute()).toEqual([]);
    expect(one.log()).not.toContain('a request failed unexpectedly');
  });

  describe('a mistake of ours', () => {
    test('is a 500 with a code to tell, and the log has that code and no address', async () => {
      const broken = { ...one.web.people, db: null } as unknown as typeof one.web.people;
      const { createServer } = await import('../../server/src/http/server.ts');
      const { createLog } = await import('../../server/src/log.ts');
      const lines: string[] = [];
      const log = createLog({ level: 'info', stream: { write: (line) => void lines.push(line) } });
      const ask = { ...one.web.ask, inAccount: () => Promise.reject(new Error('disk on fire')) };
      const app = await createServer({ ...one.web, people: broken, ask }, log);
      const answer = await app.inject({ url: '/v1/stores?cursor=planted-in-the-address', headers: SAME_ORIGIN });
      await app.close();
      expect(answer.statusCode).toBe(500);
      const { detail } = answer.json<{ detail: string }>();
      const code = /code: ([0-9a-f]{10})\./.exec(detail)?.[1] ?? 'none';
      expect(answer.body).not.toContain('disk on fire');
      expect(lines.join('')).toContain(code);
      expect(lines.join('')).toContain('disk on fire');
      expect(lines.join('')).not.toContain('planted-in-the-address');
    });
  });
});
