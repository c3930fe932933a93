/** What Amazon tells by itself, through the emulator's SQS queue and AWS's own client: used, and never needed. */
import { array, assert, asyncProperty, nat, shuffledSubarray } from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Queue } from '../server/src/connectors/connector.ts';
import type { AmazonApp } from '../server/src/core/access.ts';
import { Secret } from '../server/src/core/secret.ts';
import { appSecrets } from '../server/src/db/app-secrets.ts';
import { readAppQueue } from '../server/src/db/app-queue.ts';
import { subscriptionsOf } from '../server/src/db/subscriptions.ts';
import { takeMessage } from '../server/src/stores/app-intake.ts';
import { createQueueWatch, readQueue } from '../server/src/stores/app-queues.ts';
import { rotateSecretNow } from '../server/src/stores/app-rotation.ts';
import { AppSecrets } from '../server/src/stores/app-secrets.ts';
import { keepSubscriptions } from '../server/src/stores/app-subscriptions.ts';
import { watchSecrets } from '../server/src/stores/app-watch.ts';
import { replaceCredentials } from '../server/src/stores/by-hand.ts';
import { patchStore } from '../server/src/stores/read.ts';
import { removeStore } from '../server/src/stores/remove.ts';
import { APP_ID, theApp, type Market } from './support/market.ts';
import { ACCOUNT, connectStore, mailsAbout, openFleetMarket, storeOf } from './support/matrix.ts';
import { watch } from './support/watch.ts';
import { sellerId } from './support/worlds.ts';

const QUEUE = 'storekeeper';
const ARN = `arn:aws:sqs:us-east-1:123456789012:${QUEUE}`;
const DAY = 86_400_000;
const queued: AmazonApp = {
  ...theApp,
  notifications: {
    queueUrl: `https://sqs.us-east-1.amazonaws.com/123456789012/${QUEUE}`,
    region: 'us-east-1',
    keys: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: new Secret('any') },
  },
};

type Told = Market & {
  ids: string[];
  secrets: AppSecrets;
  queue: Queue;
  /** Reads the queue until nothing is visible in it any more; how many messages came. */
  drain: () => Promise<number>;
  settings: (changes: Partial<AmazonApp>) => void;
};

async function told(stores: number): Promise<Told> {
  const market = await openFleetMarket(stores);
  const file = { app: queued };
  const { db, vault, now } = market.shop;
  const secrets = new AppSecrets({ db, vault, now, base: () => [file.app] });
  const shop = { ...market.shop, apps: secrets.apps };
  const { notices } = shop.connector('amazon');
  if (!notices || !queued.notifications) throw new Error('Amazon tells things by itself');
  await market.control('PATCH', `/_/apps/${APP_ID}`, { notificationQueueArn: ARN });
  const queue = await notices.openQueue(queued.notifications);
  onTestFinished(async () => {
    queue.close();
    await market.stop();
    await market.shop.db.close();
  });
  await secrets.refresh();
  const ids: string[] = [];
  for (let n = 0; n < stores; n += 1) ids.push((await connectStore({ ...market, shop }, { n })).id);
  const { signal } = new AbortController();
  return {
    ...market,
    shop,
    ids,
    secrets,
    queue,
    settings: (changes) => {
      file.app = { ...file.app, ...changes };
    },
    async drain() {
      let count = 0;
      for (;;) {
        const read = await readQueue(shop, { app: file.app, queue, signal, waitSeconds: 0 });
        if (read === 0) return count;
        count += read;
      }
    },
  };
}

const first = (m: Told): string => m.ids[0] ?? '';
const subscriptions = (m: Told, id = first(m)) => subscriptionsOf(m.shop.db.db, { storeId: id });
const told1 = async (m: Told, type: string) => (await subscriptions(m)).find((one) => one.type === type);

/** Tells it by hand, whatever the world says of the seller. */
const say = (m: Told, type: string, payload: object) =>
  m.control('POST', '/_/notifications', { type, sellerId: sellerId(0), payload });
const status = (current: string) => ({
  accountStatusChangeNotification: { previousAccountStatus: 'NORMAL', currentAccountStatus: current },
});
const money = (seller: string) => ({
  TransactionUpdateNotification: {
    SellingPartnerMetadata: { SellingPartnerId: seller, MarketplaceId: 'A1PA6795UKMFR9', AccountType: 'PAYABLE' },
    TransactionType: 'Shipment',
    PostedDate: '2026-11-23T12:00:00Z',
    TotalAmount: { CurrencyAmount: 10, CurrencyCode: 'EUR' },
  },
});

