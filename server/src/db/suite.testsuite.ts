/** What both databases must do alike. Run by sqlite.test.ts and postgres.test.ts. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { noteApp, noteControl, readCohort } from './cohorts.ts';
import { consumeState, forgetStates, insertState } from './consent.ts';
import { appendEvent, eventsAfter, lastSeq, listEvents } from './events.ts';
import { beginIdempotent, dropIdempotent, finishIdempotent, forgetIdempotent, openAnswer } from './idempotency.ts';
import { closeIncident, openIncident, openIncidents } from './incidents.ts';
import { checkKeys } from './key-check.ts';
import { parseKey } from './keys.ts';
import { keepMail, listMails, markRead, unread } from './mailbox.ts';
import { appendObservations, listObservations, readObservations, recentObservations } from './observations.ts';
import { cancelFor, claimDueMessages, enqueue, mailsFor, markFailed, markRetry, markSent } from './outbox.ts';
import {
  claimDueSessions,
  holdsSessionLease,
  insertSession,
  lockSession,
  openRepairSession,
  readSession,
  readSessionByToken,
  releaseSessionLease,
  saveSession,
  takeSessionLease,
} from './sessions.ts';
import { insertStore } from './stores.ts';
import type { OpenTest } from './testing.ts';
import { openVault } from './vault.ts';
import { aMessage, aSession, aStore, anObservation, NOON } from './testing-rows.ts';

const MINUTE = 60_000;

export function evidenceSuite(open: OpenTest): void {
  describe('observations', () => {
    it('are read back as they were understood, oldest first, the newest of them when there are many', async () => {
      const { db } = await open();
      const all = [0, 1, 2, 3].map((i) => anObservation({ at: NOON + i, answer: i === 2 ? 'denied' : 'ok' }));
      await appendObservations(db, { accountId: 'ac_blue', storeId: 'st_1', observations: all });
      await appendObservations(db, { accountId: 'ac_blue', storeId: 'st_2', observations: [anObservation()] });
      expect(await recentObservations(db, { storeId: 'st_1', since: NOON + 1, limit: 2 })).toEqual(all.slice(2));
      expect(await readObservations(db, { ids: [all[1]?.id ?? '', 'ob_none'] })).toEqual([all[1]]);
    });

    it('are kept once, however often they are appended', async () => {
      const { db } = await open();
      const one = anObservation();
      await appendObservations(db, { accountId: 'ac_blue', storeId: 'st_1', observations: [one] });
      await appendObservations(db, { accountId: 'ac_blue', storeId: 'st_1', observations: [one] });
      const { rows } = await listObservations(db, { storeId: 'st_1', limit: 10 });
      expect(rows).toEqual([one]);
    });

    it('are paged newest first without gap or repetition, also within one millisecond', async () => {
      const { db } = await open();
      const all = Array.from({ length: 5 }, () => anObservation());
      await appendObservations(db, { accountId: 'ac_blue', storeId: 'st_1', observations: all });
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof listObservations>> = await listObservations(db, {
          storeId: 'st_1',
          cursor,
          limit: 2,
        });
        seen.push(...page.rows.map((o) => o.id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(all.map((o) => o.id).toReversed());
    });
  });

  describe('events', () => {
    const event = (accountId: string, version: number) => ({
      accountId,
      storeId: 'st_1',
      type: 'store.connected',
      at: NOON,
      version,
      snapshot: { version },
    });

    it('come oldest first, and a cursor goes on where it stopped, for that account alone', async () => {
      const database = await open();
      for (const version of [1, 2, 3]) await database.transaction((tx) => appendEvent(tx, event('ac_blue', version)));
      await database.transaction((tx) => appendEvent(tx, event('ac_red', 9)));
      const first = await listEvents(database.db, { accountId: 'ac_blue', limit: 2 });
      expect(first.rows.map((row) => row.snapshot)).toEqual([{ version: 1 }, { version: 2 }]);
      const second = await listEvents(database.db, { accountId: 'ac_blue', cursor: first.nextCursor, limit: 2 });
      expect(second.rows.map((row) => row.version)).toEqual([3]);
      const third = await listEvents(database.db, { accountId: 'ac_blue', cursor: second.nextCursor, limit: 2 });
      expect(third).toEqual({ rows: [], nextCursor: second.nextCursor });
      const last = await lastSeq(database.db);
      expect((await eventsAfter(database.db, { seq: last - 1, limit: 5 })).map((row) => row.accountId)).toEqual([
        'ac_red',
      ]);
    });

    it('are seen by a follower in the order of their numbers, however many write at once', async () => {
      const database = await open();
      const seen: number[] = [];
      const follow = async () => {
        const rows = await eventsAfter(database.db, { seq: seen.at(-1) ?? 0, limit: 100 });
        seen.push(...rows.map((row) => row.seq));
      };
      await Promise.all(
        Array.from({ length: 30 }, async (_, i) => {
          await database.transaction(async (tx) => {
            await appendEvent(tx, event('ac_blue', i));
            await insertStore(tx, aStore());
          });
          await follow();
        }),
      );
      await follow();
      expect(new Set(seen).size).toBe(30);
    });

    it('refuse a cursor that is not theirs with words for the caller', async () => {
      const { db } = await open();
      await expect(listEvents(db, { accountId: 'a', cursor: 'zzz', limit: 2 })).rejects.toMatchObject({
        code: 'invalid-request',
      });
      await expect(listObservations(db, { storeId: 's', cursor: '%00', limit: 2 })).rejects.toMatchObject({
        code: 'invalid-request',
      });
    });
  });

  describe('the weather of a cohort', () => {
    it('keeps the newest control, whatever order the processes write in', async () => {
      const { db } = await open();
      await noteControl(db, { cohort: 'c', at: 200, ok: true, via: 'store', answer: 'ok' });
      await noteControl(db, { cohort: 'c', at: 100, ok: true, via: 'app', answer: 'ok' });
      await noteControl(db, { cohort: 'c', at: 150, ok: false, via: 'app', answer: 'denied' });
      expect(await readCohort(db, 'c')).toMatchObject({
        lastOkAt: 200,
        lastOkVia: 'store',
        lastRefusedAt: 150,
        lastRefusedAnswer: 'denied',
      });
    });

    it('remembers since when the app is refused, and forgets it when the app is well', async () => {
      const { db } = await open();
      await noteApp(db, { cohort: 'c', at: 100, cause: 'app.secret_expired' });
      await noteApp(db, { cohort: 'c', at: 200, cause: 'app.secret_expired' });
      expect(await readCohort(db, 'c')).toMatchObject({
        appCause: 'app.secret_expired',
        appSince: 100,
        appLookedAt: 200,
      });
      await noteApp(db, { cohort: 'c', at: 300, cause: null });
      expect(await readCohort(db, 'c')).toMatchObject({ appCause: null, appSince: null });
      expect(await readCohort(db, 'unknown')).toBeNull();
    });

    it('opens one incident for one cause, closes it, and may open it again', async () => {
      const { db } = await open();
      const opening = { cohort: 'c', cause: 'mkt.outage' as const, at: NOON, evidence: ['ob_1'] };
      const many = await Promise.all([1, 2, 3, 4].map(() => openIncident(db, opening)));
      expect(many.filter((one) => one.opened)).toHaveLength(1);
      expect(await openIncidents(db, { cohort: 'c' })).toHaveLength(1);
      expect(await closeIncident(db, { ...opening, at: NOON + 1 })).toMatchObject({ closedAt: NOON + 1 });
      expect(await closeIncident(db, { ...opening, at: NOON + 2 })).toBeNull();
      expect((await openIncident(db, { ...opening, at: NOON + 3 })).opened).toBe(true);
    });
  });
}

export function messageSuite(open: OpenTest): void {
  describe('the outbox', () => {
    it('queues one message for one change', async () => {
      const { db } = await open();
      const results = await Promise.all([1, 2, 3, 4].map(() => enqueue(db, aMessage({ dedupeKey: 'same' }))));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await claimDueMessages(db, { now: NOON, owner: 'p1', limit: 10, leaseMs: MINUTE })).toHaveLength(1);
    });

    it('holds nothing of a transaction that failed', async () => {
      const database = await open();
      const failing = database.transaction(async (tx) => {
        await enqueue(tx, aMessage({ storeId: 'st_1' }));
        throw new Error('something else went wrong');
      });
      await expect(failing).rejects.toThrow('something else');
      expect(await mailsFor(database.db, { storeId: 'st_1' })).toEqual([]);
    });

    it('cancels the topics of a store that turned green, and nothing else', async () => {
      const { db } = await open();
      await enqueue(db, aMessage({ storeId: 'st_1', topic: 'reminder' }));
      await enqueue(db, aMessage({ storeId: 'st_1', topic: 'letter' }));
      await enqueue(db, aMessage({ storeId: 'st_2', topic: 'reminder' }));
      expect(await cancelFor(db, { storeId: 'st_1', topics: ['reminder', 'blocked'], now: NOON })).toBe(1);
      const due = await claimDueMessages(db, { now: NOON, owner: 'p1', limit: 10, leaseMs: MINUTE });
      expect(due.map((m) => [m.storeId, m.topic]).sort()).toEqual([
        ['st_1', 'letter'],
        ['st_2', 'reminder'],
      ]);
    });

    it('lets a cancelled reminder wait again when its reason returns, but never one that went out', async () => {
      const { db } = await open();
      const message = aMessage({ storeId: 'st_1' });
      await enqueue(db, message);
      await cancelFor(db, { storeId: 'st_1', topics: ['reminder'], now: NOON });
      expect(await enqueue(db, { ...message, id: 'om_new', nextAt: NOON + 5 })).toBe(true);
      const [due] = await claimDueMessages(db, { now: NOON + 5, owner: 'p1', limit: 10, leaseMs: MINUTE });
      expect(due).toMatchObject({ id: message.id, cancelledAt: null });
      await markSent(db, { id: message.id, owner: 'p1', now: NOON + 6 });
      expect(await enqueue(db, { ...message, id: 'om_newer' })).toBe(false);
    });

    it('sends again after a failure, gives up when told, and listens only to the holder of the lease', async () => {
      const { db } = await open();
      const { id } = aMessage();
      await enqueue(db, aMessage({ id, storeId: 'st_1' }));
      const claim = { owner: 'p1', limit: 1, leaseMs: MINUTE };
      await claimDueMessages(db, { now: NOON, ...claim });
      expect(await markSent(db, { id, owner: 'p2', now: NOON })).toBe(false);
      expect(await markRetry(db, { id, owner: 'p1', nextAt: NOON + MINUTE, error: '421' })).toBe(true);
      expect(await claimDueMessages(db, { now: NOON, ...claim })).toEqual([]);
      const [again] = await claimDueMessages(db, { now: NOON + MINUTE, ...claim });
      expect(again).toMatchObject({ id, attempt: 2, lastError: '421' });
      await markFailed(db, { id, owner: 'p1', now: NOON + MINUTE, error: '550' });
      expect(await mailsFor(db, { storeId: 'st_1' })).toMatchObject([{ failedAt: NOON + MINUTE, nextAt: null }]);
    });

    it('does not try a message again that was cancelled while it was being sent', async () => {
      const { db } = await open();
      const { id } = aMessage();
      await enqueue(db, aMessage({ id, storeId: 'st_1' }));
      await claimDueMessages(db, { now: NOON, owner: 'p1', limit: 1, leaseMs: MINUTE });
      await cancelFor(db, { storeId: 'st_1', topics: ['reminder'], now: NOON });
      await markRetry(db, { id, owner: 'p1', nextAt: NOON + 1, error: '421' });
      expect(await claimDueMessages(db, { now: NOON + 9 * MINUTE, owner: 'p2', limit: 1, leaseMs: MINUTE })).toEqual(
        [],
      );
    });
  });

  describe('the mailbox', () => {
    const mail = (id: string, at: number) => ({
      id,
      accountId: 'ac_blue',
      storeId: 'st_1',
      at,
      recipient: 'owner@bluebird.test',
      subject: 'Reconnect Blue Bird',
      bodyText: 'text',
      bodyHtml: '<p>text</p>',
    });

    it('shows the newest mail first, counts the unread, and shows nobody else’s', async () => {
      const { db } = await open();
      await keepMail(db, mail('ml_1', 1));
      await keepMail(db, mail('ml_2', 2));
      await keepMail(db, mail('ml_2', 2));
      expect((await listMails(db, { accountId: 'ac_blue' })).rows.map((m) => m.id)).toEqual(['ml_2', 'ml_1']);
      expect((await listMails(db, { accountId: 'ac_red' })).rows).toEqual([]);
      expect(await markRead(db, { accountId: 'ac_red', id: 'ml_1', now: NOON })).toBe(false);
      expect(await markRead(db, { accountId: 'ac_blue', id: 'ml_1', now: NOON })).toBe(true);
      expect(await markRead(db, { accountId: 'ac_blue', id: 'ml_1', now: NOON + 1 })).toBe(true);
      expect(await unread(db, { accountId: 'ac_blue' })).toBe(1);
    });
  });
}

export function requestSuite(open: OpenTest): void {
  describe('a connect session', () => {
    it('is read back whole, by id, by the token of its address, and by its own account only', async () => {
      const database = await open();
      const session = aSession({
        steps: [],
        wrongStore: { expected_seller_id: 'A', got_seller_id: 'B', expected_name: 'C' },
      });
      await insertSession(database.db, session);
      expect(await readSession(database.db, { id: session.id, accountId: 'ac_blue' })).toEqual(session);
      expect(await readSessionByToken(database.db, session.tokenHash)).toEqual(session);
      expect(await readSession(database.db, { id: session.id, accountId: 'ac_red' })).toBeNull();
    });

    it('is saved under a lock', async () => {
      const database = await open();
      const session = aSession({ kind: 'repair', storeId: 'st_1' });
      await insertSession(database.db, session);
      await Promise.all(
        [1, 2, 3, 4].map(() =>
          database.transaction(async (tx) => {
            const row = await lockSession(tx, session.id);
            if (row) await saveSession(tx, { ...row, version: row.version + 1 });
          }),
        ),
      );
      expect(await readSession(database.db, { id: session.id })).toMatchObject({ version: 5 });
    });

    it('is worked on by one at a time, and taken over when its worker died', async () => {
      const { db } = await open();
      const session = aSession({ status: 'exchanging', nextAt: NOON });
      await insertSession(db, session);
      const claim = { now: NOON, owner: 'p1', limit: 5, leaseMs: MINUTE };
      expect(await claimDueSessions(db, claim)).toMatchObject([{ id: session.id, leaseOwner: 'p1' }]);
      const taking = { id: session.id, owner: 'p2', leaseMs: MINUTE };
      expect(await takeSessionLease(db, { ...taking, now: NOON })).toBeNull();
      expect(await takeSessionLease(db, { ...taking, now: NOON + MINUTE })).toMatchObject({ attempt: 2 });
      const now = NOON + MINUTE;
      expect(await holdsSessionLease(db, { id: session.id, owner: 'p1', now })).toBe(false);
      expect(await holdsSessionLease(db, { id: session.id, owner: 'p2', now })).toBe(true);
      expect(await releaseSessionLease(db, taking)).toBe(true);
    });

    it('of a repair is found by its store until it ended or its time is over', async () => {
      const { db } = await open();
      const session = aSession({ kind: 'repair', storeId: 'st_1' });
      await insertSession(db, session);
      expect(await openRepairSession(db, { storeId: 'st_1', now: NOON })).toMatchObject({ id: session.id });
      expect(await openRepairSession(db, { storeId: 'st_1', now: session.expiresAt })).toBeNull();
      await saveSession(db, { ...session, status: 'connected', endedAt: NOON });
      expect(await openRepairSession(db, { storeId: 'st_1' })).toBeNull();
    });
  });

  describe('a trip to the marketplace', () => {
    const state = {
      stateHash: 'h1',
      sessionId: 'cs_1',
      accountId: 'ac_blue',
      marketplace: 'amazon' as const,
      applicationId: 'app',
      site: 'amazon.com',
      browserHash: 'b',
      sellerId: null,
      createdAt: NOON,
      expiresAt: NOON + MINUTE,
    };

    it('comes back once: of 50 callbacks with the same state one is taken', async () => {
      const database = await open();
      await insertState(database.db, state);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          i % 2 === 0
            ? consumeState(database.db, { stateHash: 'h1', browserHash: 'b', now: NOON })
            : database.transaction((tx) => consumeState(tx, { stateHash: 'h1', browserHash: 'b', now: NOON })),
        ),
      );
      expect(answers.filter((answer) => answer.kind === 'ok')).toHaveLength(1);
      expect(answers.filter((answer) => answer.kind === 'replayed')).toHaveLength(49);
    });

    it('is not used up by another browser', async () => {
      const { db } = await open();
      await insertState(db, state);
      for (const browserHash of ['other', null]) {
        expect(await consumeState(db, { stateHash: 'h1', browserHash, now: NOON })).toEqual({ kind: 'other_browser' });
      }
      expect(await consumeState(db, { stateHash: 'h1', browserHash: 'b', now: NOON })).toMatchObject({ kind: 'ok' });
    });

    it('is told apart from one that came too late and from one that never began', async () => {
      const { db } = await open();
      await insertState(db, state);
      expect(await consumeState(db, { stateHash: 'h1', browserHash: 'b', now: NOON + MINUTE })).toMatchObject({
        kind: 'expired',
      });
      expect(await consumeState(db, { stateHash: 'other', browserHash: 'b', now: NOON })).toEqual({ kind: 'unknown' });
    });

    it('is forgotten some time after its end, and not before', async () => {
      const { db } = await open();
      await insertState(db, state);
      expect(await forgetStates(db, { before: state.expiresAt })).toBe(0);
      expect(await forgetStates(db, { before: state.expiresAt + 1 })).toBe(1);
      expect(await consumeState(db, { stateHash: 'h1', browserHash: 'b', now: NOON })).toEqual({ kind: 'unknown' });
    });
  });

  describe('a repeated request', () => {
    const request = { accountId: 'ac_blue', key: 'k', fingerprint: 'f', now: NOON };

    it('has one effect and one answer', async () => {
      const { db } = await open();
      const begun = await Promise.all(Array.from({ length: 20 }, () => beginIdempotent(db, request)));
      expect(begun.filter((one) => one.kind === 'new')).toHaveLength(1);
      expect(begun.filter((one) => one.kind === 'in_progress')).toHaveLength(19);
      const vault = openVault({ keys: [parseKey(randomBytes(32).toString('base64'))] });
      await checkKeys({ db, vault });
      await finishIdempotent({ db, vault }, { accountId: 'ac_blue', key: 'k', status: 201, body: '{"id":1}' });
      const done = await beginIdempotent(db, request);
      expect(done).toEqual({ kind: 'done', status: 201, body: expect.any(String), keyId: vault.keyIds()[0] });
      const sealed = done.kind === 'done' ? done.body : '';
      expect(openAnswer(vault, { accountId: 'ac_blue', key: 'k', sealed })).toBe('{"id":1}');
      expect(() => openAnswer(vault, { accountId: 'ac_red', key: 'k', sealed })).toThrow('does not open');
      expect(await beginIdempotent(db, { ...request, fingerprint: 'other' })).toEqual({ kind: 'conflict' });
      expect(await beginIdempotent(db, { ...request, accountId: 'ac_red' })).toEqual({ kind: 'new' });
    });

    it('may be tried again after a failure, and after its process died', async () => {
      const { db } = await open();
      await beginIdempotent(db, request);
      await dropIdempotent(db, request);
      expect(await beginIdempotent(db, request)).toEqual({ kind: 'new' });
      expect(await beginIdempotent(db, { ...request, now: NOON + 10 * MINUTE })).toEqual({ kind: 'new' });
    });

    it('is forgotten when it is old', async () => {
      const { db } = await open();
      await beginIdempotent(db, request);
      expect(await forgetIdempotent(db, { before: NOON })).toBe(0);
      expect(await forgetIdempotent(db, { before: NOON + 1 })).toBe(1);
    });
  });
}
