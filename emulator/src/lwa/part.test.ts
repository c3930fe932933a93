import { expect, test } from 'vitest';

import type { Stage } from '../stage.ts';
import { findGrant } from '../state/amazon.ts';
import { authorize, disable, selfAuthorize } from '../state/grants.ts';
import { APP, ask, BLUE_BIRD, exampleStage, NOW, REFRESH_TOKEN, STUDIO_KITE } from '../example.testkit.ts';
import type { Heard } from '../example.testkit.ts';
import { loginWithAmazon } from './part.ts';

const DAY = 86_400_000;
const CLIENT = { client_id: 'amzn1.application-oa2-client.x', client_secret: 'amzn1.oa2-cs.v1.new' };
const OTHER_CLIENT = { client_id: 'amzn1.application-oa2-client.other', client_secret: 'amzn1.oa2-cs.v1.other' };
const REFRESH = { grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN, ...CLIENT };

type Fields = Record<string, string>;

function token(stage: Stage, fields: Fields, json = false): Promise<Heard> {
  return ask(stage, loginWithAmazon, {
    host: 'api.amazon.com',
    method: 'POST',
    target: '/auth/o2/token',
    headers: { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded;charset=UTF-8' },
    body: json ? JSON.stringify(fields) : new URLSearchParams(fields).toString(),
  });
}

const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

const REVOKED =
  "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.";

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the example world lost an entry');
  return value;
}

const blueBird = (stage: Stage) => must(stage.amazon.sellers.get(BLUE_BIRD));
const app = (stage: Stage) => must(stage.amazon.apps.get(APP));
const grant = (stage: Stage) => must(findGrant(stage.amazon, BLUE_BIRD, APP));
const move = (ms: number) => (stage: Stage) => stage.clock.set(stage.clock.now() + ms);

test.each([false, true])(
  'a refresh token gives an access token of one hour, echoing itself (JSON body: %s)',
  async (json) => {
    const answer = await token(exampleStage(), REFRESH, json);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^Atza\|/),
      refresh_token: REFRESH_TOKEN,
      token_type: 'bearer',
      expires_in: 3600,
    });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
  },
);

test.each<[string, Fields, (stage: Stage) => unknown, number, string, string]>([
  [
    'nothing asked for',
    {},
    nothing,
    400,
    'invalid_request',
    'The request is missing a required parameter : grant_type',
  ],
  [
    'a grant type that is none',
    { ...REFRESH, grant_type: 'password' },
    nothing,
    400,
    'unsupported_grant_type',
    'The authorization grant type is not supported by the authorization server',
  ],
  ...(['refresh_token', 'client_id', 'client_secret'] as const).map(
    (name): [string, Fields, (stage: Stage) => unknown, number, string, string] => [
      `no ${name}`,
      without(REFRESH, name),
      nothing,
      400,
      'invalid_request',
      `The request is missing a required parameter : ${name}`,
    ],
  ),
  [
    'a wrong secret',
    { ...REFRESH, client_secret: 'wrong' },
    nothing,
    401,
    'invalid_client',
    'Client authentication failed',
  ],
  [
    'an unknown client',
    { ...REFRESH, client_id: 'nobody' },
    nothing,
    401,
    'invalid_client',
    'Client authentication failed',
  ],
  [
    'a secret that is past its end',
    { ...REFRESH, client_secret: 'amzn1.oa2-cs.v1.old' },
    move(7 * DAY),
    401,
    'invalid_client',
    'Client authentication failed',
  ],
  [
    'a token nobody knows',
    { ...REFRESH, refresh_token: 'Atzr|unknown' },
    nothing,
    400,
    'invalid_grant',
    'The request has an invalid grant parameter : refresh_token',
  ],
  [
    "another app's token",
    { ...REFRESH, ...OTHER_CLIENT },
    nothing,
    400,
    'unauthorized_client',
    'Not authorized for requested operation',
  ],
  ['a disabled app', REFRESH, (stage) => disable(stage.amazon, grant(stage)), 400, 'invalid_grant', REVOKED],
  [
    'a permission whose year has ended',
    REFRESH,
    (stage) => stage.clock.set(grant(stage).authorizedAt + 365 * DAY),
    400,
    'invalid_grant',
    REVOKED,
  ],
  [
    'a closed account',
    REFRESH,
    (stage) => Object.assign(blueBird(stage), { status: 'CLOSED' }),
    400,
    'invalid_grant',
    REVOKED,
  ],
  [
    'a scope that is none',
    { grant_type: 'client_credentials', scope: 'sellingpartnerapi::migration', ...CLIENT },
    nothing,
    400,
    'invalid_scope',
    'The request has an invalid scope parameter : sellingpartnerapi::migration',
  ],
  [
    'a code nobody issued',
    { grant_type: 'authorization_code', code: 'ANnever', ...CLIENT },
    nothing,
    400,
    'invalid_grant',
    'The request has an invalid grant parameter : code',
  ],
])('%s is refused in the exact words', async (...row) => {
  const [, fields, prepare, status, error, description] = row;
  const stage = exampleStage();
  prepare(stage);
  const answer = await token(stage, fields);
  expect([answer.status, String(answer.body)]).toEqual([
    status,
    JSON.stringify({ error, error_description: description }),
  ]);
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
});

