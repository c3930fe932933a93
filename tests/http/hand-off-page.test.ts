/** The page of a hand-off as a door: what it lets in, what it tells, and how it is fenced. */
import { expect, test } from 'vitest';
import { insertHandOff } from '../../server/src/db/hand-offs.ts';
import { hashToken, randomToken } from '../../server/src/db/ids.ts';
import { insertStore } from '../../server/src/db/stores.ts';
import { aHandOff, aStore } from '../../server/src/db/testing-rows.ts';
import { describeSqlite } from '../../server/src/db/testing.ts';
import { openWeb, SAME_ORIGIN } from '../support/web.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describeSqlite((_engine, open) => {
  async function handedOver() {
    const database = await open();
    const web = await openWeb(database);
    const token = randomToken();
    const store = aStore({ email: 'secret@bluebird.test', receivingAccount: 'DE00 SECRET' });
    await insertStore(database.db, store);
    const now = Date.now();
    const times = { createdAt: now, expiresAt: now + 86_400_000 };
    const row = aHandOff({ storeId: store.id, tokenHash: hashToken(token), language: 'en', ...times });
    await insertHandOff(database.db, row);
    const rows = () => database.db.selectFrom('hand_off').selectAll().execute();
    return { ...web, store, path: `/hand-off/${token}`, token, rows };
  }

  test('it is no page for search machines, sends no address on, loads nothing from elsewhere, and sets no cookie', async () => {
    const { app, path, close } = await handedOver();
    const { headers, body, statusCode } = await app.inject({ url: path });
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': expect.stringContaining('noindex') as string,
    });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; connect-src 'self';/);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['set-cookie']).toBeUndefined();
    expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(body).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/);
    for (const file of ['/hand-off/page.js', '/hand-off/style.css'])
      expect((await app.inject({ url: file })).statusCode).toBe(200);
    await close();
  });

  test('it tells of the store its name and site, and nothing else of it or of the account', async () => {
    const { app, path, store, close } = await handedOver();
    const { body } = await app.inject({ url: path });
    expect(body).toContain('Blue Bird');
    for (const kept of [store.id, store.accountId, store.sellerId ?? '', 'secret@bluebird.test', 'DE00 SECRET'])
      expect(body).not.toContain(kept);
    const state = await app.inject({ url: `${path}/state` });
    expect([state.statusCode, state.json()]).toEqual([200, { page: 'ask' }]);
    await close();
  });

  test('another site’s page can press none of its buttons', async () => {
    const { app, path, rows, close } = await handedOver();
    const before = await rows();
    for (const verb of ['opened', 'continue', 'not-owner']) {
      const foreign = { ...FORM, 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' };
      const pressed = await app.inject({ method: 'POST', url: `${path}/${verb}`, headers: foreign, payload: '' });
      expect([verb, pressed.statusCode]).toEqual([verb, 403]);
    }
    expect(await rows()).toEqual(before);
    const own = await app.inject({ method: 'POST', url: `${path}/not-owner`, headers: { ...FORM, ...SAME_ORIGIN } });
    expect(own.statusCode).toBe(303);
    expect((await rows())[0]?.steps).toContain('not_owner');
    await close();
  });

  test('opened twice within a minute is opened once, and neither address nor browser of a visitor is kept', async () => {
    const { app, path, rows, close } = await handedOver();
    for (let n = 0; n < 2; n += 1) {
      const headers = { 'user-agent': 'A browser of its owner', ...SAME_ORIGIN };
      await app.inject({ method: 'POST', url: `${path}/opened`, headers, remoteAddress: '203.0.113.9' });
    }
    const [row] = await rows();
    expect(row?.openings).toBe(1);
    expect(JSON.stringify(row)).not.toMatch(/203\.0\.113\.9|browser of its owner/);
    await close();
  });

  test('what is wrong in the address or the form changes nothing about the page', async () => {
    const { app, path, close } = await handedOver();
    const odd = await app.inject({ url: `${path}?lang=tlh&notice=%3Cscript%3E&lang=de` });
    expect([odd.statusCode, odd.body.includes('<html lang="en"')]).toEqual([200, true]);
    const french = await app.inject({ url: `${path}?lang=fr&notice=late` });
    expect(french.body).toContain('plus d’un quart d’heure');
    await close();
  });

  test('whoever guesses addresses must wait, and a good link works for everybody else meanwhile', async () => {
    const { app, path, close } = await handedOver();
    const guess = () => app.inject({ url: `/hand-off/${randomToken()}`, remoteAddress: '203.0.113.9' });
    for (let n = 0; n < 60; n += 1) expect((await guess()).statusCode).toBe(404);
    const stopped = await guess();
    expect([stopped.statusCode, Number(stopped.headers['retry-after']) > 0]).toEqual([429, true]);
    expect((await app.inject({ url: path, remoteAddress: '203.0.113.10' })).statusCode).toBe(200);
    await close();
  });
});
