import { expect, test } from 'vitest';

import { APP, ask, BLUE_BIRD, CANADA, exampleStage, NOW, US } from '../example.testkit.ts';
import type { Heard } from '../example.testkit.ts';
import type { Stage } from '../stage.ts';
import { findGrant } from '../state/amazon.ts';
import { mintAccessToken } from '../state/tokens.ts';
import type { WorldFile } from '../world/schema.ts';
import { groupId } from './groupId.ts';
import { sellingPartnerApi } from './part.ts';

const DAY = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();

type PayoutEntry = NonNullable<WorldFile['payouts']>[number];
type TransactionEntry = NonNullable<WorldFile['transactions']>[number];

function payout(id: string, createdAt: number, more: Partial<PayoutEntry> = {}): PayoutEntry {
  return {
    sellerId: BLUE_BIRD,
    id,
    partnerMetadata: { partnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: US },
    currentStatus: 'PAID',
    statusHistory: [
      { status: 'STARTED', lastUpdatedDate: iso(createdAt) },
      { status: 'IN_TRANSIT', lastUpdatedDate: iso(createdAt + DAY / 4) },
      { status: 'PAID', lastUpdatedDate: iso(createdAt + 2 * DAY) },
    ],
    amount: { currencyCode: 'USD', currencyAmount: 100.1 },
    creationDate: iso(createdAt),
    accountTail: '935',
    paymentMethod: 'BANK_ACCOUNT',
    traceId: 'TRACE',
    period: { startDate: iso(createdAt - 14 * DAY), endDate: iso(createdAt) },
    relatedIdentifiers: [{ relatedIdentifierName: 'SETTLEMENT_ID', relatedIdentifierValue: id }],
    ...more,
  };
}

function transaction(id: string, posted: number, more: Partial<TransactionEntry> = {}): TransactionEntry {
  return {
    sellerId: BLUE_BIRD,
    transactionId: id,
    transactionStatus: 'RELEASED',
    sellingPartnerMetadata: { sellingPartnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: US },
    relatedIdentifiers: [{ relatedIdentifierName: 'ORDER_ID', relatedIdentifierValue: `order-${id}` }],
    postedDate: iso(posted),
    totalAmount: { currencyCode: 'USD', currencyAmount: 10.1 },
    ...more,
  };
}

const WORLD: WorldFile = {
  payouts: [
    payout('old', NOW - 15 * DAY),
    payout('fresh', NOW - DAY),
    payout('next', NOW + 13 * DAY),
    payout('canada', NOW - 3 * DAY, {
      partnerMetadata: { partnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: CANADA },
    }),
  ],
  transactions: [
    transaction('settled', NOW - 5 * DAY),
    transaction('open', NOW - DAY / 2),
    transaction('deferred', NOW - DAY / 4, { transactionStatus: 'DEFERRED' }),
    transaction('just now', NOW - 60_000),
    transaction('to come', NOW + DAY),
  ],
};

function asker(changes: WorldFile = WORLD): { stage: Stage; get: (target: string) => Promise<Heard> } {
  const stage = exampleStage({ throttle: false, ...changes });
  return {
    stage,
    get(target) {
      const grant = findGrant(stage.amazon, BLUE_BIRD, APP);
      if (!grant) throw new Error('the example world lost its grant');
      const { token } = mintAccessToken(stage.amazon, grant, stage.clock.now());
      const headers = { 'x-amz-access-token': token };
      return ask(stage, sellingPartnerApi, { host: 'sellingpartnerapi-na.amazon.com', target, headers });
    },
  };
}

const get = (target: string): Promise<Heard> => asker().get(target);
const PAYOUTS = '/finances/transfers/2024-06-01/payouts';
const GROUPS = '/finances/v0/financialEventGroups';
const TRANSACTIONS = '/finances/2024-06-19/transactions';
const BALANCES = '/finances/2024-06-19/balances';

const ids = (answer: Heard, list: string, id: string): unknown => {
  const found: unknown = Object.entries(answer.json as object).find(([key]) => key === list)?.[1];
  return Array.isArray(found) ? found.map((one: Record<string, unknown>) => one[id]) : found;
};
const transactionIds = async (target: string) =>
  ids(
    { ...(await get(target)), json: ((await get(target)).json as { payload: object }).payload },
    'transactions',
    'transactionId',
  );

