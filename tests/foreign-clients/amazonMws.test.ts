import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../../emulator/src/app.ts';
import { startClient, WAYS } from './client.ts';
import type { ForeignClient, Outcome } from './client.ts';
import { NORTH, NORTH_DEVELOPER, startAmazon } from './world.ts';
import type { Amazon } from './world.ts';

/** It sends GET with a query and can be told to speak plain http, which a proxy is handed whole. */
const AMAZON_MWS_WAYS = {
  'plain http and HTTP_PROXY in the environment': (emulator: Emulator) => ({
    env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: emulator.proxyUrl ?? '' },
    settings: { port: '80', protocol: 'http' },
  }),
  'https and the preload': WAYS['the preload'],
};

const PARTICIPATIONS = { Action: 'ListMarketplaceParticipations' };

let amazon: Amazon;
beforeAll(async () => {
  amazon = await startAmazon();
});
afterAll(() => amazon.stop());
beforeEach(() => amazon.reset());

const ok = (outcome: Outcome): unknown => ('ok' in outcome ? outcome.ok : outcome);

describe.each(Object.keys(AMAZON_MWS_WAYS) as (keyof typeof AMAZON_MWS_WAYS)[])('npm amazon-mws by %s', (way) => {
  let client: ForeignClient;
  beforeAll(() => {
    client = startClient('amazonMws', AMAZON_MWS_WAYS[way](amazon.emulator));
  });
  afterAll(() => client.stop());

  const call = (parameters: Record<string, unknown>, asked: Record<string, unknown> = {}): Promise<Outcome> =>
    client.call({ section: 'sellers', parameters, ...asked });

  test('learns where the store sells, again and again, because every connection is closed', async () => {
    for (let done = 0; done < 3; done += 1) {
      expect(ok(await call(PARTICIPATIONS))).toMatchObject({
        ListParticipations: { Participation: [{ SellerId: NORTH, HasSellerSuspendedListings: 'No' }, {}] },
        ListMarketplaces: { Marketplace: [{ Name: 'Amazon.com' }, { Name: 'Amazon.ca' }] },
        StatusCode: 200,
      });
    }
  });

  test.each(['GREEN', 'GREEN_I', 'YELLOW', 'RED'] as const)('is told %s', async (status) => {
    await amazon.service('Sellers', status);
    expect(ok(await call({ Action: 'GetServiceStatus' }))).toMatchObject({ Status: status });
  });

  test('reads event groups and events, although they come without an XML declaration', async () => {
    const finances = { section: 'finances' };
    const FinancialEventGroupStartedAfter = '2026-10-01T00:00:00Z';
    const groups = await call({ Action: 'ListFinancialEventGroups', FinancialEventGroupStartedAfter }, finances);
    expect(ok(groups)).toMatchObject({
      FinancialEventGroupList: {
        FinancialEventGroup: expect.arrayContaining([
          expect.objectContaining({ ProcessingStatus: 'Closed', FundTransferStatus: 'Successful' }),
        ]),
      },
    });
    const events = await call({ Action: 'ListFinancialEvents', PostedAfter: '2026-11-01T00:00:00Z' }, finances);
    expect(ok(events)).toMatchObject({
      FinancialEvents: { ShipmentEventList: { ShipmentEvent: { PostedDate: '2026-11-20T10:00:00Z' } } },
    });
  });

  test('lists a settlement report with what is left of the hour, and reads its table', async () => {
    const reports = { section: 'reports' };
    const list = ok(await call({ Action: 'GetReportList' }, reports));
    expect(list).toMatchObject({
      ReportInfo: { ReportType: '_GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2_' },
      Headers: { 'x-mws-quota-max': '60.0', 'x-mws-quota-resetson': '2026-11-23T12:12:00.000Z' },
    });
    const { ReportId } = (list as { ReportInfo: { ReportId: string } }).ReportInfo;
    expect(ok(await call({ Action: 'GetReport', ReportId }, reports))).toMatchObject({
      data: [{ 'settlement-id': '20261111', 'total-amount': '1234.56' }, { amount: '1234.56' }],
    });
  });

  test('gives every refusal with its status, its code and its words', async () => {
    await amazon.act(NORTH, { action: 'expire' }, NORTH_DEVELOPER);
    expect(await call(PARTICIPATIONS)).toMatchObject({
      error: {
        type: 'AmazonMwsAPIError',
        status: 401,
        message: 'Access denied',
        original: { Type: 'Sender', Code: 'AccessDenied' },
      },
    });
    expect(await call(PARTICIPATIONS, { accessKeyId: 'AKIAGONE' })).toMatchObject({
      error: { status: 403, original: { Code: 'InvalidAccessKeyId' } },
    });
    expect(await call(PARTICIPATIONS, { secretKey: 'wrong' })).toMatchObject({
      error: { status: 403, original: { Code: 'SignatureDoesNotMatch' } },
    });
    expect(await call({ Action: 'GetReport', ReportId: '7' }, { section: 'reports' })).toMatchObject({
      error: { status: 401 },
    });
  });

  test.each([
    [{ kind: 'outage' }, { status: 503, original: { Code: 'ServiceUnavailable', Type: 'Receiver' } }],
    [{ kind: 'throttle' }, { status: 503, original: { Code: 'RequestThrottled' } }],
    [{ mws: 'request_expired' }, { status: 400, original: { Code: 'RequestExpired' } }],
    [{ kind: 'drop_response' }, { type: 'AmazonMwsConnectionError' }],
  ])('reports the injected fault %j as its own error', async (answer, error) => {
    await amazon.fault({ answer, times: 1 });
    expect(await call(PARTICIPATIONS)).toMatchObject({ error });
    expect(await call(PARTICIPATIONS)).toHaveProperty('ok');
  });
});
