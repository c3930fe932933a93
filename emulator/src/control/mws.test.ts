import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { createEmulator } from '../app.ts';
import { BLUE_BIRD, EXAMPLE, exampleWorld, STUDIO_KITE } from '../example.testkit.ts';

const emulator = createEmulator({ world: exampleWorld() });
const INC = '0000-1111-2222';
const TOKEN = EXAMPLE.mwsGrants?.[0]?.authToken;

beforeAll(() => emulator.start());
afterAll(() => emulator.stop());
beforeEach(async () => {
  expect((await control('PUT', '/world', EXAMPLE)).status).toBe(200);
});

type Reply = { status: number; json: Record<string, unknown> };

async function control(method: string, path: string, body?: unknown): Promise<Reply> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${emulator.url}/_${path}`, { method, ...sent });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

const act = (action: string, sellerId = BLUE_BIRD): Promise<Reply> =>
  control('POST', `/grants/${sellerId}/${INC}`, { action });

test.each(['renew', 'reauthorize', 'authorize', 'enable'])(
  '%s keeps the token of a developer whose year ended',
  async (action) => {
    await act('expire');
    const { json } = await act(action);
    expect(json).toMatchObject({
      authToken: TOKEN,
      grant: { enabled: true, authorizedAt: expect.stringMatching(/^2026-11-23/) },
    });
  },
);

test('disabling a developer answers no token, and enabling it another one', async () => {
  const disabled = (await act('disable')).json;
  expect(disabled).toMatchObject({ grant: { enabled: false } });
  expect(disabled).not.toHaveProperty('authToken');
  const { json } = await act('enable');
  expect(json['authToken']).not.toBe(TOKEN);
  expect(json).toMatchObject({ grant: { authToken: json['authToken'] } });
});

test('a developer is authorized where there was no permission, in its own region only', async () => {
  await control('PUT', '/world', { ...EXAMPLE, mwsGrants: [] });
  expect((await act('renew')).status).toBe(404);
  expect((await act('authorize')).json).toMatchObject({
    grant: { sellerId: BLUE_BIRD, developerId: INC },
    authToken: expect.stringMatching(/^amzn\.mws\./),
  });
  const abroad = await act('authorize', STUDIO_KITE);
  expect([abroad.status, abroad.json['detail']]).toEqual([400, `${INC} is a developer of region na, the seller of eu`]);
});

test("a developer's fields are changed, and null takes the linked application away", async () => {
  const applicationId = EXAMPLE.apps?.[0]?.applicationId;
  const changed = await control('PATCH', `/developers/${INC}`, {
    applicationId,
    eligible: false,
    reactivationDelaySeconds: 60,
  });
  expect(changed.json).toMatchObject({
    applicationId,
    eligible: false,
    reactivationDelaySeconds: 60,
    secretKey: 'secret',
  });
  const { json } = await control('PATCH', `/developers/${INC}`, { applicationId: null });
  expect(json).not.toHaveProperty('applicationId');
  expect((await control('GET', '/world')).json).toMatchObject({ developers: [json] });
});

test.each<[string, string, unknown, number]>([
  ['PATCH', '/developers/nobody', {}, 404],
  ['PATCH', `/developers/${INC}`, { region: 'eu' }, 400],
  ['PATCH', `/developers/${INC}`, { eligible: null }, 400],
  ['PATCH', `/developers/${INC}`, { applicationId: 'nothing' }, 400],
  ['PATCH', '/developers/0000-1111-3333', { accessKeyId: 'AKIAEXAMPLE' }, 400],
  ['GET', '/notices?sellerId=nobody', undefined, 404],
])('%s %s with %j is a problem %i', async (...[method, path, body, status]) => {
  const [first] = EXAMPLE.developers ?? [];
  const second = { ...first, developerId: '0000-1111-3333', accessKeyId: 'AKIASECOND' };
  expect((await control('PUT', '/world', { ...EXAMPLE, developers: [first, second] })).status).toBe(200);
  expect((await control(method, path, body)).status).toBe(status);
});

test('the mails that announce the end of a year are told for one seller or for all', async () => {
  expect((await control('GET', '/notices')).json).toEqual({ data: [] });
  await control('POST', '/clock', { set: '2026-12-03T00:00:00Z' });
  const { json } = await control('GET', '/notices');
  expect(json).toMatchObject({ data: [{ sellerId: BLUE_BIRD, developerId: INC, sentAt: '2026-12-03T00:00:00.000Z' }] });
  expect((await control('GET', `/notices?sellerId=${STUDIO_KITE}`)).json).toEqual({ data: [] });
});

test('the OpenAPI document names these calls and what they take', async () => {
  const { json } = await control('GET', '/openapi.json');
  expect(json).toMatchObject({
    paths: {
      '/_/notices': { get: { parameters: [{ name: 'sellerId', in: 'query' }] } },
      '/_/developers/{developerId}': { patch: { operationId: 'changeDeveloper' } },
      '/_/grants/{sellerId}/{id}': { post: { operationId: 'actOnGrant' } },
    },
  });
});