test('payouts made by now are listed newest first within their account, and none to come', async () => {
  expect(ids(await get(PAYOUTS), 'payouts', 'id')).toEqual(['canada', 'fresh', 'old']);
});

test.each([
  [`?marketplaceIds=${US}`, ['fresh', 'old']],
  [`?marketplaceIds=${US}&marketplaceIds=${CANADA}`, ['canada', 'fresh', 'old']],
  [`?marketplaceIds=${US},${CANADA}`, ['canada', 'fresh', 'old']],
  ['?payoutId=old', ['old']],
  ['?accountType=PAYABLE', []],
  [`?createdAfter=${iso(NOW - 2 * DAY)}`, ['fresh']],
  [`?createdBefore=${iso(NOW - DAY)}`, ['canada', 'old']],
])('payouts are filtered by %s', async (query, expected) => {
  expect(ids(await get(PAYOUTS + query), 'payouts', 'id')).toEqual(expected);
});

test('a payout moves on with the clock and says nothing of what is still to happen', async () => {
  const { stage, get } = asker();
  const one = async () => (await get(`${PAYOUTS}?payoutId=fresh`)).json;
  expect(await one()).toMatchObject({
    payouts: [{ currentStatus: 'IN_TRANSIT', statusHistory: [{ status: 'STARTED' }, { status: 'IN_TRANSIT' }] }],
  });
  stage.clock.set(NOW + DAY);
  expect(await one()).toMatchObject({ payouts: [{ currentStatus: 'PAID' }] });
  expect(JSON.stringify(await one())).not.toContain('sellerId');
});

test('every participating site has an expected payout, and one where nothing is due says so', async () => {
  const { stage, get } = asker();
  const { json } = await get(`${PAYOUTS}/expected`);
  expect(json).toMatchObject({
    expectedPayouts: [
      {
        partnerMetadata: { partnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: US },
        status: 'SCHEDULED',
        amount: { currencyCode: 'USD', currencyAmount: 100.1 },
        scheduledDate: iso(NOW + 13 * DAY),
      },
      {
        partnerMetadata: { partnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: CANADA },
        status: 'NO_PAYOUT_EXPECTED',
      },
    ],
  });
  const site = stage.amazon.sellers.get(BLUE_BIRD)?.sites[1];
  if (site) site.participating = false;
  expect(ids(await get(`${PAYOUTS}/expected`), 'expectedPayouts', 'status')).toEqual(['SCHEDULED']);
});

test.each([
  ['FAILED', 'AT_RISK'],
  ['CANCELLED', 'DISABLED'],
] as const)('a payout that is going to be %s is expected as %s', async (currentStatus, status) => {
  const { get } = asker({ payouts: [payout('next', NOW + DAY, { currentStatus, statusHistory: [] })] });
  expect((await get(`${PAYOUTS}/expected?marketplaceIds=${US}`)).json).toMatchObject({ expectedPayouts: [{ status }] });
});

test.each([
  `${PAYOUTS}?marketplaceIds=INVALID_MARKETPLACE`,
  `${PAYOUTS}/expected?marketplaceIds=INVALID_MARKETPLACE`,
  `${BALANCES}?marketplaceIds=INVALID_MARKETPLACE_ID`,
  `${BALANCES}?balanceType=EVERYTHING`,
  `${BALANCES}?asOfDate=2027-01-01`,
  `${PAYOUTS}?createdAfter=${iso(NOW)}&createdBefore=${iso(NOW - DAY)}`,
  `${TRANSACTIONS}?postedAfter=2026-11-01&transactionStatus=LOST`,
  `${TRANSACTIONS}?relatedIdentifierName=SHIPMENT_ID&relatedIdentifierValue=1`,
  `${TRANSACTIONS}?relatedIdentifierName=ORDER_ID`,
])('%s is the model’s own "Invalid input"', async (target) => {
  const answer = await get(target);
  expect([answer.status, answer.json]).toEqual([
    400,
    { errors: [{ code: 'InvalidInput', message: 'Invalid input', details: 'Invalid input' }] },
  ]);
});

