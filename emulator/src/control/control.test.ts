import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { createEmulator } from '../app.ts';
import { APP, BLUE_BIRD, EXAMPLE, exampleWorld, REFRESH_TOKEN, STUDIO_KITE, US } from '../example.testkit.ts';

const emulator = createEmulator({ world: exampleWorld() });

beforeAll(() => emulator.start());
afterAll(() => emulator.stop());
beforeEach(async () => {
  expect((await control('PUT', '/world', EXAMPLE)).status).toBe(200);
});

type Call = [method: string, path: string, body?: unknown, headers?: Record<string, string>];
type Reply = { status: number; json: unknown; type: string | null };

async function control(...[method, path, body, headers = {}]: Call): Promise<Reply> {
  const answer = await fetch(`${emulator.url}/_${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    json: text === '' ? undefined : JSON.parse(text),
    type: answer.headers.get('content-type'),
  };
}

async function refresh(refresh_token = REFRESH_TOKEN): Promise<{ status: number; access: string; error: unknown }> {
  const answer = await fetch(`${emulator.url}/api.amazon.com/auth/o2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token,
      client_id: 'amzn1.application-oa2-client.x',
      client_secret: 'amzn1.oa2-cs.v1.new',
    }),
  });
  const json = (await answer.json()) as { access_token?: string; error?: string };
  return { status: answer.status, access: json.access_token ?? '', error: json.error };
}

async function participations(access: string): Promise<number> {
  const target = `${emulator.url}/sellingpartnerapi-na.amazon.com/sellers/v1/marketplaceParticipations`;
  return (await fetch(target, { headers: { 'x-amz-access-token': access } })).status;
}

const act = (body: object, id = APP) => control('POST', `/grants/${BLUE_BIRD}/${id}`, body);
const pointers = (reply: Reply) => (reply.json as { errors?: { pointer: string }[] }).errors?.map((one) => one.pointer);

test('time moves a year ahead, and the permission of that year is over', async () => {
  expect((await refresh()).status).toBe(200);
  const { json } = await control('POST', '/clock', { advance: 'P365D' });
  expect((json as { now: string }).now).toMatch(/^2027-11-23T12:00:0/);
  expect(await refresh()).toMatchObject({ status: 401, error: 'invalid_client' });
  await control('PATCH', `/apps/${APP}`, { clientSecrets: [{ secret: 'amzn1.oa2-cs.v1.new' }] });
  expect(await refresh()).toMatchObject({ status: 400, error: 'invalid_grant' });
});

test('time can be set, and ticks on', async () => {
  await control('POST', '/clock', { set: '2030-01-01T00:00:00Z' });
  expect((await control('GET', '/clock')).json).toMatchObject({ now: expect.stringMatching(/^2030-01-01T00:00:0/) });
});

test('whoever shares the clock hears of a move at once', async () => {
  const { version } = (await control('GET', '/clock')).json as { version: number };
  const waiting = control('GET', `/clock?wait=${version}`);
  await control('POST', '/clock', { advance: 'PT5M' });
  expect((await waiting).json).toMatchObject({ version: version + 1 });
  expect((await control('GET', `/clock?wait=${version}`)).json).toMatchObject({ version: version + 1 });
});

test.each([
  [{ advance: '-P1D' }],
  [{ advance: 'a week' }],
  [{ set: 'yesterday' }],
  [{ set: '2030-01-01' }],
  [{}],
  [{ advance: 'P1D', set: '2030-01-01T00:00:00Z' }],
  [{ forward: 'P1D' }],
  ['{'],
])('the clock refuses %j and does not move', async (body) => {
  const before = (await control('GET', '/clock')).json as { version: number };
  expect(await control('POST', '/clock', body)).toMatchObject({ status: 400, type: 'application/problem+json' });
  expect((await control('GET', '/clock')).json).toMatchObject({ version: before.version });
});

test('a world with an error is refused by its place and changes nothing', async () => {
  const wrong = { ...EXAMPLE, sellers: [{ sellerId: 'x', region: 'moon', storeName: 'x' }], grants: [], mwsGrants: [] };
  const reply = await control('PUT', '/world', wrong);
  expect(reply).toMatchObject({
    status: 400,
    type: 'application/problem+json',
    json: { status: 400, title: 'Bad request' },
  });
  expect(pointers(reply)).toEqual(['/sellers/0/region']);
  expect((reply.json as { detail: string }).detail).toContain('/sellers/0/region');
  expect((await refresh()).status).toBe(200);
});

