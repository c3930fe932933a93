import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { findGrant } from '../state/amazon.ts';
import type { Grant } from '../state/amazon.ts';
import { redeemCode } from '../state/grants.ts';
import { mintAccessToken } from '../state/tokens.ts';
import type { Stage } from '../stage.ts';
import { amazonFromWorld } from '../state/fromWorld.ts';
import { createIssuer } from '../state/issue.ts';
import { worldSchema } from '../world/schema.ts';
import type { WorldFile } from '../world/schema.ts';
import { openBrowser, stageOf } from './browser.testsuite.ts';
import type { Shown, TestBrowser } from './browser.testsuite.ts';

const NOW = '2026-11-23T12:00:00Z';
const US = 'sellercentral.amazon.com';
const APP = 'amzn1.sellerapps.app.x';
const REDIRECT = 'http://127.0.0.1:4280/connect/amazon/callback';
const LOGIN = 'http://127.0.0.1:4280/connect/amazon/login';
const OWNER = { email: 'owner@bluebird.test', password: 'secret' };

type AppFields = Partial<NonNullable<WorldFile['apps']>[number]>;
type GrantFields = Partial<NonNullable<WorldFile['grants']>[number]>;

const grantEntry = (fields: GrantFields = {}): NonNullable<WorldFile['grants']>[number] => ({
  sellerId: 'ABLUEBIRD',
  applicationId: APP,
  authorizedAt: '2026-01-02T00:00:00Z',
  refreshTokens: ['Atzr|old'],
  ...fields,
});

const SITES = [{ marketplaceId: 'ATVPDKIKX0DER' }, { marketplaceId: 'A2EUQ1WTGCTBG2' }];

function world(app: AppFields = {}, rest: Partial<WorldFile> = {}): WorldFile {
  const seller = (
    sellerId: string,
    storeName: string,
    users: { email: string; password: string; primary?: boolean }[],
  ) => ({
    sellerId,
    region: 'na' as const,
    storeName,
    users,
    sites: SITES,
  });
  return {
    apps: [
      {
        applicationId: APP,
        name: 'Storekeeper',
        developerName: 'Halden Software',
        clientId: 'client',
        clientSecrets: [{ secret: 's' }],
        redirectUris: [REDIRECT, 'http://127.0.0.1:4280/other?keep=1'],
        loginUri: LOGIN,
        ...app,
      },
    ],
    sellers: [
      seller('ABLUEBIRD', 'Blue Bird', [
        { ...OWNER, primary: true },
        { email: 'helper@bluebird.test', password: 'helper' },
        { email: 'agency@work.test', password: 'agency', primary: true },
      ]),
      seller('ARED', 'Red Fox', [{ email: 'agency@work.test', password: 'agency', primary: true }]),
      { ...seller('AEUROPE', 'Green Tree', [{ email: 'eu@green.test', password: 'eu', primary: true }]), region: 'eu' },
    ],
    ...rest,
  };
}

const consent = (browser: TestBrowser, fields: Record<string, string> = {}): string =>
  browser.at(
    US,
    `/apps/authorize/consent?${new URLSearchParams({ application_id: APP, state: 'st', ...fields }).toString()}`,
  );

async function signedIn(browser: TestBrowser, url: string, who = OWNER): Promise<Shown> {
  return browser.press(await browser.open(url), 'Sign in', who);
}

const parameters = (shown: Shown): Record<string, string> => Object.fromEntries(new URL(shown.url).searchParams);

function grantIn(stage: Stage): Grant {
  const grant = findGrant(stage.amazon, 'ABLUEBIRD', APP);
  if (!grant) throw new Error('There is no grant');
  return grant;
}

function redeem(stage: Stage, code: string | undefined): ReturnType<typeof redeemCode> {
  const app = stage.amazon.apps.get(APP);
  if (!app) throw new Error('There is no app');
  return redeemCode(stage.amazon, { code: code ?? '', app }, stage.clock.now());
}

