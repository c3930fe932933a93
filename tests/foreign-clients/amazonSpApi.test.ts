import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startClient, WAYS } from './client.ts';
import type { ForeignClient, Outcome } from './client.ts';
import { EUROPE_TOKEN, NORTH, NORTH_TOKEN, OTHER_APPS_TOKEN, OWNER, startAmazon } from './world.ts';
import type { Amazon } from './world.ts';

const PARTICIPATIONS = 'sellers.getMarketplaceParticipations';
const REVOKED =
  "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.";
const DENIED = { code: 'Unauthorized', message: 'Access to requested resource is denied.', details: '' };

let amazon: Amazon;
beforeAll(async () => {
  amazon = await startAmazon();
});
afterAll(() => amazon.stop());
beforeEach(() => amazon.reset());

const ok = (outcome: Outcome): unknown => ('ok' in outcome ? outcome.ok : outcome);

/** What a browser does on the consent page, without one: sign in, tick, confirm. Returns the code the app is sent. */
async function authorizationCode(): Promise<string> {
  const host = `${amazon.emulator.url}/sellercentral.amazon.com`;
  const send = (path: string, fields: Record<string, string>, cookie = ''): Promise<Response> =>
    fetch(`${host}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { cookie },
      redirect: 'manual',
    });
  const signedIn = await send('/ap/signin', { email: OWNER.email, password: OWNER.password });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const query = new URLSearchParams({ application_id: 'amzn1.sellerapps.app.a', state: 'st' });
  const page = await fetch(`${host}/apps/authorize/consent?${query.toString()}`, { headers: { cookie } });
  const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const fields = { ...Object.fromEntries(query), csrf, terms: 'agreed', action: 'confirm' };
  const left = await send('/apps/authorize/consent', fields, cookie);
  return new URL(left.headers.get('location') ?? '').searchParams.get('spapi_oauth_code') ?? '';
}

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('npm amazon-sp-api through %s', (way) => {
  let client: ForeignClient;
  beforeAll(() => {
    client = startClient('amazonSpApi', WAYS[way](amazon.emulator));
  });
  afterAll(() => client.stop());

  const call = (asked: Record<string, unknown>): Promise<Outcome> =>
    client.call({ refreshToken: NORTH_TOKEN, operation: PARTICIPATIONS, ...asked });

  test('learns where the store sells', async () => {
    expect(ok(await call({}))).toMatchObject([
      { marketplace: { id: 'ATVPDKIKX0DER', countryCode: 'US' }, participation: { isParticipating: true } },
      { marketplace: { id: 'A2EUQ1WTGCTBG2', countryCode: 'CA' } },
    ]);
  });

  test('reads payout groups, transactions and settlement reports by their names', async () => {
    const groups = await call({ operation: 'finances.listFinancialEventGroups' });
    expect(ok(groups)).toMatchObject({
      FinancialEventGroupList: expect.arrayContaining([
        expect.objectContaining({
          ProcessingStatus: 'Open',
          OriginalTotal: { CurrencyCode: 'USD', CurrencyAmount: 77.5 },
        }),
        expect.objectContaining({ ProcessingStatus: 'Closed', FundTransferStatus: 'Successful', AccountTail: '123' }),
      ]),
    });
    const transactions = { operation: 'finances.listTransactions', query: { postedAfter: '2026-11-01T00:00:00Z' } };
    expect(ok(await call(transactions))).toMatchObject({ transactions: [{ transactionId: 'TX-1' }] });
    const reportTypes = ['GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2', 'GET_V2_SELLER_PERFORMANCE_REPORT'];
    expect(ok(await call({ operation: 'reports.getReports', query: { reportTypes } }))).toMatchObject({
      reports: [{ reportType: reportTypes[0], processingStatus: 'DONE' }],
    });
  });

  test('reads payouts, expected payouts and balances by their paths', async () => {
    expect(ok(await call({ apiPath: '/finances/transfers/2024-06-01/payouts' }))).toMatchObject({
      payouts: [{ id: 'PAYOUT-PAST', currentStatus: 'PAID', amount: { currencyCode: 'USD', currencyAmount: 1234.56 } }],
    });
    expect(ok(await call({ apiPath: '/finances/transfers/2024-06-01/payouts/expected' }))).toMatchObject({
      expectedPayouts: [{ status: 'SCHEDULED' }, { status: 'NO_PAYOUT_EXPECTED' }],
    });
    const query = { marketplaceIds: ['ATVPDKIKX0DER'] };
    expect(ok(await call({ apiPath: '/finances/2024-06-19/balances', query }))).toMatchObject({
      balances: [{ balanceType: 'TOTAL', amount: { currencyCode: 'USD' } }],
    });
  });

  test('exchanges the code of the consent page for a token that works, once', async () => {
    const exchange = await authorizationCode();
    const tokens = ok(await call({ exchange })) as { refresh_token: string };
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    expect(ok(await call({ refreshToken: tokens.refresh_token }))).toHaveLength(2);
    expect(await call({ exchange })).toMatchObject({
      error: { code: 'invalid_grant', message: 'The request has an invalid grant parameter : code' },
    });
  });

  test('is told invalid_grant when the seller disabled the app, when the year ended, and for a token nobody knows', async () => {
    await amazon.act(NORTH, { action: 'disable' });
    expect(await call({})).toMatchObject({ error: { code: 'invalid_grant', message: REVOKED } });
    await amazon.reset();
    await amazon.advance('P365D');
    expect(await call({})).toMatchObject({ error: { code: 'invalid_grant', message: REVOKED } });
    expect(await call({ refreshToken: 'Atzr|nobody' })).toMatchObject({
      error: { code: 'invalid_grant', message: 'The request has an invalid grant parameter : refresh_token' },
    });
  });

  test("is told invalid_client for a wrong secret and unauthorized_client for another app's token", async () => {
    expect(await call({ clientSecret: 'wrong' })).toMatchObject({
      error: { code: 'invalid_client', message: 'Client authentication failed' },
    });
    expect(await call({ refreshToken: OTHER_APPS_TOKEN })).toMatchObject({ error: { code: 'unauthorized_client' } });
  });

  test("is denied with one body when a role is missing and at another region's host", async () => {
    await amazon.act(NORTH, { action: 'drop_role', role: 'finance' });
    expect(await call({ operation: 'finances.listFinancialEventGroups' })).toMatchObject({ error: DENIED });
    expect(ok(await call({}))).toHaveLength(2);
    expect(await call({ refreshToken: EUROPE_TOKEN })).toMatchObject({ error: DENIED });
    expect(ok(await call({ refreshToken: EUROPE_TOKEN, region: 'eu' }))).toHaveLength(1);
  });

  test('is throttled after fifteen calls, with QuotaExceeded', async () => {
    for (let done = 0; done < 15; done += 1) expect(await call({ name: 'quota' })).toHaveProperty('ok');
    expect(await call({ name: 'quota' })).toMatchObject({
      error: { code: 'QuotaExceeded', message: 'You exceeded your quota for the requested resource.' },
    });
  });

  test('renews an access token that is an hour old by itself', async () => {
    expect(ok(await call({ name: 'hour' }))).toHaveLength(2);
    await amazon.advance('PT1H');
    expect(ok(await call({ name: 'hour' }))).toHaveLength(2);
    expect(await amazon.tokenCalls()).toBe(2);
  });

  test.each([
    [{ kind: 'outage' }, { code: 'ServiceUnavailable' }],
    [
      { kind: 'auth_incident' },
      { code: 'Unauthorized', message: 'The security token included in the request is expired' },
    ],
    [
      { status: 500, body: { errors: [{ code: 'InternalFailure', message: 'We encountered an internal error.' }] } },
      { code: 'InternalFailure' },
    ],
    [{ kind: 'html_503' }, { code: 'JSON_PARSE_ERROR' }],
    [{ kind: 'drop_response' }, { code: 'ECONNRESET' }],
  ])('reports the injected fault %j as its own error', async (answer, error) => {
    await amazon.fault({ match: { operation: 'getMarketplaceParticipations' }, answer, times: 1 });
    expect(await call({})).toMatchObject({ error });
    expect(ok(await call({}))).toHaveLength(2);
  });

  test('gets the sandbox cases of the models from the sandbox host', async () => {
    const inSandbox = (asked: Record<string, unknown>): Promise<Outcome> => call({ sandbox: true, ...asked });
    expect(ok(await inSandbox({}))).toMatchObject([{ storeName: 'BestSellerStore' }]);
    const query = {
      MaxResultsPerPage: 1,
      FinancialEventGroupStartedBefore: '2019-10-31',
      FinancialEventGroupStartedAfter: '2019-10-13',
    };
    const groups = await inSandbox({ operation: 'finances.listFinancialEventGroups', query });
    expect(ok(groups)).toMatchObject({ FinancialEventGroupList: [{ ProcessingStatus: 'PROCESSED' }] });
    const reportTypes = ['FEE_DISCOUNTS_REPORT', 'GET_AFN_INVENTORY_DATA'];
    const processingStatuses = ['IN_QUEUE', 'IN_PROGRESS'];
    const reports = await inSandbox({ operation: 'reports.getReports', query: { reportTypes, processingStatuses } });
    expect(ok(reports)).toMatchObject({ reports: [{ reportId: 'ReportId1', processingStatus: 'IN_PROGRESS' }] });
    expect(await inSandbox({ operation: 'reports.getReport', path: { reportId: 'badReportId1' } })).toMatchObject({
      error: { code: '400' }, // the model's own case says so
    });
  });
});
