import { expect, test } from 'vitest';

import { APP, BLUE_BIRD, exampleStage, NOW, OTHER_APP, REFRESH_TOKEN, STUDIO_KITE } from '../example.testkit.ts';
import { findGrant, isLive, signIn } from './amazon.ts';
import { checkConsentAddress, checkConsenter } from './consent.ts';
import type { ConsentAddress } from './consent.ts';
import { authorize, disable, dropRole, enable, halfOpen, reauthorize, withinConsentLimit } from './grants.ts';
import { createIssuer } from './issue.ts';
import { mintAccessToken } from './tokens.ts';

const DAY = 86_400_000;

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the example world lost an entry');
  return value;
}

function scene(revivesOldToken = false) {
  const { amazon } = exampleStage();
  const app = must(amazon.apps.get(APP));
  app.revivesOldToken = revivesOldToken;
  const grant = must(findGrant(amazon, BLUE_BIRD, APP));
  return { amazon, app, grant, seller: must(amazon.sellers.get(BLUE_BIRD)) };
}

test('disabling ends every token at once and leaves the app listed', () => {
  const { amazon, grant } = scene();
  const access = mintAccessToken(amazon, grant, NOW);
  disable(amazon, grant);
  expect(grant).toMatchObject({ enabled: false, refreshTokens: [] });
  expect(access.revoked).toBe(true);
  expect(findGrant(amazon, BLUE_BIRD, APP)).toBe(grant);
});

test('enabling gives a new token, and the old one stays dead', () => {
  const { amazon, grant } = scene();
  disable(amazon, grant);
  const { refreshToken } = enable(amazon, grant, NOW);
  expect(grant).toMatchObject({ enabled: true, authorizedAt: NOW, refreshTokens: [refreshToken] });
  expect(grant.refreshTokens).not.toContain(REFRESH_TOKEN);
});

test('enabling brings the old token back where the app revives it, and issues none', () => {
  const { amazon, grant } = scene(true);
  disable(amazon, grant);
  expect(enable(amazon, grant, NOW)).toEqual({ refreshToken: undefined });
  expect(grant.refreshTokens).toContain(REFRESH_TOKEN);
});

test('enabling an app that was never disabled changes no token', () => {
  const { amazon, grant } = scene();
  const before = [...grant.refreshTokens];
  expect(enable(amazon, grant, NOW)).toEqual({ refreshToken: undefined });
  expect(grant.refreshTokens).toEqual(before);
});

test.each([
  [false, false],
  [true, true],
])('re-authorizing (reviving: %s) starts the year anew, gives a new token, keeps the old one: %s', (revives, kept) => {
  const { amazon, grant } = scene(revives);
  const { refreshToken } = reauthorize(amazon, grant, NOW);
  expect(grant.authorizedAt).toBe(NOW);
  expect(grant.refreshTokens).toContain(refreshToken);
  expect(grant.refreshTokens.includes(REFRESH_TOKEN)).toBe(kept);
});

test.each([
  [false, false],
  [true, true],
])(
  'a year that ended (reviving: %s) and is consented again has the old token working at once: %s',
  (revives, works) => {
    const { amazon, app, grant, seller } = scene(revives);
    const late = grant.authorizedAt + 400 * DAY;
    expect(isLive(grant, late)).toBe(false);
    authorize(amazon, { seller, app }, late);
    expect(isLive(grant, late)).toBe(true);
    expect(grant.refreshTokens.includes(REFRESH_TOKEN)).toBe(works);
  },
);

test('consenting again before the year ends leaves the old token alone until the code is exchanged', () => {
  const { amazon, app, grant, seller } = scene();
  authorize(amazon, { seller, app }, NOW);
  expect(grant.refreshTokens).toContain(REFRESH_TOKEN);
  expect(grant.authorizedAt).toBe(NOW);
});

test('consent gives the roles that the app asks for on that day', () => {
  const { amazon, app, grant, seller } = scene();
  dropRole(grant, 'finance');
  app.roles = ['finance', 'insights', 'orders'];
  expect(grant.roles).toEqual(['insights']);
  authorize(amazon, { seller, app }, NOW);
  expect(grant.roles).toEqual(['finance', 'insights', 'orders']);
});

