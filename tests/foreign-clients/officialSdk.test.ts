import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startClient, WAYS } from './client.ts';
import type { ForeignClient, Outcome } from './client.ts';
import { NORTH, NORTH_TOKEN, OTHER_APPS_TOKEN, startAmazon } from './world.ts';
import type { Amazon } from './world.ts';

let amazon: Amazon;
beforeAll(async () => {
  amazon = await startAmazon();
});
afterAll(() => amazon.stop());
beforeEach(() => amazon.reset());

const ok = (outcome: Outcome): unknown => ('ok' in outcome ? outcome.ok : outcome);
const denied = {
  status: 403,
  body: { errors: [{ code: 'Unauthorized', message: 'Access to requested resource is denied.' }] },
};

/**
 * The SDK fetches tokens from one fixed address with no agent, so only the preload leads that too; by base URL and with
 * an agent it is handed a token, which its documentation offers as well.
 */
const SDK_WAYS = {
  'the preload': { way: WAYS['the preload'], token: async () => ({ refreshToken: NORTH_TOKEN }) },
  'its requestAgent and the proxy': {
    way: WAYS['https-proxy-agent'],
    token: async () => ({ accessToken: await amazon.accessToken() }),
  },
  'its base URL': {
    way: () => ({ env: {}, settings: { baseUrl: `${amazon.emulator.url}/sellingpartnerapi-na.amazon.com` } }),
    token: async () => ({ accessToken: await amazon.accessToken() }),
  },
};

describe.each(Object.keys(SDK_WAYS) as (keyof typeof SDK_WAYS)[])("Amazon's JavaScript SDK by %s", (name) => {
  const { way, token } = SDK_WAYS[name];
  let client: ForeignClient;
  beforeAll(() => {
    client = startClient('officialSdk', way(amazon.emulator));
  });
  afterAll(() => client.stop());

  const call = async (api: string, operation: string, ...parameters: unknown[]): Promise<Outcome> =>
    client.call({ api, operation, parameters, ...(await token()) });

  test('learns where the store sells and what plan it has', async () => {
    expect(ok(await call('sellers', 'getMarketplaceParticipations'))).toMatchObject({
      payload: [
        { marketplace: { id: 'ATVPDKIKX0DER', defaultCurrencyCode: 'USD' }, participation: { isParticipating: true } },
        { marketplace: { id: 'A2EUQ1WTGCTBG2', defaultCurrencyCode: 'CAD' } },
      ],
    });
    expect(ok(await call('sellers', 'getAccount'))).toMatchObject({ payload: { sellingPlan: 'PROFESSIONAL' } });
  });

  test('reads what was paid and what is coming', async () => {
    expect(ok(await call('transfers', 'listPayouts', { marketplaceIds: ['ATVPDKIKX0DER'] }))).toMatchObject({
      payouts: [{ id: 'PAYOUT-PAST', partnerMetadata: { partnerId: NORTH }, currentStatus: 'PAID', type: 'SCHEDULED' }],
    });
    expect(ok(await call('transfers', 'listExpectedPayouts', {}))).toMatchObject({
      expectedPayouts: [
        { status: 'SCHEDULED', amount: { currencyAmount: 77.5 }, scheduledDate: '2026-11-26T08:00:00.000Z' },
        { status: 'NO_PAYOUT_EXPECTED' },
      ],
    });
  });

  test('reads event groups, transactions, balances and reports', async () => {
    expect(ok(await call('financesV0', 'listFinancialEventGroups', { maxResultsPerPage: 10 }))).toMatchObject({
      payload: {
        financialEventGroupList: expect.arrayContaining([expect.objectContaining({ processingStatus: 'Closed' })]),
      },
    });
    expect(ok(await call('finances', 'listTransactions', { postedAfter: '2026-11-01T00:00:00Z' }))).toMatchObject({
      payload: { transactions: [{ transactionId: 'TX-1', sellingPartnerMetadata: { sellingPartnerId: NORTH } }] },
    });
    expect(ok(await call('finances', 'listBalances', { marketplaceIds: ['ATVPDKIKX0DER'] }))).toMatchObject({
      balances: [{ balanceType: 'TOTAL', balances: [{ balanceType: 'AVAILABLE' }, { balanceType: 'RESERVED' }] }],
    });
    const reportTypes = ['GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2'];
    expect(ok(await call('reports', 'getReports', { reportTypes }))).toMatchObject({
      reports: [{ reportType: reportTypes[0], processingStatus: 'DONE' }],
    });
  });

  test('is denied when a role is missing, and told what a request lacks', async () => {
    await amazon.act(NORTH, { action: 'drop_role', role: 'insights' });
    expect(await call('sellers', 'getMarketplaceParticipations')).toMatchObject({ error: denied });
    expect(await call('finances', 'listTransactions', {})).toMatchObject({
      error: { status: 400, body: { errors: [{ code: 'InvalidInput', message: 'Start date cannot be null' }] } },
    });
  });

  test.each([
    ['throttle', 429, 'QuotaExceeded'],
    ['outage', 503, 'ServiceUnavailable'],
    ['auth_incident', 403, 'Unauthorized'],
    ['unknown_answer', 409, 'StateConflict'],
  ])('reports %s as status %d with the code %s', async (kind, status, code) => {
    await amazon.fault({ match: { operation: 'listPayouts' }, answer: { kind }, times: 1 });
    expect(await call('transfers', 'listPayouts', {})).toMatchObject({
      error: { status, body: { errors: [{ code }] } },
    });
    expect(await call('transfers', 'listPayouts', {})).toHaveProperty('ok');
  });
});

