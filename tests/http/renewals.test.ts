/** The renewal day and the calendar's address, through the API, on both databases and a clock that moves. */
import { randomBytes } from 'node:crypto';
import ICAL from 'ical.js';
import { afterEach, describe, expect, test } from 'vitest';
import { causeRule, type Diagnosis } from '../../server/src/core/diagnosis.ts';
import { mailsFor } from '../../server/src/db/outbox.ts';
import { insertStore, lockStore, readStore, saveStore, type StoreRow } from '../../server/src/db/stores.ts';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import { anObservation, aStore } from '../../server/src/db/testing-rows.ts';
import type { Renewals } from '../../server/src/http/contract/renewals.ts';
import { createDispatch } from '../../server/src/outbox/dispatch.ts';
import { createMailboxTransport } from '../../server/src/outbox/transport.ts';
import { beginning } from '../../server/src/stores/open-store.ts';
import { scheduleReminders } from '../../server/src/stores/remind.ts';
import { settleLook } from '../../server/src/stores/settle.ts';
import { openWeb, PUBLIC_URL, SAME_ORIGIN, theApp, type TestWeb } from '../support/web.ts';

const DAY = 86_400_000;
/** A Monday. */
const NOON = Date.parse('2026-11-23T12:00:00Z');
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A store whose permission ends so many days after NOON. */
function endingIn(days: number, special: Partial<StoreRow>): StoreRow {
  return aStore({ judgement: beginning('verifying', null), authorizedAt: NOON + (days - 365) * DAY, ...special });
}

function expired(): StoreRow['alarm'] {
  const cause = 'grant.expired';
  const diagnosis: Diagnosis = {
    ...causeRule(cause),
    cause,
    likely: [],
    confidence: 'high',
    evidence: [],
    excluded: [],
    capability: null,
  };
  return { cause, since: NOON - 3_600_000, evidence: [], diagnosis };
}

function mws(days: number, special: Partial<StoreRow>): StoreRow {
  const cohort = 'amazon-mws:0000-1111-2222:na';
  return endingIn(days, { marketplace: 'amazon-mws', applicationId: '0000-1111-2222', cohort, ...special });
}

async function scene(database: TestDatabase) {
  const one = await openWeb(database);
  opened.push(one);
  const clock = { now: NOON };
  one.shop.now = () => clock.now;
  const { app, signUp } = one;
  const mira = await signUp('Mira');
  const { accountId } = mira;
  const headers = { cookie: mira.cookie, ...SAME_ORIGIN };
  const dispatch = createDispatch({
    db: database,
    now: () => clock.now,
    transport: createMailboxTransport({ db: database.db }),
    log: QUIET,
    owner: 'test',
  });
  return {
    ...one,
    clock,
    mira,
    headers,
    accountId,
    add: async (...stores: StoreRow[]) => {
      for (const store of stores) await insertStore(database.db, { ...store, accountId });
    },
    renewals: async () => (await app.inject({ url: '/app/renewals', headers })).json<Renewals>(),
    choose: (day: string | null) => app.inject({ method: 'PUT', url: '/app/renewals/day', headers, payload: { day } }),
    /** Seen at the marketplace: a new permission from now on. */
    renew: (id: string) =>
      database.transaction(async (tx) => {
        const row = await lockStore(tx, id);
        if (row)
          await saveStore(tx, { ...row, authorizedAt: clock.now, verdict: 'connected', version: row.version + 1 });
      }),
    mails: async () => {
      await dispatch.runDue(50);
      const rows = await database.db.selectFrom('mailbox').selectAll().orderBy('at').execute();
      return rows.map(({ subject, recipient, body_text }) => ({ subject, recipient, text: body_text }));
    },
    address: async () => {
      const made = await app.inject({ method: 'POST', url: '/app/calendar', headers });
      expect(made.statusCode).toBe(201);
      return made.json<{ url: string; webcal_url: string }>();
    },
    feed: (url: string, more: Record<string, string> = {}) =>
      app.inject({ url: url.slice(PUBLIC_URL.length), headers: more }),
  };
}

