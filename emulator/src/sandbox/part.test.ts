import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createEmulator } from '../app.ts';
import { loadWorld } from '../world/load.ts';
import { sandboxCases } from './cases.ts';
import type { SandboxCase } from './cases.ts';

const WORLD = {
  now: '2026-11-23T12:00:00Z',
  apps: [{ applicationId: 'app', name: 'App', clientId: 'client', clientSecrets: [{ secret: 'secret' }] }],
  sellers: [{ sellerId: 'A1SELLER', region: 'na', storeName: 'Store' }],
  grants: [
    { sellerId: 'A1SELLER', applicationId: 'app', authorizedAt: '2026-11-01T00:00:00Z', refreshTokens: ['Atzr|1'] },
  ],
};

const loaded = loadWorld(WORLD);
if (!('world' in loaded)) throw new Error(JSON.stringify(loaded.complaints));
const emulator = createEmulator({ world: loaded.world });
let token = '';

beforeAll(() => emulator.start());
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control('PUT', '/world', WORLD);
  token = await accessToken();
});

function control(method: string, path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${emulator.url}/_${path}`, { method, headers, body: JSON.stringify(body) });
}

async function accessToken(): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: 'Atzr|1',
    client_id: 'client',
    client_secret: 'secret',
  });
  const answer = await fetch(`${emulator.url}/api.amazon.com/auth/o2/token`, { method: 'POST', body });
  const read: { access_token?: string } = JSON.parse(await answer.text());
  return read.access_token ?? '';
}

type Asked = { method?: string; region?: string; body?: unknown; token?: string };

function ask(
  path: string,
  { method = 'GET', region = 'na', body, token: sent = token }: Asked = {},
): Promise<Response> {
  return fetch(`${emulator.url}/sandbox.sellingpartnerapi-${region}.amazon.com${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(sent && { 'x-amz-access-token': sent }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** A request made of a case alone: what the path wants and the case does not name is filled with any other value. */
function requestOf({ template, parameters, method }: SandboxCase): [path: string, asked: Asked] {
  const { body, ...named } = parameters;
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = named[name] ?? 'any';
    delete named[name];
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams(
    Object.entries(named).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return [query.size > 0 ? `${path}?${query.toString()}` : path, { method, ...(body === undefined ? {} : { body }) }];
}

/** Two cases may ask for the same thing; the successful one is then the answer to both. */
function answerTo(one: SandboxCase): SandboxCase {
  const same = sandboxCases().filter(
    (other) =>
      other.template === one.template &&
      other.method === one.method &&
      isDeepStrictEqual(other.parameters, one.parameters),
  );
  return same.find(({ status }) => status < 300) ?? one;
}

test('every static case of the models is answered verbatim, in every region', async () => {
  await control('PUT', '/world', { ...WORLD, throttle: false });
  token = await accessToken();
  const wrong: string[] = [];
  for (const [index, one] of sandboxCases().entries()) {
    const [path, asked] = requestOf(one);
    const answer = await ask(path, { ...asked, region: ['na', 'eu', 'fe'][index % 3] ?? 'na' });
    const text = await answer.text();
    const expected = answerTo(one);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    if (answer.status !== expected.status || !isDeepStrictEqual(body, expected.response))
      wrong.push(`${one.operation} ${one.status}: ${answer.status} ${text.slice(0, 200)}`);
  }
  expect(wrong).toEqual([]);
});

test('without a matching case the sandbox says that it could not match', async () => {
  const answer = await ask('/finances/v0/financialEventGroups?MaxResultsPerPage=7');
  expect(answer.status).toBe(400);
  expect(answer.headers.get('x-amzn-ratelimit-limit')).toBe('5.0');
  expect(await answer.json()).toMatchObject({
    errors: [{ code: 'InvalidInput', message: 'Could not match input arguments' }],
  });
});

test('the sandbox opens to a valid token only', async () => {
  const path = '/sellers/v1/marketplaceParticipations';
  expect((await ask(path, { token: '' })).status).toBe(400);
  const forged = await ask(path, { token: 'Atza|forged' });
  expect(forged.status).toBe(403);
  expect(await forged.json()).toMatchObject({ errors: [{ code: 'Unauthorized' }] });
  await control('POST', '/clock', { advance: 'PT1H' });
  expect(await (await ask(path)).json()).toMatchObject({
    errors: [{ details: 'The access token you provided has expired.' }],
  });
});

test('a path that no model has is refused as the gateway refuses it', async () => {
  const answer = await ask('/nothing/v1/here');
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ errors: [{ code: 'MissingAuthenticationToken' }] });
});

test('fifteen calls at once are let through, and five more after every second', async () => {
  const path = '/sellers/v1/marketplaceParticipations';
  // The clock ticks with the machine: more calls than it can give back while they are made.
  const statuses: number[] = [];
  for (let call = 0; call < 200; call += 1) statuses.push((await ask(path)).status);
  expect(statuses.slice(0, 15)).toEqual(Array(15).fill(200));
  expect(statuses).toContain(429);
  expect((await ask('/sellers/v1/account')).status).toBe(200);
  await control('POST', '/clock', { advance: 'PT1S' });
  const again: number[] = [];
  for (let call = 0; call < 5; call += 1) again.push((await ask(path)).status);
  expect(again).toEqual(Array(5).fill(200));
});
