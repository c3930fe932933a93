import { request } from 'node:http';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { createEmulator } from './app.ts';
import { BLUE_BIRD, EXAMPLE, exampleWorld, REFRESH_TOKEN, STUDIO_KITE } from './example.testkit.ts';

const emulator = createEmulator({ world: exampleWorld() });
const PARTICIPATIONS = '/sellingpartnerapi-na.amazon.com/sellers/v1/marketplaceParticipations';

beforeAll(() => emulator.start());
afterAll(() => emulator.stop());
afterEach(async () => {
  await fetch(`${emulator.url}/_/world`, { method: 'PUT', body: JSON.stringify(EXAMPLE) });
});

type Got = { status: number; body: string; headers: Headers };

async function get(path: string, init: RequestInit = {}): Promise<Got> {
  const answer = await fetch(emulator.url + path, init);
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}

function token(changes: Record<string, string> = {}): Promise<Got> {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: REFRESH_TOKEN,
    client_id: 'amzn1.application-oa2-client.x',
    client_secret: 'amzn1.oa2-cs.v1.new',
    ...changes,
  });
  return get('/api.amazon.com/auth/o2/token', { method: 'POST', body });
}

async function signedIn(): Promise<RequestInit> {
  return { headers: { 'x-amz-access-token': JSON.parse((await token()).body).access_token } };
}

async function fault(answer: object, match: object = {}): Promise<void> {
  const body = JSON.stringify({ match, answer });
  expect((await get('/_/faults', { method: 'POST', body })).status).toBe(201);
}

async function lastStatus(): Promise<unknown> {
  return JSON.parse((await get('/_/log')).body).data.at(-1).status;
}

test.each<[string, number, object | RegExp]>([
  ['auth_incident', 403, error('Unauthorized', 'The security token included in the request is expired')],
  ['outage', 503, error('ServiceUnavailable', 'Service is temporarily unavailable. Please try again.')],
  ['throttle', 429, error('QuotaExceeded', 'You exceeded your quota for the requested resource.')],
  ['unknown_answer', 409, error('StateConflict', 'The request conflicts with the current state of the account.')],
  ['html_503', 503, /^<!DOCTYPE html/],
])('an API host struck by %s answers %i in its own words', async (kind, status, expected) => {
  const init = await signedIn();
  await fault({ kind });
  const answer = await get(PARTICIPATIONS, init);
  expect(answer.status).toBe(status);
  if (expected instanceof RegExp) expect(answer.body).toMatch(expected);
  else expect(JSON.parse(answer.body)).toEqual(expected);
  expect(answer.headers.get('x-amzn-ratelimit-limit')).toBeNull();
});

function error(code: string, message: string): object {
  return { errors: [{ code, message, details: '' }] };
}

test.each([
  ['auth_incident', 400, 'invalid_grant'],
  ['outage', 503, 'server_error'],
  ['throttle', 429, 'slow_down'],
  ['unknown_answer', 409, 'account_state_conflict'],
])('the token endpoint struck by %s answers %i %s', async (kind, status, name) => {
  await fault({ kind }, { operation: 'token' });
  const answer = await token();
  expect([answer.status, JSON.parse(answer.body).error]).toEqual([status, name]);
});

test.each(['auth_incident', 'outage', 'throttle', 'unknown_answer', 'html_503'])(
  'a Seller Central page struck by %s says so to a person',
  async (kind) => {
    await fault({ kind });
    const answer = await get('/sellercentral.amazon.com/home');
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers.get('content-type')).toContain('text/html');
  },
);

test('an outage comes before authentication, a throttle only to a caller who is known', async () => {
  await fault({ kind: 'throttle' });
  expect((await get(PARTICIPATIONS)).status).toBe(400);
  expect((await token({ client_secret: 'wrong' })).status).toBe(401);
  await fault({ kind: 'outage' });
  expect((await get(PARTICIPATIONS)).status).toBe(503);
});

test('a fault for one seller strikes that seller, token calls too, and nobody else', async () => {
  const init = await signedIn();
  await fault({ kind: 'outage' }, { sellerId: BLUE_BIRD });
  expect([(await token()).status, (await get(PARTICIPATIONS, init)).status]).toEqual([503, 503]);
  await fault({ kind: 'html_503' }, { sellerId: STUDIO_KITE });
  expect((await token({ refresh_token: 'Atzr|nobody' })).status).toBe(400);
});

test('a fault may say status, headers and body itself', async () => {
  const init = await signedIn();
  await fault({ status: 418, headers: { 'x-tea': 'yes' }, body: { errors: [{ code: 'Teapot' }] } });
  const answer = await get(PARTICIPATIONS, init);
  expect([answer.status, answer.headers.get('x-tea'), answer.body]).toEqual([
    418,
    'yes',
    '{"errors":[{"code":"Teapot"}]}',
  ]);
  await fault({ status: 500, body: 'not JSON at all' });
  expect((await get(PARTICIPATIONS, init)).body).toBe('not JSON at all');
});

test('a dropped response leaves no answer and stands in the log without a status', async () => {
  const before = await signedIn();
  await fault({ kind: 'drop_response' }, { host: 'api.amazon.com' });
  await expect(token()).rejects.toThrow();
  expect(await lastStatus()).toBe(0);
  expect((await get(PARTICIPATIONS, before)).status).toBe(200);
});

test('a truncated response promises more than it sends', async () => {
  const { headers } = await signedIn();
  await fault({ kind: 'truncate' });
  const { promised, received } = await raw(PARTICIPATIONS, headers as Record<string, string>);
  expect(promised).toBeGreaterThan(100);
  expect(received).toBe(Math.floor(promised / 2));
});

function raw(path: string, headers: Record<string, string>): Promise<{ promised: number; received: number }> {
  return new Promise((resolve, reject) => {
    const sent = request(emulator.url + path, { headers }, (response) => {
      let received = 0;
      const promised = Number(response.headers['content-length']);
      response.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      response.on('close', () => resolve({ promised, received }));
      response.on('error', () => undefined);
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('a slow answer is the right one, late', async () => {
  const init = await signedIn();
  await fault({ kind: 'slow', delayMs: 40 });
  expect((await get(PARTICIPATIONS, init)).status).toBe(200);
  expect(JSON.parse((await get('/_/log')).body).data.at(-1).ms).toBeGreaterThanOrEqual(39);
});

test('a client who gives up on a slow answer holds nothing up', async () => {
  await fault({ kind: 'slow' });
  await expect(get(PARTICIPATIONS, { signal: AbortSignal.timeout(30) })).rejects.toThrow();
});

test('a host that is not played is refused by name, with the names that are', async () => {
  const answer = await get('/www.example.com/anything');
  expect(answer.status).toBe(421);
  expect(JSON.parse(answer.body)).toMatchObject({
    detail: expect.stringContaining('www.example.com'),
    hosts: expect.arrayContaining(['api.amazon.com']),
  });
});

test('a body beyond all reason is refused', async () => {
  const body = 'x'.repeat(1024 * 1024 + 1);
  expect((await get('/api.amazon.com/auth/o2/token', { method: 'POST', body })).status).toBe(413);
});

test('the bare address says what this is', async () => {
  expect((await get('/')).body).toContain('not Amazon');
});
