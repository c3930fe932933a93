import { expect, test } from 'vitest';

import { EXAMPLE, exampleStage, NOW } from '../example.testkit.ts';
import type { Stage } from '../stage.ts';
import { askMws, refusalIn } from './example.testkit.ts';

const LIST = 'ListMarketplaceParticipations';
const REPORTS = '/Reports/2009-01-01';
const SECOND = 1000;

async function allowed(stage: Stage, times: number, ask = () => askMws(stage, LIST)): Promise<number> {
  let good = 0;
  for (let done = 0; done < times; done += 1) if ((await ask()).status !== 503) good += 1;
  return good;
}

test('fifteen participations at once, then one more a minute', async () => {
  const stage = exampleStage();
  expect(await allowed(stage, 17)).toBe(15);
  stage.clock.set(NOW + 59 * SECOND);
  expect(await allowed(stage, 2)).toBe(0);
  stage.clock.set(NOW + 60 * SECOND);
  expect(await allowed(stage, 2)).toBe(1);
  stage.clock.set(NOW + 3600 * SECOND);
  expect(await allowed(stage, 20)).toBe(15);
});

test('two questions for a status at once, then one more every five minutes; sections do not share them', async () => {
  const stage = exampleStage();
  const ask = (path: string) => () => askMws(stage, 'GetServiceStatus', { path });
  expect(await allowed(stage, 3, ask('/Sellers/2011-07-01'))).toBe(2);
  expect(await allowed(stage, 3, ask('/Finances/2015-05-01'))).toBe(2);
  stage.clock.set(NOW + 300 * SECOND);
  expect(await allowed(stage, 3, ask('/Sellers/2011-07-01'))).toBe(1);
});

test('sellers and developers do not use up each other: the bucket is of both together', async () => {
  const other = { sellerId: 'A7OTHER', region: 'na' as const, storeName: 'Other', sites: [] };
  const second = {
    region: 'na' as const,
    developerName: 'B',
    developerId: 'b',
    accessKeyId: 'AKIAB',
    secretKey: 'b-secret',
  };
  const grant = { authToken: 't', authorizedAt: '2026-01-02T00:00:00Z' };
  const stage = exampleStage({
    sellers: [...(EXAMPLE.sellers ?? []), other],
    developers: [...(EXAMPLE.developers ?? []), second],
    mwsGrants: [
      ...(EXAMPLE.mwsGrants ?? []),
      { ...grant, sellerId: 'A7OTHER', developerId: '0000-1111-2222' },
      { ...grant, sellerId: 'A3FHEXAMPLEYWS', developerId: 'b' },
    ],
  });
  expect(await allowed(stage, 16)).toBe(15);
  expect((await askMws(stage, LIST, { parameters: { SellerId: 'A7OTHER', MWSAuthToken: 't' } })).status).toBe(200);
  const parameters = { AWSAccessKeyId: 'AKIAB', MWSAuthToken: 't' };
  expect((await askMws(stage, LIST, { secretKey: 'b-secret', parameters })).status).toBe(200);
});

test('a request that is refused before costs nothing', async () => {
  const stage = exampleStage();
  for (let done = 0; done < 20; done += 1) await askMws(stage, LIST, { secretKey: 'wrong' });
  expect(await allowed(stage, 16)).toBe(15);
});

test('the hourly quota of reports counts down, ends in QuotaExceeded, and begins anew at twelve minutes past', async () => {
  const stage = exampleStage();
  const ask = () => askMws(stage, 'GetReport', { path: REPORTS, parameters: { ReportId: '1' } });
  const left: unknown[] = [];
  for (let minute = 0; minute < 12; minute += 1) {
    stage.clock.set(NOW + minute * 60 * SECOND);
    left.push((await ask()).headers['x-mws-quota-remaining']);
  }
  expect(left.slice(0, 3)).toEqual(['60.0', '59.0', '58.0']);
  stage.clock.set(NOW + 12 * 60 * SECOND);
  const fresh = await ask();
  expect(fresh.headers).toMatchObject({
    'x-mws-quota-max': '60.0',
    'x-mws-quota-remaining': '60.0',
    'x-mws-quota-resetsOn': '2026-11-23T13:12:00.000Z',
  });
  for (let second = 1; second < 60; second += 1) {
    // A minute's restore is waited out by hand, so that only the hour runs out.
    stage.amazon.buckets.delete('mws Reports/2009-01-01/GetReport A3FHEXAMPLEYWS 0000-1111-2222');
    expect((await ask()).status).toBe(404);
  }
  const over = await ask();
  expect(refusalIn(over)).toEqual([
    503,
    'QuotaExceeded',
    'You exceeded your quota of 60.0 requests per 1 hour for operation Reports/2009-01-01/GetReport.  Your quota will reset on Mon Nov 23 13:12:00 UTC 2026',
  ]);
  expect(over.headers['x-mws-quota-remaining']).toBe('0.0');
  stage.clock.set(NOW + 72 * 60 * SECOND);
  expect((await ask()).status).toBe(404);
});

test('a world can switch throttling off', async () => {
  expect(await allowed(exampleStage({ throttle: false }), 100)).toBe(100);
});
