/** The machine's clock is set back or forward while stores are watched: nothing waits for the jump. */
import { describe, expect, test } from 'vitest';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import { aMessage, aSession, aStore } from '../../server/src/db/testing-rows.ts';
import { insertSession } from '../../server/src/db/sessions.ts';
import { insertStore } from '../../server/src/db/stores.ts';
import { enqueue } from '../../server/src/db/outbox.ts';
import { watchClock } from '../../server/src/stores/clock-watch.ts';
import { closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { watch } from '../support/watch.ts';
import { sellerId } from '../support/worlds.ts';

closeAfterEach();

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

async function connected(api: Api): Promise<string> {
  const { body } = await api.ask<{ id: string }>('POST', '/v1/stores', typedStore(0));
  return body.id;
}

async function setClock({ market }: Api, ms: number): Promise<void> {
  const set = new Date(market.shop.now() + ms).toISOString();
  await market.control('POST', '/_/clock', { set });
  await market.advance('PT0S');
}

async function rowOf({ market }: Api, id: string) {
  const row = await market.shop.db.db.selectFrom('store').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return { ...row, next_at: Number(row.next_at) };
}

const JUMPS: [what: string, jumps: number[]][] = [
  ['back two days', [-2 * DAY]],
  ['back 26 hours', [-26 * HOUR]],
  ['three days forward and back', [3 * DAY, -3 * DAY]],
];

type Clocks = { wall: number; steady: number };

function machine(clocks: Clocks) {
  return { wall: () => clocks.wall, steady: () => clocks.steady };
}

async function operatorNotes({ db }: TestDatabase): Promise<string[]> {
  const rows = await db.selectFrom('outbox').select('payload').where('topic', '=', 'operator_note').execute();
  return rows.map(({ payload }) => (JSON.parse(payload) as { detail: string }).detail);
}

eachDatabase((_name, open) => {
  describe('a store that is watched', () => {
    test.each(JUMPS)(
      'is looked at within its interval and its loss is confirmed when the clock is set %s',
      async (_what, jumps) => {
        const api = await openApi(await open(), { world: { throttle: false } });
        const { shop } = api.market;
        const id = await connected(api);
        await watch(api.market, { minutes: 130 });
        const step = watchClock(shop);
        await step();
        for (const jump of jumps) {
          await setClock(api, jump);
          await step();
          expect((await rowOf(api, id)).next_at).toBeLessThanOrEqual(shop.now() + 67 * MINUTE);
          await watch(api.market, { minutes: 70 });
        }
        await api.market.control('POST', `/_/grants/${sellerId(0)}/amzn1.sellerapps.app.x`, { action: 'disable' });
        await watch(api.market, { minutes: 90 });
        expect(await rowOf(api, id)).toMatchObject({ verdict: 'reconnect', cause: 'grant.revoked' });
      },
    );

    test('is looked at within its interval when the program starts after the clock was set back', async () => {
      const api = await openApi(await open(), { world: { throttle: false } });
      const id = await connected(api);
      await watch(api.market, { minutes: 30 });
      await setClock(api, -26 * HOUR);
      await watchClock(api.market.shop)();
      expect((await rowOf(api, id)).next_at).toBeLessThanOrEqual(api.market.shop.now());
    });
  });

  describe('the operator', () => {
    test.each([
      ['back', -2 * DAY, '2880 minutes back'],
      ['forward', 3 * DAY, '4320 minutes forward'],
    ])('is told once when the machine’s clock is set %s', async (_what, jump, detail) => {
      const database = await open();
      const api = await openApi(database, { world: { throttle: false } });
      const clocks = { wall: Date.now(), steady: 1_000 };
      const step = watchClock(api.market.shop, machine(clocks));
      await step();
      expect(await operatorNotes(database)).toEqual([]);
      clocks.wall += jump + 250;
      clocks.steady += 250;
      await step();
      clocks.wall += 250;
      clocks.steady += 250;
      await step();
      expect(await operatorNotes(database)).toEqual([expect.stringContaining(detail)]);
    });
  });

  describe('every kind of due row', () => {
    test('that is planned too far ahead is due again', async () => {
      const database = await open();
      const api = await openApi(database, { world: { throttle: false } });
      const { shop } = api.market;
      const { db } = database;
      const now = shop.now();
      const ahead = now + 2 * DAY;
      const account = { accountId: api.person.accountId };
      const healthy = aStore({ ...account, nextAt: ahead, lastLookAt: now - HOUR, leaseUntil: null });
      const broken = aStore({ ...account, verdict: 'reconnect', nextAt: ahead });
      const session = aSession({
        ...account,
        status: 'verifying',
        nextAt: ahead,
        createdAt: now,
        expiresAt: now + DAY,
      });
      await insertStore(db, healthy);
      await insertStore(db, broken);
      await insertSession(db, session);
      const planned = { createdAt: now, nextAt: ahead };
      const failed = aMessage({ ...account, ...planned, topic: 'needs_reconnect' });
      const reminder = aMessage({ ...account, ...planned, topic: 'reminder' });
      await enqueue(db, failed);
      await enqueue(db, reminder);
      await db.updateTable('outbox').set({ attempt: 3, last_error: 'down' }).where('id', '=', failed.id).execute();
      for (const table of ['store', 'connect_session', 'outbox'] as const)
        await db.updateTable(table).set({ lease_owner: 'gone', lease_until: ahead }).execute();
      await watchClock(shop)();
      const dueAt = async (table: 'store' | 'connect_session' | 'outbox', id: string) =>
        Number((await db.selectFrom(table).select('next_at').where('id', '=', id).executeTakeFirstOrThrow()).next_at);
      expect(await dueAt('store', healthy.id)).toBeLessThanOrEqual(shop.now());
      expect(await dueAt('store', broken.id)).toBeLessThanOrEqual(shop.now());
      expect(await dueAt('connect_session', session.id)).toBeLessThanOrEqual(shop.now());
      expect(await dueAt('outbox', failed.id)).toBeLessThanOrEqual(shop.now());
      expect(await dueAt('outbox', reminder.id)).toBe(ahead);
      for (const table of ['store', 'connect_session', 'outbox'] as const) {
        const { until } = await db
          .selectFrom(table)
          .select((e) => e.fn.max<number>('lease_until').as('until'))
          .executeTakeFirstOrThrow();
        expect(Number(until)).toBeLessThanOrEqual(shop.now() + 6 * MINUTE);
      }
    });

    test('that was written ahead keeps its distance to the moment it was written', async () => {
      const database = await open();
      const api = await openApi(database, { world: { throttle: false } });
      const { shop } = api.market;
      const now = shop.now();
      const ahead = now + 3 * DAY;
      const account = { accountId: api.person.accountId };
      const message = aMessage({ ...account, topic: 'needs_reconnect', createdAt: ahead, nextAt: ahead + HOUR });
      const session = aSession({ ...account, createdAt: ahead, expiresAt: ahead + HOUR, nextAt: ahead + HOUR });
      await enqueue(database.db, message);
      await insertSession(database.db, session);
      await watchClock(shop)();
      const sent = await database.db.selectFrom('outbox').select('next_at').executeTakeFirstOrThrow();
      const ends = await database.db.selectFrom('connect_session').select('expires_at').executeTakeFirstOrThrow();
      for (const at of [Number(sent.next_at), Number(ends.expires_at)]) {
        expect(at).toBeGreaterThanOrEqual(now + HOUR);
        expect(at).toBeLessThanOrEqual(shop.now() + HOUR);
      }
    });
  });
});
