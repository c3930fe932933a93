import { expect, test } from 'vitest';

import { BLUE_BIRD, CANADA, EXAMPLE, US } from '../example.testkit.ts';
import type { WorldFile } from '../world/schema.ts';
import { openHttpBrowser } from './browser.testsuite.ts';
import {
  HOST,
  INC,
  MANAGE,
  REGISTER,
  TOKEN,
  act,
  control,
  grant,
  identifier,
  play,
  setClock,
  signedIn,
  startedForTests,
  words,
} from './mwsYears.testkit.ts';

const url = startedForTests();

const HELPER = { email: 'helper@bluebird.test', password: 'demo-helper' };

test('User Permissions leads to Manage Your Apps with developers and applications in their own words', async () => {
  const { browser, page } = await signedIn('/user-permissions');
  expect(words(page)).toContain('Third party developer and apps');
  const shown = words(await browser.press(page, 'Visit Manage Your Apps'));
  expect(shown).toContain('use the data of this selling account. Authorize new developer');
  expect(shown).toContain(
    'Developers Developer name Developer ID Status Authorization date Expiration date Action StorekeeperINC 0000-1111-2222 Active 2 Jan 2026 2 Jan 2027 Renew Disable',
  );
  expect(shown).toContain('Applications App name Application ID Status');
  expect(shown).toContain('Re-authorize');
});

test('where the world has no developer the page is the one of today', async () => {
  await control('PUT', '/world', { ...EXAMPLE, developers: [], mwsGrants: [] });
  const { page } = await signedIn(MANAGE);
  expect(words(page)).not.toMatch(/[Dd]eveloper/);
});

test('renewing at any time counts one year from today and keeps the token', async () => {
  const { browser, page } = await signedIn(MANAGE);
  const after = await browser.press(page, 'Renew StorekeeperINC');
  expect(words(after)).toContain('You renewed StorekeeperINC. Its authorization expires on 23 Nov 2027');
  expect(words(after)).toContain('Active 23 Nov 2026 23 Nov 2027');
  expect(await grant()).toMatchObject({ authToken: TOKEN, enabled: true });
});

test('an expired developer is announced, renewed by the one button, and its token works again', async () => {
  await setClock('2027-02-01T12:00:00Z');
  const { browser, page } = await signedIn(MANAGE);
  expect(words(page)).toContain(
    '1 authorization has expired. The developer cannot reach your account until you renew it. The existing token will work again.',
  );
  expect(words(page)).toContain('Expired 2 Jan 2026 2 Jan 2027 Renew Disable');
  const after = await browser.press(page, 'Renew StorekeeperINC');
  expect(words(after)).toContain('Active 1 Feb 2027 1 Feb 2028');
  expect(words(after)).not.toContain('The developer cannot reach');
  expect((await grant())?.['authToken']).toBe(TOKEN);
});

test('where an ended year shows as Disabled, Enable gives the access back with the same token', async () => {
  await play({ disabledWhenExpired: true });
  await setClock('2027-02-01T12:00:00Z');
  const { browser, page } = await signedIn(MANAGE);
  expect(words(page)).toContain('Disabled 2 Jan 2026 2 Jan 2027 Enable');
  expect(words(page)).toContain('until you enable it');
  const terms = await browser.press(page, 'Enable StorekeeperINC');
  const last = await browser.press(terms, 'Next', { terms: 'agreed' });
  expect(identifier(last, 'MWS Auth Token')).toBe(TOKEN);
  expect(words(await browser.press(last, 'Manage your apps'))).toContain('Active 1 Feb 2027 1 Feb 2028 Renew Disable');
});

test('disabling is asked first, takes effect with OK, and leaves the developer listed', async () => {
  const { browser, page } = await signedIn(MANAGE);
  const asked = await browser.press(page, 'Disable StorekeeperINC');
  expect(words(asked)).toContain('StorekeeperINC loses access to the data of Blue Bird at once');
  expect(await grant()).toMatchObject({ enabled: true });
  expect(words(await browser.press(asked, 'OK'))).toContain('Disabled 2 Jan 2026 – Enable');
  expect(await grant()).toMatchObject({ enabled: false });
});

