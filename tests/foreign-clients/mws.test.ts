import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startClient, WAYS } from './client.ts';
import type { ForeignClient, Outcome } from './client.ts';
import { NORTH, NORTH_DEVELOPER, startAmazon } from './world.ts';
import type { Amazon } from './world.ts';

const NOT_VALID = 'AuthToken is not valid for SellerId and AWSAccountId';
const PARTICIPATIONS = { section: 'sellers', operation: 'listMarketplaceParticipations' };
const EUROPE = {
  country: 'DE',
  accessKeyId: 'AKIAEUROPE',
  secretKey: 'secret-europe',
  sellerId: 'A2EUROPE',
  token: 'amzn.mws.europe',
};

let amazon: Amazon;
beforeAll(async () => {
  amazon = await startAmazon();
});
afterAll(() => amazon.stop());
beforeEach(() => amazon.reset());

/** The client answers with the result and what the headers told. */
const ok = (outcome: Outcome): [unknown, Record<string, unknown>] =>
  'ok' in outcome ? (outcome.ok as [unknown, Record<string, unknown>]) : [outcome, {}];

/** axios tunnels nothing by itself: by the environment it sends absolute-form requests to the proxy. */
const MWS_WAYS = ['HTTPS_PROXY in the environment', 'the preload'] as const;