test('every connected store is subscribed to three kinds of news, once', async () => {
  const m = await told(2);
  expect(await keepSubscriptions(m.shop)).toBe(2);
  for (const id of m.ids) {
    const made = await subscriptions(m, id);
    expect(made.map(({ type, state }) => [type, state])).toEqual([
      ['ACCOUNT_STATUS_CHANGED', 'active'],
      ['REPORT_PROCESSING_FINISHED', 'active'],
      ['TRANSACTION_UPDATE', 'active'],
    ]);
  }
  await m.callsSince();
  expect([await keepSubscriptions(m.shop), await m.callsSince()]).toEqual([0, []]);
});

test('a subscription that Amazon has already is taken as it is', async () => {
  const m = await told(1);
  await keepSubscriptions(m.shop);
  const before = await subscriptions(m);
  await m.shop.db.db.deleteFrom('subscription').execute();
  await keepSubscriptions(m.shop);
  // Amazon lets five be made at once: what was asked too often is asked again a minute later.
  await m.advance('PT2M');
  await keepSubscriptions(m.shop);
  expect((await subscriptions(m)).map((one) => one.subscriptionId)).toEqual(before.map((one) => one.subscriptionId));
});

test('what cannot be subscribed to is no fault of the store’s, and is tried again the next day', async () => {
  const m = await told(1);
  const match = { operation: 'createSubscription' };
  const { id } = (await m
    .control('POST', '/_/faults', { match, answer: { kind: 'denied' } })
    .catch(() => m.control('POST', '/_/faults', { match, answer: { status: 403, body: '{}', headers: {} } }))) as {
    id: string;
  };
  await keepSubscriptions(m.shop);
  expect((await subscriptions(m)).map((one) => one.state)).toEqual(['failed', 'failed', 'failed']);
  expect(await storeOf(m, first(m))).toMatchObject({ verdict: 'connected', cause: null });
  expect(await keepSubscriptions(m.shop)).toBe(0);
  await m.control('DELETE', `/_/faults/${id}`);
  await m.advance('P1DT1M');
  await keepSubscriptions(m.shop);
  expect((await subscriptions(m)).map((one) => one.state)).toEqual(['active', 'active', 'active']);
});

test('a store that Amazon says is deactivated is blocked at once and its seller told once, though calls still answer', async () => {
  const m = await told(2);
  await keepSubscriptions(m.shop);
  await say(m, 'ACCOUNT_STATUS_CHANGED', status('DEACTIVATED'));
  expect(await m.drain()).toBe(1);
  await watch(m, { minutes: 1 });
  expect(await storeOf(m, first(m))).toMatchObject({
    verdict: 'store_blocked',
    cause: 'store.deactivated',
    confidence: 'high',
  });
  expect(await mailsAbout(m, { storeId: first(m) })).toBe(1);
  expect(await storeOf(m, m.ids[1] ?? '')).toMatchObject({ verdict: 'connected' });
  // It stays so, whatever the calls answer, until Amazon says otherwise.
  await watch(m, { minutes: 240 });
  expect(await storeOf(m, first(m))).toMatchObject({ verdict: 'store_blocked' });
  await say(m, 'ACCOUNT_STATUS_CHANGED', status('NORMAL'));
  await m.drain();
  await watch(m, { minutes: 1 });
  expect(await storeOf(m, first(m))).toMatchObject({ verdict: 'connected', cause: null });
  expect(await mailsAbout(m, { storeId: first(m) })).toBe(1);
});

test('a store that Amazon says is deactivated, and whose permission it refuses afterwards, is closed as far as anybody can tell', async () => {
  const m = await told(2);
  await keepSubscriptions(m.shop);
  await say(m, 'ACCOUNT_STATUS_CHANGED', status('DEACTIVATED'));
  await m.drain();
  await watch(m, { minutes: 1 });
  await m.control('POST', `/_/grants/${sellerId(0)}/${APP_ID}`, { action: 'disable' });
  await watch(m, { minutes: 600 });
  const after = await storeOf(m, first(m));
  expect(after).toMatchObject({ verdict: 'store_blocked', cause: 'store.closed', owner: 'nobody' });
  expect(after.likely.map(({ cause }) => cause)).toEqual(['store.closed', 'grant.revoked', 'grant.expired']);
  expect(after.text.sentence).toMatch(
    /^One of three: the store was closed at Amazon, the permission was switched off,/,
  );
  expect(after.text.next).toBe(
    'Look at Amazon first whether the store still exists. If it does, confirm the permission again.',
  );
  expect(await storeOf(m, m.ids[1] ?? '')).toMatchObject({ verdict: 'connected' });
});

