/** The database goes away under API clients and comes back: nobody is blamed, and the next request is served. */
import { afterEach, expect, test, vi } from 'vitest';
import { eachDatabase, type OpenTest } from '../../server/src/db/testing.ts';
import { failing, type FailingDatabase } from '../support/failing-database.ts';
import { openWeb, PASSWORD, SAME_ORIGIN, type TestWeb } from '../support/web.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of opened.splice(0).toReversed()) await close();
});

async function started(
  open: OpenTest,
): Promise<TestWeb & { away: FailingDatabase; key: string; cookie: string; email: string }> {
  const away = await failing(await open({ onDisk: true }));
  opened.push(away.close);
  const one = await openWeb(away.database);
  opened.push(one.close);
  const { accountId, cookie, email } = await one.signUp('Ada');
  return { ...one, away, cookie, email, key: await one.apiKey(accountId) };
}

/** As much later as a looked-up key is remembered. */
const later = ({ people }: TestWeb) => {
  const { now } = people;
  people.now = () => now() + 10_000;
};

const OUTAGE = { status: 503, code: 'database-unavailable' };

eachDatabase((_engine, open) => {
  test('answers 503 to a right key while the database refuses, and 200 to the next request after it is back', async () => {
    const one = await started(open);
    const { app, away, key } = one;
    const ask = () => app.inject({ url: '/v1/stores', headers: { authorization: `Bearer ${key}` } });
    expect((await ask()).statusCode).toBe(200);
    await away.fail('refused');
    for (let n = 0; n < 80; n += 1) {
      later(one);
      const answer = await ask();
      expect([answer.statusCode, answer.json()]).toEqual([503, expect.objectContaining(OUTAGE)]);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
    await away.mend();
    expect((await ask()).statusCode).toBe(200);
  });

  test('never remembers a key as wrong because the first look-up failed', async () => {
    const { app, away, key } = await started(open);
    const headers = { authorization: `Bearer ${key}` };
    await away.fail('refused');
    expect((await app.inject({ url: '/v1/stores', headers })).statusCode).toBe(503);
    await away.mend();
    expect((await app.inject({ url: '/v1/stores', headers })).statusCode).toBe(200);
  });

  test('answers 503 to a signed-in person, whose session goes on afterwards', async () => {
    const { app, away, cookie, email } = await started(open);
    const signIn = () =>
      app.inject({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        headers: SAME_ORIGIN,
        payload: { email, password: PASSWORD },
      });
    const calls = [
      { method: 'GET', url: '/app/me' },
      { method: 'GET', url: '/api/auth/get-session' },
      {
        method: 'POST',
        url: '/api/auth/change-password',
        payload: { currentPassword: PASSWORD, newPassword: 'a new long passphrase' },
      },
    ] as const;
    await away.fail('refused');
    for (const call of calls) {
      const answer = await app.inject({ ...call, headers: { cookie, ...SAME_ORIGIN } });
      expect([call.url, answer.statusCode, answer.json()]).toEqual([call.url, 503, expect.objectContaining(OUTAGE)]);
    }
    for (let n = 0; n < 12; n += 1) expect((await signIn()).statusCode).toBe(503);
    await away.mend();
    expect((await app.inject({ url: '/app/me', headers: { cookie } })).statusCode).toBe(200);
    expect((await signIn()).statusCode).toBe(200);
  });

  test('is not ready while the database takes no writes, says why, and is ready again afterwards', async () => {
    const { app, away } = await started(open);
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const fault of away.faults) {
      vi.setSystemTime(Date.now() + 10_000);
      await away.fail(fault);
      const answer = await app.inject('/readyz');
      const { detail } = answer.json<{ detail: string }>();
      expect([fault, answer.statusCode, detail]).toEqual([fault, 503, expect.stringMatching(/database/i)]);
      await away.mend();
      vi.setSystemTime(Date.now() + 10_000);
      expect([fault, (await app.inject('/readyz')).statusCode]).toEqual([fault, 200]);
    }
  });

  test('logs an outage once and then once a minute with a count, however many requests fail', async () => {
    const one = await started(open);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const lines = () =>
      one
        .log()
        .split('\n')
        .filter((line) => line.includes('"level":"error"'));
    await one.away.fail('refused');
    const ask = () => one.app.inject({ url: '/v1/stores', headers: { authorization: `Bearer ${one.key}` } });
    for (let n = 0; n < 40; n += 1) await ask();
    expect(lines().length).toBe(1);
    expect(lines()[0]).toContain('the database is unavailable');
    vi.advanceTimersByTime(60_000);
    expect(lines().length).toBe(2);
    expect(JSON.parse(lines()[1] ?? '{}')).toMatchObject({
      count: expect.any(Number),
      where: { requests: expect.any(Number) },
    });
    vi.advanceTimersByTime(600_000);
    expect(lines().length).toBe(2);
  });
});
