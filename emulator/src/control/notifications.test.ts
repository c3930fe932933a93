/** What reaches the queues when something happens in the world, and the control calls that make it happen. */
import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';

import { createEmulator } from '../app.ts';
import { APP, BLUE_BIRD, EXAMPLE, exampleWorld, OTHER_APP, STUDIO_KITE, US } from '../example.testkit.ts';
import type { WorldFile } from '../world/schema.ts';

const ARN = 'arn:aws:sqs:us-east-1:123456789012:news';
const APP_ARN = 'arn:aws:sqs:us-east-1:123456789012:app-news';

const subscription = (notificationType: string, payloadVersion: string) => ({
  subscriptionId: `subscription ${notificationType}`,
  applicationId: APP,
  sellerId: BLUE_BIRD,
  notificationType,
  payloadVersion,
  destinationId: 'destination',
});

const WORLD: WorldFile = {
  ...EXAMPLE,
  apps: (EXAMPLE.apps ?? []).map((app) =>
    app.applicationId === APP ? { ...app, notificationQueueArn: APP_ARN } : app,
  ),
  destinations: [
    { destinationId: 'destination', applicationId: APP, region: 'na', name: 'news', resource: { sqs: { arn: ARN } } },
  ],
  subscriptions: [
    subscription('ACCOUNT_STATUS_CHANGED', '2021-01-01'),
    subscription('TRANSACTION_UPDATE', '1.0'),
    subscription('REPORT_PROCESSING_FINISHED', '2020-09-04'),
  ],
  transactions: [transaction('old', '2026-11-20T10:00:00Z'), transaction('next', '2026-11-25T10:00:00Z')],
  payouts: [
    {
      sellerId: BLUE_BIRD,
      id: 'PAYOUT',
      partnerMetadata: { partnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: US },
      currentStatus: 'PAID',
      creationDate: '2026-11-26T08:00:00Z',
      amount: { currencyCode: 'USD', currencyAmount: 77.5 },
    },
  ],
  settlements: [settlement('20261127', '2026-11-27T00:00:00Z')],
};

function transaction(transactionId: string, postedDate: string) {
  return {
    sellerId: BLUE_BIRD,
    transactionId,
    transactionType: 'Shipment',
    transactionStatus: 'RELEASED',
    postedDate,
    totalAmount: { currencyCode: 'USD', currencyAmount: 12.5 },
    sellingPartnerMetadata: { sellingPartnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: US },
    relatedIdentifiers: [{ relatedIdentifierName: 'ORDER_ID', relatedIdentifierValue: '111-2222222-3333333' }],
  };
}

function settlement(settlementId: string, end: string) {
  return {
    sellerId: BLUE_BIRD,
    settlementId,
    start: '2026-11-13T00:00:00Z',
    end,
    currency: 'USD',
    accountType: 'STANDARD_ORDERS',
    lines: [],
  };
}

const emulator = createEmulator({ world: exampleWorld() });
beforeAll(() => emulator.start());
afterAll(() => emulator.stop());
beforeEach(async () => {
  expect((await control('PUT', '/world', WORLD)).status).toBe(200);
});

type Reply = { status: number; json: Record<string, unknown> };