test('a new world ends tokens, faults and the log of the one before', async () => {
  const { access } = await refresh();
  await control('POST', '/faults', { answer: { kind: 'outage' } });
  await control('PUT', '/world', EXAMPLE);
  expect(await participations(access)).toBe(403);
  expect((await control('GET', '/faults')).json).toEqual({ data: [] });
  expect((await control('GET', '/log')).json).toMatchObject({ data: [{ status: 403 }] });
});

test('a world is told in clear and can be put back', async () => {
  const { json } = await control('GET', '/world');
  expect(json).toMatchObject({ grants: [{ refreshTokens: [REFRESH_TOKEN, 'Atzr|BlueBirdByHand'], halfOpen: false }] });
  expect((await control('PUT', '/world', json)).status).toBe(200);
  expect((await refresh()).status).toBe(200);
});

test("a seller's status, sites and vacation are changed, sites merged by marketplace", async () => {
  const path = `/sellers/${BLUE_BIRD}`;
  await control('PATCH', path, { status: 'AT_RISK', plan: 'INDIVIDUAL', vacation: true });
  const { json } = await control('PATCH', path, { sites: [{ marketplaceId: US, participating: false }] });
  expect(json).toMatchObject({
    status: 'AT_RISK',
    plan: 'INDIVIDUAL',
    sites: [
      { marketplaceId: US, participating: false, suspendedListings: true },
      { participating: true, suspendedListings: true },
    ],
  });
  await control('PATCH', path, { status: 'DEACTIVATED' });
  expect(await participations((await refresh()).access)).toBe(403);
});

test.each([
  [{ status: 'ASLEEP' }, '/status'],
  [{ sites: [{ marketplaceId: 'A1PA6795UKMFR9' }] }, '/sites/0/marketplaceId'],
  [{ sleeping: true }, '/sleeping'],
])('a seller cannot be changed to %j', async (patch, pointer) => {
  const reply = await control('PATCH', `/sellers/${BLUE_BIRD}`, patch);
  expect([reply.status, pointers(reply)]).toEqual([400, [pointer]]);
});

test('disabling, enabling and re-authorizing do what the seller could do', async () => {
  const { access } = await refresh();
  expect((await act({ action: 'disable' })).json).toMatchObject({ grant: { enabled: false } });
  expect(await participations(access)).toBe(403);
  expect((await refresh()).error).toBe('invalid_grant');
  const enabled = (await act({ action: 'enable' })).json as { refreshToken: string };
  expect((await refresh(enabled.refreshToken)).status).toBe(200);
  const again = (await act({ action: 'reauthorize' })).json as { refreshToken: string };
  expect((await refresh(enabled.refreshToken)).error).toBe('invalid_grant');
  expect((await refresh(again.refreshToken)).status).toBe(200);
});

test('half-open permissions and dropped roles refuse the data but not the token', async () => {
  await act({ action: 'drop_role', role: 'insights' });
  expect(await participations((await refresh()).access)).toBe(403);
  await control('PUT', '/world', EXAMPLE);
  expect((await act({ action: 'half_open' })).json).toMatchObject({ grant: { halfOpen: true } });
  expect(await participations((await refresh()).access)).toBe(403);
  await act({ action: 'half_open', on: false });
  expect(await participations((await refresh()).access)).toBe(200);
});

test('a permission can be made to end now, and one be given where there was none', async () => {
  await act({ action: 'expire' });
  expect((await refresh()).error).toBe('invalid_grant');
  const given = await control('POST', `/grants/${STUDIO_KITE}/${APP}`, { action: 'authorize' });
  expect((await refresh((given.json as { refreshToken: string }).refreshToken)).status).toBe(200);
});

test('an MWS permission is acted on by its developer id', async () => {
  await act({ action: 'disable' }, '0000-1111-2222');
  const { json } = await act({ action: 'enable' }, '0000-1111-2222');
  expect(json).toMatchObject({ grant: { enabled: true }, authToken: expect.stringMatching(/^amzn\.mws\./) });
  expect((await act({ action: 'drop_role', role: 'x' }, '0000-1111-2222')).status).toBe(422);
});