test.each(['plain', 'proxy'] as const)(
  'a seller who signs in, ticks the terms and confirms brings the app a code, through the %s door',
  async (door) => {
    const stage = stageOf(world(), NOW);
    const browser = openBrowser(stage, door);
    const page = await signedIn(browser, consent(browser));
    expect(page.url).toBe(consent(browser));
    expect(page.html).toContain('<h1>Authorize Storekeeper</h1>');
    expect(page.html).toContain('North America: amazon.com, amazon.ca');
    expect(page.html).toContain('23 November 2027, 365 days from today');
    const left = await browser.press(page, 'Confirm', { terms: 'agreed' });
    expect(left.url.startsWith(`${REDIRECT}?`)).toBe(true);
    expect(parameters(left)).toEqual({
      state: 'st',
      selling_partner_id: 'ABLUEBIRD',
      spapi_oauth_code: expect.any(String),
    });
    expect(redeem(stage, parameters(left)['spapi_oauth_code'])).toMatchObject({
      refreshToken: expect.stringMatching(/^Atzr\|/),
    });
  },
);

test('a registered redirect_uri that is asked for gets the code, its own parameters kept', async () => {
  const browser = openBrowser(stageOf(world(), NOW), 'plain');
  const page = await signedIn(browser, consent(browser, { redirect_uri: 'http://127.0.0.1:4280/other?keep=1' }));
  const left = await browser.press(page, 'Confirm', { terms: 'agreed' });
  expect(left.url).toContain(
    'http://127.0.0.1:4280/other?keep=1&state=st&selling_partner_id=ABLUEBIRD&spapi_oauth_code=',
  );
});

test('cancelling tells the app and authorizes nothing', async () => {
  const stage = stageOf(world(), NOW);
  const browser = openBrowser(stage, 'plain');
  const left = await browser.press(await signedIn(browser, consent(browser)), 'Cancel');
  expect(left.url).toBe(`${REDIRECT}?error=access_denied&state=st`);
  expect(stage.amazon.grants.size).toBe(0);
});

test('confirming without ticking the terms says so and authorizes nothing', async () => {
  const stage = stageOf(world(), NOW);
  const browser = openBrowser(stage, 'plain');
  const page = await browser.press(await signedIn(browser, consent(browser)), 'Confirm');
  expect(page.status).toBe(400);
  expect(page.html).toContain('Tick the box to confirm.');
  expect(stage.amazon.grants.size).toBe(0);
  const left = await browser.press(page, 'Confirm', { terms: 'agreed' });
  expect(parameters(left)['state']).toBe('st');
});

test.each<[string, AppFields, Record<string, string>]>([
  ['MD1000', { draft: true }, {}],
  ['MD5100', {}, { application_id: 'amzn1.sellerapps.app.unknown' }],
  ['MD5101', {}, { redirect_uri: 'https://elsewhere.test/' }],
  ['MD5110', {}, { redirect_uri: `${REDIRECT}#part` }],
  ['MD9000', { eligible: false }, {}],
  ['MD9100', { redirectUris: [] }, {}],
  ['CONSENT_LIMIT_REACHED', { consentLimit: 0 }, {}],
])('the consent page refuses with %s and nobody is authorized', async (code, app, fields) => {
  const stage = stageOf(world(app), NOW);
  const browser = openBrowser(stage, 'plain');
  const page = await signedIn(browser, consent(browser, fields));
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(page.html).toContain(`<dd class="m">${code}</dd>`);
  expect(stage.amazon.grants.size).toBe(0);
});

test('an app has room for twenty-five sellers unless the world says another number, and its own may always renew', async () => {
  const others = Array.from({ length: 25 }, (_, index) => `AOTHER${index}`);
  const crowd = (limit: AppFields, mine: GrantFields[] = []): WorldFile => {
    const given = world(limit);
    const sellers = others.map((sellerId) => ({ sellerId, region: 'eu' as const, storeName: sellerId }));
    const grants = others.map((sellerId) => grantEntry({ sellerId, refreshTokens: [] }));
    return { ...given, sellers: [...(given.sellers ?? []), ...sellers], grants: [...grants, ...mine.map(grantEntry)] };
  };
  const consentOf = async (file: WorldFile): Promise<string> => {
    const browser = openBrowser(stageOf(file, NOW), 'plain');
    return (await signedIn(browser, consent(browser))).html;
  };
  expect(await consentOf(crowd({}))).toContain('CONSENT_LIMIT_REACHED');
  expect(await consentOf(crowd({ consentLimit: 26 }))).toContain('Authorize Storekeeper');
  expect(await consentOf(crowd({}, [{}]))).toContain('Authorize Storekeeper');
});