test('a half-open permission stays so however often it is consented, until it was removed once', () => {
  const { amazon, app, grant, seller } = scene();
  halfOpen(grant);
  authorize(amazon, { seller, app }, NOW);
  expect(grant.halfOpen).toBe(true);
  disable(amazon, grant);
  authorize(amazon, { seller, app }, NOW);
  expect(grant.halfOpen).toBe(false);
});

test('an app at its limit takes no new seller, but an old one may consent again', () => {
  const { amazon, app, seller } = scene();
  app.consentLimit = 1;
  const kite = must(amazon.sellers.get(STUDIO_KITE));
  expect(withinConsentLimit(amazon, { seller, app }, NOW)).toBe(true);
  expect(withinConsentLimit(amazon, { seller: kite, app }, NOW)).toBe(false);
  disable(amazon, must(findGrant(amazon, BLUE_BIRD, APP)));
  expect(withinConsentLimit(amazon, { seller: kite, app }, NOW)).toBe(true);
});

const ADDRESS: ConsentAddress = { applicationId: APP, redirectUri: null, version: null };

test.each<[string, Partial<ConsentAddress>, object, string]>([
  ['no application', { applicationId: null }, {}, 'MD5100'],
  ['an unknown application', { applicationId: 'x' }, {}, 'MD5100'],
  ['a redirect URI nobody registered', { redirectUri: 'http://evil.test/' }, {}, 'MD5101'],
  ['a fragment in the redirect URI', { redirectUri: 'http://127.0.0.1:4280/other#x' }, {}, 'MD5110'],
  ['a draft without version=beta', {}, { draft: true }, 'MD1000'],
  ['a developer not eligible', {}, { eligible: false }, 'MD9000'],
  ['an app without redirect URIs', {}, { redirectUris: [] }, 'MD9100'],
])('a consent address with %s is refused', (...row) => {
  const [, address, change, error] = row;
  const { amazon, app } = scene();
  Object.assign(app, change);
  expect(checkConsentAddress(amazon, { ...ADDRESS, ...address })).toEqual({ error });
});

test('the code goes to the first registered address unless another registered one is named', () => {
  const { amazon, app } = scene();
  app.draft = true;
  const first = checkConsentAddress(amazon, { ...ADDRESS, version: 'beta' });
  const other = checkConsentAddress(amazon, {
    ...ADDRESS,
    version: 'beta',
    redirectUri: 'http://127.0.0.1:4280/other',
  });
  expect(first).toMatchObject({ redirectUri: 'http://127.0.0.1:4280/connect/amazon/callback' });
  expect(other).toMatchObject({ redirectUri: 'http://127.0.0.1:4280/other' });
});

test('only the primary user may consent, and only within the limit', () => {
  const { amazon, seller } = scene();
  const other = must(amazon.apps.get(OTHER_APP));
  const [owner, helper] = seller.users.map((user) => ({ seller, user, app: other }));
  expect(checkConsenter(amazon, must(helper), NOW)).toBe('SPDC8143');
  expect(checkConsenter(amazon, must(owner), NOW)).toBeUndefined();
  other.consentLimit = 0;
  expect(checkConsenter(amazon, must(owner), NOW)).toBe('CONSENT_LIMIT_REACHED');
});

test('signing in opens the accounts of that region only', () => {
  const { amazon } = exampleStage();
  const credentials = { email: ' Owner@BlueBird.test ', password: 'demo-owner' };
  expect(signIn(amazon, 'na', credentials).map(({ seller }) => seller.sellerId)).toEqual([BLUE_BIRD]);
  expect(signIn(amazon, 'eu', credentials)).toEqual([]);
  expect(signIn(amazon, 'na', { ...credentials, password: 'x' })).toEqual([]);
});

test('the same seed hands out the same values in the same order, another seed others', () => {
  const take = (seed: string) => {
    const issue = createIssuer(seed);
    return [issue('refresh'), issue('refresh'), issue('code'), issue('access'), issue('uuid')];
  };
  expect(take('a')).toEqual(take('a'));
  expect(new Set([...take('a'), ...take('b')]).size).toBe(10);
});