async function control(method: string, path: string, body?: unknown): Promise<Reply> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${emulator.url}/_${path}`, { method, ...sent });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

type Shown = { name: string; visible: number; messages: { messageId: string; body: string }[] };

/** The notifications in a queue, oldest first. */
async function inQueue(name = 'news'): Promise<Record<string, unknown>[]> {
  const { json } = await control('GET', '/queues');
  const queue = (json['data'] as Shown[]).find((one) => one.name === name);
  return (queue?.messages ?? []).map((message) => JSON.parse(message.body) as Record<string, unknown>);
}

const status = (value: string) => control('PATCH', `/sellers/${BLUE_BIRD}`, { status: value });

test('another status of an account is told to its subscriber, naming neither seller nor marketplace', async () => {
  await status('AT_RISK');
  const [message, ...more] = await inQueue();
  expect(more).toEqual([]);
  expect(message).toEqual({
    notificationVersion: '1.0',
    notificationType: 'ACCOUNT_STATUS_CHANGED',
    payloadVersion: '2021-01-01',
    eventTime: expect.stringMatching(/^2026-11-23T12:00:/),
    payload: { accountStatusChangeNotification: { previousAccountStatus: 'NORMAL', currentAccountStatus: 'AT_RISK' } },
    notificationMetadata: {
      applicationId: APP,
      subscriptionId: 'subscription ACCOUNT_STATUS_CHANGED',
      publishTime: expect.stringMatching(/^2026-11-23T12:00:/),
      notificationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
  const written = JSON.stringify(message);
  expect(written).not.toContain(BLUE_BIRD);
  expect(written).not.toContain(US);
});

test('a deactivation is told, the same status again is not, and for a closing Amazon has no word', async () => {
  await status('DEACTIVATED');
  await status('DEACTIVATED');
  await control('PATCH', `/sellers/${BLUE_BIRD}`, { plan: 'INDIVIDUAL' });
  expect(await inQueue()).toHaveLength(1);
  await status('NORMAL');
  await status('CLOSED');
  expect(await inQueue()).toHaveLength(2);
});

test('a seller who took the permission back is not told about, and is again once it is given again', async () => {
  await control('POST', `/grants/${BLUE_BIRD}/${APP}`, { action: 'disable' });
  await status('AT_RISK');
  expect(await inQueue()).toEqual([]);
  await control('POST', `/grants/${BLUE_BIRD}/${APP}`, { action: 'enable' });
  await status('NORMAL');
  expect(await inQueue()).toHaveLength(1);
});

test('as the clock goes on, transactions, payouts and settlement reports are told in their order, once', async () => {
  expect(await inQueue()).toEqual([]);
  await control('POST', '/clock', { set: '2026-11-28T00:00:00Z' });
  const told = await inQueue();
  expect(told.map((one) => one['NotificationType'] ?? one['notificationType'])).toEqual([
    'TRANSACTION_UPDATE',
    'TRANSACTION_UPDATE',
    'REPORT_PROCESSING_FINISHED',
  ]);
  const [posted, paid, report] = told;
  expect(posted).toEqual({
    NotificationVersion: '1.0',
    NotificationType: 'TRANSACTION_UPDATE',
    PayloadVersion: '1.0',
    EventTime: '2026-11-25T10:00:00.000Z',
    Payload: {
      TransactionUpdateNotification: {
        SellingPartnerMetadata: { SellingPartnerId: BLUE_BIRD, MarketplaceId: US, AccountType: 'STANDARD_ORDERS' },
        RelatedIdentifiers: [{ RelatedIdentifierName: 'OrderId', RelatedIdentifierValue: '111-2222222-3333333' }],
        TransactionType: 'Shipment',
        PostedDate: '2026-11-25T10:00:00.000Z',
        TotalAmount: { CurrencyAmount: 12.5, CurrencyCode: 'USD' },
      },
    },
    NotificationMetadata: {
      ApplicationId: APP,
      SubscriptionId: 'subscription TRANSACTION_UPDATE',
      PublishTime: expect.stringMatching(/^2026-11-28T00:00:0/),
      NotificationId: expect.any(String),
    },
  });
  expect(paid).toMatchObject({
    Payload: { TransactionUpdateNotification: { TransactionType: 'Transfer', TotalAmount: { CurrencyAmount: -77.5 } } },
  });
  expect(report).toMatchObject({
    notificationVersion: '2020-09-04',
    payloadVersion: '2020-09-04',
    payload: {
      reportProcessingFinishedNotification: {
        sellerId: BLUE_BIRD,
        accountId: `amzn1.merchant.o.${BLUE_BIRD}`,
        reportType: 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2',
        processingStatus: 'DONE',
      },
    },
  });
  await control('POST', '/clock', { advance: 'P1D' });
  expect(await inQueue()).toHaveLength(3);
});

test.each([
  ['TransactionUpdateNotification', 0],
  ['ReportProcessingFinishedNotification', 2],
])("the message is as Amazon's own schema of %s has it", async (name, at) => {
  const file = new URL(`../../models/notifications/${name}.json`, import.meta.url);
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0]);
  await control('POST', '/clock', { set: '2026-11-28T00:00:00Z' });
  const message = (await inQueue())[at];
  expect(schema.safeParse(message)).toMatchObject({ success: true });
  expect(schema.safeParse({ ...message, Payload: {}, payload: {} })).toMatchObject({ success: false });
});

test('what is earned now is told now, what is still to come when the clock gets there', async () => {
  const added = await control('POST', '/earnings', {
    transactions: [transaction('now', '2026-11-23T11:59:00Z'), transaction('later', '2026-11-24T00:00:00Z')],
    settlements: [settlement('20261113', '2026-11-13T00:00:00Z')],
  });
  expect(added.status).toBe(201);
  expect(added.json['sent']).toMatchObject([
    { notificationType: 'TRANSACTION_UPDATE', queueArn: ARN },
    { notificationType: 'REPORT_PROCESSING_FINISHED' },
  ]);
  expect(await inQueue()).toHaveLength(2);
  await control('POST', '/clock', { advance: 'P1D' });
  expect(await inQueue()).toHaveLength(3);
  const { transactions } = (await control('GET', '/world')).json as { transactions: unknown[] };
  expect(transactions).toHaveLength(4);
});

test('any notification can be sent by hand, to a seller or about an app', async () => {
  const byHand = (body: unknown) => control('POST', '/notifications', body);
  const payload = { anything: ['at', 'all'] };
  const sent = await byHand({ type: 'ACCOUNT_STATUS_CHANGED', sellerId: BLUE_BIRD, payload });
  expect(sent.status).toBe(201);
  expect(sent.json['sent']).toMatchObject([{ applicationId: APP, queueArn: ARN }]);
  expect(await inQueue()).toMatchObject([{ payload }]);
  expect(await byHand({ type: 'TRANSACTION_UPDATE', sellerId: BLUE_BIRD })).toMatchObject({ status: 201 });
  expect((await inQueue())[1]).toMatchObject({ EventTime: '2026-11-20T10:00:00.000Z' });
  const app = { type: 'APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY', applicationId: APP };
  expect((await byHand(app)).json['sent']).toMatchObject([{ queueArn: APP_ARN }]);
  expect(await inQueue('app-news')).toMatchObject([{ notificationType: app.type }]);
});

test('nobody who subscribed, nobody who is told', async () => {
  const send = (body: unknown) => control('POST', '/notifications', body);
  const kite = await send({ type: 'ACCOUNT_STATUS_CHANGED', sellerId: STUDIO_KITE });
  const other = await send({ type: 'ACCOUNT_STATUS_CHANGED', sellerId: BLUE_BIRD, applicationId: OTHER_APP });
  const unenrolled = await send({ type: 'APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY', applicationId: OTHER_APP });
  for (const reply of [kite, other, unenrolled]) expect(reply).toEqual({ status: 201, json: { sent: [] } });
});

test.each([
  ['POST', '/notifications', { type: 'SELLER_LEFT', sellerId: BLUE_BIRD }, 400, '/type'],
  ['POST', '/notifications', { type: 'ACCOUNT_STATUS_CHANGED' }, 400, '/sellerId'],
  ['POST', '/notifications', { type: 'ACCOUNT_STATUS_CHANGED', sellerId: 'A1NOBODY' }, 404, 'A1NOBODY'],
  ['POST', '/notifications', { type: 'ORDER_CHANGE', sellerId: BLUE_BIRD }, 400, '/payload'],
  ['POST', '/notifications', { type: 'APPLICATION_OAUTH_CLIENT_NEW_SECRET' }, 400, '/applicationId'],
  ['POST', '/earnings', { transactions: [{ sellerId: 'A1NOBODY' }] }, 400, '/transactions/0/sellerId'],
  ['PATCH', '/queues/none', { duplicate: true }, 404, 'none'],
  ['PATCH', '/queues/news', { delaySeconds: 901 }, 400, '/delaySeconds'],
  ['PATCH', `/apps/${APP}`, { notificationQueueArn: 'arn:aws:sns:x' }, 400, '/notificationQueueArn'],
  ['PUT', '/world', { ...WORLD, destinations: [] }, 400, '/subscriptions/0/destinationId'],
])('%s %s with %j is refused and says where', async (...row) => {
  const [method, path, body, expected, place] = row;
  const { status, json } = await control(method, path, body);
  expect(status).toBe(expected);
  expect(JSON.stringify(json)).toContain(place);
  expect(await inQueue()).toEqual([]);
});

test('a world keeps destinations, subscriptions and what is in the queues, and another world has none of them', async () => {
  await status('AT_RISK');
  const world = (await control('GET', '/world')).json;
  expect(world).toMatchObject({
    destinations: WORLD.destinations,
    subscriptions: WORLD.subscriptions,
    queues: [{ arn: APP_ARN }, { arn: ARN, messages: [{}] }],
  });
  await control('PUT', '/world', EXAMPLE);
  expect((await control('GET', '/queues')).json).toEqual({ data: [] });
  await control('PUT', '/world', world);
  expect(await inQueue()).toMatchObject([{ notificationType: 'ACCOUNT_STATUS_CHANGED' }]);
});

test('an app is enrolled and withdrawn by its notification preference', async () => {
  const enrol = (notificationQueueArn: string | null) =>
    control('PATCH', `/apps/${OTHER_APP}`, { notificationQueueArn });
  expect((await enrol(ARN)).json).toMatchObject({ notificationQueueArn: ARN });
  expect((await enrol(null)).json).not.toHaveProperty('notificationQueueArn');
});

test('a new secret is in the queue and not on show', async () => {
  const body = { type: 'APPLICATION_OAUTH_CLIENT_NEW_SECRET', applicationId: APP };
  await control('POST', '/notifications', body);
  expect(await inQueue('app-news')).toMatchObject([
    { payload: { applicationOAuthClientNewSecret: { newClientSecret: '[redacted]' } } },
  ]);
});

test('every new call is in the OpenAPI document', async () => {
  const { paths } = (await control('GET', '/openapi.json')).json as { paths: Record<string, unknown> };
  for (const path of ['/_/notifications', '/_/queues', '/_/queues/{name}', '/_/earnings'])
    expect(paths).toHaveProperty([path]);
});