function nothing(): void {}

test('one second before the year ends the permission still holds', async () => {
  const stage = exampleStage();
  stage.clock.set(grant(stage).authorizedAt + 365 * DAY - 1000);
  expect((await token(stage, REFRESH)).status).toBe(200);
});

test('a deactivated or half-open store still gets tokens: only its data is refused', async () => {
  const stage = exampleStage();
  blueBird(stage).status = 'DEACTIVATED';
  grant(stage).halfOpen = true;
  expect((await token(stage, REFRESH)).status).toBe(200);
});

test('both secrets work while the old one has not ended', async () => {
  const stage = exampleStage();
  for (const client_secret of ['amzn1.oa2-cs.v1.old', 'amzn1.oa2-cs.v1.new'])
    expect((await token(stage, { ...REFRESH, client_secret })).status).toBe(200);
});

test('client credentials may come as HTTP Basic', async () => {
  const answer = await ask(exampleStage(), loginWithAmazon, {
    host: 'api.amazon.co.uk',
    method: 'POST',
    target: '/auth/o2/token',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN }).toString(),
  });
  expect(answer.status).toBe(200);
});

test('a body that is neither form nor JSON object is refused', async () => {
  for (const [type, body] of [
    ['text/plain', 'x'],
    ['application/json', '[1]'],
    ['application/json', '{"grant_type":'],
  ] as const) {
    const answer = await ask(exampleStage(), loginWithAmazon, {
      host: 'api.amazon.com',
      method: 'POST',
      target: '/auth/o2/token',
      headers: { 'content-type': type },
      body,
    });
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
  }
});

test('the app gets a token of its own without a refresh token', async () => {
  const scope = 'sellingpartnerapi::notifications';
  const answer = await token(exampleStage(), { grant_type: 'client_credentials', scope, ...CLIENT });
  expect(answer.json).toEqual({
    access_token: expect.stringMatching(/^Atc\|/),
    token_type: 'bearer',
    expires_in: 3600,
  });
});

const REDIRECT = 'http://127.0.0.1:4280/connect/amazon/callback';

function consented(stage: Stage): Fields {
  const { code } = authorize(stage.amazon, { seller: blueBird(stage), app: app(stage), redirectUri: REDIRECT }, NOW);
  return { grant_type: 'authorization_code', code: code.code, ...CLIENT };
}

test('a code gives a new refresh token once, and the old one ends with it', async () => {
  const stage = exampleStage();
  const fields = consented(stage);
  expect((await token(stage, REFRESH)).status).toBe(200);
  const answer = await token(stage, { ...fields, redirect_uri: REDIRECT });
  expect(answer.json).toMatchObject({ refresh_token: expect.stringMatching(/^Atzr\|/), expires_in: 3600 });
  expect((await token(stage, { ...fields, redirect_uri: REDIRECT })).json).toEqual({
    error: 'invalid_grant',
    error_description: 'The request has an invalid grant parameter : code',
  });
  expect((await token(stage, REFRESH)).json).toEqual({ error: 'invalid_grant', error_description: REVOKED });
});