test('a draft app with version=beta can be authorized', async () => {
  const browser = openBrowser(stageOf(world({ draft: true }), NOW), 'plain');
  const page = await signedIn(browser, consent(browser, { version: 'beta' }));
  const left = await browser.press(page, 'Confirm', { terms: 'agreed' });
  expect(parameters(left)['spapi_oauth_code']).toBeDefined();
});

test('a secondary user cannot confirm, enable, disable or re-authorize: SPDC8143', async () => {
  const stage = stageOf(world({}, { grants: [grantEntry()] }), NOW);
  const browser = openBrowser(stage, 'plain');
  const page = await signedIn(browser, consent(browser), { email: 'helper@bluebird.test', password: 'helper' });
  expect(page.html).toContain('SPDC8143');
  for (const verb of ['enable', 'disable', 'reauthorize']) {
    const shown = await browser.open(browser.at(US, `/apps/manage/${verb}?application_id=${APP}`));
    expect([verb, shown.html.includes('SPDC8143')]).toEqual([verb, true]);
  }
  const switched = await browser.press(await browser.press(page, 'Change account'), 'Sign in as someone else');
  const back = await browser.press(switched, 'Sign in', OWNER);
  expect(back.url).toBe(consent(browser));
  expect(back.html).toContain('Authorize Storekeeper');
});

test('a wrong password and a seller of another region are refused alike', async () => {
  const browser = openBrowser(stageOf(world(), NOW), 'plain');
  for (const who of [
    { ...OWNER, password: 'wrong' },
    { email: 'eu@green.test', password: 'eu' },
  ]) {
    const page = await signedIn(browser, consent(browser), who);
    expect(page.status).toBe(401);
    expect(page.html).toContain('No selling account in North America has this e-mail and password.');
  }
  const europe = browser.at('sellercentral-europe.amazon.com', '/home');
  expect((await signedIn(browser, europe, { email: 'eu@green.test', password: 'eu' })).url).toBe(europe);
});

test('who works for several stores picks one, and then consents for that one', async () => {
  const browser = openBrowser(stageOf(world(), NOW), 'plain');
  const picker = await signedIn(browser, consent(browser), { email: 'agency@work.test', password: 'agency' });
  expect(picker.html).toContain('<h1>Select an account</h1>');
  const foreign = await browser.press(picker, 'Select account', { account: 'AEUROPE ' });
  expect(foreign.html).toContain('<h1>Select an account</h1>');
  const page = await browser.press(picker, 'Select account', { account: 'ARED A2EUQ1WTGCTBG2' });
  expect(page.html).toContain('Red Fox · North America, amazon.ca · signed in as agency@work.test, primary user');
  const left = await browser.press(page, 'Confirm', { terms: 'agreed' });
  expect(parameters(left)['selling_partner_id']).toBe('ARED');
});

test('signing out ends the session and a session of one host does not open another', async () => {
  const browser = openBrowser(stageOf(world(), NOW), 'plain');
  const page = await signedIn(browser, browser.at(US, '/apps/manage'));
  expect((await browser.open(browser.at('sellercentral.amazon.ca', '/apps/manage'))).html).toContain(
    '<h1>Sign in</h1>',
  );
  expect((await browser.press(page, 'Sign out')).html).toContain('<h1>Sign in</h1>');
  expect((await browser.open(browser.at(US, '/apps/manage'))).html).toContain('<h1>Sign in</h1>');
});

