/** Guessing, claiming and finding out: what a stranger tries at the doors of signing in. */
import { afterEach, expect, test, vi } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { addOperator } from '../../server/src/people/operators.ts';
import {
  cookieOf,
  mailedLink,
  mailsTo,
  openWeb,
  PASSWORD,
  post,
  SAME_ORIGIN,
  type Signed,
  type TestWeb,
} from '../support/web.ts';

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

type Attempt = { email: string; password: string; cookie?: string };

const STRONG = 'seven green umbrellas fly';

eachDatabase((_engine, open) => {
  async function web(): Promise<TestWeb> {
    const one = await openWeb(await open());
    opened.push(one);
    return one;
  }

  const as = (who: { cookie: string }) => ({ cookie: who.cookie, ...SAME_ORIGIN });

  /** Signs in from another network address. */
  const from = ({ app }: TestWeb, remoteAddress: string, { cookie = '', ...payload }: Attempt) =>
    app.inject({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      headers: { ...SAME_ORIGIN, cookie },
      remoteAddress,
      payload,
    });

  async function invited(one: TestWeb, owner: Signed, email: string) {
    const payload = { email, role: 'admin' };
    const made = await one.app.inject({ method: 'POST', url: '/app/people', headers: as(owner), payload });
    const { id, url } = made.json<{ id: string; url: string }>();
    return { id, secret: url.split('/').at(-1) ?? '' };
  }

  test('does not sign in a stranger who signed up with an address and has not read its mail', async () => {
    const one = await web();
    const { app, people } = one;
    const ada = await one.signUp('Ada');
    const email = 'invitee@example.test';
    const { secret } = await invited(one, ada, email);
    const signedUp = await post(app, 'sign-up/email', { name: 'Mallory', email, password: PASSWORD });
    expect(cookieOf(signedUp)).toBe('');
    const tried = await post(app, 'sign-in/email', { email, password: PASSWORD });
    expect([tried.statusCode, cookieOf(tried)]).toEqual([401, '']);
    await expect(addOperator(people, email)).rejects.toThrow('is not confirmed');
    // The owner of the address opens the link that the stranger caused: without the stranger's password it confirms nothing.
    const { token } = await mailedLink(people, email);
    const opened_ = await post(app, 'confirm', { token, password: 'what the owner would type' });
    expect(opened_.json()).toMatchObject({ errors: [{ field: 'password' }] });
    expect((await post(app, 'sign-in/email', { email, password: PASSWORD })).statusCode).toBe(401);
    // With a new password the address is the owner's, and the stranger's password opens nothing.
    await post(app, 'request-password-reset', { email });
    const reset = await vi.waitFor(async () => {
      const { url, token: found } = await mailedLink(people, email);
      expect(url).toContain('/reset-password#');
      return found;
    });
    expect((await post(app, 'reset-password', { token: reset, newPassword: STRONG })).statusCode).toBe(200);
    expect((await post(app, 'reset-password', { token: reset, newPassword: STRONG })).statusCode).toBe(410);
    expect((await post(app, 'sign-in/email', { email, password: PASSWORD })).statusCode).toBe(401);
    const cookie = cookieOf(await post(app, 'sign-in/email', { email, password: STRONG }));
    const joined = await app.inject({
      method: 'POST',
      url: `/app/invitations/${secret}/accept`,
      headers: as({ cookie }),
    });
    expect(joined.statusCode).toBe(204);
  });

  test('keeps a person of an older version in their account, and out of invitations until the address is confirmed', async () => {
    const one = await web();
    const { app, people } = one;
    const [ada, bo] = [await one.signUp('Ada'), await one.signUp('Bo')];
    await people.db.updateTable('person').set({ email_verified: false }).where('id', '=', bo.personId).execute();
    const signedIn = await post(app, 'sign-in/email', { email: bo.email, password: PASSWORD });
    expect(signedIn.statusCode).toBe(200);
    const { secret } = await invited(one, ada, bo.email);
    const accept = { method: 'POST', url: `/app/invitations/${secret}/accept` } as const;
    const headers = as({ cookie: cookieOf(signedIn) });
    expect((await app.inject({ ...accept, headers })).json()).toMatchObject({ reason: 'email_not_confirmed' });
    await expect(addOperator(people, bo.email)).rejects.toThrow('is not confirmed');
    expect(await addOperator(people, bo.personId)).toMatchObject({ email: bo.email });
  });

  test('shows a member neither invitations nor their ids, and the id opens nothing', async () => {
    const one = await web();
    const { app } = one;
    const [ada, bo] = [await one.signUp('Ada'), await one.signUp('Bo')];
    const first = await invited(one, ada, bo.email);
    await app.inject({ method: 'POST', url: `/app/invitations/${first.secret}/accept`, headers: as(bo) });
    await one.people.db
      .updateTable('membership')
      .set({ role: 'member' })
      .where('user_id', '=', bo.personId)
      .where('organization_id', '=', ada.accountId)
      .execute();
    const admin = await invited(one, ada, 'boss@example.test');
    const seen = await app.inject({ url: '/app/people', headers: as(bo) });
    expect(seen.json<{ data: unknown[] }>().data).toHaveLength(2);
    expect(seen.body).not.toContain('boss@example.test');
    expect((await app.inject({ url: `/app/invitations/${admin.id}` })).statusCode).toBe(404);
    const store = await app.inject({ method: 'DELETE', url: '/v1/stores/st_any', headers: as(bo) });
    expect([store.statusCode, store.json<{ code: string }>().code]).toEqual([403, 'not-allowed']);
  });

  test('stores no session token, invitation secret or one-time link that opens anything', async () => {
    const one = await web();
    const ada = await one.signUp('Ada');
    const { secret } = await invited(one, ada, 'bo@example.test');
    await post(one.app, 'sign-up/email', { name: 'Bo', email: 'bo@example.test', password: PASSWORD });
    const { token } = await mailedLink(one.people, 'bo@example.test');
    const rows = await Promise.all(
      (['person_session', 'invitation', 'outbox'] as const).map((table) =>
        one.people.db.selectFrom(table).selectAll().execute(),
      ),
    );
    const stored = JSON.stringify(rows);
    const session = decodeURIComponent(/session_token=([^;]+)/.exec(ada.cookie)?.[1] ?? '').split('.')[0] ?? '';
    expect([session.length > 20, secret.length > 20, token.length > 20]).toEqual([true, true, true]);
    for (const raw of [session, secret, token]) expect(stored).not.toContain(raw);
  });

  test('lets the owner in from elsewhere and on known devices while others guess, and tells them once', async () => {
    const one = await web();
    const ada = await one.signUp('Ada');
    const right = { email: ada.email, password: PASSWORD };
    const device = cookieOf(await from(one, '198.51.100.7', right));
    const wrong = Array.from({ length: 30 }, () =>
      from(one, '203.0.113.9', { ...right, password: 'not the password' }),
    );
    const answers = (await Promise.all(wrong)).map(({ statusCode }) => statusCode);
    expect(answers.filter((status) => status === 401)).toHaveLength(10);
    expect((await from(one, '203.0.113.9', right)).statusCode).toBe(429);
    expect((await from(one, '203.0.113.9', { ...right, cookie: device })).statusCode).toBe(200);
    expect((await from(one, '192.0.2.1', right)).statusCode).toBe(200);
    await vi.waitFor(async () => expect(await mailsTo(one.people, ada.email)).toMatchObject([{ what: 'guesses' }]));
    const stolen = await Promise.all(
      wrong.map(() => from(one, '192.0.2.2', { ...right, password: 'wrong', cookie: device })),
    );
    expect(stolen.filter(({ statusCode }) => statusCode === 401)).toHaveLength(10);
  });

  test('stops guessing that comes from ever new addresses', async () => {
    const one = await web();
    const { email } = await one.signUp('Ada');
    const statuses = new Map<number, number>();
    for (let n = 0; n < 120; n += 1) {
      const { statusCode } = await from(one, `198.51.100.${n}`, { email, password: 'not the password' });
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    }
    expect(statuses.get(401)).toBe(100);
  });

  test('limits guesses at the current password and refuses a new one that is easy to guess', async () => {
    const one = await web();
    const { cookie } = await one.signUp('Ada');
    const change = (currentPassword: string, newPassword: string) =>
      post(one.app, 'change-password', { cookie, currentPassword, newPassword });
    for (const weak of ['password1234', 'storekeeper1234', 'aaaaaaaaaaaaaa', 'qwertyuiop12']) {
      const { errors } = (await change(PASSWORD, weak)).json<{ errors: unknown[] }>();
      expect(errors).toMatchObject([{ field: 'newPassword', code: 'too_guessable' }]);
    }
    const answers = await Promise.all(Array.from({ length: 40 }, () => change('not the password', STRONG)));
    expect(answers.filter(({ statusCode }) => statusCode === 422)).toHaveLength(10);
    expect((await change(PASSWORD, STRONG)).statusCode).toBe(429);
  });

  test('gives one answer for known and unknown addresses, and mails the owner instead', async () => {
    const one = await web();
    const { app, people } = one;
    const { email: known } = await one.signUp('Ada');
    const unknown = 'no-one@example.test';
    const seen = (answer: { statusCode: number; body: string }) => [answer.statusCode, answer.body];
    const both = async (door: string, rest: object) => {
      const [first, second] = [
        await post(app, door, { email: known, ...rest }),
        await post(app, door, { email: unknown, ...rest }),
      ];
      expect(seen(first)).toEqual(seen(second));
      expect(cookieOf(first)).toBe('');
    };
    await both('sign-in/email', { password: 'not the password' });
    await both('request-password-reset', {});
    await both('send-verification-email', {});
    await both('sign-up/email', { name: 'Mallory', password: STRONG });
    // Right after signing up, too: neither address can be signed in with.
    await both('sign-in/email', { password: STRONG });
    await vi.waitFor(async () => {
      const kinds = (await mailsTo(people, known)).map(({ what }) => what);
      expect(new Set(kinds)).toEqual(new Set(['reset', 'known']));
    });
  });

  test('sends few mails an hour to one address, however often they are asked for', async () => {
    const one = await web();
    const { email } = await one.signUp('Ada');
    for (let n = 0; n < 20; n += 1) await post(one.app, 'request-password-reset', { email });
    await vi.waitFor(async () => expect((await mailsTo(one.people, email)).length).toBeGreaterThan(3));
    expect((await mailsTo(one.people, email)).length).toBeLessThanOrEqual(8);
  });

  test('refuses names that cannot be read, everywhere, with the field named', async () => {
    const one = await web();
    const { app } = one;
    const { cookie } = await one.signUp('Ada');
    const store = { marketplace: 'amazon', site: 'amazon.com' };
    for (const name of ['x'.repeat(250_000), 'x'.repeat(101), '   ', 'blue\u202Edrib', 'a\u0007b', 'zero\u200Bwidth']) {
      const answers = [
        await post(app, 'sign-up/email', { name, email: 'bo@example.test', password: STRONG }),
        await post(app, 'update-user', { cookie, name }),
        await app.inject({ method: 'POST', url: '/app/api-keys', headers: as({ cookie }), payload: { name } }),
        await app.inject({
          method: 'POST',
          url: '/v1/connect_sessions',
          headers: as({ cookie }),
          payload: { ...store, name },
        }),
      ];
      for (const answer of answers) {
        expect(answer.statusCode).toBe(422);
        expect(answer.json()).toMatchObject({ errors: [{ field: 'name' }] });
      }
    }
    expect((await post(app, 'update-user', { cookie, name: ' Ada L. 👩‍💻 ' })).statusCode).toBe(200);
    const me = await app.inject({ url: '/app/me', headers: { cookie } });
    expect(me.json()).toMatchObject({ person: { name: 'Ada L. 👩‍💻' } });
    const unknown = await post(app, 'update-user', { cookie, name: 'Ada', email: 'x@example.test' });
    expect(unknown.json()).toMatchObject({ errors: [{ field: 'email', code: 'unknown_field' }] });
  });
});
