import { describe, expect, test } from 'vitest';
import { causeRule, type Cause } from '../core/diagnosis.ts';
import type { Alarm } from '../core/lifecycle.ts';
import type { AlarmPayload, ReminderPayload } from '../core/message.ts';
import { listMails } from '../db/mailbox.ts';
import { cancelFor, claimDueMessages, enqueue, mailsFor } from '../db/outbox.ts';
import type { OpenDatabase } from '../db/open.ts';
import { insertStore, saveStore, type StoreRow } from '../db/stores.ts';
import { eachDatabase, type OpenTest } from '../db/testing.ts';
import { aMessage, aStore, NOON } from '../db/testing-rows.ts';
import { createDispatch, RETRY_MINUTES } from './dispatch.ts';
import { createMailboxTransport, MailProblem, type OutgoingMail, type Transport } from './transport.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

function alarmOf(cause: Cause): Alarm {
  const diagnosis = {
    ...causeRule(cause),
    cause,
    likely: [],
    confidence: 'high' as const,
    evidence: [],
    excluded: [],
    capability: null,
  };
  return { cause, since: NOON, evidence: [], diagnosis };
}

function brokenStore(special: Partial<StoreRow> = {}): StoreRow {
  return aStore({ verdict: 'reconnect', cause: 'grant.revoked', alarm: alarmOf('grant.revoked'), ...special });
}

function alarmFor(store: StoreRow): AlarmPayload {
  return {
    topic: 'needs_reconnect',
    storeId: store.id,
    cause: 'grant.revoked',
    storeName: store.name,
    label: 'Amazon',
    sentence: 'Access was switched off at Amazon on 21 November.',
    means: 'Your history stays as it is.',
    next: 'Confirm the permission again.',
    link: `https://storekeeper.test/stores/${store.id}`,
  };
}

function reminderFor(store: StoreRow, validUntil = NOON + 7 * DAY): ReminderPayload {
  const { id: storeId, name: storeName } = store;
  const expiresAt = (store.authorizedAt ?? 0) + 365 * DAY;
  return {
    topic: 'reminder',
    storeId,
    days: 14,
    expiresAt,
    validUntil,
    storeName,
    label: 'Amazon',
    link: 'https://storekeeper.test/',
  };
}

/** A mail server that keeps what it took; `answer` may refuse. */
function keeper(answer: (mail: OutgoingMail) => void | Promise<void> = () => undefined) {
  const sent: OutgoingMail[] = [];
  const transport: Transport = {
    async send(mail) {
      await answer(mail);
      sent.push(mail);
    },
    close: () => undefined,
  };
  return { sent, transport };
}

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

function dispatcher(db: OpenDatabase, transport: Transport, { owner = 'p1', now = () => NOON } = {}) {
  return createDispatch({ db, now, transport, log: QUIET, owner });
}

async function queued(db: OpenDatabase, store: StoreRow, payload: AlarmPayload | ReminderPayload = alarmFor(store)) {
  const message = aMessage({ accountId: store.accountId, storeId: store.id, topic: payload.topic, payload });
  await enqueue(db.db, message);
  return message;
}

async function withStore(open: OpenTest, store: StoreRow): Promise<OpenDatabase> {
  const database = await open();
  await insertStore(database.db, store);
  return database;
}

async function endOf(db: OpenDatabase, store: StoreRow) {
  const [row] = await mailsFor(db.db, { storeId: store.id });
  return row;
}

