/** Callers of the HTTP surface who are not what they claim: forged addresses and hosts, wrong keys, requests that never end. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { Secret } from '../../server/src/core/secret.ts';
import { describeSqlite, eachDatabase, type OpenTest } from '../../server/src/db/testing.ts';
import { openWeb, PUBLIC_URL, type Surroundings, type TestWeb } from '../support/web.ts';

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function started(open: OpenTest, around: Surroundings = {}): Promise<TestWeb> {
  const one = await openWeb(await open(), around);
  opened.push(one);
  return one;
}

eachDatabase((_engine, open) => {
  test('serves a right key after any number of wrong ones from its address', async () => {
    const one = await started(open);
    const { accountId } = await one.signUp('Ada');
    const key = await one.apiKey(accountId);
    const ask = (bearer: string) =>
      one.app.inject({ url: '/v1/stores', headers: { authorization: `Bearer ${bearer}` } });
    const wrong = [];
    for (let n = 0; n < 90; n += 1) wrong.push((await ask(`sk_wrong-${n}`)).statusCode);
    expect(wrong.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => 401));
    expect(wrong.at(-1)).toBe(429);
    expect((await ask(key)).statusCode).toBe(200);
  });
});

describeSqlite((_engine, open) => {
  const wrongKeysFrom = async ({ app }: TestWeb, headers: (n: number) => Record<string, string>) => {
    const seen = [];
    for (let n = 0; n < 70; n += 1) {
      const authorization = `Bearer sk_wrong-${n}`;
      seen.push((await app.inject({ url: '/v1/stores', headers: { authorization, ...headers(n) } })).statusCode);
    }
    return seen.filter((status) => status === 429).length;
  };

  test('counts a direct caller by its own address, whatever it writes into X-Forwarded-For', async () => {
    const one = await started(open, { publicUrl: 'https://storekeeper.example.com' });
    expect(await wrongKeysFrom(one, (n) => ({ 'x-forwarded-for': `203.0.113.${n}` }))).toBe(10);
    expect(one.log().match(/STOREKEEPER_TRUSTED_PROXIES/g)).toHaveLength(1);
  });

  test('takes the word of a named proxy, and of no other hop before it', async () => {
    const named = await started(open, { trustedProxies: ['127.0.0.0/8'] });
    expect(await wrongKeysFrom(named, (n) => ({ 'x-forwarded-for': `203.0.113.${n}` }))).toBe(0);
    expect(await wrongKeysFrom(named, (n) => ({ 'x-forwarded-for': `203.0.113.${n}, 198.51.100.7` }))).toBe(10);
    const other = await started(open, { trustedProxies: ['10.0.0.0/8'] });
    expect(await wrongKeysFrom(other, (n) => ({ 'x-forwarded-for': `203.0.113.${n}` }))).toBe(10);
  });

  test.each([
    ['evil.test', 421],
    ['evil.test:4280', 421],
    ['127.0.0.1.evil.test:4280', 421],
    ['localhost.evil.test', 421],
    ['127.0.0.1:4280', 200],
    ['localhost:4280', 200],
    ['[::1]:4280', 200],
    ['10.1.2.3:4280', 200],
  ])('answers a request for the host %s with %i', async (host, status) => {
    const { app } = await started(open);
    for (const url of ['/v1/openapi.json', '/app/offer', '/metrics']) {
      const answer = await app.inject({ url, headers: { host } });
      const expected = url === '/metrics' && status === 200 && host.startsWith('10.') ? 404 : status;
      expect([url, answer.statusCode]).toEqual([url, expected]);
    }
    expect((await app.inject({ url: '/healthz', headers: { host } })).statusCode).toBe(200);
  });

  test('gives its numbers to this machine or for the token, and to no one behind a proxy', async () => {
    const token = 'a-token-of-the-operator';
    const one = await started(open, { metricsToken: new Secret(token) });
    const ask = async (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
      (await one.app.inject({ url: '/metrics', headers, remoteAddress })).statusCode;
    const bearer = (given: string) => ({ authorization: `Bearer ${given}`, host: '10.0.0.5:4280' });
    expect(await ask({ host: '127.0.0.1:4280' })).toBe(200);
    expect(await ask({ host: '127.0.0.1:4280' }, '10.0.0.9')).toBe(404);
    expect(await ask({ host: '127.0.0.1:4280', 'x-forwarded-for': '203.0.113.9' })).toBe(404);
    expect(await ask({ host: '127.0.0.1:4280', 'x-real-ip': '203.0.113.9' })).toBe(404);
    expect(await ask(bearer(token), '10.0.0.9')).toBe(200);
    expect(await ask(bearer(`${token}x`), '10.0.0.9')).toBe(404);
    expect(await ask(bearer(''), '10.0.0.9')).toBe(404);
  });

  test('lets no cache keep an answer of the API or of the app', async () => {
    const one = await started(open);
    const { cookie } = await one.signUp('Ada');
    for (const url of [
      '/v1/stores',
      '/v1/stores/st_nothing',
      '/app/me',
      '/app/people',
      '/api/auth/get-session',
      '/v1/nothing',
    ]) {
      const { headers } = await one.app.inject({ url, headers: { cookie } });
      expect([url, headers['cache-control']]).toEqual([url, 'no-store']);
    }
  });

  test('asks for TLS on its own name alone', async () => {
    const { app } = await started(open, { publicUrl: 'https://storekeeper.example.com' });
    const { headers } = await app.inject({ url: '/healthz' });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  test.each([
    ['never finishes its headers', 'POST /v1/stores HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '],
    [
      'never finishes its body',
      'POST /v1/stores HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"a":',
    ],
  ])('closes the connection of a client that %s', async (_what, sent) => {
    const { app } = await started(open, { patience: { headersMs: 150, requestMs: 150, checkMs: 50 } });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const sockets = Array.from({ length: 20 }, () => connect(port, '127.0.0.1'));
    const answers = sockets.map(async (socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.write(sent);
      await once(socket, 'close');
      return Buffer.concat(chunks).toString();
    });
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('"code":"request-timeout"');
    }
  });

  test('answers what is no HTTP with a problem, and closes', async () => {
    const { app } = await started(open);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    const socket = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write('\u0016\u0003\u0001 not http at all\r\n\r\n');
    await once(socket, 'close');
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('still answers under its public URL', async () => {
    const { app } = await started(open);
    const answer = await app.inject({ url: '/app/offer', headers: { host: new URL(PUBLIC_URL).host } });
    expect(answer.statusCode).toBe(200);
  });
});