test.each([
  [false, 'a new token'],
  [true, 'the token from before'],
])(
  'enabling confirms the details, wants the terms, and shows the identifiers (keepsTokenOnEnable %s: %s)',
  async (keepsTokenOnEnable) => {
    await play({ keepsTokenOnEnable });
    await act('disable');
    const { browser, page } = await signedIn(MANAGE);
    const terms = await browser.press(page, 'Enable StorekeeperINC');
    expect(words(terms)).toContain('Developer name StorekeeperINC Developer ID 0000-1111-2222');
    const unticked = await browser.press(terms, 'Next');
    expect([unticked.status, words(unticked).includes('Tick the box to go on.')]).toEqual([400, true]);
    expect(await grant()).toMatchObject({ enabled: false });
    const last = await browser.press(unticked, 'Next', { terms: 'agreed' });
    expect(identifier(last, 'Seller ID')).toBe(BLUE_BIRD);
    expect(words(last)).toContain(`Marketplace IDs ${US} amazon.com ${CANADA} amazon.ca`);
    const { authToken, enabled } = (await grant()) ?? {};
    expect(identifier(last, 'MWS Auth Token')).toBe(authToken);
    expect([enabled, authToken === TOKEN]).toEqual([true, keepsTokenOnEnable]);
  },
);

test('leaving Enable or the wizard with Cancel changes nothing', async () => {
  await act('disable');
  const before = await control('GET', '/world');
  const { browser, page } = await signedIn(MANAGE);
  const enabling = await browser.press(page, 'Enable StorekeeperINC');
  expect((await browser.press(enabling, 'Cancel')).url).toBe(browser.at(HOST, MANAGE));
  const wizard = await browser.press(page, 'Authorize new developer');
  expect((await browser.press(wizard, 'Cancel')).url).toBe(browser.at(HOST, MANAGE));
  const terms = await browser.press(wizard, 'Next', { developerName: 'StorekeeperINC', devMWSAccountId: INC });
  expect((await browser.press(terms, 'Cancel')).url).toBe(browser.at(HOST, MANAGE));
  expect(await control('GET', '/world')).toMatchObject({ mwsGrants: (before as WorldFile).mwsGrants });
});

test('a secondary user may look, and change nothing', async () => {
  const { browser, page } = await signedIn(MANAGE, HELPER);
  const told = 'Only the primary user of the selling account can change the access of a developer.';
  for (const name of ['Renew StorekeeperINC', 'Disable StorekeeperINC', 'Authorize new developer']) {
    const shown = await browser.press(page, name);
    expect([name, shown.status, words(shown).includes(told)]).toEqual([name, 403, true]);
  }
  await act('disable');
  const listed = await browser.open(browser.at(HOST, MANAGE));
  expect((await browser.press(listed, 'Enable StorekeeperINC')).status).toBe(403);
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  const sent = { csrf, developer_id: INC, terms: 'agreed', developerName: 'StorekeeperINC', devMWSAccountId: INC };
  for (const path of [`${MANAGE}/developers/enable`, `${MANAGE}/developers/disable`, REGISTER])
    expect([path, (await browser.post(browser.at(HOST, path), sent)).status]).toEqual([path, 403]);
  expect(await grant()).toMatchObject({ enabled: false, authToken: TOKEN });
});

test('after a renewal the access is on its way back until the delay has passed', async () => {
  await play({ reactivationDelaySeconds: 600 });
  await setClock('2027-02-01T12:00:00Z');
  const { browser, page } = await signedIn(MANAGE);
  const after = await browser.press(page, 'Renew StorekeeperINC');
  expect(words(after)).toContain('The access of StorekeeperINC is being reactivated. This may take some time.');
  expect(await grant()).toMatchObject({ worksFrom: expect.stringMatching(/^2027-02-01T12:10:/) });
  await control('POST', '/clock', { advance: 'PT11M' });
  expect(words(await browser.open(browser.at(HOST, MANAGE)))).not.toContain('being reactivated');
});