describe.each(MWS_WAYS)('npm mws through %s', (way) => {
  let client: ForeignClient;
  beforeAll(() => {
    client = startClient('mws', WAYS[way](amazon.emulator));
  });
  afterAll(() => client.stop());

  const call = (asked: Record<string, unknown>): Promise<Outcome> => client.call({ ...PARTICIPATIONS, ...asked });

  test('learns where the store sells, at the host of each country what is behind it', async () => {
    const [result] = ok(await call({}));
    expect(result).toMatchObject({
      ListParticipations: [
        { MarketplaceId: 'ATVPDKIKX0DER', SellerId: NORTH, HasSellerSuspendedListings: false },
        { MarketplaceId: 'A2EUQ1WTGCTBG2', SellerId: NORTH, HasSellerSuspendedListings: false },
      ],
      ListMarketplaces: [{ Name: 'Amazon.com', DefaultCurrencyCode: 'USD' }, { DomainName: 'www.amazon.ca' }],
    });
    const [atCanada] = ok(await call({ country: 'CA' }));
    expect(atCanada).toMatchObject({ ListMarketplaces: [{ Name: 'Amazon.ca', DefaultLanguageCode: 'en_CA' }] });
    const [atGermany] = ok(await call(EUROPE));
    expect(atGermany).toMatchObject({ ListMarketplaces: [{ Name: 'Amazon.de' }] });
  });

  test.each([
    ['US', 'north'],
    ['BR', 'north'],
    ['MX', 'north'],
    ['GB', 'europe'],
    ['TR', 'europe'],
    ['AE', 'europe'],
    ['IN', 'europe'],
    ['JP', 'east'],
    ['AU', 'east'],
    ['SG', 'east'],
  ])('asks for the status at the host of %s', async (country, name) => {
    const key = { accessKeyId: `AKIA${name.toUpperCase()}`, secretKey: `secret-${name}` };
    const [result, meta] = ok(await call({ operation: 'getServiceStatus', country, ...key }));
    expect(result).toMatchObject({ Status: 'GREEN' });
    expect(meta['requestId']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each(['YELLOW', 'RED'] as const)('is told %s', async (status) => {
    await amazon.service('Finances', status);
    const asked = { section: 'finances', operation: 'getServiceStatus' };
    expect(ok(await call(asked))[0]).toMatchObject({ Status: status });
  });

  test('cannot read GREEN_I, which it does not know', async () => {
    await amazon.service('Sellers', 'GREEN_I');
    expect(await call({ operation: 'getServiceStatus' })).toMatchObject({ error: { name: 'ParsingError' } });
  });

  test('reads the coming payout, the past one and their events', async () => {
    const dates = { FinancialEventGroupStartedAfter: '2026-10-01T00:00:00Z' };
    const groups = await call({ section: 'finances', operation: 'listFinancialEventGroups', dates });
    expect(ok(groups)[0]).toMatchObject({
      FinancialEventGroupList: expect.arrayContaining([
        expect.objectContaining({
          ProcessingStatus: 'Open',
          OriginalTotal: { CurrencyCode: 'USD', CurrencyAmount: 77.5 },
        }),
        expect.objectContaining({ ProcessingStatus: 'Closed', FundTransferStatus: 'Successful', AccountTail: '123' }),
      ]),
    });
    const events = { section: 'finances', operation: 'listFinancialEvents' };
    const found = await call({ ...events, dates: { PostedAfter: '2026-11-01T00:00:00Z' } });
    expect(ok(found)[0]).toMatchObject({
      FinancialEvents: { ShipmentEventList: [{ PostedDate: '2026-11-20T10:00:00.000Z' }], RefundEventList: [] },
    });
  });

  test('reads pages of event groups by their tokens', async () => {
    const asked = { section: 'finances', operation: 'listFinancialEventGroups' };
    const dates = { FinancialEventGroupStartedAfter: '2026-10-01T00:00:00Z' };
    const [first] = ok(await call({ ...asked, dates, parameters: { MaxResultsPerPage: 2 } }));
    expect(first).toMatchObject({ FinancialEventGroupList: [{}, {}], NextToken: { token: expect.any(String) } });
    const { token } = (first as { NextToken: { token: string } }).NextToken;
    const next = await call({ ...asked, operation: 'listFinancialEventGroupsByNextToken', next: token });
    expect(ok(next)[0]).toMatchObject({ FinancialEventGroupList: [{}] });
  });

  test('lists settlement reports page by page with what is left of the hour, and fetches one', async () => {
    const reports = { ...EUROPE, section: 'reports' };
    const [first, meta] = ok(await call({ ...reports, operation: 'getReportList', parameters: { MaxCount: 1 } }));
    expect(first).toMatchObject({ HasNext: true, ReportInfo: { Acknowledged: false } });
    expect(meta).toMatchObject({ quotaMax: 60, quotaRemaining: 60, quotaResetOn: '2026-11-23T12:12:00.000Z' });
    const { NextToken, ReportInfo } = first as { NextToken: { token: string }; ReportInfo: { ReportId: string } };
    const second = await call({ ...reports, operation: 'getReportListByNextToken', next: NextToken.token });
    expect(ok(second)[0]).toMatchObject({ HasNext: false, ReportInfo: {} });
    const { ReportId } = ReportInfo;
    const [file] = ok(await call({ ...reports, operation: 'getReport', parameters: { ReportId } }));
    expect(file).toContain('\n3002\t2026-10-28T00:00:00+00:00\t2026-11-11T00:00:00+00:00\t\t1234.56\tUSD\t');
  });

  const denied = (mwsMessage: string) => ({
    error: { name: 'AccessDeniedError', code: 'AccessDenied', type: 'Sender', mwsMessage },
  });

  test('raises AccessDeniedError when the year is over, after Disable, and for a wrong pair', async () => {
    await amazon.act(NORTH, { action: 'expire' }, NORTH_DEVELOPER);
    expect(await call({})).toMatchObject(denied('Access denied'));
    await amazon.act(NORTH, { action: 'renew' }, NORTH_DEVELOPER);
    expect(await call({})).toHaveProperty('ok');
    await amazon.act(NORTH, { action: 'disable' }, NORTH_DEVELOPER);
    expect(await call({})).toMatchObject(denied(NOT_VALID));
    expect(await call({ ...EUROPE, token: 'amzn.mws.north' })).toMatchObject(denied(NOT_VALID));
    await amazon.act(NORTH, { action: 'enable' }, NORTH_DEVELOPER);
    expect(await call({})).toMatchObject(denied(NOT_VALID));
  });

  test('raises the errors of the app by their names', async () => {
    expect(await call({ accessKeyId: 'AKIAGONE' })).toMatchObject({ error: { name: 'InvalidAccessKeyIdError' } });
    expect(await call({ country: 'DE' })).toMatchObject({ error: { name: 'InvalidAccessKeyIdError' } });
    expect(await call({ secretKey: 'wrong' })).toMatchObject({ error: { name: 'SignatureDoesNotMatchError' } });
    expect(await call({ section: 'reports', operation: 'getReportScheduleCount' })).toMatchObject({
      error: {
        name: 'InvalidAddressError',
        mwsMessage: 'Operation GetReportScheduleCount is not available for section Reports/2009-01-01',
      },
    });
  });

  test('raises RequestThrottledError after fifteen calls, with an empty type', async () => {
    for (let done = 0; done < 15; done += 1) expect(await call({})).toHaveProperty('ok');
    expect(await call({})).toMatchObject({
      error: { name: 'RequestThrottledError', type: '', mwsMessage: 'Request is throttled' },
    });
    await amazon.advance('PT1M');
    expect(await call({})).toHaveProperty('ok');
  });

  test.each([
    ['stream_disconnected', 'InputStreamDisconnectedError'],
    ['parameter_invalid', 'InvalidParameterValueError'],
    ['ineligible', 'AccessDeniedError'],
    ['key_unknown', 'InvalidAccessKeyIdError'],
    ['signature_wrong', 'SignatureDoesNotMatchError'],
    ['address_invalid', 'InvalidAddressError'],
    ['internal_error', 'InternalErrorError'],
    ['quota_exceeded', 'QuotaExceededError'],
    ['throttled', 'RequestThrottledError'],
    ['request_invalid', 'InvalidRequestError'],
    ['finances_failed', 'NonRetriableInternalErrorError'],
    ['finances_busy', 'RetriableInternalErrorError'],
    ['report_denied', 'AccessToReportDeniedError'],
    ['report_unknown', 'InvalidReportIdError'],
    ['report_request_unknown', 'InvalidReportRequestIdError'],
    ['report_type_invalid', 'InvalidReportTypeError'],
    ['schedule_invalid', 'InvalidScheduleFrequencyError'],
    ['report_gone', 'ReportNoLongerAvailableError'],
    ['report_not_ready', 'ReportNotReadyError'],
  ])('raises the injected refusal %s as %s', async (mws, name) => {
    await amazon.fault({ match: { operation: 'ListMarketplaceParticipations' }, answer: { mws }, times: 1 });
    expect(await call({})).toMatchObject({ error: { name, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    expect(await call({})).toHaveProperty('ok');
  });

  test.each([
    [{ mws: 'request_expired' }, '<Code>RequestExpired</Code>'],
    [{ kind: 'outage' }, '<Code>ServiceUnavailable</Code>'],
    [{ kind: 'unknown_answer' }, '<Code>AccountStateConflict</Code>'],
    [{ kind: 'html_503' }, '503 Service Temporarily Unavailable'],
  ])('throws the body itself where it has no class for it: %j', async (answer, words) => {
    await amazon.fault({ answer, times: 1 });
    expect(await call({})).toMatchObject({ error: { thrown: expect.stringContaining(words) } });
  });
});