test('replacing the world signs everybody out', async () => {
  const stage = stageOf(world(), NOW);
  const browser = openBrowser(stage, 'plain');
  await signedIn(browser, browser.at(US, '/home'));
  stage.amazon = amazonFromWorld(worldSchema.parse(world()), createIssuer('next'), stage.clock.moment());
  expect((await browser.open(browser.at(US, '/home'))).html).toContain('<h1>Sign in</h1>');
});

test('User Permissions leads to Manage Your Apps', async () => {
  const browser = openBrowser(stageOf(world(), NOW), 'plain');
  const page = await signedIn(browser, browser.at(US, '/user-permissions'));
  expect(page.html).toContain('<h2>Third party developer and apps</h2>');
  expect((await browser.press(page, 'Visit Manage Your Apps')).html).toContain('<h1>Manage your apps</h1>');
});

test.each<{ what: string; now: string; grant: GrantFields; words: string[] }>([
  {
    what: 'an app in its year',
    now: NOW,
    grant: {},
    words: ['Active', '2 Jan 2026', '2 Jan 2027', 'Re-authorize Storekeeper', 'Disable Storekeeper'],
  },
  {
    what: 'an app thirty days before its end',
    now: '2026-12-04T00:00:00Z',
    grant: {},
    words: ['The authorization of Storekeeper expires on 2 Jan 2027.'],
  },
  {
    what: 'an app after its end',
    now: '2027-01-02T00:00:00Z',
    grant: {},
    words: ['Expired', '1 authorization has expired.', 'Re-authorize Storekeeper'],
  },
  {
    what: 'a disabled app',
    now: NOW,
    grant: { enabled: false },
    words: ['Disabled', '<div>–</div>', 'Enable Storekeeper'],
  },
])('Manage Your Apps shows $what', async ({ now, grant, words }) => {
  const browser = openBrowser(stageOf(world({}, { grants: [grantEntry(grant)] }), now), 'plain');
  const page = await signedIn(browser, browser.at(US, '/apps/manage'));
  for (const word of [APP, ...words]) expect(page.html).toContain(word);
});

test('an app thirty-one days before its end is not announced', async () => {
  const stage = stageOf(world({}, { grants: [grantEntry()] }), '2026-12-02T00:00:00Z');
  const browser = openBrowser(stage, 'plain');
  expect((await signedIn(browser, browser.at(US, '/apps/manage'))).html).not.toContain('expires on');
});

test('disabling takes effect with OK: tokens die at once and the app stays listed', async () => {
  const stage = stageOf(world({}, { grants: [grantEntry()] }), NOW);
  const browser = openBrowser(stage, 'plain');
  const access = mintAccessToken(stage.amazon, grantIn(stage), stage.clock.now());
  const asked = await browser.press(await signedIn(browser, browser.at(US, '/apps/manage')), 'Disable Storekeeper');
  expect(asked.html).toContain('<h1>Disable authorization</h1>');
  expect(grantIn(stage).enabled).toBe(true);
  const page = await browser.press(asked, 'OK');
  expect(page.html).toContain('Enable Storekeeper');
  expect(grantIn(stage)).toMatchObject({ enabled: false, refreshTokens: [], retiredTokens: ['Atzr|old'] });
  expect(access.revoked).toBe(true);
});

test.each<[string, boolean, string[]]>([
  ['the old token works again where Amazon revives it', true, ['Atzr|old']],
  ['the old token stays dead', false, []],
])('enabling asks for consent and goes to the redirect URI without a state; %s', async (_, revivesOldToken, live) => {
  const disabled = grantEntry({ enabled: false, refreshTokens: [], retiredTokens: ['Atzr|old'] });
  const stage = stageOf(world({ revivesOldToken }, { grants: [disabled] }), NOW);
  const browser = openBrowser(stage, 'plain');
  const page = await browser.press(await signedIn(browser, browser.at(US, '/apps/manage')), 'Enable Storekeeper');
  expect(page.html).toContain('<h1>Enable Storekeeper</h1>');
  const left = await browser.press(page, 'Confirm', { terms: 'agreed' });
  expect(Object.keys(parameters(left))).toEqual(['selling_partner_id', 'spapi_oauth_code']);
  expect(grantIn(stage)).toMatchObject({ enabled: true, refreshTokens: live, authorizedAt: Date.parse(NOW) });
  expect(redeem(stage, parameters(left)['spapi_oauth_code'])).toHaveProperty('refreshToken');
  expect(grantIn(stage).refreshTokens).toHaveLength(live.length + 1);
});

