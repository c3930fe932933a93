import { createHash } from 'node:crypto';

import { beforeEach, expect, test } from 'vitest';

import { BLUE_BIRD, exampleStage, NOW, STUDIO_KITE } from '../example.testkit.ts';
import type { Stage } from '../stage.ts';
import type { Settlement } from '../world/schema.ts';
import { askMws, refusalIn, texts } from './example.testkit.ts';
import type { Heard } from './example.testkit.ts';

const DAY = 86_400_000;
const TYPE = '_GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2_';
const iso = (instant: number): string => new Date(instant).toISOString();

function settlement(settlementId: string, end: number, sellerId = BLUE_BIRD): Settlement {
  const line = {
    amountType: 'ItemPrice',
    amountDescription: 'Principal',
    amount: '20.10',
    orderId: '111-1',
    sku: 'S-1',
  };
  return {
    sellerId,
    settlementId,
    start: iso(end - 14 * DAY),
    end: iso(end),
    depositDate: iso(end + 2 * DAY),
    currency: 'USD',
    accountType: 'STANDARD_ORDERS',
    lines: [
      { ...line, transactionType: 'Order', postedDate: iso(end - DAY), quantity: 2 },
      {
        transactionType: 'Subscription Fee',
        amountType: 'other-transaction',
        amountDescription: 'Fee',
        amount: -29.99,
      },
    ],
  };
}

let stage: Stage;
beforeEach(() => {
  stage = exampleStage({
    throttle: false,
    settlements: [
      settlement('1001', NOW - 20 * DAY),
      settlement('1002', NOW - 6 * DAY),
      settlement('1000', NOW - 120 * DAY),
      settlement('1003', NOW + 8 * DAY),
      settlement('2001', NOW - 6 * DAY, STUDIO_KITE),
    ],
  });
});

const ask = (action: string, parameters: Record<string, string | undefined> = {}): Promise<Heard> =>
  askMws(stage, action, { path: '/Reports/2009-01-01', parameters });

test('settlement reports of ninety days are listed, newest first, laid out as recorded', async () => {
  const heard = await ask('GetReportList');
  expect(texts(heard, 'ReportType')).toEqual([TYPE, TYPE]);
  expect(heard.body).toMatch(
    /^<\?xml version="1\.0"\?>\n<GetReportListResponse xmlns="http:\/\/mws\.amazonaws\.com\/doc\/2009-01-01\/">\n {2}<GetReportListResult>\n {4}<HasNext>false<\/HasNext>\n {4}<ReportInfo>\n {6}<ReportType>\w+<\/ReportType>\n {6}<Acknowledged>false<\/Acknowledged>\n {6}<ReportId>\d{17}<\/ReportId>\n {6}<ReportRequestId>\d{11,12}<\/ReportRequestId>\n {6}<AvailableDate>2026-11-17T12:(?:1[89]|2\d):\d\d\+00:00<\/AvailableDate>\n {4}<\/ReportInfo>\n/,
  );
});

test.each<[string, Record<string, string>, number]>([
  ['their type', { 'ReportTypeList.Type.1': '_GET_ORDERS_DATA_', 'ReportTypeList.Type.2': TYPE }, 2],
  ['another type', { 'ReportTypeList.Type.1': '_GET_ORDERS_DATA_' }, 0],
  ['a later day', { AvailableFromDate: iso(NOW - 10 * DAY) }, 1],
  ['an earlier day', { AvailableToDate: iso(NOW - 10 * DAY) }, 1],
  ['having been acknowledged', { Acknowledged: 'true' }, 0],
  ['another request', { 'ReportRequestIdList.Id.1': '1' }, 0],
])('reports are found by %s', async (...[, parameters, found]) => {
  expect(texts(await ask('GetReportList', parameters), 'ReportId')).toHaveLength(found);
  expect(texts(await ask('GetReportCount', parameters), 'Count')).toEqual([String(found)]);
});

test('the next page comes by its token', async () => {
  const first = await ask('GetReportList', { MaxCount: '1' });
  expect(texts(first, 'HasNext')).toEqual(['true']);
  const second = await ask('GetReportListByNextToken', { NextToken: texts(first, 'NextToken')[0] });
  expect(texts(second, 'HasNext')).toEqual(['false']);
  expect(texts(second, 'ReportId')).not.toEqual(texts(first, 'ReportId'));
});

test('a settlement report is a table: totals first, a row for every line, its digest beside it', async () => {
  const [ReportId] = texts(await ask('GetReportList'), 'ReportId');
  const { body, headers } = await ask('GetReport', { ReportId });
  const [names = [], totals = [], order = [], fee = [], ...rest] = body.split('\n').map((line) => line.split('\t'));
  const cell = (row: string[], name: string) => row[names.indexOf(name)];
  expect([names.length, totals.length, order.length, rest]).toEqual([24, 24, 24, [['']]]);
  expect(
    ['settlement-id', 'settlement-end-date', 'deposit-date', 'total-amount', 'currency'].map((name) =>
      cell(totals, name),
    ),
  ).toEqual(['1002', '2026-11-17T12:00:00+00:00', '2026-11-19T12:00:00+00:00', '-9.89', 'USD']);
  expect(
    ['transaction-type', 'order-id', 'amount-type', 'amount', 'posted-date', 'sku', 'quantity-purchased'].map((name) =>
      cell(order, name),
    ),
  ).toEqual(['Order', '111-1', 'ItemPrice', '20.10', '2026-11-16', 'S-1', '2']);
  expect(cell(fee, 'amount')).toBe('-29.99');
  expect(headers).toMatchObject({
    'Content-Type': 'text/plain',
    'Content-MD5': createHash('md5').update(body).digest('base64'),
    'x-mws-quota-max': '60.0',
  });
});

/** The id a report has, learned when it could be listed. */
async function idOf(settlementId: string, at: number): Promise<string> {
  stage.clock.set(at);
  const ids = texts(await ask('GetReportList', { MaxCount: '100' }), 'ReportId');
  const bodies = await Promise.all(ids.map((ReportId) => ask('GetReport', { ReportId })));
  stage.clock.set(NOW);
  return ids[bodies.findIndex(({ body }) => body.includes(`\n${settlementId}\t`))] ?? '';
}

test('a report nobody has, one too old and one still to come are told apart', async () => {
  expect(refusalIn(await ask('GetReport', { ReportId: '7' }))).toEqual([
    404,
    'InvalidReportId',
    'Provided Report Id was invalid.',
  ]);
  const old = await idOf('1000', NOW - 100 * DAY);
  expect(refusalIn(await ask('GetReport', { ReportId: old })).slice(0, 2)).toEqual([404, 'ReportNoLongerAvailable']);
  const coming = await idOf('1003', NOW + 9 * DAY);
  expect(refusalIn(await ask('GetReport', { ReportId: coming })).slice(0, 2)).toEqual([404, 'ReportNotReady']);
  expect(refusalIn(await ask('GetReport'))).toEqual([
    400,
    'InvalidParameterValue',
    'Missing required parameter ReportId.',
  ]);
});

test("another seller's report is denied", async () => {
  const [ReportId] = texts(await ask('GetReportList'), 'ReportId');
  stage.amazon.settlements.set(STUDIO_KITE, stage.amazon.settlements.get(BLUE_BIRD) ?? []);
  stage.amazon.settlements.set(BLUE_BIRD, []);
  const [status, code] = refusalIn(await ask('GetReport', { ReportId }));
  expect([status, code]).toEqual([401, 'AccessToReportDenied']);
});
