/** Many stores at once: the weekly cap and its summary, the digest of an agency, and who is away. On both databases. */
import { afterEach, describe, expect, test } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { openOffice, type Post } from '../support/messages.ts';
import type { TestWeb } from '../support/web.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const NOON = Date.parse('2026-11-23T12:00:00Z');

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const AGENCY = { digest: 'daily', digest_email: 'agency@example.test' } as const;

/** The most mails that one address got in any seven days. */
function busiestWeek(post: readonly Post[], to: string): number {
  const at = post.filter((one) => one.to === to).map((one) => Date.parse(`${one.at}Z`));
  return Math.max(...at.map((begin) => at.filter((other) => other >= begin && other - begin < 7 * DAY).length));
}

eachDatabase((_engine, open) => {
  const office = async (start = NOON) => openOffice(await open(), { start, opened });

  describe('the weekly cap', () => {
    test('sixty stores of an agency break within an hour: three alarms, and one mail that tells the other 57', async () => {
      const here = await office();
      await here.settings({ weekly_cap: 5 });
      const stores = [];
      for (let n = 0; n < 60; n += 1) stores.push(await here.add({ name: `Store ${n}` }));
      for (const [n, { id }] of stores.entries()) {
        await here.breaks(id, 'grant.revoked');
        here.clock.now += MINUTE;
        if (n % 10 === 9) await here.deliver();
      }
      await here.until(NOON + 2 * DAY);
      const post = here.post();
      expect(post.map(({ subject }) => subject.replace(/Store \d+: /, ''))).toEqual([
        'access was switched off',
        'access was switched off',
        'access was switched off',
        'Storekeeper: 57 more stores need you',
      ]);
      expect(post[3]?.text).toContain('and 17 more');
      expect(post[3]?.text.match(/\?repair=1/g)).toHaveLength(40);
      await here.until(NOON + 60 * DAY);
      expect(busiestWeek(here.post(), 'owner@bluebird.test')).toBeLessThanOrEqual(5);
    }, 60_000);

    test('the mail that tells the rest leaves out what was put right meanwhile, and is not sent when all was', async () => {
      const here = await office();
      await here.settings({ weekly_cap: 2 });
      const stores = [];
      for (let n = 0; n < 4; n += 1) stores.push(await here.add({ name: `Store ${n}` }));
      for (const { id } of stores) await here.breaks(id, 'grant.revoked');
      await here.deliver();
      expect(here.sent).toHaveLength(1);
      const told = here.sent[0]?.storeId;
      const waiting = stores.filter(({ id }) => id !== told);
      await here.heals(waiting[0]?.id ?? '');
      await here.until(NOON + 2 * HOUR);
      expect(here.post()[1]?.subject).toBe('Storekeeper: 2 more stores need you');
      expect(here.post()[1]?.text).not.toContain(waiting[0]?.name);

      const calm = await office(NOON);
      await calm.settings({ weekly_cap: 1 });
      const { id } = await calm.add();
      await calm.breaks(id, 'grant.revoked');
      await calm.deliver();
      await calm.heals(id);
      await calm.until(NOON + 30 * DAY);
      expect(calm.sent).toEqual([]);
    });

    test('a first alarm comes before the reminders that fall due with it', async () => {
      const here = await office();
      await here.settings({ weekly_cap: 5 });
      const renewing = [];
      for (let n = 0; n < 4; n += 1) {
        const store = await here.add({ name: `Renew ${n}`, authorizedAt: NOON - 300 * DAY });
        await here.patch(store.id, { email: 'all@stores.test' });
        renewing.push(store);
      }
      const broken = await here.add({ name: 'Broken', email: 'all@stores.test' });
      // Fourteen days before their end, in the very minute in which another store breaks.
      await here.until(NOON + 51 * DAY - MINUTE);
      const before = here.sent.length;
      here.clock.now = NOON + 51 * DAY;
      await here.breaks(broken.id, 'grant.revoked');
      await here.deliver();
      const subjects = here
        .post()
        .slice(before)
        .map(({ subject }) => subject);
      expect(subjects).toContain('Broken: access was switched off');
      expect(subjects.filter((subject) => subject.startsWith('Renew')).length).toBeLessThan(renewing.length);
      expect(busiestWeek(here.post(), 'all@stores.test')).toBeLessThanOrEqual(5);
    });

    test('holds also when several processes send at once', async () => {
      const here = await office();
      await here.settings({ weekly_cap: 5 });
      for (let n = 0; n < 12; n += 1) await here.breaks((await here.add()).id, 'grant.revoked');
      await Promise.all([here.deliver(), here.deliver(), here.deliver()]);
      expect(here.sent).toHaveLength(3);
      await here.until(NOON + 2 * HOUR);
      expect(here.post()[3]?.subject).toBe('Storekeeper: 9 more stores need you');
    });

    test('of one address is not used up by another', async () => {
      const here = await office();
      await here.settings({ weekly_cap: 2 });
      for (let n = 0; n < 4; n += 1) {
        const { id } = await here.add({ email: n % 2 === 0 ? 'one@stores.test' : 'two@stores.test' });
        await here.breaks(id, 'grant.revoked');
      }
      await here.until(NOON + 2 * HOUR);
      const heard = here.post().map(({ to, subject }) => `${to} ${subject}`);
      expect(heard.toSorted()).toEqual([
        'one@stores.test Blue Bird: access was switched off',
        'one@stores.test Storekeeper: 1 more store needs you',
        'two@stores.test Blue Bird: access was switched off',
        'two@stores.test Storekeeper: 1 more store needs you',
      ]);
    });
  });

  describe('the digest', () => {
    test('says once a day what is broken, what ends, what is held and what was repaired; and nothing singly', async () => {
      const here = await office();
      await here.settings(AGENCY);
      const [broken, repaired] = [await here.add({ name: 'Broken' }), await here.add({ name: 'Repaired' })];
      await here.add({ name: 'Ending', verdict: 'expiring', authorizedAt: NOON - 345 * DAY });
      const held = await here.add({ name: 'Held', verdict: 'held' });
      await here.add({ name: 'Healthy' });
      await here.breaks(broken.id, 'grant.revoked');
      await here.breaks(repaired.id, 'grant.revoked');
      await here.until(NOON + HOUR);
      await here.heals(repaired.id);
      await here.until(NOON + DAY);
      const [mail, ...more] = here.post();
      expect(more).toEqual([]);
      expect(mail).toMatchObject({
        at: '2026-11-24T08:00',
        to: 'agency@example.test',
        subject: 'Storekeeper: 1 store needs you, 1 to renew',
      });
      const text = mail?.text ?? '';
      expect(text).toContain(
        'On 24 November 2026: 1 store needs you, 1 store to renew, 1 store held by a fault that is not yours, 1 store repaired.',
      );
      for (const { id } of [broken, held, repaired]) expect(text).toContain(`/stores/${id}`);
      expect(text).toContain('Access was switched off at Amazon on 23 November');
      expect(text).not.toContain('Healthy');
    });

    test('with nothing to say is no mail, and comes again when there is something', async () => {
      const here = await office();
      await here.settings(AGENCY);
      const { id } = await here.add();
      await here.until(NOON + 3 * DAY);
      expect(here.sent).toEqual([]);
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 4 * DAY);
      await here.heals(id);
      await here.until(NOON + 9 * DAY);
      expect(here.post().map(({ at, subject }) => [at, subject])).toEqual([
        ['2026-11-27T08:00', 'Storekeeper: 1 store needs you'],
        ['2026-11-28T08:00', 'Storekeeper: nothing to do, 1 repaired'],
      ]);
    });

    test('that a standstill made late is not sent beside the next one, nor in the night', async () => {
      const here = await office();
      await here.settings({ ...AGENCY, quiet_from: '21:00', quiet_to: '08:00' });
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.deliver();
      here.clock.now = Date.parse('2026-11-26T02:00:00Z');
      await here.until(Date.parse('2026-11-26T12:00:00Z'));
      expect(here.post().map(({ at }) => at)).toEqual(['2026-11-26T08:00']);
    });

    test('with urgent mails too: the alarm goes out at once, what follows it stands in the digest', async () => {
      const here = await office();
      await here.settings({ ...AGENCY, urgent_too: true });
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 5 * DAY);
      const single = here.post().filter(({ to }) => to === 'owner@bluebird.test');
      expect(single.map(({ at }) => at)).toEqual(['2026-11-23T12:00']);
      expect(here.post().filter(({ to }) => to === 'agency@example.test')).toHaveLength(5);
    });

    test('of another hour, or none, from the moment it is changed', async () => {
      const here = await office();
      await here.settings({ ...AGENCY });
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.settings({ ...AGENCY, digest_hour: 17, digest_email: 'new@example.test' });
      await here.until(NOON + DAY);
      expect(here.post().map(({ at, to }) => [at, to])).toEqual([['2026-11-23T17:00', 'new@example.test']]);
      await here.settings({ digest: 'off' });
      await here.until(NOON + 10 * DAY);
      const later = here.post().slice(1);
      expect(later.every(({ to }) => to === 'owner@bluebird.test')).toBe(true);
      expect(later.map(({ subject }) => subject)).toEqual([
        'Blue Bird: still, for 3 days: access was switched off',
        'Blue Bird: still, for 7 days: access was switched off',
      ]);
    });

    test('keeps its hour on the day New York’s clock is moved', async () => {
      const start = Date.parse('2026-10-31T12:00:00Z');
      const here = await office(start);
      await here.settings({ ...AGENCY, time_zone: 'America/New_York' });
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.until(start + 3 * DAY);
      expect(here.post().map(({ at }) => at)).toEqual(['2026-11-01T13:00', '2026-11-02T13:00']);
    });
  });

  describe('a planned absence', () => {
    test('silences alarm, ladder and reminders until its end; then what is still true is said once, and the ladder goes on', async () => {
      const here = await office();
      await here.settings({});
      const store = await here.add({ name: 'Broken' });
      await here.breaks(store.id, 'grant.revoked');
      await here.until(NOON + HOUR);
      const { body } = await here.patch(store.id, { absence: { kind: 'holiday', until: '2026-12-14' } });
      expect(body).toMatchObject({
        verdict: 'reconnect',
        cause: 'grant.revoked',
        absence: {
          kind: 'holiday',
          until: '2026-12-14',
          ends_at: '2026-12-14T00:00:00.000Z',
          text: 'Away until 14 December, no mails.',
        },
      });
      await here.until(Date.parse('2026-12-22T00:00:00Z'));
      expect(here.post().map(({ at, subject }) => [at.slice(0, 10), subject])).toEqual([
        ['2026-11-23', 'Broken: access was switched off'],
        ['2026-12-14', 'Broken: while you were away, access was switched off'],
        ['2026-12-17', 'Broken: still, for 23 days: access was switched off'],
        ['2026-12-21', 'Broken: still, for 27 days: access was switched off'],
      ]);
      expect(await here.ask(`/v1/stores/${store.id}`)).toMatchObject({ absence: null });
    });

    test('in which a store breaks: told at its end, and the ladder goes on from there', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add({ name: 'Broken' });
      await here.patch(id, { absence: { kind: 'holiday', until: '2026-12-14' } });
      await here.until(NOON + 2 * DAY);
      await here.breaks(id, 'grant.revoked');
      await here.until(Date.parse('2026-12-22T00:00:00Z'));
      expect(here.post().map(({ at, subject }) => [at.slice(0, 10), subject])).toEqual([
        ['2026-12-14', 'Broken: while you were away, access was switched off'],
        ['2026-12-17', 'Broken: still, for 21 days: access was switched off'],
        ['2026-12-21', 'Broken: still, for 25 days: access was switched off'],
      ]);
    });

    test.each([
      ['the digest', AGENCY],
      ['the summary of a full week', { weekly_cap: 1 }],
    ])('whose end was said in %s counts as said: only the ladder comes after it', async (_where, before) => {
      const here = await office();
      await here.settings(before);
      const { id } = await here.add({ name: 'Broken' });
      await here.patch(id, { absence: { kind: 'holiday', until: '2026-12-14' } });
      await here.until(NOON + 2 * DAY);
      await here.breaks(id, 'grant.revoked');
      await here.until(Date.parse('2026-12-15T00:00:00Z'));
      const [said, ...more] = here.post();
      expect([said?.at.slice(0, 10), more]).toEqual(['2026-12-14', []]);
      expect(said?.subject).not.toContain('Broken');
      await here.settings({});
      await here.until(Date.parse('2026-12-22T00:00:00Z'));
      const later = here.post().slice(1);
      expect(later.map(({ at, subject }) => [at.slice(0, 10), subject])).toEqual([
        ['2026-12-17', 'Broken: still, for 21 days: access was switched off'],
        ['2026-12-21', 'Broken: still, for 25 days: access was switched off'],
      ]);
    });

    test('of a store that breaks and heals meanwhile ends without a word', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add();
      await here.patch(id, { absence: { kind: 'holiday', until: '2026-12-14' } });
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + 10 * DAY);
      await here.heals(id);
      await here.until(NOON + 60 * DAY);
      expect(here.sent).toEqual([]);
    });

    test('over the days of renewal reminders: one mail afterwards, and the later reminders as ever', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add({ verdict: 'expiring', authorizedAt: NOON - 345 * DAY });
      await here.patch(id, { absence: { kind: 'holiday', until: '2026-12-02' } });
      await here.until(NOON + 14 * DAY);
      expect(here.post().map(({ at, subject }) => [at.slice(0, 10), subject])).toEqual([
        ['2026-12-02', 'Blue Bird: 11 days left to renew'],
        ['2026-12-06', 'Blue Bird: 7 days left to renew'],
      ]);
    });

    test('that is taken back goes on where it was left', async () => {
      const here = await office();
      await here.settings({});
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      await here.until(NOON + HOUR);
      await here.patch(id, { absence: { kind: 'holiday', until: '2026-12-14' } });
      await here.until(NOON + DAY);
      expect((await here.patch(id, { absence: null })).body).toMatchObject({ absence: null });
      await here.until(NOON + 8 * DAY);
      expect(here.post().map(({ at }) => at.slice(0, 10))).toEqual(['2026-11-23', '2026-11-26', '2026-11-30']);
    });

    test('of a store that was sold: no look and no mail any more, until somebody has it watched again', async () => {
      const here = await office();
      await here.settings(AGENCY);
      const { id } = await here.add();
      await here.breaks(id, 'grant.revoked');
      const { body } = await here.patch(id, { absence: { kind: 'sold' } });
      expect(body).toMatchObject({
        verdict: 'paused',
        next_look_at: null,
        absence: { kind: 'sold', until: null, ends_at: null, text: 'Sold or no longer yours: not watched, no mails.' },
      });
      await here.until(NOON + 60 * DAY);
      expect(here.sent).toEqual([]);
      expect((await here.patch(id, { paused: false })).body).toMatchObject({ verdict: 'checking', absence: null });
    });

    test('of a store that was sold pauses it, whatever else is asked for with it', async () => {
      const here = await office();
      const { id } = await here.add();
      const { body } = await here.patch(id, { absence: { kind: 'sold' }, paused: false });
      expect(body).toMatchObject({ verdict: 'paused', next_look_at: null, absence: { kind: 'sold' } });
    });

    test('is left out of the digest, which says so', async () => {
      const here = await office();
      await here.settings(AGENCY);
      const [away, broken] = [await here.add({ name: 'Away' }), await here.add({ name: 'Broken' })];
      await here.breaks(away.id, 'grant.revoked');
      await here.breaks(broken.id, 'grant.revoked');
      await here.patch(away.id, { absence: { kind: 'holiday', until: '2026-12-14' } });
      await here.until(NOON + DAY);
      const [mail] = here.post();
      expect(mail?.subject).toBe('Storekeeper: 1 store needs you');
      expect(mail?.text).toContain('1 store is left out because you said that you are away.');
      expect(mail?.text).not.toContain(`/stores/${away.id}`);
    });

    test.each([
      [
        { kind: 'holiday', until: '2026-11-23' },
        'absence.until',
        'This day has begun or is over. Choose tomorrow or a later day.',
      ],
      [{ kind: 'holiday', until: '2030-01-01' }, 'absence.until', 'Choose a day within a year from today.'],
    ])('%o is refused at its field', async (absence, field, message) => {
      const here = await office();
      const { id } = await here.add();
      const { status, body } = await here.patch(id, { absence });
      expect([status, body['errors']]).toEqual([422, [{ field, code: 'out_of_range', message }]]);
    });
  });

  describe('settings', () => {
    test('are usual until somebody changes them, and say what follows from them', async () => {
      const here = await office();
      expect(await here.ask('/v1/message_settings')).toEqual({
        settings: {
          time_zone: null,
          quiet_from: '21:00',
          quiet_to: '08:00',
          weekends_off: false,
          weekly_cap: 5,
          second_email: null,
          digest: 'off',
          digest_hour: 8,
          digest_email: null,
          urgent_too: false,
        },
        next: { single_at: '2026-11-23T12:00:00.000Z', digest_at: null, time_zone: 'UTC' },
      });
      const changed = await here.settings({
        ...AGENCY,
        time_zone: 'Asia/Tokyo',
        quiet_from: '21:00',
        quiet_to: '08:00',
      });
      expect(changed).toMatchObject({
        status: 200,
        body: {
          next: {
            single_at: '2026-11-23T23:00:00.000Z',
            digest_at: '2026-11-23T23:00:00.000Z',
            time_zone: 'Asia/Tokyo',
          },
        },
      });
      expect(await here.ask('/v1/message_settings')).toEqual(changed.body);
    });

    test.each([
      [{ time_zone: 'Europe/Atlantis' }, 'time_zone'],
      [{ quiet_from: '08:00', quiet_to: '07:00' }, 'quiet_to'],
      [{ ...AGENCY, quiet_from: '21:00', quiet_to: '09:00' }, 'digest_hour'],
      [{ digest: 'weekly' as const }, 'digest_email'],
      [{ ...AGENCY, time_zone: null }, 'time_zone'],
      [{ weekly_cap: 0 }, 'weekly_cap'],
      [{ second_email: 'nobody' }, 'second_email'],
      [{ quiet_from: '25:00' }, 'quiet_from'],
    ])('%o are refused at the field that is wrong', async (special, field) => {
      const here = await office();
      const { status, body } = await here.settings(special);
      expect(status).toBe(422);
      expect(body).toMatchObject({ errors: [{ field }] });
    });
  });
});