const patch = (m: Told, paused: boolean) => patchStore(m.shop, { accountId: ACCOUNT, id: first(m), patch: { paused } });

test('a store that Amazon deactivates while it is paused is blocked once it is resumed', async () => {
  const m = await told(2);
  await keepSubscriptions(m.shop);
  await patch(m, true);
  await say(m, 'ACCOUNT_STATUS_CHANGED', status('DEACTIVATED'));
  await m.drain();
  await watch(m, { minutes: 10 });
  expect((await storeOf(m, first(m))).verdict).toBe('paused');
  expect(await mailsAbout(m, { storeId: first(m) })).toBe(0);
  await patch(m, false);
  await watch(m, { minutes: 1 });
  expect(await storeOf(m, first(m))).toMatchObject({ verdict: 'store_blocked', cause: 'store.deactivated' });
  expect(await mailsAbout(m, { storeId: first(m) })).toBe(1);
});

test('a store that Amazon lets sell again while it is paused is green once it is resumed', async () => {
  const m = await told(2);
  await keepSubscriptions(m.shop);
  await say(m, 'ACCOUNT_STATUS_CHANGED', status('DEACTIVATED'));
  await m.drain();
  await watch(m, { minutes: 1 });
  expect((await storeOf(m, first(m))).verdict).toBe('store_blocked');
  await patch(m, true);
  await say(m, 'ACCOUNT_STATUS_CHANGED', status('NORMAL'));
  await m.drain();
  await patch(m, false);
  await watch(m, { minutes: 1 });
  expect(await storeOf(m, first(m))).toMatchObject({ verdict: 'connected', cause: null });
  expect(await mailsAbout(m, { storeId: first(m) })).toBe(1);
});

test('new credentials of a store that Amazon says is deactivated do not make it green: it is looked at again at once', async () => {
  const m = await told(2);
  await keepSubscriptions(m.shop);
  await say(m, 'ACCOUNT_STATUS_CHANGED', status('DEACTIVATED'));
  await m.drain();
  await watch(m, { minutes: 1 });
  await m.control('PATCH', `/_/apps/${APP_ID}`, { revivesOldToken: true });
  const grant = `/_/grants/${sellerId(0)}/${APP_ID}`;
  const { refreshToken } = (await m.control('POST', grant, { action: 'reauthorize' })) as { refreshToken: string };
  const credentials = { refresh_token: refreshToken };
  const adopted = await replaceCredentials(m.shop, { accountId: ACCOUNT, id: first(m), credentials });
  expect(adopted.credential_version).toBe(2);
  await watch(m, { minutes: 1 });
  expect(await storeOf(m, first(m))).toMatchObject({ verdict: 'store_blocked', cause: 'store.deactivated' });
});

test('an account at risk is a notice, and nobody is mailed', async () => {
  const m = await told(1);
  await keepSubscriptions(m.shop);
  await m.control('PATCH', `/_/sellers/${sellerId(0)}`, { status: 'AT_RISK' });
  await m.drain();
  await watch(m, { minutes: 1 });
  const notices = async () => (await storeOf(m, first(m))).notices.map((one) => one.cause);
  expect([(await storeOf(m, first(m))).verdict, await notices()]).toEqual(['connected', ['store.at_risk']]);
  await watch(m, { minutes: 130 });
  expect(await notices()).toEqual(['store.at_risk']);
  await m.control('PATCH', `/_/sellers/${sellerId(0)}`, { status: 'NORMAL' });
  await m.drain();
  await watch(m, { minutes: 1 });
  expect([await notices(), await mailsAbout(m, { storeId: first(m) })]).toEqual([[], 0]);
});

type Metadata = { notificationId: string; subscriptionId?: string; applicationId?: string };

