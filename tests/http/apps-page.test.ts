/** The operator's page of the apps: who may see it, what stands there, and that no secret does. */
import { afterEach, expect, test } from 'vitest';
import { Secret } from '../../server/src/core/secret.ts';
import { fingerprintOf, putFileSecret, putNotifiedSecret } from '../../server/src/db/app-secrets.ts';
import {
  countMessage,
  noteQueueFailure,
  readAppQueue,
  takeNotification,
  takeRotation,
} from '../../server/src/db/app-queue.ts';
import { openIncident } from '../../server/src/db/incidents.ts';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import type { Apps } from '../../server/src/http/contract/app.ts';
import type { Problem } from '../../server/src/http/contract/store.ts';
import { addOperator } from '../../server/src/people/operators.ts';
import { openWeb, SAME_ORIGIN, theApp, type TestWeb } from '../support/web.ts';

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const { applicationId } = theApp;
const NEXT = new Secret('amzn1.oa2-cs.v1.by-notification');
const queue = { queueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/q', region: 'us-east-1', keys: null };

async function web(database: TestDatabase, { queued = false } = {}) {
  const one = await openWeb(database, {
    now: () => NOW,
    apps: [queued ? { ...theApp, notifications: queue } : theApp],
  });
  opened.push(one);
  const { cookie, email } = await one.signUp('Ops');
  const ask = async <T>(method: 'GET' | 'POST', url: string, payload?: object) => {
    const answer = await one.app.inject({
      method,
      url,
      headers: { ...SAME_ORIGIN, cookie },
      ...(payload ? { payload } : {}),
    });
    return { status: answer.statusCode, body: answer.json<T>(), text: answer.body };
  };
  return { ...one, ask, operator: () => addOperator(one.people, email) };
}

eachDatabase((_engine, open) => {
  test('is for operators alone', async () => {
    const m = await web(await open());
    const refused = await m.ask<Problem>('GET', '/app/operator/apps');
    expect([refused.status, refused.body.code]).toEqual([403, 'not-allowed']);
    const order = await m.ask<Problem>('POST', '/app/operator/apps/rotate', { application_id: applicationId });
    expect(order.status).toBe(403);
  });

  test('shows secrets by fingerprint, their end, the queue and what is wrong, in words', async () => {
    const database = await open();
    const m = await web(database, { queued: true });
    await m.operator();
    const { db } = database;
    const live = fingerprintOf(theApp.clientSecret);
    await putFileSecret(db, { applicationId, fingerprint: live, status: 'live', endsAt: NOW + 20 * DAY, at: NOW });
    const sealed = { db, vault: m.shop.vault };
    const fresh = { applicationId, secret: NEXT, status: 'candidate', endsAt: NOW + 180 * DAY, at: NOW } as const;
    expect([await putNotifiedSecret(sealed, fresh), await putNotifiedSecret(sealed, fresh)]).toEqual([true, false]);
    await countMessage(db, { applicationId, as: 'handled', at: NOW });
    await countMessage(db, { applicationId, as: 'handled', at: NOW });
    await openIncident(db, { cohort: `app:${applicationId}`, cause: 'app.draft', at: NOW, evidence: [], by: 'app' });
    const { status, body, text } = await m.ask<Apps>('GET', '/app/operator/apps');
    expect(status).toBe(200);
    expect(body.apps[0]).toMatchObject({
      application_id: applicationId,
      runway_days: 20,
      can_rotate: true,
      secrets: [
        { fingerprint: live, source: 'file', status: 'live' },
        { fingerprint: fingerprintOf(NEXT), source: 'notification', status: 'candidate', canary: null },
      ],
      queue: { handled: 2, repeated: 0, failures: 0, subscribed: 0 },
    });
    expect(body.apps[0]?.faults).toMatchObject([
      { cause: 'app.draft', next: expect.stringContaining('Publish the app') },
    ]);
    for (const secret of [NEXT, theApp.clientSecret]) expect(text).not.toContain(secret.reveal());
    expect(m.log()).not.toContain(NEXT.reveal());
  });

  test('says why no secret can be ordered', async () => {
    const m = await web(await open());
    await m.operator();
    const without = await m.ask<Problem>('POST', '/app/operator/apps/rotate', { application_id: applicationId });
    expect([without.status, without.body.detail]).toMatchObject([400, expect.stringContaining('has no queue')]);
    const foreign = await m.ask<Problem>('POST', '/app/operator/apps/rotate', { application_id: 'other' });
    expect(foreign.status).toBe(404);
    const empty = await m.ask<Problem>('POST', '/app/operator/apps/rotate', {});
    expect([empty.status, empty.body.errors?.[0]?.field]).toEqual([422, 'application_id']);
  });

  test('counts what a queue brought, and knows what it has taken', async () => {
    const { db } = await open();
    const seen = { applicationId, notificationId: 'n1', at: NOW };
    expect([await takeNotification(db, seen), await takeNotification(db, seen)]).toEqual([true, false]);
    expect(await takeNotification(db, { ...seen, applicationId: 'other' })).toBe(true);
    const failure = { applicationId, at: NOW, failure: 'QueueDoesNotExist' };
    expect([await noteQueueFailure(db, failure), await noteQueueFailure(db, failure)]).toEqual([1, 2]);
    const order = { applicationId, at: NOW, notAfter: NOW - DAY };
    expect([await takeRotation(db, order), await takeRotation(db, { ...order, at: NOW + 1 })]).toEqual([true, false]);
    expect(await readAppQueue(db, applicationId)).toMatchObject({
      failures: 2,
      rotationAskedAt: NOW,
      rotationAnswer: null,
    });
  });
});