test.each([
  [`${PAYOUTS}?createdAfter=yesterday`, 'createdAfter'],
  [`${PAYOUTS}?nextToken=bent`, 'nextToken'],
  [`${GROUPS}?MaxResultsPerPage=101`, 'MaxResultsPerPage'],
  [`${GROUPS}?MaxResultsPerPage=ten`, 'MaxResultsPerPage'],
  [`${GROUPS}?FinancialEventGroupStartedAfter=${iso(NOW)}`, 'Date range is invalid.'],
  [
    `${GROUPS}?FinancialEventGroupStartedAfter=2026-11-02&FinancialEventGroupStartedBefore=2026-11-01`,
    'Date range is invalid.',
  ],
  [TRANSACTIONS, 'Start date cannot be null'],
  [`${TRANSACTIONS}?postedAfter=${iso(NOW)}`, 'Date range is invalid.'],
])('%s is refused with words about it', async (target, words) => {
  const answer = await get(target);
  expect(answer).toMatchObject({ status: 400, json: { errors: [{ code: 'InvalidInput' }] } });
  expect(String(answer.body)).toContain(words);
});

test('event groups are the payouts made, closed, and the open period of every site', async () => {
  const { json } = await get(GROUPS);
  expect(json).toMatchObject({
    payload: {
      FinancialEventGroupList: [
        {
          FinancialEventGroupId: groupId('next'),
          ProcessingStatus: 'Open',
          OriginalTotal: { CurrencyCode: 'USD', CurrencyAmount: 30.3 },
          FinancialEventGroupStart: iso(NOW - DAY),
        },
        { ProcessingStatus: 'Open', OriginalTotal: { CurrencyCode: 'CAD', CurrencyAmount: 0 } },
        {
          FinancialEventGroupId: groupId('fresh'),
          ProcessingStatus: 'Closed',
          FundTransferStatus: 'Processing',
          OriginalTotal: { CurrencyCode: 'USD', CurrencyAmount: 100.1 },
          FundTransferDate: iso(NOW - DAY),
          TraceId: 'TRACE',
          AccountTail: '935',
          FinancialEventGroupEnd: iso(NOW - DAY),
        },
        { FinancialEventGroupId: groupId('canada') },
        { FinancialEventGroupId: groupId('old'), FundTransferStatus: 'Successful' },
      ],
    },
  });
  expect(json).not.toHaveProperty('payload.NextToken');
});

test('event groups come in pages whose token stands for the same arguments', async () => {
  const { get } = asker();
  const groups = async (query: string) => (await get(`${GROUPS}?MaxResultsPerPage=2${query}`)).json as Groups;
  type Groups = { payload: { NextToken?: string; FinancialEventGroupList: unknown[] } };
  const first = await groups('');
  const second = await groups(`&NextToken=${first.payload.NextToken}`);
  const third = await groups(`&NextToken=${second.payload.NextToken}`);
  expect([first, second, third].map((page) => page.payload.FinancialEventGroupList.length)).toEqual([2, 2, 1]);
  expect((await get(`${GROUPS}?NextToken=${first.payload.NextToken}`)).status).toBe(400);
});

test('event groups over more than half a year are none', async () => {
  const { json } = await get(`${GROUPS}?FinancialEventGroupStartedAfter=2026-01-01`);
  expect(json).toEqual({ payload: { FinancialEventGroupList: [] } });
});

test('transactions are listed newest first up to two minutes ago', async () => {
  expect(await transactionIds(`${TRANSACTIONS}?postedAfter=2026-11-01`)).toEqual(['deferred', 'open', 'settled']);
});

test.each([
  ['postedAfter=2026-11-01&transactionStatus=DEFERRED', ['deferred']],
  [`postedAfter=2026-11-01&marketplaceId=${CANADA}`, []],
  ['relatedIdentifierName=ORDER_ID&relatedIdentifierValue=order-settled', ['settled']],
  [`postedAfter=2026-11-01&postedBefore=${iso(NOW - DAY)}`, ['settled']],
  ['postedAfter=2026-01-01', []],
])('transactions are filtered by %s', async (query, expected) => {
  expect(await transactionIds(`${TRANSACTIONS}?${query}`)).toEqual(expected);
});