/** A message as Amazon writes it, half an hour past noon unless `at` says otherwise. */
function envelope(
  type: string,
  payload: object,
  { at = '2026-11-23T12:30:00.000Z', ...metadata }: Metadata & { at?: string },
) {
  return JSON.stringify({
    notificationVersion: '1.0',
    notificationType: type,
    payloadVersion: '1.0',
    eventTime: at,
    payload,
    notificationMetadata: { applicationId: APP_ID, publishTime: at, ...metadata },
  });
}

test('a message with a foreign or forged subscription, app or seller does nothing', async () => {
  const m = await told(1);
  await keepSubscriptions(m.shop);
  const mine = (await told1(m, 'ACCOUNT_STATUS_CHANGED'))?.subscriptionId ?? '';
  const booked = (await told1(m, 'TRANSACTION_UPDATE'))?.subscriptionId ?? '';
  const deactivated = status('DEACTIVATED');
  const bodies = [
    envelope('ACCOUNT_STATUS_CHANGED', deactivated, { notificationId: 'n1', subscriptionId: 'forged' }),
    envelope('ACCOUNT_STATUS_CHANGED', deactivated, { notificationId: 'n2' }),
    envelope('ACCOUNT_STATUS_CHANGED', deactivated, {
      notificationId: 'n3',
      subscriptionId: mine,
      applicationId: 'other',
    }),
    envelope('ACCOUNT_STATUS_CHANGED', deactivated, { notificationId: 'n4', subscriptionId: booked }),
    envelope('TRANSACTION_UPDATE', money('ASOMEBODYELSE'), { notificationId: 'n5', subscriptionId: booked }),
  ];
  const before = await subscriptions(m);
  for (const body of bodies) expect(await takeMessage(m.shop, { app: queued, body })).toBe(true);
  expect(await subscriptions(m)).toEqual(before);
  await watch(m, { minutes: 70 });
  expect(await storeOf(m, first(m))).toMatchObject({ verdict: 'connected', notices: [] });
  expect(await readAppQueue(m.shop.db.db, APP_ID)).toMatchObject({ handled: 0, unknown: 5 });
});

test('news of money and of reports says that data is fresh, wakes a store in trouble, and alarms nobody', async () => {
  const m = await told(1);
  await keepSubscriptions(m.shop);
  const match = { host: 'sellingpartnerapi-eu.amazon.com', operation: 'listExpectedPayouts' };
  const answer = { status: 503, body: 'out', headers: {} };
  const { id } = (await m.control('POST', '/_/faults', { match, answer })) as { id: string };
  await watch(m, { minutes: 70 });
  expect((await storeOf(m, first(m))).verdict).not.toBe('connected');
  await m.control('DELETE', `/_/faults/${id}`);
  await say(m, 'TRANSACTION_UPDATE', money(sellerId(0)));
  await m.drain();
  const due = await m.shop.db.db.selectFrom('store').select('next_at').executeTakeFirstOrThrow();
  expect(Number(due.next_at)).toBeLessThanOrEqual(m.shop.now());
  await watch(m, { minutes: 1 });
  expect((await storeOf(m, first(m))).verdict).toBe('connected');
  expect((await told1(m, 'TRANSACTION_UPDATE'))?.lastEventAt).toBeGreaterThan(0);
  // Silence of any length says nothing.
  await m.advance('P30D');
  await watch(m, { minutes: 70 });
  expect((await storeOf(m, first(m))).verdict).toBe('connected');
  expect(await mailsAbout(m, { storeId: first(m) })).toBe(0);
});

