/** What a seller is mailed about a store that breaks, day after day, on both databases. */
import { afterEach, describe, expect, test } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { openOffice } from '../support/messages.ts';
import type { TestWeb } from '../support/web.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday, noon in London. */
const NOON = Date.parse('2026-11-23T12:00:00Z');

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

eachDatabase((_engine, open) => {
  const office = async (start = NOON) => openOffice(await open(), { start, opened });

  describe('a store that stays broken', () => {
    test('for forty days is told of five times: at once, and after 3, 7, 14 and 30 days', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 40 * DAY);
      expect(here.post().map(({ at, subject }) => [at.slice(0, 10), subject])).toEqual([
        ['2026-11-23', 'Blue Bird: access was switched off'],
        ['2026-11-26', 'Blue Bird: still, for 3 days: access was switched off'],
        ['2026-11-30', 'Blue Bird: still, for 7 days: access was switched off'],
        ['2026-12-07', 'Blue Bird: still, for 14 days: access was switched off'],
        ['2026-12-23', 'Blue Bird: still, for 30 days: access was switched off'],
      ]);
    });

    test('for two years is told of ten times, and the last mail says that it is the last', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add({ authorizedAt: NOON + 720 * DAY });
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 700 * DAY);
      const post = here.post();
      expect(post).toHaveLength(10);
      expect(post[9]?.text).toContain('This is the last mail about it. We go on looking.');
      expect(post[8]?.text).toContain('we write again in 30 days');
    });

    test('is told of in the day only, by the clock of its own country when nobody said another', async () => {
      const late = Date.parse('2026-11-27T22:30:00Z');
      const here = await office(late);
      const { id } = await here.add({ site: 'amazon.de' });
      await here.breaks(id, 'grant.revoked');
      await here.until(late + 12 * DAY);
      // Berlin is an hour ahead of London: eight in the morning there, then whole days after it.
      expect(here.post().map(({ at }) => at)).toEqual(['2026-11-28T07:00', '2026-12-01T07:00', '2026-12-05T07:00']);
    });

    test('that only our side can put right is told of once', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add();
      await here.breaks(id, 'grant.role_missing', 'limited');
      await here.until(NOON + 200 * DAY);
      expect(here.post().map(({ subject }) => subject)).toHaveLength(1);
      expect(here.post()[0]?.text).toMatch(/We send this once/);
    });
  });

  describe('the mails stop', () => {
    test('at once when the store is green, whatever waited', async () => {
      const here = await office();
      await here.settings({ second_email: 'second@bluebird.test' });
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 8 * DAY);
      const before = here.sent.length;
      expect(before).toBe(5);
      await here.heals(id);
      await here.until(NOON + 200 * DAY);
      expect(here.sent).toHaveLength(before);
    });

    test('when it turns green while its alarm waits for the morning: nobody hears of it', async () => {
      const night = Date.parse('2026-11-23T23:00:00Z');
      const here = await office(night);
      const { id } = await here.add({ site: 'amazon.de' });
      await here.breaks(id, 'grant.revoked');
      await here.until(night + HOUR);
      await here.heals(id);
      await here.until(night + 60 * DAY);
      expect(here.sent).toEqual([]);
    });

    test('between two breaks: the second one is alarmed anew, and its ladder begins at its own day', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 2 * DAY);
      await here.heals(id);
      await here.until(NOON + 4 * DAY);
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 12 * DAY);
      expect(here.post().map(({ at }) => at.slice(0, 10))).toEqual([
        '2026-11-23',
        '2026-11-27',
        '2026-11-30',
        '2026-12-04',
      ]);
    });

    test('when the store is paused or removed', async () => {
      const here = await office();
      await here.settings({});
      const [one, other] = [await here.add(), await here.add()];
      await here.breaks(one.id, 'grant.revoked');
      await here.breaks(other.id, 'grant.revoked');
      await here.until(NOON + DAY);
      await here.patch(one.id, { paused: true });
      const { app, apiKey, accountId } = here;
      const authorization = `Bearer ${await apiKey(accountId)}`;
      await app.inject({ method: 'DELETE', url: `/v1/stores/${other.id}`, headers: { authorization } });
      await here.until(NOON + 60 * DAY);
      expect(here.sent).toHaveLength(2);
    });
  });

  describe('somebody who repairs', () => {
    test('is not mailed meanwhile; should they not come back, the ladder goes on', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 3 * DAY - HOUR);
      await here.repairing(id);
      await here.until(NOON + 4 * DAY);
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 8 * DAY);
      expect(here.post().map(({ at }) => at.slice(0, 10))).toEqual(['2026-11-23', '2026-11-30']);
    });
  });

  describe('another cause in the same break', () => {
    test('is told at once when something else must be done, with a ladder of its own', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 4 * DAY);
      await here.breaks(id, 'store.deactivated', 'store_blocked');
      await here.until(NOON + 8 * DAY);
      expect(here.post().map(({ at, subject }) => [at.slice(0, 10), subject])).toEqual([
        ['2026-11-23', 'Blue Bird: access was switched off'],
        ['2026-11-26', 'Blue Bird: still, for 3 days: access was switched off'],
        ['2026-11-27', 'Blue Bird: deactivated by Amazon'],
        ['2026-11-30', 'Blue Bird: still, for 7 days: deactivated by Amazon'],
      ]);
    });

    test('that asks the same brings no mail of its own: the ladder goes on, in the words of what is true now', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add();
      await here.breaks(id, 'cred.wrong_pair');
      await here.until(NOON + 4 * DAY);
      await here.breaks(id, 'cred.wrong_app');
      await here.until(NOON + 8 * DAY);
      const subjects = here.post().map(({ subject }) => subject);
      expect(subjects).toHaveLength(3);
      expect(subjects[1]).toContain('still, for 3 days');
      expect(subjects[2]).toContain('still, for 7 days');
      expect(here.post()[2]?.text).not.toBe(here.post()[1]?.text);
    });
  });

  describe('the second contact', () => {
    test('hears of it from the second mail on, the store’s own before the account’s', async () => {
      const here = await office();
      await here.settings({ second_email: 'office@agency.test' });
      const [own, usual] = [await here.add({ name: 'Own' }), await here.add({ name: 'Usual' })];
      expect((await here.patch(own.id, { second_email: 'partner@own.test' })).body).toMatchObject({
        second_email: 'partner@own.test',
      });
      await here.breaks(own.id, 'grant.revoked');
      await here.breaks(usual.id, 'grant.revoked');
      await here.until(NOON + 4 * DAY);
      const heard = here.post().map(({ to, subject }) => `${to} ${subject.slice(0, subject.indexOf(':'))}`);
      expect(heard.toSorted()).toEqual([
        'office@agency.test Usual',
        'owner@bluebird.test Own',
        'owner@bluebird.test Own',
        'owner@bluebird.test Usual',
        'owner@bluebird.test Usual',
        'partner@own.test Own',
      ]);
      expect(here.post().find(({ to }) => to === 'partner@own.test')?.text).toContain(
        'You read this as the second contact of this store.',
      );
    });

    test('that is the contact already is not told twice', async () => {
      const here = await office();
      await here.settings({ second_email: 'Owner@bluebird.test' });
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 4 * DAY);
      expect(here.sent).toHaveLength(2);
    });

    test('of another address from now on: what waits goes there', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + DAY);
      await here.patch(id, { email: 'new@bluebird.test' });
      await here.until(NOON + 4 * DAY);
      expect(here.post().map(({ to }) => to)).toEqual(['owner@bluebird.test', 'new@bluebird.test']);
    });
  });
});
