import { expect, test } from 'vitest';

import { APP, ask, BLUE_BIRD, CANADA, exampleStage, STUDIO_KITE, US } from '../example.testkit.ts';
import type { Ask, Heard } from '../example.testkit.ts';
import type { Stage } from '../stage.ts';
import { findGrant } from '../state/amazon.ts';
import type { App, Grant, Seller } from '../state/amazon.ts';
import { authorize, disable, dropRole } from '../state/grants.ts';
import { mintAccessToken, mintGrantlessToken } from '../state/tokens.ts';
import { sellingPartnerApi } from './part.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PARTICIPATIONS = '/sellers/v1/marketplaceParticipations';
const GROUPS = '/finances/v0/financialEventGroups';
const DENIED = { code: 'Unauthorized', message: 'Access to requested resource is denied.', details: '' };

type Scene = { stage: Stage; seller: Seller; app: App; grant: Grant; token: string };

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the example world lost an entry');
  return value;
}

function scene(changes: Parameters<typeof exampleStage>[0] = {}): Scene {
  const stage = exampleStage(changes);
  const grant = must(findGrant(stage.amazon, BLUE_BIRD, APP));
  const { token } = mintAccessToken(stage.amazon, grant, stage.clock.now());
  const seller = must(stage.amazon.sellers.get(BLUE_BIRD));
  return { stage, seller, app: must(stage.amazon.apps.get(APP)), grant, token };
}

function call(
  { stage, token }: Pick<Scene, 'stage' | 'token'>,
  target: string,
  more: Partial<Ask> & { host?: string } = {},
) {
  const headers = { 'x-amz-access-token': token };
  return ask(stage, sellingPartnerApi, { host: 'sellingpartnerapi-na.amazon.com', target, headers, ...more });
}

const errors = (answer: Heard) => ({ status: answer.status, json: answer.json });
const refused = (status: number, error: Partial<typeof DENIED>) => ({
  status,
  json: { errors: [{ ...DENIED, ...error }] },
});

test('a seller is told every site with its standing, in the shape of the model', async () => {
  const one = scene();
  must(one.seller.sites[1]).participating = false;
  must(one.seller.sites[0]).suspendedListings = true;
  expect((await call(one, PARTICIPATIONS)).json).toEqual({
    payload: [
      {
        marketplace: {
          id: US,
          countryCode: 'US',
          name: 'Amazon.com',
          defaultCurrencyCode: 'USD',
          defaultLanguageCode: 'en_US',
          domainName: 'www.amazon.com',
        },
        storeName: 'Blue Bird',
        participation: { isParticipating: true, hasSuspendedListings: true },
      },
      {
        marketplace: {
          id: CANADA,
          countryCode: 'CA',
          name: 'Amazon.ca',
          defaultCurrencyCode: 'CAD',
          defaultLanguageCode: 'en_CA',
          domainName: 'www.amazon.ca',
        },
        storeName: 'Blue Bird',
        participation: { isParticipating: false, hasSuspendedListings: false },
      },
    ],
  });
});

test('the account answer has the plan and the sites, and no seller id', async () => {
  const answer = await call(scene(), '/sellers/v1/account');
  expect(answer.json).toMatchObject({
    payload: { businessType: 'PRIVATE_LIMITED', sellingPlan: 'PROFESSIONAL', business: { name: 'Blue Bird Ltd' } },
  });
  expect(String(answer.body)).not.toContain(BLUE_BIRD);
});

test.each<[string, (one: Scene) => unknown]>([
  ['a deactivated account', ({ seller }) => Object.assign(seller, { status: 'DEACTIVATED' })],
  ['a closed account', ({ seller }) => Object.assign(seller, { status: 'CLOSED' })],
  ['a half-open permission', ({ grant }) => Object.assign(grant, { halfOpen: true })],
  [
    'a permission whose year ended this very hour',
    ({ grant, stage }) => Object.assign(grant, { authorizedAt: stage.clock.now() - 365 * DAY }),
  ],
  ['a role the seller never gave', ({ grant }) => dropRole(grant, 'insights')],
  ['a role the app has no more', ({ app }) => Object.assign(app, { roles: ['finance'] })],
])('%s answers the one opaque 403', async (_name, change) => {
  const one = scene();
  change(one);
  const answer = await call(one, PARTICIPATIONS);
  expect(errors(answer)).toEqual(refused(403, {}));
  expect(answer.headers['x-amzn-ErrorType']).toBe('AccessDeniedException');
  expect(answer.headers).not.toHaveProperty('x-amzn-RateLimit-Limit');
});

test.each(['eu', 'fe'])('the %s host refuses an American seller as if nothing were known', async (region) => {
  const answer = await call(scene(), PARTICIPATIONS, { host: `sellingpartnerapi-${region}.amazon.com` });
  expect(errors(answer)).toEqual(refused(403, {}));
});

