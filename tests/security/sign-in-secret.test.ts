/** The secret that signs sign-in cookies is replaced while people are signed in. */
import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Secret } from '../../server/src/core/secret.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { openWeb } from '../support/web.ts';

const aSecret = () => new Secret(randomBytes(32).toString('base64'));

eachDatabase((_name, open) => {
  test('keeps a sign-in while the secret before is accepted, and ends it afterwards', async () => {
    const { app, people, signUp, close } = await openWeb(await open());
    const mira = await signUp('Mira');
    const earlier = people.cookies.signs();
    const next = aSecret();
    const status = async (cookie: string) =>
      (await app.inject({ method: 'GET', url: '/app/me', headers: { cookie } })).statusCode;
    people.cookies.replace({ signs: next, accepted: [next, earlier] });
    expect(await status(mira.cookie)).toBe(200);
    expect(await status((await signUp('Roe')).cookie)).toBe(200);
    people.cookies.replace({ signs: next, accepted: [next] });
    expect(await status(mira.cookie)).toBe(401);
    await close();
  });

  test('refuses a cookie that another secret signed while two secrets are accepted', async () => {
    const { app, people, signUp, close } = await openWeb(await open());
    const mira = await signUp('Mira');
    const earlier = people.cookies.signs();
    const next = aSecret();
    people.cookies.replace({ signs: next, accepted: [next, earlier] });
    const [name = '', encoded = ''] = mira.cookie.split('=');
    const token = decodeURIComponent(encoded).split('.')[0] ?? '';
    const forged = createHmac('sha256', aSecret().reveal()).update(token).digest('base64');
    const cookie = `${name}=${encodeURIComponent(`${token}.${forged}`)}`;
    expect((await app.inject({ method: 'GET', url: '/app/me', headers: { cookie } })).statusCode).toBe(401);
    await close();
  });
});