test('from thirty days before the end the pages say so, and the mails can be read here and by the control API', async () => {
  await setClock('2026-12-03T00:00:00Z');
  const { browser, page } = await signedIn('/home');
  expect(words(page)).toContain(
    'The authorization of StorekeeperINC expires on 2 Jan 2027. Renew it before that day and a new year begins.',
  );
  await setClock('2026-12-10T00:00:00Z');
  const { data } = (await control('GET', `/notices?sellerId=${BLUE_BIRD}`)) as { data: Record<string, unknown>[] };
  expect(data).toMatchObject([
    { sentAt: '2026-12-03T00:00:00.000Z', to: ['owner@bluebird.test'], developerId: INC },
    { sentAt: '2026-12-10T00:00:00.000Z', text: expect.stringContaining('That access will expire on 2027-01-02.') },
  ]);
  const shown = words(await browser.press(page, 'Notifications'));
  expect(shown.indexOf('10 Dec 2026')).toBeLessThan(shown.indexOf('3 Dec 2026'));
  expect(shown).toContain('software applications from StorekeeperINC to access your Amazon selling account');
});

test('thirty-one days before the end nothing is said', async () => {
  await setClock('2026-12-02T00:00:00Z');
  const { browser, page } = await signedIn(MANAGE);
  expect(words(page)).not.toContain('expires on 2 Jan 2027');
  expect(words(await browser.open(browser.at(HOST, '/notifications')))).toContain('There is no notification.');
});

test('a form without the token of the session, or of another site, changes no developer', async () => {
  const { browser, page } = await signedIn(MANAGE);
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  const sent = { developer_id: INC, terms: 'agreed', developerName: 'StorekeeperINC', devMWSAccountId: INC };
  const before = await grant();
  for (const path of ['renew', 'disable', 'enable'].map((verb) => `${MANAGE}/developers/${verb}`).concat(REGISTER)) {
    const form = browser.at(HOST, path);
    expect((await browser.post(form, sent)).status).toBe(403);
    expect((await browser.post(form, { ...sent, csrf }, { origin: 'https://evil.test' })).status).toBe(403);
    const stranger = openHttpBrowser(url());
    expect(words(await stranger.post(form, { ...sent, csrf }))).toContain('Sign in');
  }
  expect(await grant()).toEqual(before);
});

test('an address alone renews nothing: only the button does', async () => {
  const { browser } = await signedIn(MANAGE);
  const shown = await browser.open(browser.at(HOST, `${MANAGE}/developers/renew?developer_id=${INC}`));
  expect(shown.url).toBe(browser.at(HOST, MANAGE));
  expect(await grant()).toMatchObject({ authorizedAt: '2026-01-02T00:00:00Z' });
});

test('addresses that name no developer of this seller lead back to Manage your apps', async () => {
  const { browser } = await signedIn(MANAGE);
  for (const path of ['renew', 'disable', 'enable']) {
    for (const id of ['', '4410-0927-3318', 'nobody']) {
      const shown = await browser.open(browser.at(HOST, `${MANAGE}/developers/${path}?developer_id=${id}`));
      expect(shown.url).toBe(browser.at(HOST, MANAGE));
    }
  }
  expect(words(await browser.open(browser.at(HOST, `${MANAGE}?renewed=nobody`)))).not.toContain('You renewed');
});

test('names that contain markup are shown as text, and every page runs no script', async () => {
  const nasty = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
  await play({ developerName: nasty });
  await setClock('2026-12-20T00:00:00Z');
  const { browser, page } = await signedIn(MANAGE);
  const query = new URLSearchParams({ developerName: nasty, devMWSAccountId: nasty }).toString();
  const wizard = await browser.open(browser.at(HOST, `${REGISTER}?${query}`));
  const terms = await browser.press(wizard, 'Next', { developerName: nasty, devMWSAccountId: INC });
  const pages = [
    page,
    wizard,
    terms,
    await browser.press(wizard, 'Next', { developerName: nasty, devMWSAccountId: nasty }),
    await browser.press(terms, 'Next', { terms: 'agreed' }),
    await browser.open(browser.at(HOST, `${MANAGE}/developers/disable?developer_id=${INC}`)),
    await browser.open(browser.at(HOST, `${MANAGE}/developers/enable?developer_id=${INC}`)),
    await browser.open(browser.at(HOST, '/notifications')),
  ];
  for (const shown of pages) {
    expect(shown.html).toContain('Emulated marketplace. Not Amazon.');
    expect(shown.html).not.toMatch(/<script|<img|undefined|\[object/);
    expect(shown.html.match(/<h1/g)).toHaveLength(1);
    expect(shown.headers['content-security-policy']).toContain("default-src 'none'");
  }
});
