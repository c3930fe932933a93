import { afterEach, expect, test } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { cookieOf, openWeb, PASSWORD, SAME_ORIGIN, type Signed, type TestWeb } from '../support/web.ts';

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

eachDatabase((_engine, open) => {
  async function web(): Promise<TestWeb> {
    const one = await openWeb(await open());
    opened.push(one);
    return one;
  }

  /** The link's secret; the row's id is another thing. */
  const secretOf = (invited: { json: () => { url: string } }) => invited.json().url.split('/').at(-1) ?? '';
  const as = (who: Signed) => ({ cookie: who.cookie, ...SAME_ORIGIN });

  test('who signs up has an account of their own, named after them', async () => {
    const { app, signUp } = await web();
    const ada = await signUp('Ada');
    const me = await app.inject({ url: '/app/me', headers: { cookie: ada.cookie } });
    expect(me.json()).toMatchObject({ person: { name: 'Ada' }, account: { name: 'Ada', role: 'owner' }, demo: false });
    expect(me.json<{ accounts: unknown[] }>().accounts).toHaveLength(1);
  });

  test('signing in again leads to the same account, signing out ends it', async () => {
    const { app, signUp } = await web();
    const ada = await signUp('Ada');
    const payload = { email: ada.email, password: PASSWORD };
    const again = await app.inject({ method: 'POST', url: '/api/auth/sign-in/email', headers: SAME_ORIGIN, payload });
    const cookie = cookieOf(again);
    const me = await app.inject({ url: '/app/me', headers: { cookie } });
    expect(me.json()).toMatchObject({ account: { id: ada.accountId } });
    await app.inject({
      method: 'POST',
      url: '/api/auth/sign-out',
      headers: { cookie, ...SAME_ORIGIN },
      payload: {},
    });
    expect((await app.inject({ url: '/app/me', headers: { cookie } })).statusCode).toBe(401);
  });

  test('a short password is refused in words', async () => {
    const { app } = await web();
    const payload = { name: 'Ada', email: 'ada@example.test', password: 'short' };
    const answer = await app.inject({ method: 'POST', url: '/api/auth/sign-up/email', headers: SAME_ORIGIN, payload });
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      code: 'invalid-fields',
      errors: [{ field: 'password', code: 'too_short', message: 'This needs 12 characters or more.' }],
    });
  });

  test('ten wrong passwords make even the right one wait', async () => {
    const { app, signUp } = await web();
    const { email } = await signUp('Ada');
    const attempt = (password: string) =>
      app.inject({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        headers: SAME_ORIGIN,
        payload: { email, password },
      });
    for (let i = 0; i < 10; i += 1) expect((await attempt(`wrong password ${i}`)).statusCode).toBe(401);
    const refused = await attempt(PASSWORD);
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(60);
  });

  test('an invited person joins by link, and is out the moment they are removed', async () => {
    const { app, signUp } = await web();
    const ada = await signUp('Ada');
    const bo = await signUp('Bo');
    const invited = await app.inject({
      method: 'POST',
      url: '/app/people',
      headers: as(ada),
      payload: { email: bo.email, role: 'member' },
    });
    expect(invited.statusCode).toBe(201);
    const secret = secretOf(invited);
    const page = await app.inject({ url: `/app/invitations/${secret}` });
    expect(page.json()).toMatchObject({ account_name: 'Ada', invited_by: 'Ada', role: 'member' });

    const accept = { method: 'POST', url: `/app/invitations/${secret}/accept` } as const;
    expect((await app.inject({ ...accept, headers: as(ada) })).statusCode).toBe(403);
    expect((await app.inject({ ...accept, headers: as(bo) })).statusCode).toBe(204);
    expect((await app.inject({ ...accept, headers: as(bo) })).statusCode).toBe(404);
    const me = await app.inject({ url: '/app/me', headers: as(bo) });
    expect(me.json()).toMatchObject({ account: { id: ada.accountId, role: 'member' } });
    expect(me.json<{ accounts: unknown[] }>().accounts).toHaveLength(2);

    const list = await app.inject({ url: '/app/people', headers: as(ada) });
    const { data } = list.json<{ data: { id: string; email: string; role: string; you: boolean }[] }>();
    expect(data.map(({ email, role, you }) => [email, role, you])).toEqual([
      [ada.email, 'owner', true],
      [bo.email, 'member', false],
    ]);
    const membership = data.find((one) => one.email === bo.email)?.id;
    const remove = { method: 'DELETE', url: `/app/people/${membership}` } as const;
    expect((await app.inject({ ...remove, headers: as(ada) })).statusCode).toBe(204);
    const after = await app.inject({ url: '/app/me', headers: as(bo) });
    expect(after.json()).toMatchObject({ account: { id: bo.accountId } });
  });

  test('a member manages neither people nor keys, and the last owner stays', async () => {
    const { app, signUp } = await web();
    const ada = await signUp('Ada');
    const bo = await signUp('Bo');
    const payload = { email: bo.email, role: 'member' };
    const invited = await app.inject({ method: 'POST', url: '/app/people', headers: as(ada), payload });
    const secret = secretOf(invited);
    await app.inject({ method: 'POST', url: `/app/invitations/${secret}/accept`, headers: as(bo) });
    const { data } = (await app.inject({ url: '/app/people', headers: as(bo) })).json<{
      data: { id: string; role: string }[];
    }>();
    const owner = data.find((one) => one.role === 'owner')?.id;
    const tries = [
      { method: 'POST', url: '/app/people', payload: { email: 'x@example.test', role: 'admin' } },
      { method: 'DELETE', url: `/app/people/${owner}` },
      { method: 'POST', url: '/app/api-keys', payload: { name: 'mine' } },
    ] as const;
    for (const one of tries) expect((await app.inject({ ...one, headers: as(bo) })).statusCode).toBe(403);
    const leave = await app.inject({ method: 'DELETE', url: `/app/people/${owner}`, headers: as(ada) });
    expect(leave.statusCode).toBe(403);
  });

  test('nobody switches into an account that is not theirs', async () => {
    const { app, signUp } = await web();
    const ada = await signUp('Ada');
    const bo = await signUp('Bo');
    const payload = { account_id: bo.accountId };
    const answer = await app.inject({ method: 'POST', url: '/app/me/account', headers: as(ada), payload });
    expect(answer.statusCode).toBe(404);
    const me = await app.inject({ url: '/app/me', headers: as(ada) });
    expect(me.json()).toMatchObject({ account: { id: ada.accountId } });
  });

  test('an API key works at once, shows only its beginning later, and dies when it is deleted', async () => {
    const { app, signUp } = await web();
    const ada = await signUp('Ada');
    const made = await app.inject({
      method: 'POST',
      url: '/app/api-keys',
      headers: as(ada),
      payload: { name: 'Import' },
    });
    const { id, key, start } = made.json<{ id: string; key: string; start: string }>();
    expect(key).toMatch(/^sk_[\w-]{40,}$/);
    expect(key.startsWith(start)).toBe(true);
    const use = () => app.inject({ url: '/v1/stores', headers: { authorization: `Bearer ${key}` } });
    expect((await use()).json()).toEqual({ data: [], next_cursor: null });
    const list = await app.inject({ url: '/app/api-keys', headers: as(ada) });
    expect(list.body).not.toContain(key);
    expect(list.json()).toMatchObject({ data: [{ id, name: 'Import', start, last_used_at: expect.any(String) }] });
    const bo = await signUp('Bo');
    const foreign = await app.inject({ method: 'DELETE', url: `/app/api-keys/${id}`, headers: as(bo) });
    expect(foreign.statusCode).toBe(404);
    await app.inject({ method: 'DELETE', url: `/app/api-keys/${id}`, headers: as(ada) });
    expect((await use()).statusCode).toBe(401);
  });

  test('a key opens the API, not the pages of a person', async () => {
    const { app, signUp, apiKey } = await web();
    const ada = await signUp('Ada');
    const headers = { authorization: `Bearer ${await apiKey(ada.accountId)}` };
    for (const url of ['/app/me', '/app/api-keys', '/app/people', '/app/live', '/app/catalogue']) {
      expect([url, (await app.inject({ url, headers })).statusCode]).toEqual([url, 401]);
    }
  });

  test('doors of the sign-in library that we do not use are shut', async () => {
    const { app, signUp } = await web();
    const ada = await signUp('Ada');
    for (const door of ['organization/create', 'api-key/create', 'delete-user', 'list-sessions', 'change-email']) {
      const answer = await app.inject({ method: 'POST', url: `/api/auth/${door}`, headers: as(ada), payload: {} });
      expect([door, answer.statusCode]).toEqual([door, 404]);
    }
  });
});
