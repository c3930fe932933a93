import { beforeEach, expect, test } from 'vitest';

import { BLUE_BIRD, exampleStage, NOW, US } from '../example.testkit.ts';
import type { Stage } from '../stage.ts';
import type { Payout, Transaction } from '../world/schema.ts';
import { askMws, refusalIn, texts } from './example.testkit.ts';
import type { Heard } from './example.testkit.ts';

const GROUPS = 'ListFinancialEventGroups';
const EVENTS = 'ListFinancialEvents';
const DAY = 86_400_000;
const iso = (instant: number): string => new Date(instant).toISOString();

function payout(id: string, end: number, currentStatus: Payout['currentStatus'] = 'PAID'): Payout {
  return {
    sellerId: BLUE_BIRD,
    id,
    partnerMetadata: { partnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: US },
    currentStatus,
    statusHistory: [],
    creationDate: iso(end),
    amount: { currencyCode: 'USD', currencyAmount: 12.5 },
    accountTail: '123',
    traceId: 'TRACE',
    period: { startDate: iso(end - 14 * DAY), endDate: iso(end) },
  };
}

function transaction(number: number, transactionType: string, more: Partial<Transaction> = {}): Transaction {
  return {
    sellerId: BLUE_BIRD,
    transactionType,
    transactionId: String(number),
    transactionStatus: 'RELEASED',
    description: 'FBA Inventory Storage Fee',
    postedDate: iso(NOW - 3 * DAY + number * 1000),
    totalAmount: { currencyCode: 'USD', currencyAmount: -number },
    sellingPartnerMetadata: { sellingPartnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: US },
    relatedIdentifiers: [
      { relatedIdentifierName: 'ORDER_ID', relatedIdentifierValue: `111-${number}` },
      { relatedIdentifierName: 'FINANCIAL_EVENT_GROUP_ID', relatedIdentifierValue: 'GROUP' },
    ],
    marketplaceDetails: { marketplaceId: US, marketplaceName: 'Amazon.com' },
    ...more,
  };
}

let stage: Stage;
beforeEach(() => {
  stage = exampleStage({
    payouts: [payout('NEXT', NOW + 10 * DAY), payout('LAST', NOW - 4 * DAY), payout('FIRST', NOW - 18 * DAY, 'FAILED')],
    transactions: [
      transaction(1, 'Shipment'),
      transaction(2, 'Refund'),
      transaction(3, 'ServiceFee'),
      transaction(4, 'Transfer'),
      transaction(5, 'Shipment', { transactionStatus: 'DEFERRED' }),
    ],
  });
});

const ask = (action: string, parameters: Record<string, string | undefined> = {}): Promise<Heard> =>
  askMws(stage, action, { path: '/Finances/2015-05-01', parameters });
const AFTER = { FinancialEventGroupStartedAfter: iso(NOW - 100 * DAY) };

test('the open group is the coming balance, the closed ones are payouts, without an XML declaration', async () => {
  const heard = await ask(GROUPS, AFTER);
  expect(heard.body).toMatch(
    /^<ListFinancialEventGroupsResponse xmlns="http:\/\/mws.amazonservices.com\/Finances\/2015-05-01">\n/,
  );
  expect(texts(heard, 'ProcessingStatus')).toEqual(['Open', 'Open', 'Closed', 'Closed']);
  expect(texts(heard, 'FundTransferStatus')).toEqual(['Successful', 'Failed']);
  expect(texts(heard, 'AccountTail')).toEqual(['123', '123']);
  const open = /<FinancialEventGroup>\n(?:(?!<\/FinancialEventGroup>)[\s\S])*Open[\s\S]*?<\/FinancialEventGroup>/.exec(
    heard.body,
  );
  expect(open?.[0]).not.toMatch(/FinancialEventGroupEnd|FundTransfer/);
});

test('a closed group is laid out in the recorded order', async () => {
  const heard = await ask(GROUPS, AFTER);
  const group =
    /<FinancialEventGroup>(?:(?!<FinancialEventGroup>)[\s\S])*?Successful[\s\S]*?<\/FinancialEventGroup>/.exec(
      heard.body,
    )?.[0];
  const names = [...(group ?? '').matchAll(/^ {8}<(\w+)>/gm)].map(([, name]) => name);
  expect(names).toEqual([
    'OriginalTotal',
    'ConvertedTotal',
    'FinancialEventGroupEnd',
    'ProcessingStatus',
    'BeginningBalance',
    'FinancialEventGroupId',
    'FundTransferStatus',
    'FinancialEventGroupStart',
    'FundTransferDate',
    'TraceId',
    'AccountTail',
  ]);
  expect(group).toContain(
    '        <OriginalTotal>\n          <CurrencyAmount>12.50</CurrencyAmount>\n          <CurrencyCode>USD</CurrencyCode>\n        </OriginalTotal>\n',
  );
});

test('yen are counted whole', async () => {
  stage.amazon.payouts.set(BLUE_BIRD, [
    { ...payout('LAST', NOW - 4 * DAY), amount: { currencyCode: 'JPY', currencyAmount: 1234 } },
  ]);
  expect(texts(await ask(GROUPS, AFTER), 'CurrencyAmount')).toContain('1234');
});