test('an app without any redirect URI can still be enabled', async () => {
  const app = { redirectUris: [], loginUri: undefined, revivesOldToken: true };
  const disabled = grantEntry({ enabled: false, refreshTokens: [], retiredTokens: ['Atzr|old'] });
  const stage = stageOf(world(app, { grants: [disabled] }), NOW);
  const browser = openBrowser(stage, 'plain');
  const page = await browser.press(await signedIn(browser, browser.at(US, '/apps/manage')), 'Enable Storekeeper');
  const after = await browser.press(page, 'Confirm', { terms: 'agreed' });
  expect(after.html).toContain('<h1>Manage your apps</h1>');
  expect(grantIn(stage).refreshTokens).toEqual(['Atzr|old']);
});

/** Re-authorize up to the link to the app: what the app's Login URI is sent. */
async function atLoginUri(browser: TestBrowser): Promise<Record<string, string>> {
  const page = await browser.press(await signedIn(browser, browser.at(US, '/apps/manage')), 'Re-authorize Storekeeper');
  const step = await browser.press(page, 'Confirm', { terms: 'agreed' });
  const left = await browser.press(step, 'Login to Storekeeper now');
  expect(left.url.startsWith(`${LOGIN}?`)).toBe(true);
  return parameters(left);
}

const confirmPath = (fields: Record<string, string>): string =>
  `/apps/authorize/confirm/${APP}?${new URLSearchParams({ redirect_uri: REDIRECT, state: 'mine', ...fields }).toString()}`;

test.each(['plain', 'proxy'] as const)(
  're-authorizing goes by the Login URI and back, renews the year and replaces the token, through the %s door',
  async (door) => {
    const stage = stageOf(world({}, { grants: [grantEntry()] }), '2027-02-01T00:00:00Z');
    const browser = openBrowser(stage, door);
    const sent = await atLoginUri(browser);
    expect(sent).toEqual({
      amazon_callback_uri: `https://amazon.com/apps/authorize/confirm/${APP}`,
      amazon_state: expect.any(String),
      selling_partner_id: 'ABLUEBIRD',
    });
    expect(grantIn(stage).authorizedAt).toBe(Date.parse('2026-01-02T00:00:00Z'));
    const left = await browser.open(
      browser.at('amazon.com', confirmPath({ amazon_state: sent['amazon_state'] ?? '' })),
    );
    expect(left.url.startsWith(`${REDIRECT}?`)).toBe(true);
    expect(parameters(left)).toEqual({
      state: 'mine',
      selling_partner_id: 'ABLUEBIRD',
      spapi_oauth_code: expect.any(String),
    });
    expect(grantIn(stage).authorizedAt).toBe(Date.parse('2027-02-01T00:00:00Z'));
    redeem(stage, parameters(left)['spapi_oauth_code']);
    expect(grantIn(stage).refreshTokens).toEqual([expect.stringMatching(/^Atzr\|IwEBI/)]);
    expect(grantIn(stage).retiredTokens).toEqual(['Atzr|old']);
  },
);

test('the app may answer on the Seller Central host as well, and a draft app is told version=beta', async () => {
  const stage = stageOf(world({ draft: true }, { grants: [grantEntry()] }), NOW);
  const browser = openBrowser(stage, 'plain');
  const sent = await atLoginUri(browser);
  expect(sent['version']).toBe('beta');
  const amazon_state = sent['amazon_state'] ?? '';
  expect((await browser.open(browser.at(US, confirmPath({ amazon_state })))).html).toContain('MD1000');
  const left = await browser.open(browser.at(US, confirmPath({ amazon_state, version: 'beta' })));
  expect(parameters(left)['spapi_oauth_code']).toBeDefined();
});

