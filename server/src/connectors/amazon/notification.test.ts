import { describe, expect, test } from 'vitest';

import { readNotification } from './notification.ts';
import { arnOf } from './queue.ts';

const METADATA = {
  applicationId: 'amzn1.sellerapps.app.x',
  subscriptionId: 'subscription-1',
  publishTime: '2020-07-13T19:42:04.284Z',
  notificationId: 'd0e9e693',
};

function message(type: string, payload: unknown, special: Record<string, unknown> = {}) {
  return JSON.stringify({
    notificationVersion: '1.0',
    notificationType: type,
    payloadVersion: '1.0',
    eventTime: '2020-07-14T03:35:13.214Z',
    payload,
    notificationMetadata: METADATA,
    ...special,
  });
}

const status = (currentAccountStatus: string) =>
  message('ACCOUNT_STATUS_CHANGED', {
    accountStatusChangeNotification: { previousAccountStatus: 'NORMAL', currentAccountStatus },
  });

/** The example of the published schema, word for word in its PascalCase. */
const TRANSACTION = JSON.stringify({
  NotificationVersion: '1.0',
  NotificationType: 'TRANSACTION_UPDATE',
  PayloadVersion: '1.0',
  EventTime: '2023-07-14T03:35:13.214Z',
  NotificationMetadata: {
    ApplicationId: 'amzn1.sellerapps.app.aacccfff-4455-4b7c-4422-664ecacdd336',
    SubscriptionId: 'subscription-id-d0e9e693-c3ad-4373-979f-ed4ec98dd746',
    PublishTime: '2023-07-14T03:35:13.214Z',
    NotificationId: 'd0e9e693-c3ad-4373-979f-ed4ec98dd746',
  },
  Payload: {
    TransactionUpdateNotification: {
      SellingPartnerMetadata: {
        SellingPartnerId: 'A3TH9S8BH6GOGM',
        MarketplaceId: 'ATIV93840DER',
        AccountType: 'PAYABLE',
      },
      RelatedIdentifiers: [{ RelatedIdentifierName: 'OrderId', RelatedIdentifierValue: '8129762527551' }],
      TransactionType: 'Shipment',
      PostedDate: '2023-07-14T03:35:13.214Z',
      TotalAmount: { CurrencyAmount: 10, CurrencyCode: 'USD' },
    },
  },
});

describe('a message of the queue', () => {
  test.each([
    ['NORMAL', 'normal'],
    ['AT_RISK', 'at_risk'],
    ['DEACTIVATED', 'deactivated'],
  ])('about an account that is %s says so', (word, standing) => {
    expect(readNotification(status(word))).toEqual({
      kind: 'notice',
      id: 'd0e9e693',
      type: 'ACCOUNT_STATUS_CHANGED',
      at: Date.parse('2020-07-14T03:35:13.214Z'),
      applicationId: 'amzn1.sellerapps.app.x',
      subscriptionId: 'subscription-1',
      said: { what: 'standing', standing },
    });
  });

  test('in PascalCase is read like one in camelCase', () => {
    expect(readNotification(TRANSACTION)).toMatchObject({
      id: 'd0e9e693-c3ad-4373-979f-ed4ec98dd746',
      said: { what: 'money', sellerId: 'A3TH9S8BH6GOGM' },
    });
  });

  test('about a report may name its seller or not', () => {
    const report = (more: object) =>
      message('REPORT_PROCESSING_FINISHED', { reportProcessingFinishedNotification: { reportId: '1', ...more } });
    expect(readNotification(report({ sellerId: 'A1' }))).toMatchObject({ said: { what: 'report', sellerId: 'A1' } });
    expect(readNotification(report({}))).toMatchObject({ said: { what: 'report', sellerId: null } });
  });

  test('that brings a new secret keeps it from being printed', () => {
    const applicationOAuthClientNewSecret = {
      clientId: 'amzn1.application-oa2-client.x',
      newClientSecret: 'amzn1.oa2-cs.v1.new',
      newClientSecretExpiryTime: '2027-06-01T00:00:00Z',
      oldClientSecretExpiryTime: '2026-12-08T00:00:00Z',
    };
    const read = readNotification(message('APPLICATION_OAUTH_CLIENT_NEW_SECRET', { applicationOAuthClientNewSecret }));
    expect(read).toMatchObject({
      said: { what: 'new_secret', endsAt: Date.UTC(2027, 5, 1), oldEndsAt: Date.UTC(2026, 11, 8) },
    });
    expect(JSON.stringify(read)).not.toContain('amzn1.oa2-cs.v1.new');
  });

  test('that the secret ends says when', () => {
    const applicationOAuthClientSecretExpiry = {
      clientId: 'c',
      clientSecretExpiryTime: '2026-06-01T00:00:00Z',
      clientSecretExpiryReason: 'PERIODIC_ROTATION',
    };
    expect(
      readNotification(message('APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY', { applicationOAuthClientSecretExpiry })),
    ).toMatchObject({ said: { what: 'secret_ends', clientId: 'c', endsAt: Date.UTC(2026, 5, 1) } });
  });

  test.each([
    ['a kind that nothing uses', message('ANY_OFFER_CHANGED', { anything: 1 })],
    ['a status without a rule', status('ON_HOLIDAY')],
  ])('of %s is no mistake', (_what, body) => {
    expect(readNotification(body)).toMatchObject({ kind: 'notice', said: { what: 'other' } });
  });

  test.each([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['nothing of an envelope', '{"a":1}'],
    ['no id', message('X', {}, { notificationMetadata: {} })],
    ['no payload', message('X', null)],
    ['a time that is none', message('X', {}, { eventTime: 'yesterday' })],
    ['a transaction without a seller', message('TRANSACTION_UPDATE', { transactionUpdateNotification: {} })],
    [
      'a secret that is no text',
      message('APPLICATION_OAUTH_CLIENT_NEW_SECRET', {
        applicationOAuthClientNewSecret: { clientId: 'c', newClientSecret: 7 },
      }),
    ],
  ])('with %s is malformed, and what is said of it repeats nothing of it', (_what, body) => {
    const read = readNotification(body);
    expect(read.kind).toBe('malformed');
    expect(JSON.stringify(read)).not.toMatch(/yesterday|html|amzn1/);
  });
});

test('a queue is named for other services by its region, account and name', () => {
  const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/storekeeper';
  expect(arnOf({ queueUrl, region: 'eu-west-1', keys: null })).toBe('arn:aws:sqs:eu-west-1:123456789012:storekeeper');
});