function eventsOf(text: string) {
  const root = new ICAL.Component(ICAL.parse(text));
  return root.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
}

eachDatabase((_engine, open) => {
  describe('the calendar', () => {
    test('names every watched store with an end, and after a renewal the same address tells the new day', async () => {
      const { add, address, feed, renew, clock } = await scene(await open());
      const blue = endingIn(24, { name: 'Blue Bird' });
      const hidden = [
        endingIn(24, { name: 'Paused', phase: 'paused', verdict: 'paused' }),
        endingIn(24, { name: 'Closed', phase: 'closed', verdict: 'closed' }),
        endingIn(24, { name: 'Without an end', authorizedAt: null }),
      ];
      await add(blue, endingIn(300, { name: 'Halden Home' }), ...hidden);
      const { url, webcal_url } = await address();
      expect(webcal_url).toBe(url.replace('http:', 'webcal:'));
      const first = await feed(url);
      expect(first.headers).toMatchObject({
        'content-type': 'text/calendar; charset=utf-8',
        'cache-control': 'private, no-cache',
        etag: expect.stringMatching(/^"[\w-]{43}"$/),
      });
      expect(eventsOf(first.body).map((event) => [event.summary, event.startDate.toString()])).toEqual([
        ['Renew Blue Bird at Amazon', '2026-12-17'],
        ['Renew Halden Home at Amazon', '2027-09-19'],
      ]);
      const known = { 'if-none-match': String(first.headers.etag) };
      expect((await feed(url, known)).statusCode).toBe(304);

      clock.now += 3 * DAY;
      await renew(blue.id);
      const after = await feed(url, known);
      expect(after.statusCode).toBe(200);
      const [, moved] = eventsOf(after.body);
      expect([moved?.uid, moved?.summary, moved?.startDate.toString()]).toEqual([
        `${blue.id}@storekeeper`,
        'Renew Blue Bird at Amazon',
        '2027-11-26',
      ]);
      expect(moved?.sequence).toBeGreaterThan(eventsOf(first.body)[0]?.sequence ?? 0);
    });

    test('opens by its address alone, and a wrong one tells nothing', async () => {
      const { app, add, address, feed, headers, log } = await scene(await open());
      await add(endingIn(24, {}));
      const { url } = await address();
      expect((await feed(url)).statusCode).toBe(200);
      const guessed = `${PUBLIC_URL}/calendar/${randomBytes(32).toString('base64url')}.ics`;
      const wrong = [
        guessed,
        `${url}x`,
        url.replace('.ics', ''),
        url.replace('/calendar/', '/calendar/%2e%2e/'),
        `${PUBLIC_URL}/calendar/.ics`,
      ];
      const answers = await Promise.all(wrong.map((one) => feed(one)));
      expect(answers.map(({ statusCode }) => statusCode)).toEqual(wrong.map(() => 404));
      const second = (await address()).url;
      const dead = await feed(url);
      expect([dead.statusCode, dead.body]).toEqual([404, answers[0]?.body]);
      expect((await feed(second)).statusCode).toBe(200);
      expect((await app.inject({ method: 'DELETE', url: '/app/calendar', headers })).statusCode).toBe(204);
      expect((await feed(second)).statusCode).toBe(404);
      for (const secret of [url, second].map((one) => /\/calendar\/([\w-]+)/.exec(one)?.[1] ?? '-')) {
        expect(log()).not.toContain(secret);
      }
      expect(log()).toContain('/calendar/:file');
    });

    test('keeps only the hash of its address, and shows when it was last read', async () => {
      const database = await open();
      const { address, feed, renewals, clock } = await scene(database);
      expect((await renewals()).calendar).toBeNull();
      const { url } = await address();
      const rows = JSON.stringify(await database.db.selectFrom('calendar_feed').selectAll().execute());
      expect(rows).not.toContain(/\/calendar\/([\w-]+)/.exec(url)?.[1]);
      expect((await renewals()).calendar).toEqual({ made_at: '2026-11-23T12:00:00.000Z', read_at: null });
      clock.now += 3_600_000;
      await feed(url);
      expect((await renewals()).calendar?.read_at).toBe('2026-11-23T13:00:00.000Z');
    });

    test('of one account shows nothing of another', async () => {
      const database = await open();
      const { add, address, feed, signUp } = await scene(database);
      await add(endingIn(24, { name: 'Mine' }));
      const other = await signUp('Bo');
      await insertStore(database.db, { ...endingIn(24, { name: 'Theirs' }), accountId: other.accountId });
      const { body } = await feed((await address()).url);
      expect(eventsOf(body).map((event) => event.summary)).toEqual(['Renew Mine at Amazon']);
      expect(body).toContain('X-WR-CALNAME:Store renewals, Mira');
    });
  });

  describe('the renewal day', () => {
    test('is suggested, lists stores by where they are renewed, and turns each to the same new date', async () => {
      const { add, renewals, choose, renew, clock } = await scene(await open());
      const blue = endingIn(24, { name: 'Blue Bird' });
      const maple = endingIn(80, { name: 'Maple', verdict: 'limited' });
      const kite = endingIn(40, { name: 'Kite', region: 'eu', site: 'amazon.nl' });
      await add(maple, blue, kite);
      const before = await renewals();
      expect(before).toMatchObject({ day: '2026-12-10', chosen: false, suggested: '2026-12-10', done: 0, of: 3 });
      expect(before.places.map(({ host, button, stores }) => [host, button, stores.map(({ name }) => name)])).toEqual([
        ['sellercentral.amazon.com', 'Re-authorize', ['Blue Bird', 'Maple']],
        ['sellercentral.amazon.nl', 'Re-authorize', ['Kite']],
      ]);
      expect(before.places[0]?.stores[0]).toMatchObject({ state: 'due', ends_on: '2026-12-17', days_left: 24 });
      expect(before.places[0]).toMatchObject({
        way: 'apps',
        seen: true,
        opens: expect.stringContaining('/apps/manage'),
      });

      expect((await choose('2026-11-23')).statusCode).toBe(200);
      for (const id of [blue.id, kite.id, maple.id]) {
        await renew(id);
        clock.now += 60_000;
      }
      const after = await renewals();
      expect(after).toMatchObject({ day: '2026-11-23', chosen: true, new_end: '2027-11-23', done: 3, of: 3 });
      const rows = after.places.flatMap(({ stores }) => stores);
      expect(rows.map(({ state, ends_on, renewed_on }) => [state, ends_on, renewed_on])).toEqual(
        rows.map(() => ['renewed', '2027-11-23', '2026-11-23']),
      );
      expect(rows).toHaveLength(3);
    });

    test.each([
      ['2026-11-22', 'This day is over. Choose today or a later one.'],
      ['2027-11-25', 'Choose a day within a year from today.'],
    ])('%s is refused in words', async (day, message) => {
      const { choose } = await scene(await open());
      const answer = await choose(day);
      expect(answer.statusCode).toBe(422);
      expect(answer.json()).toMatchObject({ errors: [{ field: 'day', message }] });
    });

    test('sends one mail that names what is still to be renewed, and not what is done', async () => {
      const { add, choose, renew, clock, mails, mira } = await scene(await open());
      const blue = endingIn(24, { name: 'Blue Bird' });
      await add(blue, endingIn(80, { name: 'Maple' }), endingIn(40, { name: 'Kite', region: 'eu', site: 'amazon.nl' }));
      await choose('2026-12-08');
      await choose('2026-12-09');
      clock.now = Date.parse('2026-12-08T09:00:00Z');
      expect(await mails()).toEqual([]);
      clock.now = Date.parse('2026-12-09T06:00:00Z');
      await renew(blue.id);
      clock.now = Date.parse('2026-12-09T07:00:01Z');
      const [mail, ...more] = await mails();
      expect(more).toEqual([]);
      expect(mail).toMatchObject({ recipient: mira.email, subject: 'Renewal day: 2 stores to renew' });
      expect(mail?.text).toContain('amazon.nl: Kite');
      expect(mail?.text).toContain('amazon.com: Maple');
      expect(mail?.text).toContain('9 December 2027');
      expect(mail?.text).not.toContain('Blue Bird');
      expect(mail?.text).toContain(`${PUBLIC_URL}/renewals`);
    });

    test('sends none when everything is renewed, when no day is chosen any more, or when the day is over', async () => {
      const database = await open();
      const { add, choose, renew, clock, mails } = await scene(database);
      const blue = endingIn(24, { name: 'Blue Bird' });
      await add(blue);
      await choose('2026-12-01');
      await choose(null);
      clock.now = Date.parse('2026-12-01T08:00:00Z');
      expect(await mails()).toEqual([]);
      await choose('2026-12-02');
      clock.now = Date.parse('2026-12-03T00:00:00Z');
      expect(await mails()).toEqual([]);
      await choose('2026-12-05');
      clock.now = Date.parse('2026-12-05T05:00:00Z');
      await renew(blue.id);
      clock.now = Date.parse('2026-12-05T08:00:00Z');
      expect(await mails()).toEqual([]);
      const ends = await database.db.selectFrom('outbox').select(['last_error', 'sent_at', 'next_at']).execute();
      expect(ends.every(({ sent_at, next_at }) => sent_at === null && next_at === null)).toBe(true);
      expect(ends.map(({ last_error }) => last_error)).toContain('Every store is renewed already.');
    });
  });

  describe('the way to the permission page, where an app is renewed by consent', () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const post = (id: string) => ({ method: 'POST', url: `/app/renewals/${id}/leave`, payload: '' }) as const;

    async function byConsent() {
      const one = await scene(await open());
      one.shop.apps = () => [{ ...theApp, loginUri: null }];
      const blue = endingIn(24, { name: 'Blue Bird' });
      await one.add(blue);
      return { ...one, blue };
    }

    test('leads there in one step, with a state of this browser, and makes today the day', async () => {
      const { app, headers, renewals, blue } = await byConsent();
      expect((await renewals()).places[0]).toMatchObject({ way: 'consent', button: null, opens: null });
      const on = await app.inject({ ...post(blue.id), headers: { ...headers, ...form } });
      expect([on.statusCode, on.headers['cache-control']]).toEqual([303, 'no-store']);
      const location = new URL(String(on.headers.location));
      expect(location.pathname).toBe('/sellercentral.amazon.com/apps/authorize/consent');
      expect(location.searchParams.get('state')).toMatch(/^[\w-]{43}$/);
      expect(on.cookies.map(({ name }) => name)).toContain('sk_browser');
      expect(await renewals()).toMatchObject({ day: '2026-11-23', chosen: true });
    });

    test('is open neither to strangers nor to other sites’ pages, nor for another account’s store', async () => {
      const { app, headers, signUp, blue, mira } = await byConsent();
      const bo = await signUp('Bo');
      const asked = await Promise.all([
        app.inject({ ...post(blue.id), headers: { ...SAME_ORIGIN, ...form } }),
        app.inject({ ...post(blue.id), headers: { cookie: mira.cookie, 'sec-fetch-site': 'cross-site', ...form } }),
        app.inject({ ...post(blue.id), headers: { cookie: bo.cookie, ...SAME_ORIGIN, ...form } }),
        app.inject({ ...post('st_nobody'), headers: { ...headers, ...form } }),
      ]);
      expect(asked.map(({ statusCode }) => statusCode)).toEqual([401, 403, 404, 404]);
      for (const answer of asked) {
        expect(answer.headers['content-type']).toContain('text/html');
        expect(answer.body).not.toContain('Blue Bird');
      }
    });
  });

  describe('a store whose renewal nobody can see', () => {
    test('is renewed when its person says so: its year, its reminders and its calendar start anew', async () => {
      const database = await open();
      const { app, add, headers, renewals, shop, address, feed } = await scene(database);
      const old = mws(20, { name: 'Old Way', verdict: 'expiring' });
      await add(old);
      const [row] = [await readStore(database.db, { id: old.id })];
      await database.transaction((tx) => scheduleReminders(shop, { tx, row: row ?? old, now: NOON }));
      expect((await renewals()).places[0]).toMatchObject({ seen: false, stores: [{ state: 'due' }] });
      const said = await app.inject({ method: 'POST', url: `/app/renewals/${old.id}/renewed`, headers });
      expect(said.statusCode).toBe(200);
      expect(said.json<Renewals>()).toMatchObject({ day: '2026-11-23', chosen: true, done: 1, of: 1 });
      expect(await readStore(database.db, { id: old.id })).toMatchObject({
        authorizedAt: NOON,
        authorizedBy: 'inferred',
        nextAt: NOON,
        version: old.version + 1,
      });
      const waiting = (await mailsFor(database.db, { storeId: old.id })).filter((mail) => mail.nextAt !== null);
      expect(waiting.map((mail) => (mail.nextAt ?? 0) > NOON + 300 * DAY)).toEqual(Array(5).fill(true));
      const [event] = eventsOf((await feed((await address()).url)).body);
      expect(event?.startDate.toString()).toBe('2027-11-23');
    });

    test('cannot be said renewed while it is refused, nor where a renewal is seen by itself', async () => {
      const database = await open();
      const { app, add, headers, accountId } = await scene(database);
      const seen = endingIn(20, {});
      const refused = mws(-1, { verdict: 'reconnect', alarm: expired() });
      await add(seen, refused);
      for (const { id, authorizedAt } of [seen, refused]) {
        const answer = await app.inject({ method: 'POST', url: `/app/renewals/${id}/renewed`, headers });
        expect(answer.statusCode).toBe(400);
        expect(await readStore(database.db, { id, accountId })).toMatchObject({ authorizedAt });
      }
    });
  });

  test('every reminder, MWS or not, opens the repair of its own store and says what happens there', async () => {
    const database = await open();
    const { add, shop, clock, mails } = await scene(database);
    const blue = endingIn(31, { name: 'Blue Bird' });
    const old = mws(31, { name: 'Old Way' });
    await add(blue, old);
    await database.transaction(async (tx) => {
      for (const row of [blue, old]) {
        const kept = await lockStore(tx, row.id);
        if (kept) await scheduleReminders(shop, { tx, row: kept, now: NOON });
      }
    });
    for (const days of [30, 14, 7, 3, 1]) {
      clock.now = NOON + (31 - days) * DAY + 60_000;
      await mails();
    }
    const sent = await mails();
    const of = (name: string) => sent.filter(({ subject }) => subject.startsWith(name));
    expect([of('Blue Bird').length, of('Old Way').length]).toEqual([5, 5]);
    for (const { text } of of('Blue Bird')) expect(text).toContain(`${PUBLIC_URL}/stores/${blue.id}?repair=1`);
    for (const { text } of of('Old Way')) {
      expect(text).toContain(`${PUBLIC_URL}/stores/${old.id}?repair=1`);
      expect(text).toContain('The same token goes on, so nothing is to be copied.');
      expect(text).toContain('Say under Renewals in Storekeeper that it is done');
    }
  });

  test.each<[string, Partial<StoreRow>]>([
    ['never missed', { verdict: 'expiring' }],
    ['over and seen as over', { verdict: 'reconnect', cause: 'grant.expired', alarm: expired() }],
  ])(
    'a year that was %s is seen to be renewed: the store is green at once and has a new end',
    async (_was, special) => {
      const database = await open();
      const { add, shop } = await scene(database);
      const store = mws(-1, special);
      await add(store);
      const look = {
        storeId: store.id,
        credentialVersion: 1,
        observations: [anObservation({ at: NOON, rung: 'identity', capability: 'participations', call: 'answers' })],
        weather: await shop.crowd.weather(store.cohort),
        deniedElsewhere: [],
        leaseOwner: null,
      };
      const after = await settleLook(shop, look);
      expect(after).toMatchObject({ verdict: 'connected', cause: null, authorizedBy: 'inferred' });
      expect(after?.version).toBeGreaterThan(store.version);
      expect((after?.authorizedAt ?? 0) + 365 * DAY).toBeGreaterThan(NOON + 363 * DAY);
    },
  );
});