test.each<[string, (one: Scene) => string | undefined, number, string]>([
  ['no token', () => '', 400, 'Access token is missing in the request header.'],
  ['a made-up token', () => 'Atza|x', 403, 'The access token you provided is revoked, malformed or invalid.'],
  [
    'a token an hour old',
    ({ stage, token }) => {
      stage.clock.set(stage.clock.now() + HOUR);
      return token;
    },
    403,
    'The access token you provided has expired.',
  ],
  [
    'a token whose permission was disabled since',
    ({ stage, grant, token }) => {
      disable(stage.amazon, grant);
      return token;
    },
    403,
    'The access token you provided is revoked, malformed or invalid.',
  ],
])('%s is told apart in the details only', async (...row) => {
  const [, tokenOf, status, details] = row;
  const one = scene();
  const answer = await call({ stage: one.stage, token: tokenOf(one) ?? '' }, PARTICIPATIONS);
  expect(errors(answer)).toEqual(refused(status, { details }));
});

test('an access token from before its app lost the secret lives out its hour', async () => {
  const one = scene();
  one.app.clientSecrets = [];
  one.stage.clock.set(one.stage.clock.now() + HOUR - 1);
  expect((await call(one, PARTICIPATIONS)).status).toBe(200);
});

test('finance and insights open different doors', async () => {
  const one = scene();
  dropRole(one.grant, 'finance');
  const settlements = '/reports/2021-06-30/reports?reportTypes=GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2';
  const performance = '/reports/2021-06-30/reports?reportTypes=GET_V2_SELLER_PERFORMANCE_REPORT';
  expect((await call(one, PARTICIPATIONS)).status).toBe(200);
  expect((await call(one, performance)).status).toBe(200);
  for (const target of [GROUPS, settlements, '/finances/2024-06-19/balances', '/finances/transfers/2024-06-01/payouts'])
    expect((await call(one, target)).status).toBe(403);
});

test('an unknown path, or another method, is not there for anybody', async () => {
  for (const more of [{ target: '/sellers/v2/account' }, { target: PARTICIPATIONS, method: 'POST' }])
    expect(errors(await call(scene(), more.target, more))).toEqual(
      refused(403, { code: 'MissingAuthenticationToken' }),
    );
});

test("the app's own token opens destinations and nothing of a seller", async () => {
  const { stage, app, token } = scene();
  const own = mintGrantlessToken(stage.amazon, { app, scope: 'sellingpartnerapi::notifications' }, stage.clock.now());
  expect((await call({ stage, token: own.token }, '/notifications/v1/destinations')).json).toEqual({ payload: [] });
  expect((await call({ stage, token: own.token }, PARTICIPATIONS)).status).toBe(403);
  expect((await call({ stage, token }, '/notifications/v1/destinations')).status).toBe(403);
  const rotation = mintGrantlessToken(
    stage.amazon,
    { app, scope: 'sellingpartnerapi::client_credential:rotation' },
    stage.clock.now(),
  );
  expect((await call({ stage, token: rotation.token }, '/notifications/v1/destinations')).status).toBe(403);
});

test('the sixteenth probe in a burst is throttled, and one a minute comes back', async () => {
  const one = scene();
  const statuses: number[] = [];
  for (let count = 0; count < 16; count += 1) statuses.push((await call(one, PARTICIPATIONS)).status);
  expect(statuses).toEqual([...Array.from({ length: 15 }, () => 200), 429]);
  const throttled = await call(one, PARTICIPATIONS);
  expect(errors(throttled)).toEqual(
    refused(429, { code: 'QuotaExceeded', message: 'You exceeded your quota for the requested resource.' }),
  );
  expect(throttled.headers).not.toHaveProperty('x-amzn-RateLimit-Limit');
  expect((await call(one, '/sellers/v1/account')).status).toBe(200);
  one.stage.clock.set(one.stage.clock.now() + 62_500);
  expect((await call(one, PARTICIPATIONS)).status).toBe(200);
  expect((await call(one, PARTICIPATIONS)).status).toBe(429);
});

test('a world may do without usage plans', async () => {
  const one = scene({ throttle: false });
  for (let count = 0; count < 40; count += 1) expect((await call(one, PARTICIPATIONS)).status).toBe(200);
});

test('the rate limit is told on good answers and on 400', async () => {
  const good = await call(scene(), GROUPS);
  const bad = await call(scene(), '/finances/2024-06-19/transactions');
  expect([good.headers['x-amzn-RateLimit-Limit'], bad.headers['x-amzn-RateLimit-Limit']]).toEqual(['0.5', '0.5']);
  expect(bad.status).toBe(400);
});

test('another store of the same app has a bucket of its own', async () => {
  const one = scene();
  for (let count = 0; count < 15; count += 1) await call(one, PARTICIPATIONS);
  const kite = must(one.stage.amazon.sellers.get(STUDIO_KITE));
  const { grant } = authorize(one.stage.amazon, { seller: kite, app: one.app }, one.stage.clock.now());
  const { token } = mintAccessToken(one.stage.amazon, grant, one.stage.clock.now());
  const answer = await call({ stage: one.stage, token }, PARTICIPATIONS, { host: 'sellingpartnerapi-eu.amazon.com' });
  expect(answer.status).toBe(200);
});