test(
  'in whatever order and however often the same news arrive, they end in the same state',
  { timeout: 60_000 },
  async () => {
    const m = await told(1);
    await keepSubscriptions(m.shop);
    const { db } = m.shop.db;
    const subscriptionId = (await told1(m, 'ACCOUNT_STATUS_CHANGED'))?.subscriptionId ?? '';
    const booked = (await told1(m, 'TRANSACTION_UPDATE'))?.subscriptionId ?? '';
    const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString();
    const news = [
      ...['AT_RISK', 'DEACTIVATED', 'NORMAL', 'AT_RISK'].map((word, n) =>
        envelope('ACCOUNT_STATUS_CHANGED', status(word), { notificationId: `s${n}`, subscriptionId, at: at(n) }),
      ),
      // Two of the same instant.
      envelope('ACCOUNT_STATUS_CHANGED', status('DEACTIVATED'), { notificationId: 's9', subscriptionId, at: at(3) }),
      ...[1, 5, 3].map((minute) =>
        envelope('TRANSACTION_UPDATE', money(sellerId(0)), {
          notificationId: `t${minute}`,
          subscriptionId: booked,
          at: at(minute),
        }),
      ),
    ];
    const state = async () => {
      const kept = await subscriptions(m);
      const seen = await db
        .selectFrom('notification_seen')
        .select('notification_id')
        .orderBy('notification_id')
        .execute();
      return {
        kept: kept.map(({ type, told, lastEventAt, lastEventId }) => ({ type, told, lastEventAt, lastEventId })),
        seen,
      };
    };
    const arrive = async (bodies: readonly string[]) => {
      await db.deleteFrom('notification_seen').execute();
      await db
        .updateTable('subscription')
        .set({ told: null, told_by: null, last_event_at: null, last_event_id: null })
        .execute();
      for (const body of bodies) await takeMessage(m.shop, { app: queued, body });
      return state();
    };
    const expected = await arrive(news);
    expect(expected.kept[0]).toMatchObject({ told: 'deactivated', lastEventId: 's9' });
    const order = array(nat(news.length - 1), { maxLength: 12 });
    await assert(
      asyncProperty(order, shuffledSubarray([...news.keys()], { minLength: news.length }), async (more, all) => {
        const bodies = [...more, ...all].flatMap((n) => news[n] ?? []);
        expect(await arrive(bodies)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  },
);

test('a queue that hands out everything twice and in disorder tells what an orderly one tells', async () => {
  const m = await told(1);
  await keepSubscriptions(m.shop);
  await m.control('PATCH', `/_/queues/${QUEUE}`, { duplicate: true, shuffleSeed: 'a seed' });
  for (const word of ['AT_RISK', 'DEACTIVATED', 'AT_RISK', 'NORMAL']) {
    await m.control('PATCH', `/_/sellers/${sellerId(0)}`, { status: word });
    await m.advance('PT1M');
  }
  expect(await m.drain()).toBe(8);
  expect((await told1(m, 'ACCOUNT_STATUS_CHANGED'))?.told).toBe('normal');
  expect(await readAppQueue(m.shop.db.db, APP_ID)).toMatchObject({ handled: 4, repeated: 4 });
});

/** A queue in memory, which hands out again whatever was not taken out of it. */
function memoryQueue(bodies: string[]): Queue & { left: () => string[] } {
  const waiting = new Map(bodies.map((body, n) => [`r${n}`, body]));
  return {
    receive: () => Promise.resolve([...waiting].map(([receipt, body]) => ({ id: receipt, receipt, body }))),
    remove: (receipt) => Promise.resolve(void waiting.delete(receipt)),
    close: () => undefined,
    left: () => [...waiting.values()],
  };
}

test('a process that dies between receiving and keeping loses nothing, and one that dies before deleting does nothing twice', async () => {
  const m = await told(1);
  await keepSubscriptions(m.shop);
  const subscriptionId = (await told1(m, 'ACCOUNT_STATUS_CHANGED'))?.subscriptionId ?? '';
  const body = envelope('ACCOUNT_STATUS_CHANGED', status('AT_RISK'), { notificationId: 'n1', subscriptionId });
  const queue = memoryQueue([body]);
  const read = { app: queued, queue, signal: new AbortController().signal, waitSeconds: 0 };
  const dying = {
    ...m.shop,
    log: { ...m.shop.log, error: () => undefined },
    db: {
      ...m.shop.db,
      // Everything is done, and then the process is gone before the commit.
      transaction: <T>(work: Parameters<typeof m.shop.db.transaction<T>>[0]) =>
        m.shop.db.transaction<T>(async (tx) => {
          await work(tx);
          throw new Error('killed');
        }),
    },
  };
  await readQueue(dying, read);
  expect([queue.left().length, (await told1(m, 'ACCOUNT_STATUS_CHANGED'))?.told]).toEqual([1, null]);
  const cannotDelete = { ...queue, remove: () => Promise.reject(new Error('killed')) };
  await readQueue({ ...m.shop, log: dying.log }, { ...read, queue: cannotDelete });
  expect([queue.left().length, (await told1(m, 'ACCOUNT_STATUS_CHANGED'))?.told]).toEqual([1, 'at_risk']);
  await readQueue(m.shop, read);
  expect(queue.left()).toEqual([]);
  expect(await readAppQueue(m.shop.db.db, APP_ID)).toMatchObject({ handled: 1, repeated: 1 });
});

test('what is unreadable is left in the queue and told once, what is unknown is taken out and counted', async () => {
  const m = await told(1);
  const unknown = envelope('ANY_OFFER_CHANGED', { some: 'thing' }, { notificationId: 'n1' });
  const queue = memoryQueue([
    'not JSON',
    '{"a":1}',
    envelope('TRANSACTION_UPDATE', {}, { notificationId: 'n2' }),
    unknown,
  ]);
  const read = { app: queued, queue, signal: new AbortController().signal, waitSeconds: 0 };
  await readQueue(m.shop, read);
  await readQueue(m.shop, read);
  expect(queue.left()).toHaveLength(3);
  expect(await readAppQueue(m.shop.db.db, APP_ID)).toMatchObject({ unknown: 1, malformed: 6, handled: 0 });
  expect(await mailsAbout(m, 'operator')).toBe(1);
});

test('a store that is removed is unsubscribed at Amazon', async () => {
  const m = await told(2);
  await keepSubscriptions(m.shop);
  await removeStore(m.shop, { accountId: ACCOUNT, id: first(m) });
  await m.callsSince();
  await keepSubscriptions(m.shop);
  const ended = (await m.callsSince()).filter((call) => call.operation === 'deleteSubscriptionById');
  expect(ended.map((call) => call.status)).toEqual([200, 200, 200]);
  expect([await subscriptions(m), (await subscriptions(m, m.ids[1])).length]).toEqual([[], 3]);
});

test('a new secret is ordered, comes by the queue, is sealed, tried on one store and used, and no look fails', async () => {
  const m = await told(3);
  await rotateSecretNow(m.shop, null);
  await expect(rotateSecretNow(m.shop, APP_ID)).rejects.toThrow('ordered a moment ago');
  expect(await m.drain()).toBe(1);
  await expect(rotateSecretNow(m.shop, APP_ID)).rejects.toThrow('on its way');
  await watchSecrets({ shop: m.shop, secrets: m.secrets });
  const used = m.secrets.heldBy(APP_ID)[0]?.secret?.reveal() ?? '';
  expect([used === '', used === queued.clientSecret.reveal()]).toEqual([false, false]);
  const known = await appSecrets(m.shop.db.db, APP_ID);
  expect(known.map(({ source, status: stands }) => [source, stands])).toEqual([
    ['file', 'retired'],
    ['notification', 'live'],
  ]);
  expect((known[0]?.endsAt ?? 0) - m.shop.now()).toBeLessThanOrEqual(7 * DAY);
  expect((known[1]?.endsAt ?? 0) - m.shop.now()).toBeGreaterThan(179 * DAY);
  expect(JSON.stringify(await m.shop.db.db.selectFrom('app_secret').selectAll().execute())).not.toContain(used);
  const looks = await watch(m, { minutes: 75 });
  await m.advance('P8D');
  looks.push(...(await watch(m, { minutes: 75 })));
  expect(looks.length).toBeGreaterThanOrEqual(6);
  expect(looks.filter((look) => look.verdict !== 'connected')).toEqual([]);
  // Another process, with the old file alone, opens the sealed one.
  const { db, vault, now } = m.shop;
  const other = new AppSecrets({ db, vault, now, base: () => [queued] });
  await other.refresh();
  expect(other.heldBy(APP_ID)[0]?.secret?.reveal()).toBe(used);
});

test('a secret is rotated by itself two weeks before its end, where the settings say so', async () => {
  const m = await told(1);
  m.settings({ rotateSecret: true, secretExpiresAt: m.shop.now() + 20 * DAY });
  const rotated: number[] = [];
  for (let day = 0; day < 12; day += 1) {
    await watchSecrets(m);
    if ((await m.drain()) > 0) rotated.push(20 - day);
    await m.advance('P1D');
  }
  expect(rotated).toEqual([14]);
});

test('without a queue nothing is subscribed to, asked or loaded', async () => {
  const m = await told(1);
  m.settings({ notifications: null });
  await m.callsSince();
  const queues = createQueueWatch(m.shop);
  expect([await keepSubscriptions(m.shop), await queues.step(new AbortController().signal)]).toEqual([0, 0]);
  queues.close();
  expect(await m.callsSince()).toEqual([]);
  await expect(rotateSecretNow(m.shop, APP_ID)).rejects.toThrow('has no queue');
});
