import { expect, test } from 'vitest';

import { APP, BLUE_BIRD, OTHER_APP } from '../example.testkit.ts';
import type { Shown, TestBrowser } from './browser.testsuite.ts';
import {
  EUROPE,
  HOST,
  INC,
  MANAGE,
  TOKEN,
  act,
  control,
  grant,
  play,
  signedIn,
  startedForTests,
  words,
} from './mwsYears.testkit.ts';

startedForTests();

const consentOf = (applicationId: string): string =>
  `/apps/authorize/consent?${new URLSearchParams({ application_id: applicationId, state: 'st' }).toString()}`;
const parameters = (shown: Shown): Record<string, string> => Object.fromEntries(new URL(shown.url).searchParams);

test('the consent of a hybrid application brings the MWS token beside the code, and begins that permission too', async () => {
  await play({ applicationId: APP }, { mwsGrants: [] });
  const { browser, page } = await signedIn(consentOf(APP));
  expect(words(page)).toContain('Amazon MWS developer StorekeeperINC, 0000-1111-2222');
  const left = await browser.press(page, 'Confirm', { terms: 'agreed' });
  expect(parameters(left)).toEqual({
    state: 'st',
    mws_auth_token: expect.stringMatching(/^amzn\.mws\./),
    selling_partner_id: BLUE_BIRD,
    spapi_oauth_code: expect.any(String),
  });
  expect(await grant()).toMatchObject({ authToken: parameters(left)['mws_auth_token'], enabled: true });
});

test('consenting to a hybrid application again renews a live MWS permission and replaces a disabled one', async () => {
  await play({ applicationId: APP });
  const { browser, page } = await signedIn(consentOf(APP));
  const again = await browser.press(page, 'Confirm', { terms: 'agreed' });
  expect(parameters(again)['mws_auth_token']).toBe(TOKEN);
  expect(await grant()).toMatchObject({ authorizedAt: expect.stringMatching(/^2026-11-23/) });
  await act('disable');
  const replaced = await browser.press(page, 'Confirm', { terms: 'agreed' });
  expect(parameters(replaced)['mws_auth_token']).not.toBe(TOKEN);
});

/** Re-authorize up to the app's Login URI. @returns where the app sends the browser back to. */
async function atLoginUri(browser: TestBrowser): Promise<string> {
  const listed = await browser.open(browser.at(HOST, MANAGE));
  const consent = await browser.press(listed, 'Re-authorize Storekeeper');
  const step = await browser.press(consent, 'Confirm', { terms: 'agreed' });
  const sent = parameters(await browser.press(step, 'Login to Storekeeper now'));
  const query = new URLSearchParams({ state: 'mine', amazon_state: sent['amazon_state'] ?? '' }).toString();
  return browser.at('amazon.com', `/apps/authorize/confirm/${APP}?${query}`);
}

test('a hybrid application enabled on Manage your apps brings the MWS token as well', async () => {
  await play({ applicationId: APP });
  await act('disable', APP);
  const { browser, page } = await signedIn(MANAGE);
  const enabling = await browser.press(page, 'Enable Storekeeper');
  expect(parameters(await browser.press(enabling, 'Confirm', { terms: 'agreed' }))['mws_auth_token']).toBe(TOKEN);
});

test('a hybrid application that is re-authorized brings the MWS token, unless Amazon takes none for its developer', async () => {
  await play({ applicationId: APP });
  const { browser } = await signedIn(MANAGE);
  const confirm = await atLoginUri(browser);
  await control('PATCH', `/developers/${INC}`, { eligible: false });
  expect(words(await browser.open(confirm))).toContain('Error code MD9000');
  await control('PATCH', `/developers/${INC}`, { eligible: true });
  expect(parameters(await browser.open(confirm))['mws_auth_token']).toBe(TOKEN);
});

test('an application that is not hybrid brings no MWS token', async () => {
  await play({ applicationId: APP });
  const { browser, page } = await signedIn(consentOf(OTHER_APP));
  const left = await browser.press(page, 'Confirm', { terms: 'agreed' });
  expect(Object.keys(parameters(left))).toEqual(['state', 'selling_partner_id', 'spapi_oauth_code']);
});

test('a hybrid application without an MWS developer in the region is refused with MD9010', async () => {
  await play({ applicationId: APP });
  const owner = { email: 'owner@studiokite.test', password: 'demo-owner' };
  const { page } = await signedIn(consentOf(APP), owner, EUROPE);
  expect([page.status, words(page).includes('Error code MD9010')]).toEqual([400, true]);
});

test('a hybrid application whose developer may take no authorizations is refused with MD9000', async () => {
  await play({ applicationId: APP, eligible: false });
  const { page } = await signedIn(consentOf(APP));
  expect(words(page)).toContain('Error code MD9000');
});
