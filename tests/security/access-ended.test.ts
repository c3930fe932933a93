/** Access that was taken away ends at once in everything that is open: streams, links, sessions of other processes. */
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { cookieOf, openWeb, PASSWORD, post, SAME_ORIGIN, type Signed, type TestWeb } from '../support/web.ts';

const opened: TestWeb[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const one of opened.splice(0)) await one.close();
});

type Stream = { text: () => string; ended: () => boolean };

eachDatabase((_engine, open) => {
  async function web(): Promise<TestWeb> {
    const one = await openWeb(await open());
    opened.push(one);
    return one;
  }

  const as = (who: { cookie: string }) => ({ cookie: who.cookie, ...SAME_ORIGIN });

  /** The stream as a browser has it open, at a server that listens. */
  async function follow({ app }: TestWeb, cookie: string): Promise<Stream> {
    if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { host: '127.0.0.1:4280', cookie };
      request({ host: '127.0.0.1', port, path: '/app/live', headers }, resolve).on('error', reject).end();
    });
    const state = { text: '', ended: false };
    answer.setEncoding('utf8').on('data', (part: string) => (state.text += part));
    answer.on('end', () => (state.ended = true));
    await vi.waitFor(() => expect(state.text).toContain('retry'));
    return { text: () => state.text, ended: () => state.ended };
  }

  /** Something happens in the account. */
  const happens = ({ shop }: TestWeb, accountId: string, storeId: string) =>
    shop.live.publish({ type: 'store_removed', accountId, storeId });

  async function joined(one: TestWeb, owner: Signed, role: 'admin' | 'member' = 'member') {
    const bo = await one.signUp('Bo');
    const payload = { email: bo.email, role };
    const made = await one.app.inject({ method: 'POST', url: '/app/people', headers: as(owner), payload });
    const secret = made.json<{ url: string }>().url.split('/').at(-1);
    await one.app.inject({ method: 'POST', url: `/app/invitations/${secret}/accept`, headers: as(bo) });
    return bo;
  }

  async function remove({ app }: TestWeb, owner: Signed, email: string): Promise<void> {
    const list = await app.inject({ url: '/app/people', headers: as(owner) });
    const { data } = list.json<{ data: { id: string; email: string }[] }>();
    const id = data.find((person) => person.email === email)?.id;
    const done = await app.inject({ method: 'DELETE', url: `/app/people/${id}`, headers: as(owner) });
    expect(done.statusCode).toBe(204);
  }

  const ENDINGS = {
    'sign-out': (one: TestWeb, _ada: Signed, bo: Signed) => post(one.app, 'sign-out', { cookie: bo.cookie }),
    removal: (one: TestWeb, ada: Signed, bo: Signed) => remove(one, ada, bo.email),
    'password change': (one: TestWeb, _ada: Signed, bo: Signed) =>
      post(one.app, 'change-password', {
        cookie: bo.cookie,
        currentPassword: PASSWORD,
        newPassword: 'seven green umbrellas fly',
      }),
  };

  test.each(Object.entries(ENDINGS))('delivers nothing and closes the stream after %s', async (_name, end) => {
    const one = await web();
    const ada = await one.signUp('Ada');
    const bo = await joined(one, ada);
    const [theirs, hers] = [await follow(one, bo.cookie), await follow(one, ada.cookie)];
    happens(one, ada.accountId, 'st_before');
    await vi.waitFor(() => expect(theirs.text()).toContain('st_before'));
    await end(one, ada, bo);
    happens(one, ada.accountId, 'st_after');
    await vi.waitFor(() => expect(theirs.ended()).toBe(true));
    expect(theirs.text()).not.toContain('st_after');
    await vi.waitFor(() => expect(hers.text()).toContain('st_after'));
    expect(hers.ended()).toBe(false);
  });

  test('refuses an API key with the next request when another process deleted it', async () => {
    const one = await web();
    const ada = await one.signUp('Ada');
    const authorization = `Bearer ${await one.apiKey(ada.accountId)}`;
    const ask = async () => (await one.app.inject({ url: '/v1/stores', headers: { authorization } })).statusCode;
    expect(await ask()).toBe(200);
    // As another process does it: no cache of this one hears of it.
    await one.people.db.deleteFrom('api_key').where('reference_id', '=', ada.accountId).execute();
    expect(await ask()).toBe(401);
  });

  test('closes a silent stream within five seconds when another process ended the session', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const one = await web();
    const ada = await one.signUp('Ada');
    const stream = await follow(one, ada.cookie);
    vi.advanceTimersByTime(5_000);
    await one.people.db.deleteFrom('person_session').execute();
    expect(stream.ended()).toBe(false);
    vi.advanceTimersByTime(5_000);
    await vi.waitFor(() => expect(stream.ended()).toBe(true));
  });

  test('ends the calendar address, connect sessions and hand-offs of a removed person', async () => {
    const one = await web();
    const { app } = one;
    const ada = await one.signUp('Ada');
    const bo = await joined(one, ada, 'admin');
    const calendar = await app.inject({ method: 'POST', url: '/app/calendar', headers: as(bo) });
    const file = new URL(calendar.json<{ url: string }>().url).pathname;
    const session = await app.inject({
      method: 'POST',
      url: '/v1/connect_sessions',
      headers: as(bo),
      payload: { marketplace: 'amazon', site: 'amazon.com', name: 'Blue Bird' },
    });
    const { id } = session.json<{ id: string }>();
    expect((await app.inject({ url: file })).statusCode).toBe(200);
    await remove(one, ada, bo.email);
    expect((await app.inject({ url: file })).statusCode).toBe(404);
    const after = await app.inject({ url: `/v1/connect_sessions/${id}`, headers: as(ada) });
    expect(after.json()).toMatchObject({ status: 'expired' });
  });

  test('ends every other session when the password is changed', async () => {
    const { app, signUp } = await web();
    const ada = await signUp('Ada');
    const other = cookieOf(await post(app, 'sign-in/email', { email: ada.email, password: PASSWORD }));
    const changed = await post(app, 'change-password', {
      cookie: ada.cookie,
      currentPassword: PASSWORD,
      newPassword: 'seven green umbrellas fly',
      revokeOtherSessions: false,
    });
    expect(changed.statusCode).toBe(200);
    const status = async (cookie: string) => (await app.inject({ url: '/app/me', headers: { cookie } })).statusCode;
    expect([await status(ada.cookie), await status(other), await status(cookieOf(changed))]).toEqual([401, 401, 200]);
  });
});