eachDatabase((_name, open) => {
  describe('sending', () => {
    test('a queued alarm goes out once, to its reader, and is marked', async () => {
      const store = brokenStore();
      const db = await withStore(open, store);
      const { id } = await queued(db, store);
      const { sent, transport } = keeper();
      const dispatch = dispatcher(db, transport);
      expect(await dispatch.runDue(10)).toBe(1);
      expect(await dispatch.runDue(10)).toBe(0);
      expect(sent).toMatchObject([
        { id, recipient: 'owner@bluebird.test', at: NOON, subject: 'Blue Bird: reconnect at Amazon' },
      ]);
      expect(await endOf(db, store)).toMatchObject({ sentAt: NOON, nextAt: null, leaseOwner: null });
    });

    test('four dispatchers at once send every message once, also where one was queued four times', async () => {
      const first = await open({ onDisk: true });
      const stores = Array.from({ length: 12 }, () => brokenStore());
      for (const store of stores) {
        await insertStore(first.db, store);
        const message = aMessage({ storeId: store.id, topic: 'needs_reconnect', payload: alarmFor(store) });
        await Promise.all([1, 2, 3, 4].map((n) => enqueue(first.db, { ...message, id: `${message.id}${n}` })));
      }
      const { sent, transport } = keeper(() => new Promise((resolve) => setTimeout(resolve, 2)));
      const openings = [first, await first.again(), await first.again(), await first.again()];
      const runs = openings.map((db, n) =>
        dispatcher(first.dialect === 'sqlite' ? first : db, transport, { owner: `p${n}` }),
      );
      for (let round = 0; round < 4; round += 1) await Promise.all(runs.map((run) => run.runDue(5)));
      expect(sent.map((mail) => mail.storeId).sort()).toEqual(stores.map((store) => store.id).sort());
    });

    test('what a dying process had claimed goes out later under the same id', async () => {
      const store = brokenStore();
      const db = await withStore(open, store);
      const { id } = await queued(db, store);
      await claimDueMessages(db.db, { now: NOON, owner: 'dead', limit: 10, leaseMs: 5 * MINUTE });
      const { sent, transport } = keeper();
      await dispatcher(db, transport).runDue(10);
      expect(sent).toEqual([]);
      await dispatcher(db, transport, { now: () => NOON + 5 * MINUTE }).runDue(10);
      expect(sent.map((mail) => mail.id)).toEqual([id]);
    });

    test('the demo’s mails stand in the mailbox of their account, and nothing leaves', async () => {
      const store = brokenStore();
      const db = await withStore(open, store);
      const { id } = await queued(db, store);
      await dispatcher(db, createMailboxTransport({ db: db.db })).runDue(10);
      const { rows } = await listMails(db.db, { accountId: store.accountId });
      expect(rows).toMatchObject([
        { id: id.replace('om_', 'ml_'), storeId: store.id, at: NOON, recipient: 'owner@bluebird.test' },
      ]);
      expect(rows[0]?.bodyHtml).toContain('Reconnect store');
    });

    test('a fault of the operator’s goes out without a store', async () => {
      const db = await open();
      const message = {
        ...aMessage({ kind: 'operator_email', topic: 'operator', recipient: 'ops@storekeeper.test' }),
        storeId: null,
      };
      await enqueue(db.db, message);
      const { sent, transport } = keeper();
      await dispatcher(db, transport).runDue(10);
      expect(sent).toMatchObject([{ recipient: 'ops@storekeeper.test', storeId: null }]);
    });
  });

  describe('what is no longer true', () => {
    test('an alarm of a store that is green again is never sent', async () => {
      const store = brokenStore();
      const db = await withStore(open, store);
      await queued(db, store);
      await saveStore(db.db, { ...store, verdict: 'connected', cause: null, alarm: null });
      const { sent, transport } = keeper();
      await dispatcher(db, transport).runDue(10);
      expect(sent).toEqual([]);
      expect(await endOf(db, store)).toMatchObject({
        cancelledAt: NOON,
        sentAt: null,
        lastError: 'The store is connected again.',
      });
    });

    test('a reminder that waited too long, or whose store broke, is dropped; the others stay queued', async () => {
      const store = aStore({ verdict: 'expiring', authorizedAt: NOON - 351 * DAY });
      const db = await withStore(open, store);
      await queued(db, store, reminderFor(store, NOON));
      await enqueue(db.db, aMessage({ storeId: store.id, payload: reminderFor(store), nextAt: NOON + DAY }));
      const { sent, transport } = keeper();
      await dispatcher(db, transport).runDue(10);
      expect(sent).toEqual([]);
      const rows = await mailsFor(db.db, { storeId: store.id });
      expect(rows.map((row) => row.cancelledAt !== null).sort()).toEqual([false, true]);
    });

    test('a reminder waits while Amazon is unwell, however long, and then counts the days anew', async () => {
      const store = aStore({ verdict: 'held', authorizedAt: NOON - 351 * DAY });
      const db = await withStore(open, store);
      await queued(db, store, reminderFor(store));
      const { sent, transport } = keeper();
      let now = NOON;
      const dispatch = dispatcher(db, transport, { now: () => now });
      for (; now < NOON + 2 * DAY; now += 15 * MINUTE) expect(await dispatch.runDue(10)).toBe(1);
      expect(sent).toEqual([]);
      await saveStore(db.db, { ...store, verdict: 'expiring' });
      await dispatch.runDue(10);
      expect(sent.map((mail) => mail.subject)).toEqual(['Blue Bird: 12 days left to renew']);
    });

    test('a message that is cancelled while others are being sent stays at home', async () => {
      const stores = Array.from({ length: 5 }, () => brokenStore());
      const db = await open();
      for (const [n, store] of stores.entries()) {
        await insertStore(db.db, store);
        await enqueue(
          db.db,
          aMessage({ storeId: store.id, topic: 'needs_reconnect', payload: alarmFor(store), nextAt: NOON - 5 + n }),
        );
      }
      const last = stores[4]?.id ?? '';
      const { sent, transport } = keeper(async () => {
        await cancelFor(db.db, { storeId: last, topics: ['needs_reconnect'], now: NOON });
      });
      await dispatcher(db, transport).runDue(10);
      expect(sent.map((mail) => mail.storeId)).toHaveLength(4);
      expect(sent.map((mail) => mail.storeId)).not.toContain(last);
    });
  });

  describe('a mail that does not leave', () => {
    test('is tried again after 1, 5, 15 and 60 minutes and then ever more slowly, and given up in the end', async () => {
      const store = brokenStore();
      const db = await withStore(open, store);
      await queued(db, store);
      const { transport } = keeper(() => {
        throw new MailProblem('mail', '450 mailbox of owner@bluebird.test is busy');
      });
      let now = NOON;
      const dispatch = dispatcher(db, transport, { now: () => now });
      const pauses: number[] = [];
      for (let row = await endOf(db, store); row?.nextAt; row = await endOf(db, store)) {
        now = row.nextAt;
        await dispatch.runDue(10);
        const next = (await endOf(db, store))?.nextAt;
        if (next) pauses.push((next - now) / MINUTE);
      }
      expect(pauses).toEqual([...RETRY_MINUTES]);
      expect(pauses.slice(0, 4)).toEqual([1, 5, 15, 60]);
      expect(await endOf(db, store)).toMatchObject({
        failedAt: now,
        sentAt: null,
        lastError: '450 mailbox of [address] is busy',
      });
    });

    test('is given up at once when its reader does not exist', async () => {
      const store = brokenStore();
      const db = await withStore(open, store);
      await queued(db, store);
      const { transport } = keeper(() => {
        throw new MailProblem('recipient', '550 no such user');
      });
      await dispatcher(db, transport).runDue(10);
      expect(await endOf(db, store)).toMatchObject({ failedAt: NOON, nextAt: null });
    });

    test('keeps the rest of the queue waiting, uncounted, when the mail server is away', async () => {
      const db = await open();
      const stores = Array.from({ length: 9 }, () => brokenStore());
      for (const store of stores) {
        await insertStore(db.db, store);
        await queued(db, store);
      }
      const broken = keeper(() => {
        throw new MailProblem('server', 'connect ECONNREFUSED');
      });
      await dispatcher(db, broken.transport).runDue(20);
      const rows = await Promise.all(stores.map((store) => endOf(db, store)));
      expect(rows.every((row) => row?.nextAt === NOON + MINUTE)).toBe(true);
      expect(rows.filter((row) => row?.attempt === 1).length).toBeLessThanOrEqual(4);
      const { sent, transport } = keeper();
      await dispatcher(db, transport, { now: () => NOON + MINUTE }).runDue(20);
      expect(sent).toHaveLength(9);
    });
  });
});