test('an amazon_state works once, for its own app, within ten minutes, with a registered redirect URI', async () => {
  const stage = stageOf(world({}, { grants: [grantEntry()] }), NOW);
  const browser = openBrowser(stage, 'plain');
  const amazon_state = (await atLoginUri(browser))['amazon_state'] ?? '';
  const ask = async (path: string): Promise<string> => {
    const shown = await browser.open(browser.at('amazon.com', path));
    return /MD\d+/.exec(shown.html)?.[0] ?? 'code sent';
  };
  expect(await ask(confirmPath({ amazon_state }).replace(APP, 'amzn1.sellerapps.app.y'))).toBe('MD5100');
  expect(await ask(confirmPath({ amazon_state: 'guessed' }))).toBe('MD5100');
  expect(await ask(confirmPath({ amazon_state, redirect_uri: 'https://elsewhere.test/' }))).toBe('MD5101');
  stage.clock.set(Date.parse(NOW) + 10 * 60_000);
  expect(await ask(confirmPath({ amazon_state }))).toBe('MD5100');
  stage.clock.set(Date.parse(NOW) + 10 * 60_000 - 1);
  expect(await ask(confirmPath({ amazon_state }))).toBe('code sent');
  expect(await ask(confirmPath({ amazon_state }))).toBe('MD5100');
});

test.each([undefined, 'javascript:alert(1)'])(
  'an app with the Login URI %s cannot be re-authorized: MD9100',
  async (loginUri) => {
    const browser = openBrowser(stageOf(world({ loginUri }, { grants: [grantEntry()] }), NOW), 'plain');
    const page = await browser.press(
      await signedIn(browser, browser.at(US, '/apps/manage')),
      'Re-authorize Storekeeper',
    );
    expect(page.html).toContain('MD9100');
  },
);

test('an app that may take no new authorizations can be neither enabled nor re-authorized: MD9000', async () => {
  const browser = openBrowser(stageOf(world({ eligible: false }, { grants: [grantEntry()] }), NOW), 'plain');
  await signedIn(browser, browser.at(US, '/apps/manage'));
  for (const verb of ['enable', 'reauthorize']) {
    const page = await browser.open(browser.at(US, `/apps/manage/${verb}?application_id=${APP}`));
    expect(page.html).toContain('MD9000');
  }
});

test('leaving the re-authorization page with Cancel changes nothing', async () => {
  const stage = stageOf(world({}, { grants: [grantEntry()] }), NOW);
  const browser = openBrowser(stage, 'plain');
  const page = await browser.press(await signedIn(browser, browser.at(US, '/apps/manage')), 'Re-authorize Storekeeper');
  expect((await browser.press(page, 'Cancel')).html).toContain('<h1>Manage your apps</h1>');
  expect(grantIn(stage)).toMatchObject({
    authorizedAt: Date.parse('2026-01-02T00:00:00Z'),
    refreshTokens: ['Atzr|old'],
  });
});

test('a form of another site, or without the token of the session, is not accepted', async () => {
  const stage = stageOf(world({}, { grants: [grantEntry()] }), NOW);
  const browser = openBrowser(stage, 'plain');
  const page = await signedIn(browser, browser.at(US, `/apps/manage/disable?application_id=${APP}`));
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  const url = browser.at(US, '/apps/manage/disable');
  expect((await browser.post(url, { application_id: APP })).status).toBe(403);
  expect((await browser.post(url, { application_id: APP, csrf: 'guess' })).status).toBe(403);
  expect((await browser.post(url, { application_id: APP, csrf }, { origin: 'https://evil.test' })).status).toBe(403);
  expect((await browser.post(url, { application_id: APP, csrf }, { origin: 'null' })).status).toBe(403);
  const foreignSignIn = await browser.post(browser.at(US, '/ap/signin'), OWNER, { origin: 'https://evil.test' });
  expect(foreignSignIn.status).toBe(403);
  expect(grantIn(stage).enabled).toBe(true);
  await browser.post(url, { application_id: APP, csrf });
  expect(grantIn(stage).enabled).toBe(false);
});

