/** Cross-site writes, repeated writes, the live stream, the pages without script, the API's own description. */
import { afterEach, describe, expect, test } from 'vitest';
import { appendEvent } from '../../server/src/db/events.ts';
import { insertStore, listStores } from '../../server/src/db/stores.ts';
import { aStore } from '../../server/src/db/testing-rows.ts';
import { describeSqlite, eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import { beginning } from '../../server/src/stores/open-store.ts';
import { toStoreBody } from '../../server/src/stores/present.ts';
import { cookieOf, followed, openWeb, PASSWORD, PUBLIC_URL, type TestWeb } from '../support/web.ts';

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function webOn(database: TestDatabase): Promise<TestWeb> {
  const one = await openWeb(database);
  opened.push(one);
  return one;
}

const WANTED = { marketplace: 'amazon', site: 'amazon.com', name: 'Blue Bird' };
const OPEN = { method: 'POST', url: '/v1/connect_sessions', payload: WANTED } as const;

describeSqlite((_engine, open) => {
  describe('a write by cookie', () => {
    test.each<[string, Record<string, string>, number]>([
      ['from our own page', { 'sec-fetch-site': 'same-origin' }, 201],
      ['from our own page in an older browser', { origin: PUBLIC_URL }, 201],
      [
        'from our page under another name of this machine',
        { origin: 'http://localhost:4280', host: 'localhost:4280' },
        201,
      ],
      ['from another site', { 'sec-fetch-site': 'cross-site', origin: PUBLIC_URL }, 403],
      ['from a sister site', { 'sec-fetch-site': 'same-site' }, 403],
      ['from another origin', { origin: 'https://evil.test' }, 403],
      ['from nowhere', { origin: 'null' }, 403],
      ['without a word where from', {}, 403],
    ])('%s', async (_from, headers, status) => {
      const { app, signUp } = await webOn(await open());
      const { cookie } = await signUp('Ada');
      expect((await app.inject({ ...OPEN, headers: { cookie, ...headers } })).statusCode).toBe(status);
    });

    test('is no business of programs with a key', async () => {
      const { app, signUp, apiKey } = await webOn(await open());
      const { accountId } = await signUp('Ada');
      const headers = { authorization: `Bearer ${await apiKey(accountId)}`, origin: 'https://shop.test' };
      expect((await app.inject({ ...OPEN, headers })).statusCode).toBe(201);
    });

    test('nobody is signed in from another site', async () => {
      const { app, signUp } = await webOn(await open());
      const { email } = await signUp('Ada');
      const payload = { email, password: PASSWORD };
      const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' };
      const answer = await app.inject({ method: 'POST', url: '/api/auth/sign-in/email', headers, payload });
      expect([answer.statusCode, answer.cookies]).toEqual([403, []]);
    });
  });

  test('cookies are out of reach of scripts', async () => {
    const { app, signUp } = await webOn(await open());
    const { email } = await signUp('Ada');
    const payload = { email, password: PASSWORD };
    const answer = await app.inject({ method: 'POST', url: '/api/auth/sign-in/email', payload });
    expect(answer.cookies).toEqual([
      expect.objectContaining({ httpOnly: true, sameSite: 'Lax', path: '/' }),
      // The mark of a known device goes to the doors of signing in alone.
      expect.objectContaining({ httpOnly: true, sameSite: 'Lax', path: '/api/auth' }),
    ]);
  });

  describe('the page of a connect link', () => {
    async function link(name = 'Blue Bird') {
      const one = await webOn(await open());
      const { accountId } = await one.signUp('Ada');
      const authorization = `Bearer ${await one.apiKey(accountId)}`;
      const made = await one.app.inject({ ...OPEN, headers: { authorization }, payload: { ...WANTED, name } });
      const { url, id } = made.json<{ url: string; id: string }>();
      return { ...one, id, authorization, path: url.slice(PUBLIC_URL.length) };
    }

    test('shows what to click and who asks, gives the browser a cookie, and needs no script', async () => {
      const { app, path } = await link();
      const page = await app.inject({ url: path });
      expect(page.statusCode).toBe(200);
      expect(page.body).toContain('Can you give one permission for Blue Bird?');
      expect(page.body).toMatch(/Asked by<\/dt>\s*<dd><strong>Ada/);
      expect(page.body).not.toContain('<script');
      expect(page.headers).toMatchObject({
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
      const cookie = page.cookies.find(({ name }) => name === 'sk_browser');
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    });

    test('writes what a stranger typed as text', async () => {
      const evil = `<img src=x onerror=alert(1)>"'&{{7*7}}`;
      const { app, path } = await link(evil);
      const { body } = await app.inject({ url: path });
      expect(body).not.toContain('<img');
      expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;{{7*7}}');
    });

    test('Continue leads to the consent page with a state, and only in this browser', async () => {
      const { app, path, authorization, id } = await link();
      const page = await app.inject({ url: path });
      const cookie = cookieOf(page);
      const form = { method: 'POST', url: `${path}/continue` } as const;
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const on = await app.inject({ ...form, headers: { cookie, ...type }, payload: '' });
      expect(on.statusCode).toBe(303);
      const location = new URL(String(on.headers.location));
      expect(location.pathname).toBe('/sellercentral.amazon.com/apps/authorize/consent');
      expect(location.searchParams.get('state')).toMatch(/^[\w-]{43}$/);
      const session = await app.inject({ url: `/v1/connect_sessions/${id}`, headers: { authorization } });
      expect(session.json()).toMatchObject({ status: 'at_marketplace' });

      const other = await app.inject({ ...form, headers: type, payload: '' });
      expect(other.statusCode).toBe(403);
      expect(other.headers['content-type']).toContain('text/html');
      expect(other.body).toContain('another browser');
      const foreign = { cookie, ...type, 'sec-fetch-site': 'cross-site' };
      expect((await app.inject({ ...form, headers: foreign, payload: '' })).statusCode).toBe(403);
    });

    test('an unknown link is a page that says so', async () => {
      const { app } = await webOn(await open());
      const page = await app.inject({ url: '/connect/s/no-such-token-no-such-token' });
      expect([page.statusCode, page.headers['content-type']]).toEqual([404, expect.stringContaining('text/html')]);
      expect(page.body).toContain('not known here');
    });

    test.each([
      '/connect/amazon/callback',
      '/connect/amazon/callback?state=x&selling_partner_id=A1&spapi_oauth_code=c',
      '/connect/amazon/callback?state=a&state=b',
      '/connect/amazon/callback?state=<script>alert(1)</script>',
      '/connect/amazon/login',
      '/connect/amazon/login?amazon_callback_uri=https://amazon.com.evil.test/apps/authorize/confirm/x&amazon_state=s&selling_partner_id=A1',
    ])('%s that did not begin here is a page at a clean address, and goes nowhere', async (url) => {
      const { app, log } = await webOn(await open());
      const page = await followed(app, encodeURI(url));
      expect(page.statusCode).toBeGreaterThanOrEqual(400);
      expect(page.statusCode).toBeLessThan(500);
      expect(page.headers['content-type']).toContain('text/html');
      expect(page.headers.location).toBeUndefined();
      expect(page.body).not.toContain('<script>alert');
      expect(log()).not.toContain('spapi_oauth_code=c');
    });
  });

  test('the API describes itself as OpenAPI 3.1, with problems on every call', async () => {
    const { app } = await webOn(await open());
    const document = (await app.inject({ url: '/v1/openapi.json' })).json<{
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    }>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/v1/connect_sessions',
      '/v1/connect_sessions/{id}',
      '/v1/developer_ids',
      '/v1/events',
      '/v1/message_settings',
      '/v1/status',
      '/v1/stores',
      '/v1/stores/{id}',
      '/v1/stores/{id}/credentials',
      '/v1/stores/{id}/hand_offs',
      '/v1/stores/{id}/hand_offs/{hand_off_id}',
      '/v1/stores/{id}/observations',
      '/v1/stores/{id}/probe',
    ]);
    for (const path of Object.values(document.paths)) {
      for (const operation of Object.values(path)) expect(operation.responses).toHaveProperty('default');
    }
  });

  test('health is told to orchestrators, numbers to the operator and not through the proxy', async () => {
    const { app } = await webOn(await open());
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
    expect((await app.inject({ url: '/readyz' })).json()).toEqual({ status: 'ready' });
    expect((await app.inject({ url: '/metrics' })).body).toContain('storekeeper_http_request_seconds');
    const outside = await app.inject({ url: '/metrics', headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(outside.statusCode).toBe(404);
  });

  test('pages may load nothing from elsewhere and run no script of their own', async () => {
    const { app } = await webOn(await open());
    const { headers } = await app.inject({ url: '/stores' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("form-action 'self' http://127.0.0.1:9");
    expect(policy).not.toContain("script-src 'self' 'unsafe-inline'");
  });
});

eachDatabase((_engine, open) => {
  test('fifty equal requests with one key have one effect and one answer', async () => {
    const database = await open();
    const { app, signUp, apiKey } = await webOn(database);
    const { accountId } = await signUp('Ada');
    const headers = { authorization: `Bearer ${await apiKey(accountId)}`, 'idempotency-key': 'import-1' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => app.inject({ ...OPEN, headers })));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(await database.db.selectFrom('connect_session').select('id').execute()).toHaveLength(1);
    const other = await app.inject({ ...OPEN, headers, payload: { ...WANTED, name: 'Another' } });
    expect([other.statusCode, other.json()]).toMatchObject([409, { code: 'idempotency-conflict' }]);
  });

  test('a refused request frees its key, so that the corrected one may use it', async () => {
    const { app, signUp, apiKey } = await webOn(await open());
    const { accountId } = await signUp('Ada');
    const headers = { authorization: `Bearer ${await apiKey(accountId)}`, 'idempotency-key': 'import-2' };
    const wrong = await app.inject({ ...OPEN, headers, payload: { ...WANTED, site: 'amazon.example' } });
    expect(wrong.statusCode).toBe(422);
    expect((await app.inject({ ...OPEN, headers })).statusCode).toBe(201);
  });

  test('a page hears what changes in its own account, from this process and from another', async () => {
    const database = await open({ onDisk: true });
    const one = await webOn(database);
    const ada = await one.signUp('Ada');
    const bo = await one.signUp('Bo');
    const mine = aStore({ accountId: ada.accountId, judgement: beginning('verifying', null) });
    const theirs = aStore({ accountId: bo.accountId, judgement: beginning('verifying', null) });
    await insertStore(database.db, mine);
    await insertStore(database.db, theirs);
    await one.app.listen({ host: '127.0.0.1', port: 0 });
    const stream = await listenTo(one, ada.cookie);
    await stream.until((text) => text.includes('retry: 2000'));

    const store = toStoreBody(mine, one.shop);
    one.shop.live.publish({ type: 'store', accountId: ada.accountId, store });
    one.shop.live.publish({ type: 'store', accountId: bo.accountId, store: toStoreBody(theirs, one.shop) });
    await stream.until((text) => text.includes(`event: store\ndata: {"id":"${mine.id}"`));

    // The follower notes where the log stands when the first page comes; what another process writes after that is told.
    const again = await database.again();
    let version = 10;
    while (!stream.text().includes('"version":1')) await stream.until((text) => text.includes('"version":1'));
    while (!/"version":1\d/.test(stream.text())) {
      for (const row of [mine, theirs]) {
        const snapshot = { ...toStoreBody(row, one.shop), version };
        await again.transaction((tx) =>
          appendEvent(tx, {
            accountId: row.accountId,
            storeId: row.id,
            type: 'store.checking',
            at: 1,
            version,
            snapshot,
          }),
        );
      }
      version += 1;
      await stream.until((text) => /"version":1\d/.test(text), 300);
    }
    expect(stream.text()).not.toContain(theirs.id);
    await stream.close();
    expect((await listStores(database.db, { accountId: ada.accountId, limit: 5 })).rows).toHaveLength(1);
  });
});

async function listenTo(one: TestWeb, cookie: string) {
  const address = one.app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const answer = await fetch(`http://127.0.0.1:${port}/app/live`, { headers: { cookie } });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const reader = answer.body?.getReader();
  let heard = '';
  const ended = (async () => {
    for (;;) {
      const part = await reader?.read();
      if (part === undefined || part.done) return;
      heard += new TextDecoder().decode(part.value);
    }
  })().catch(() => undefined);
  return {
    text: () => heard,
    /** Waits for what must come; gives up after `patienceMs`, so that the caller may go on trying. */
    async until(condition: (text: string) => boolean, patienceMs = 10_000) {
      const end = Date.now() + patienceMs;
      while (!condition(heard) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async close() {
      await reader?.cancel();
      await ended;
    },
  };
}
