import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { createEmulator } from '../app.ts';
import type { Emulator } from '../app.ts';
import { BLUE_BIRD, EXAMPLE, exampleWorld } from '../example.testkit.ts';
import { refusalIn, signed, TOKEN } from './example.testkit.ts';
import type { MwsAsk } from './example.testkit.ts';
import { REFUSAL_NAMES } from './refusals.ts';

const LIST = 'ListMarketplaceParticipations';
const REPORTS = '/Reports/2009-01-01';

let emulator: Emulator;
beforeAll(async () => {
  emulator = createEmulator({ world: exampleWorld() });
  await emulator.start();
});
afterAll(() => emulator.stop());
beforeEach(() => control('PUT', '/world', EXAMPLE));

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${emulator.url}/_${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function call(action: string, ask: MwsAsk = {}) {
  const { host, path, method, query, body, headers } = signed(action, ask);
  const type = headers['content-type'];
  const search = method === 'GET' ? `?&${query.toString()}` : '';
  const answer = await fetch(`${emulator.url}/${host}${path}${search}`, {
    method,
    ...(type === undefined ? {} : { headers: { 'content-type': type }, body: body.toString() }),
  });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}

const order = (answer: object, match: object = {}): Promise<unknown> => control('POST', '/faults', { answer, match });

test.each<[object, number, string | undefined]>([
  [{ kind: 'auth_incident' }, 401, 'AccessDenied'],
  [{ kind: 'outage' }, 503, 'ServiceUnavailable'],
  [{ kind: 'throttle' }, 503, 'RequestThrottled'],
  [{ kind: 'unknown_answer' }, 409, 'AccountStateConflict'],
  [{ kind: 'html_503' }, 503, undefined],
])('%j is answered %d in the words of MWS, and the connection is closed', async (...[answer, status, code]) => {
  await order(answer);
  const heard = await call(LIST);
  expect([...refusalIn(heard).slice(0, 2), heard.headers['connection']]).toEqual([status, code, 'close']);
});

test('every refusal of MWS can be ordered by its name, and speaks in the envelope of the section', async () => {
  for (const mws of REFUSAL_NAMES) {
    await order({ mws });
    const heard = await call(LIST);
    expect(heard.status, mws).toBeGreaterThanOrEqual(400);
    expect(heard.body, mws).toMatch(
      /^<\?xml version="1\.0"\?>\n<ErrorResponse xmlns="https:\/\/mws\.amazonservices\.com\/Sellers\/2011-07-01">\n {2}<Error>\n/,
    );
    expect(heard.body, mws).not.toMatch(/\{\w+\}/);
  }
});

test.each<[string, MwsAsk, [number, string, string]]>([
  ['closed', {}, [401, 'AccessDenied', `Access to Sellers.${LIST} is denied`]],
  [
    'request_expired',
    { parameters: { Timestamp: '2016-11-01T17:55:52Z' } },
    [
      400,
      'RequestExpired',
      'Request signature is too far in the past and has expired. Timestamp date: 2016-11-01T17:55:52Z',
    ],
  ],
  [
    'internal_error',
    {},
    [500, 'InternalError', 'We encountered an internal error. Please contact the MWS team if this problem persists.'],
  ],
  [
    'report_request_unknown',
    { path: REPORTS },
    [400, 'InvalidReportRequestId', 'One or more of the provided ReportRequestIds could not be found.'],
  ],
])('the fault %s says exactly what Amazon says', async (...[mws, ask, refusal]) => {
  await order({ mws });
  expect(refusalIn(await call(LIST, ask))).toEqual(refusal);
});

test("an ordered InvalidReportRequestId is 339 bytes long, as recorded, with the operation's RequestId", async () => {
  await order({ mws: 'report_request_unknown' });
  const { body } = await call('CancelReportRequests', { path: REPORTS });
  expect([Buffer.byteLength(body), body.includes('<RequestId>')]).toEqual([339, true]);
});

test.each([
  ['a host that is none of MWS', { host: 'api.amazon.com', section: 'Sellers', status: 'RED' }],
  ['a section that is none', { host: 'mws.amazonservices.com', section: 'Shops', status: 'RED' }],
])('a status for %s is refused', async (_name, service) => {
  await expect(control('PATCH', '/services', service)).rejects.toThrow('400');
});

test('a service that is GREEN again is no longer listed', async () => {
  const service = { host: 'mws.amazonservices.com', section: 'Sellers' };
  await control('PATCH', '/services', { ...service, status: 'YELLOW' });
  await control('PATCH', '/services', { ...service, status: 'GREEN' });
  expect(await control('GET', '/services')).toEqual({ data: [] });
});

test('an ordered QuotaExceeded comes with its headers', async () => {
  await order({ mws: 'quota_exceeded' }, { operation: 'GetReportList' });
  const heard = await call('GetReportList', { path: REPORTS });
  expect(refusalIn(heard)[2]).toMatch(
    /^You exceeded your quota of 60\.0 requests per 1 hour for operation Reports\/2009-01-01\/GetReportList\. {2}Your quota will reset on Mon Nov 23 12:12:00 UTC 2026$/,
  );
  expect(heard.headers).toMatchObject({ 'x-mws-quota-max': '60.0', 'x-mws-quota-remaining': '0.0' });
  await order({ mws: 'quota_exceeded' });
  expect((await call(LIST)).headers).not.toHaveProperty('x-mws-quota-max');
});

test('what is about a seller does not strike a question for the status, and a wrong key never gets that far', async () => {
  await order({ kind: 'auth_incident' });
  expect((await call('GetServiceStatus')).status).toBe(200);
  expect((await call(LIST, { secretKey: 'wrong' })).status).toBe(403);
  await order({ mws: 'key_unknown' });
  expect(refusalIn(await call('GetServiceStatus'))[1]).toBe('InvalidAccessKeyId');
});

test("MWS's refusals leave the other hosts alone", async () => {
  await order({ mws: 'unavailable' });
  expect((await fetch(`${emulator.url}/api.amazon.com/auth/o2/tokeninfo`)).status).toBe(400);
  expect(((await control('GET', '/faults')) as { data: { served: number }[] }).data).toMatchObject([{ served: 0 }]);
});

test('an answer of your own is given with its own status, headers and body', async () => {
  await order(
    { status: 400, body: '<Mine/>', headers: { 'content-type': 'text/xml' } },
    { sellerId: BLUE_BIRD, operation: LIST },
  );
  const heard = await call(LIST);
  expect([heard.status, heard.body, heard.headers['content-type']]).toEqual([400, '<Mine/>', 'text/xml']);
});

test('the log names action and seller of both methods and holds no credential', async () => {
  await call(LIST);
  await call('GetReportList', {
    path: REPORTS,
    method: 'GET',
    parameters: { SellerId: undefined, Merchant: BLUE_BIRD },
  });
  const { data } = (await control('GET', '/log')) as { data: unknown[] };
  const row = { host: 'mws.amazonservices.com', sellerId: BLUE_BIRD, status: 200 };
  expect(data).toMatchObject([
    { ...row, method: 'POST', path: '/Sellers/2011-07-01', operation: LIST },
    { ...row, method: 'GET', path: REPORTS, operation: 'GetReportList' },
  ]);
  for (const secret of [TOKEN, 'AKIAEXAMPLE', 'Signature']) expect(JSON.stringify(data)).not.toContain(secret);
});

test('a status of a service is told by the control API and by MWS alike', async () => {
  await control('PATCH', '/services', { host: 'mws.amazonservices.com', section: 'Sellers', status: 'RED' });
  expect((await call('GetServiceStatus')).body).toContain('<Status>RED</Status>');
});