test.each([
  ['none', false, 200, 200],
  ['keeps_old', true, 200, 200],
  ['replaces', true, 400, 200],
  ['detects_reuse', true, 400, 400],
] as const)('with rotation %s a refresh answers as the app is set', async (...row) => {
  const [refreshTokenRotation, isNew, old, next] = row;
  const stage = exampleStage();
  Object.assign(app(stage), { refreshTokenRotation });
  const { refresh_token } = JSON.parse(String((await token(stage, REFRESH)).body)) as { refresh_token: string };
  expect(refresh_token !== REFRESH_TOKEN).toBe(isNew);
  expect((await token(stage, REFRESH)).status).toBe(old);
  expect((await token(stage, { ...REFRESH, refresh_token })).status).toBe(next);
});

test.each<[string, Fields, number, number]>([
  ['five minutes old', {}, 5 * 60_000, 400],
  ['a moment younger', {}, 5 * 60_000 - 1, 200],
  ['sent with another redirect URI', { redirect_uri: 'http://127.0.0.1:4280/other' }, 0, 400],
  ['sent without a redirect URI', {}, 0, 200],
  ['of another app', OTHER_CLIENT, 0, 400],
])('a code %s', async (...row) => {
  const [, changes, ms, status] = row;
  const stage = exampleStage();
  const fields = consented(stage);
  move(ms)(stage);
  expect((await token(stage, { ...fields, ...changes })).status).toBe(status);
});

test('a code is worth nothing once the seller has disabled the app again', async () => {
  const stage = exampleStage();
  const fields = consented(stage);
  disable(stage.amazon, grant(stage));
  expect((await token(stage, fields)).json).toMatchObject({ error: 'invalid_grant' });
});

test('a token generated by hand leaves the others valid', async () => {
  const stage = exampleStage();
  const made = selfAuthorize(stage.amazon, { seller: blueBird(stage), app: app(stage) }, NOW);
  for (const refresh_token of [REFRESH_TOKEN, 'Atzr|BlueBirdByHand', made.refreshToken])
    expect((await token(stage, { ...REFRESH, refresh_token })).status).toBe(200);
});

test('a first consent of a seller never seen before works the same', async () => {
  const stage = exampleStage();
  const seller = must(stage.amazon.sellers.get(STUDIO_KITE));
  const { code } = authorize(stage.amazon, { seller, app: app(stage) }, NOW);
  expect((await token(stage, { grant_type: 'authorization_code', code: code.code, ...CLIENT })).status).toBe(200);
});

test('tokeninfo knows a good token and the seconds it has left, and no other', async () => {
  const stage = exampleStage();
  const minted = JSON.parse(String((await token(stage, REFRESH)).body)).access_token;
  const target = `/auth/o2/tokeninfo?access_token=${encodeURIComponent(minted)}`;
  move(600_000)(stage);
  const good = await ask(stage, loginWithAmazon, { host: 'api.amazon.com', target });
  expect(good).toMatchObject({ status: 200, json: { aud: CLIENT.client_id, exp: 3000 } });
  const bent = await ask(stage, loginWithAmazon, { host: 'api.amazon.com', target: `${target}x` });
  expect(bent).toMatchObject({ status: 400, json: { error: 'invalid_token' } });
  move(3_000_000)(stage);
  expect((await ask(stage, loginWithAmazon, { host: 'api.amazon.com', target })).status).toBe(400);
});

test("a world may put its own words in place of Amazon's", async () => {
  const stage = exampleStage({ texts: { 'lwa.client': 'No.' } });
  expect((await token(stage, { ...REFRESH, client_secret: 'x' })).json).toEqual({
    error: 'invalid_client',
    error_description: 'No.',
  });
});

test('the log is told whose token call it was, by refresh token and by code', () => {
  const stage = exampleStage();
  const { code } = authorize(stage.amazon, { seller: blueBird(stage), app: app(stage) }, NOW);
  for (const body of [new URLSearchParams(REFRESH), new URLSearchParams({ code: code.code })]) {
    const about = loginWithAmazon.about(stage, {
      host: 'api.amazon.com',
      method: 'POST',
      path: '/auth/o2/token',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(body.toString()),
      door: 'plain',
      plainOrigin: '',
    });
    expect(about).toEqual({ operation: 'token', sellerId: BLUE_BIRD });
  }
});
