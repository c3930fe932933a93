import { expect, test } from 'vitest';
import { sandboxCases } from './cases.ts';
import { matchSandbox } from './match.ts';
import type { SandboxRequest } from './match.ts';

function ask(
  method: string,
  address: string,
  body?: unknown,
): { operation: string; status: number | undefined } | undefined {
  const { pathname, searchParams } = new URL(address, 'https://sandbox.test');
  const request: SandboxRequest = { method, path: pathname, query: searchParams, body };
  const found = matchSandbox(sandboxCases(), request);
  return found && { operation: found.operation, status: found.matched?.status };
}

test('every model that is shipped brings its cases', () => {
  const perModel = Map.groupBy(sandboxCases(), (one) => one.template.split('/')[1]);
  expect(Object.fromEntries([...perModel].map(([name, cases]) => [name, cases.length]))).toEqual({
    sellers: 3,
    finances: 23, // transfers 8, finances 2024-06-19 7, finances v0 8
    reports: 18,
    notifications: 9,
    tokens: 3,
    applications: 1,
    shipping: 46,
  });
});

test('of two cases that ask for nothing the successful one answers', () => {
  expect(ask('GET', '/sellers/v1/account')).toEqual({ operation: 'getAccount', status: 200 });
});

test('the case that asks for more wins over the one that asks for less', () => {
  expect(ask('DELETE', '/reports/2021-06-30/reports/ID')?.status).toBe(200);
  expect(ask('DELETE', '/reports/2021-06-30/reports/other')?.status).toBe(400);
  const balances = '/finances/2024-06-19/balances?marketplaceIds=AXXXXXXXXXER&balanceType=TOTAL';
  expect(ask('GET', balances)?.status).toBe(200);
  expect(ask('GET', `${balances}&asOfDate=2025-01-12`)?.status).toBe(200);
});

test('lists match repeated or with commas, in the order of the case', () => {
  const reports = '/reports/2021-06-30/schedules?reportTypes=';
  const [first, second] = ['FEE_DISCOUNTS_REPORT', 'GET_FBA_FULFILLMENT_CUSTOMER_TAXES_DATA'];
  expect(ask('GET', `${reports}${first},${second}`)?.status).toBe(200);
  expect(ask('GET', `${reports}${first}&reportTypes=${second}`)?.status).toBe(200);
  expect(ask('GET', `${reports}${first}%2C${second}`)?.status).toBe(200);
  expect(ask('GET', `${reports}${second},${first}`)?.status).toBeUndefined();
  expect(ask('GET', `${reports}${first}`)?.status).toBeUndefined();
});

test('dates and numbers are compared as the text that was sent', () => {
  const groups = '/finances/v0/financialEventGroups?MaxResultsPerPage=1&FinancialEventGroupStartedBefore=2019-10-31';
  expect(ask('GET', `${groups}&FinancialEventGroupStartedAfter=2019-10-13`)?.status).toBe(200);
  expect(ask('GET', `${groups}&FinancialEventGroupStartedAfter=2019-10-13T00:00:00Z`)?.status).toBeUndefined();
});

test('a body matches when it has everything the case asks for', () => {
  const address = '/shipping/v1/shipments';
  expect(ask('POST', address, { clientReferenceId: 'TEST_CASE_429', more: [1] })?.status).toBe(429);
  expect(ask('POST', address, { clientReferenceId: 'TEST_CASE_999' })?.status).toBeUndefined();
  expect(ask('POST', address)?.status).toBeUndefined();
  const wrongList = {
    reportType: 'GET_MERCHANT_LISTINGS_ALL_DATA',
    dataStartTime: '2024-03-10T20:11:24.000Z',
    marketplaceIds: ['A1PA6795UKMFR9'],
  };
  expect(ask('POST', '/reports/2021-06-30/reports', wrongList)?.status).toBeUndefined();
});

test('values in the path are compared decoded, and a broken encoding is only a value that matches nothing', () => {
  expect(ask('GET', '/finances/v0/orders/485%2D734%2D5434857/financialEvents?MaxResultsPerPage=10')?.status).toBe(200);
  expect(ask('GET', '/finances/v0/orders/%E0%A4%A/financialEvents')?.status).toBeUndefined();
});

test('a path or method that no model has is no operation at all', () => {
  expect(ask('GET', '/orders/v0/orders')).toBeUndefined();
  expect(ask('PATCH', '/sellers/v1/account')).toBeUndefined();
});