test.each([
  '//evil.test/x',
  'https://evil.test/x',
  '/\\evil.test',
  'javascript:alert(1)',
  '/\r\nset-cookie: a=b',
  '///evil.test',
])('after signing in nobody is led away by return_to=%j', async (return_to) => {
  const browser = openBrowser(stageOf(world(), NOW), 'plain');
  const page = await signedIn(browser, browser.at(US, `/ap/signin?${new URLSearchParams({ return_to }).toString()}`));
  expect(page.url.startsWith(browser.at(US, '/'))).toBe(true);
});

test('a form sent after the sign-in ended leads back to its page after signing in', async () => {
  const browser = openBrowser(stageOf(world(), NOW), 'plain');
  const form = { application_id: APP, state: 'st', csrf: 'old', terms: 'agreed', action: 'confirm' };
  const signIn = await browser.post(browser.at(US, '/apps/authorize/consent'), form);
  const page = await browser.press(signIn, 'Sign in', OWNER);
  expect(page.url).toBe(consent(browser));
});

const PATHS = [
  '/home',
  '/settings',
  '/user-permissions',
  '/account-status',
  '/account-switcher',
  '/apps/manage',
  '/nowhere',
];

test('every page says that it is not Amazon, runs no script and cannot be framed', async () => {
  const browser = openBrowser(stageOf(world({}, { grants: [grantEntry()] }), NOW), 'plain');
  const pages = [await browser.open(browser.at(US, '/ap/signin')), await signedIn(browser, consent(browser))];
  for (const path of PATHS) pages.push(await browser.open(browser.at(US, path)));
  for (const verb of ['disable', 'enable', 'reauthorize'])
    pages.push(await browser.open(browser.at(US, `/apps/manage/${verb}?application_id=${APP}`)));
  pages.push(
    await browser.open(browser.at('amazon.com', '/gp/anything')),
    await browser.open(consent(browser, { redirect_uri: 'x' })),
  );
  for (const page of pages) {
    expect(page.html).toContain('Emulated marketplace. Not Amazon.');
    expect(page.html.match(/<h1/g)).toHaveLength(1);
    expect(page.html).not.toMatch(/<script|\son\w+=|undefined|\[object/);
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^ ]+; img-src data:; form-action 'self'.*frame-ancestors 'none'$/,
    );
  }
});

test('the style of a page is the one its policy lets through', async () => {
  const browser = openBrowser(stageOf(world(), NOW), 'plain');
  const page = await browser.open(browser.at(US, '/ap/signin'));
  const style = /<style>(.*)<\/style>/s.exec(page.html)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page.headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
});

test('names that contain markup are shown as text everywhere', async () => {
  const nasty = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>&amp;`;
  const given = world({ name: nasty, developerName: nasty, roles: ['constructor'] }, { grants: [grantEntry()] });
  for (const seller of given.sellers ?? []) seller.storeName = nasty;
  const browser = openBrowser(stageOf(given, NOW), 'plain');
  const pages = [
    await browser.open(browser.at(US, `/ap/signin?${new URLSearchParams({ return_to: `/x?a=${nasty}` }).toString()}`)),
  ];
  pages.push(await browser.press(pages[0] ?? (await browser.open('')), 'Sign in', { email: nasty, password: nasty }));
  pages.push(await signedIn(browser, consent(browser, { state: nasty, redirect_uri: REDIRECT })));
  for (const path of [...PATHS, `/nowhere?${encodeURIComponent(nasty)}`])
    pages.push(await browser.open(browser.at(US, path)));
  for (const page of pages) expect(page.html).not.toMatch(/<script|<img|&amp;amp;amp;/);
  const left = await browser.press(pages[2] ?? (await browser.open('')), 'Confirm', { terms: 'agreed' });
  expect(parameters(left)['state']).toBe(nasty);
});