describe("Amazon's JavaScript SDK with its own token client", () => {
  let client: ForeignClient;
  beforeAll(() => {
    client = startClient('officialSdk', WAYS['the preload'](amazon.emulator));
  });
  afterAll(() => client.stop());

  const participations = (credentials: Record<string, unknown>): Promise<Outcome> =>
    client.call({ api: 'sellers', operation: 'getMarketplaceParticipations', ...credentials });

  test('is told invalid_grant after Disable', async () => {
    await amazon.act(NORTH, { action: 'disable' });
    expect(await participations({ refreshToken: NORTH_TOKEN })).toMatchObject({
      error: { status: 400, body: { error: 'invalid_grant' } },
    });
  });

  test("is told invalid_client for a wrong secret and unauthorized_client for another app's token", async () => {
    expect(await participations({ refreshToken: NORTH_TOKEN, clientSecret: 'wrong' })).toMatchObject({
      error: { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' } },
    });
    expect(await participations({ refreshToken: OTHER_APPS_TOKEN })).toMatchObject({
      error: { status: 400, body: { error: 'unauthorized_client' } },
    });
  });

  test('names a queue, subscribes a seller to news of its standing, and takes both back', async () => {
    const scope = 'sellingpartnerapi::notifications';
    const own = (operation: string, ...parameters: unknown[]): Promise<Outcome> =>
      client.call({ api: 'notifications', operation, parameters, scope });
    const seller = (operation: string, ...parameters: unknown[]): Promise<Outcome> =>
      client.call({ api: 'notifications', operation, parameters, refreshToken: NORTH_TOKEN });
    const sqs = { arn: 'arn:aws:sqs:us-east-1:123456789012:news' };
    const destination = { name: 'news', resourceSpecification: { sqs } };
    const { payload: made } = ok(await own('createDestination', destination)) as { payload: { destinationId: string } };
    expect(made).toMatchObject({ name: 'news', resource: { sqs } });
    expect(await own('createDestination', destination)).toMatchObject({ error: { status: 409 } });
    const type = 'ACCOUNT_STATUS_CHANGED';
    const wanted = { payloadVersion: '2021-01-01', destinationId: made.destinationId };
    const subscribed = ok(await seller('createSubscription', type, wanted)) as { payload: { subscriptionId: string } };
    const { subscriptionId } = subscribed.payload;
    expect(ok(await seller('getSubscription', type))).toMatchObject({ payload: { ...wanted, subscriptionId } });
    expect(ok(await own('getSubscriptionById', subscriptionId, type))).toMatchObject({ payload: wanted });
    expect(await own('deleteDestination', made.destinationId)).toMatchObject({ error: { status: 403 } });
    expect(await own('deleteSubscriptionById', subscriptionId, type)).toHaveProperty('ok');
    expect(await seller('getSubscription', type)).toMatchObject({ error: { status: 404 } });
    expect(await own('deleteDestination', made.destinationId)).toHaveProperty('ok');
  });

  test('rotates the secret of an app that says where the new one goes, and of no other', async () => {
    const scope = 'sellingpartnerapi::client_credential:rotation';
    const rotate = { api: 'applications', operation: 'rotateApplicationClientSecret', scope };
    expect(await client.call(rotate)).toMatchObject({
      error: { status: 400, body: { errors: [{ code: 'InvalidInput' }] } },
    });
    await amazon.enrol('arn:aws:sqs:us-east-1:123456789012:app-news');
    await amazon.advance('PT1M');
    expect(await client.call(rotate)).toHaveProperty('ok');
    expect(await participations({ refreshToken: NORTH_TOKEN })).toHaveProperty('ok');
    await amazon.advance('P7D');
    expect(await participations({ refreshToken: NORTH_TOKEN })).toMatchObject({ error: { status: 401 } });
  });

  test('calls an operation without a seller by scope', async () => {
    const scope = 'sellingpartnerapi::notifications';
    const outcome = await client.call({ api: 'notifications', operation: 'getDestinations', scope });
    expect(ok(outcome)).toMatchObject({ payload: [] });
  });
});