test('balances add up: total is available and reserved, reserved is deferred and the reserve', async () => {
  const { json } = await get(`${BALANCES}?marketplaceIds=${US}`);
  const usd = (currencyAmount: number) => ({ currencyAmount, currencyCode: 'USD' });
  expect(json).toEqual({
    balances: [
      {
        partnerMetadata: { partnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: US },
        balanceType: 'TOTAL',
        amount: usd(30.3),
        balances: [
          { balanceType: 'AVAILABLE', amount: usd(20.2) },
          {
            balanceType: 'RESERVED',
            amount: usd(10.1),
            balances: [
              { balanceType: 'DEFERRED', amount: usd(10.1) },
              { balanceType: 'ACCOUNT_LEVEL_RESERVE', amount: usd(0) },
            ],
          },
        ],
        lastUpdatedTime: iso(NOW),
      },
    ],
  });
});

test('a balance may be asked for one kind and one day', async () => {
  const { json } = await get(`${BALANCES}?marketplaceIds=${US}&balanceType=AVAILABLE&asOfDate=2026-11-19`);
  expect(json).toMatchObject({
    balances: [{ balanceType: 'AVAILABLE', asOfDate: '2026-11-19', amount: { currencyAmount: 10.1 } }],
  });
  expect(JSON.stringify(json)).not.toContain('lastUpdatedTime');
});

test('a seller who earns nothing has empty lists and zero balances, no errors', async () => {
  const { get } = asker({});
  expect((await get(PAYOUTS)).json).toEqual({ payouts: [] });
  expect((await get(`${TRANSACTIONS}?postedAfter=2026-11-01`)).json).toEqual({ payload: { transactions: [] } });
  expect((await get(`${BALANCES}?marketplaceIds=${US}`)).json).toMatchObject({
    balances: [{ amount: { currencyAmount: 0, currencyCode: 'USD' } }],
  });
});

const REPORTS = '/reports/2021-06-30/reports';
const SETTLEMENT_TYPE = 'reportTypes=GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2';
const settlement = (settlementId: string, end: number) => ({
  sellerId: BLUE_BIRD,
  settlementId,
  start: iso(end - 14 * DAY),
  end: iso(end),
  currency: 'USD',
  accountType: 'STANDARD_ORDERS',
  lines: [],
});

test('settlement reports of the last ninety days are listed, and nothing older or to come', async () => {
  const settlements = [settlement('a', NOW - DAY), settlement('b', NOW - 91 * DAY), settlement('c', NOW + DAY)];
  const { json } = await asker({ settlements }).get(`${REPORTS}?${SETTLEMENT_TYPE}`);
  expect(json).toEqual({
    reports: [
      {
        reportId: expect.stringMatching(/^\d{11}$/),
        reportType: 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2',
        dataStartTime: iso(NOW - 15 * DAY),
        dataEndTime: iso(NOW - DAY),
        createdTime: iso(NOW - DAY),
        processingStatus: 'DONE',
        processingStartTime: iso(NOW - DAY),
        processingEndTime: iso(NOW - DAY),
        reportDocumentId: expect.stringMatching(/^amzn1\.spdoc\./),
      },
    ],
  });
});

test('the reports token stands alone and leads through every page', async () => {
  const settlements = ['a', 'b', 'c'].map((id, at) => settlement(id, NOW - at * DAY));
  const { get } = asker({ settlements });
  const first = (await get(`${REPORTS}?${SETTLEMENT_TYPE}&pageSize=2`)).json as { nextToken: string };
  expect((await get(`${REPORTS}?nextToken=${first.nextToken}`)).json).toEqual({ reports: [expect.anything()] });
  expect((await get(`${REPORTS}?${SETTLEMENT_TYPE}&nextToken=${first.nextToken}`)).status).toBe(400);
});

test.each(['', '?processingStatuses=DONE', `?${SETTLEMENT_TYPE}&processingStatuses=BAD_VALUE`, '?nextToken=bent'])(
  'reports asked for by "%s" are refused',
  async (query) => {
    expect((await get(REPORTS + query)).status).toBe(400);
  },
);