test.each<[string, string, unknown, number]>([
  ['POST', `/grants/${BLUE_BIRD}/${APP}`, { action: 'dance' }, 422],
  ['POST', `/grants/${BLUE_BIRD}/${APP}`, { action: 'constructor' }, 422],
  ['POST', `/grants/${BLUE_BIRD}/${APP}`, {}, 400],
  ['POST', `/grants/${BLUE_BIRD}/${APP}`, { action: 'drop_role' }, 400],
  ['POST', `/grants/${BLUE_BIRD}/nothing`, { action: 'disable' }, 404],
  ['POST', `/grants/nobody/${APP}`, { action: 'authorize' }, 404],
  ['PATCH', '/sellers/nobody', {}, 404],
  ['PATCH', '/apps/nothing', {}, 404],
  ['PATCH', `/apps/${APP}`, { draft: 'yes' }, 400],
  ['PATCH', `/apps/${APP}`, { clientId: 'amzn1.application-oa2-client.other' }, 400],
  ['DELETE', '/faults/none', undefined, 404],
  ['POST', '/faults', { answer: { kind: 'flood' } }, 400],
  ['GET', '/log?since=x', undefined, 400],
  ['GET', '/clock?wait=x', undefined, 400],
  ['PATCH', '/services', { host: 'h', section: 's', status: 'BLUE' }, 400],
  ['GET', '/nothing', undefined, 404],
  ['GET', '/sellers/%E0%A4%A', undefined, 400],
  ['DELETE', '/world', undefined, 405],
  ['GET', '/ca.pem', undefined, 404],
])('%s %s with %j is a problem %i', async (...row) => {
  const [method, path, body, status] = row;
  expect(await control(method, path, body)).toMatchObject({
    status,
    type: 'application/problem+json',
    json: { status },
  });
});

test("an app's draft, roles and secrets are changed, arrays replaced", async () => {
  const clientSecrets = [{ secret: 'amzn1.oa2-cs.v1.next', expiresAt: '2027-11-01T00:00:00.000Z' }];
  const { json } = await control('PATCH', `/apps/${APP}`, {
    draft: true,
    roles: ['finance'],
    clientSecrets,
    loginUri: null,
  });
  expect(json).toMatchObject({ draft: true, roles: ['finance'], clientSecrets, name: 'Storekeeper' });
  expect(json).not.toHaveProperty('loginUri');
  expect((await refresh()).error).toBe('invalid_client');
});

test('faults are made, listed with what they did, and ended', async () => {
  const made = await control('POST', '/faults', {
    match: { operation: 'token' },
    answer: { kind: 'outage' },
    times: 2,
  });
  const { id } = made.json as { id: string };
  expect([made.status, (await refresh()).status]).toEqual([201, 503]);
  expect((await control('GET', '/faults')).json).toMatchObject({ data: [{ id, served: 1, times: 2 }] });
  expect((await control('DELETE', `/faults/${id}`)).status).toBe(204);
  expect((await refresh()).status).toBe(200);
});

test('the log tells who called what, and no credential', async () => {
  const { access } = await refresh();
  await participations(access);
  const reply = await control('GET', '/log');
  expect(reply.json).toMatchObject({
    data: [
      {
        host: 'api.amazon.com',
        method: 'POST',
        path: '/auth/o2/token',
        operation: 'token',
        sellerId: BLUE_BIRD,
        status: 200,
      },
      { operation: 'getMarketplaceParticipations', sellerId: BLUE_BIRD, status: 200, ms: expect.any(Number) },
    ],
  });
  for (const secret of [access, REFRESH_TOKEN, 'amzn1.oa2-cs.v1.new'])
    expect(JSON.stringify(reply.json)).not.toContain(secret);
  const { next } = reply.json as { next: number };
  expect((await control('GET', `/log?since=${next}`)).json).toEqual({ data: [], next });
});

test('the status of a service is kept for the sections that ask for it', async () => {
  const service = { host: 'mws.amazonservices.com', section: 'Sellers', status: 'RED' };
  await control('PATCH', '/services', service);
  expect((await control('GET', '/services')).json).toEqual({ data: [service] });
});

test('the OpenAPI document names every call', async () => {
  const { json } = await control('GET', '/openapi.json');
  expect(json).toMatchObject({ openapi: '3.1.0' });
  expect(Object.keys((json as { paths: object }).paths)).toEqual(
    expect.arrayContaining(['/_/clock', '/_/world', '/_/sellers/{sellerId}', '/_/faults/{id}', '/_/log', '/_/ca.pem']),
  );
});

test('a page of another origin in a browser here may not give orders', async () => {
  const foreign = { origin: 'https://evil.test' };
  expect((await control('POST', '/clock', { advance: 'P1D' }, foreign)).status).toBe(403);
  expect((await control('POST', '/clock', { advance: 'P1D' }, { origin: emulator.url })).status).toBe(200);
});
