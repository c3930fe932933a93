import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startClient, WAYS } from './client.ts';
import type { ForeignClient, Outcome } from './client.ts';
import { NORTH, NORTH_DEVELOPER, startAmazon } from './world.ts';
import type { Amazon } from './world.ts';

const PARTICIPATIONS = { section: 'Sellers', operation: 'ListMarketplaceParticipations' };

let amazon: Amazon;
beforeAll(async () => {
  amazon = await startAmazon();
});
afterAll(() => amazon.stop());
beforeEach(() => amazon.reset());

const ok = (outcome: Outcome): unknown => ('ok' in outcome ? (outcome.ok as { result: unknown }).result : outcome);

describe.each(['HTTPS_PROXY in the environment', 'the preload'] as const)('npm mws-api through %s', (way) => {
  let client: ForeignClient;
  beforeAll(() => {
    client = startClient('mwsApi', WAYS[way](amazon.emulator));
  });
  afterAll(() => client.stop());

  const call = (asked: Record<string, unknown>): Promise<Outcome> => client.call({ ...PARTICIPATIONS, ...asked });

  test('learns where the store sells', async () => {
    expect(ok(await call({}))).toMatchObject({
      ListParticipations: { Participation: [{ SellerId: NORTH, HasSellerSuspendedListings: 'No' }, {}] },
      ListMarketplaces: { Marketplace: [{ Name: 'Amazon.com' }, { Name: 'Amazon.ca' }] },
    });
  });

  test.each(['GREEN', 'GREEN_I', 'YELLOW', 'RED'] as const)('is told %s', async (status) => {
    await amazon.service('Sellers', status);
    expect(ok(await call({ operation: 'GetServiceStatus' }))).toMatchObject({ Status: status });
  });

  test('lists a settlement report at the bare path as Merchant, and fetches it', async () => {
    const reports = { section: 'Reports', operation: 'GetReportList' };
    const type = '_GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2_';
    const list = ok(await call({ ...reports, parameters: { ReportTypeList: [type] } }));
    expect(list).toMatchObject({ HasNext: 'false', ReportInfo: { ReportType: type } });
    const { ReportId } = (list as { ReportInfo: { ReportId: string } }).ReportInfo;
    const file = ok(await call({ ...reports, operation: 'GetReport', parameters: { ReportId } }));
    expect(file).toMatch(/^settlement-id\t[\s\S]*\n20261111\t/);
  });

  test('gives every refusal with its code and its words', async () => {
    await amazon.act(NORTH, { action: 'disable' }, NORTH_DEVELOPER);
    expect(await call({})).toMatchObject({
      error: { code: 'AccessDenied', message: 'AuthToken is not valid for SellerId and AWSAccountId', type: 'Sender' },
    });
    expect(await call({ accessKeyId: 'AKIAGONE' })).toMatchObject({ error: { code: 'InvalidAccessKeyId' } });
    expect(await call({ secretKey: 'wrong' })).toMatchObject({ error: { code: 'SignatureDoesNotMatch' } });
    const unknown = { section: 'Reports', operation: 'GetReport', parameters: { ReportId: '7' } };
    await amazon.reset();
    expect(await call(unknown)).toMatchObject({ error: { code: 'InvalidReportId' } });
  });

  test('is throttled after fifteen calls', async () => {
    for (let done = 0; done < 15; done += 1) expect(await call({})).toHaveProperty('ok');
    expect(await call({})).toMatchObject({ error: { code: 'RequestThrottled', message: 'Request is throttled' } });
  });

  test.each([
    [{ kind: 'outage' }, 'ServiceUnavailable'],
    [{ mws: 'request_expired' }, 'RequestExpired'],
    [{ mws: 'quota_exceeded' }, 'QuotaExceeded'],
    [{ kind: 'drop_response' }, 'ECONNRESET'],
  ])('reports the injected fault %j as its own error', async (answer, code) => {
    await amazon.fault({ answer, times: 1 });
    expect(await call({})).toMatchObject({ error: { code } });
    expect(await call({})).toHaveProperty('ok');
  });
});