test('groups come in pages of the size asked for, the next by its token for seventeen minutes', async () => {
  const first = await ask(GROUPS, { ...AFTER, MaxResultsPerPage: '3' });
  const [NextToken = ''] = texts(first, 'NextToken');
  const second = await ask(`${GROUPS}ByNextToken`, { NextToken });
  const ids = [first, second].flatMap((page) => texts(page, 'FinancialEventGroupId'));
  expect([texts(second, 'FinancialEventGroupId').length, new Set(ids).size]).toEqual([1, 4]);
  expect(refusalIn(await ask(`${EVENTS}ByNextToken`, { NextToken }))).toEqual([
    400,
    'InvalidParameterValue',
    'Token is not valid',
  ]);
  stage.clock.set(NOW + 17 * 60_000);
  expect((await ask(`${GROUPS}ByNextToken`, { NextToken })).status).toBe(200);
  stage.clock.set(NOW + 17 * 60_000 + 1);
  expect(refusalIn(await ask(`${GROUPS}ByNextToken`, { NextToken }))).toEqual([
    400,
    'InvalidParameterValue',
    'Token is not valid, token duration is 17 minutes.',
  ]);
});

test.each<[string, Record<string, string>, string, string]>([
  [
    GROUPS,
    {},
    'ValidationError',
    "1 validation error detected: Value null at 'financialEventGroupStartedAfter' failed to satisfy constraint: Member must not be null",
  ],
  [
    GROUPS,
    { ...AFTER, FinancialEventGroupStartedBefore: iso(NOW - 60_000) },
    'InvalidParameterValue',
    'End date is not valid, should be no later than 2 minutes from now',
  ],
  [
    GROUPS,
    { ...AFTER, MaxResultsPerPage: '101' },
    'InvalidParameterValue',
    'Invalid value for parameter MaxResultsPerPage.',
  ],
  [
    GROUPS,
    { FinancialEventGroupStartedAfter: 'yesterday' },
    'InvalidParameterValue',
    'Invalid value for parameter FinancialEventGroupStartedAfter.',
  ],
  [
    EVENTS,
    {},
    'InvalidParameterValue',
    'Exactly one of PostedAfter, AmazonOrderId and FinancialEventGroupId is required.',
  ],
  [
    EVENTS,
    { PostedAfter: iso(NOW - DAY), AmazonOrderId: '111-1' },
    'InvalidParameterValue',
    'Exactly one of PostedAfter, AmazonOrderId and FinancialEventGroupId is required.',
  ],
  [EVENTS, { PostedAfter: iso(NOW) }, 'InvalidParameterValue', 'Invalid value for parameter PostedAfter.'],
])('%s with %j is refused', async (...[action, parameters, code, message]) => {
  expect(refusalIn(await ask(action, parameters))).toEqual([400, code, message]);
});

test('a span over 180 days is empty, groups that began over 18 months ago are not told', async () => {
  expect((await ask(GROUPS, { FinancialEventGroupStartedAfter: iso(NOW - 181 * DAY) })).body).toContain(
    '<FinancialEventGroupList/>',
  );
  stage.amazon.payouts.set(BLUE_BIRD, [payout('OLD', NOW - 560 * DAY)]);
  const span = {
    FinancialEventGroupStartedAfter: iso(NOW - 600 * DAY),
    FinancialEventGroupStartedBefore: iso(NOW - 500 * DAY),
  };
  expect(texts(await ask(GROUPS, span), 'FinancialEventGroupId')).toEqual([]);
});

test('transactions are the events of their kind; a kind MWS did not have is an adjustment; deferred money is not told', async () => {
  const heard = await ask(EVENTS, { PostedAfter: iso(NOW - 10 * DAY) });
  const inList = (name: string): string => new RegExp(`<${name}>([\\s\\S]*)</${name}>`).exec(heard.body)?.[1] ?? '';
  expect(inList('ShipmentEventList')).toBe(
    '\n        <ShipmentEvent>\n          <ShipmentItemList>\n            <ShipmentItem>\n              <ItemChargeList>\n                <ChargeComponent>\n                  <ChargeType>Principal</ChargeType>\n                  <ChargeAmount>\n                    <CurrencyAmount>-1.00</CurrencyAmount>\n                    <CurrencyCode>USD</CurrencyCode>\n                  </ChargeAmount>\n                </ChargeComponent>\n              </ItemChargeList>\n            </ShipmentItem>\n          </ShipmentItemList>\n          <AmazonOrderId>111-1</AmazonOrderId>\n          <PostedDate>2026-11-20T12:00:01Z</PostedDate>\n          <MarketplaceName>Amazon.com</MarketplaceName>\n        </ShipmentEvent>\n      ',
  );
  expect(inList('RefundEventList')).toContain('<ItemChargeAdjustmentList>');
  expect(inList('ServiceFeeEventList')).toContain('<FeeType>FBA Inventory Storage Fee</FeeType>');
  expect(inList('AdjustmentEventList')).toContain('<AdjustmentType>Other</AdjustmentType>');
  expect(heard.body).toContain('      <DebtRecoveryEventList/>\n');
  expect(texts(heard, 'CurrencyAmount')).toHaveLength(4);
});

test('events are found by order and by group, and come in pages', async () => {
  expect(texts(await ask(EVENTS, { AmazonOrderId: '111-2' }), 'CurrencyAmount')).toEqual(['-2.00']);
  const first = await ask(EVENTS, { FinancialEventGroupId: 'GROUP', MaxResultsPerPage: '3' });
  const [NextToken = ''] = texts(first, 'NextToken');
  const second = await ask(`${EVENTS}ByNextToken`, { NextToken });
  expect([first, second].map((page) => texts(page, 'CurrencyAmount').length)).toEqual([3, 1]);
});
