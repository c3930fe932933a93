import { expect, test } from 'vitest';

import { BLUE_BIRD, CANADA, US } from '../example.testkit.ts';
import type { Shown, TestBrowser } from './browser.testsuite.ts';
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
  signedIn,
  startedForTests,
  words,
} from './mwsYears.testkit.ts';

startedForTests();

const PREFILLED = new URLSearchParams({ developerName: 'StorekeeperINC', devMWSAccountId: INC }).toString();

/** From the wizard's first page to its last. */
async function throughWizard(browser: TestBrowser, first: Shown): Promise<Shown> {
  const terms = await browser.press(first, 'Next', { developerName: 'StorekeeperINC', devMWSAccountId: INC });
  return browser.press(terms, 'Next', { terms: 'agreed' });
}

test('authorizing a new developer: name and ID, terms, then seller ID, token and marketplace IDs', async () => {
  await play({}, { mwsGrants: [] });
  const { browser, page } = await signedIn(MANAGE);
  expect(words(page)).not.toContain('StorekeeperINC');
  const last = await throughWizard(browser, await browser.press(page, 'Authorize new developer'));
  expect(identifier(last, 'Seller ID')).toBe(BLUE_BIRD);
  expect(identifier(last, 'MWS Auth Token')).toMatch(/^amzn\.mws\.[0-9a-f-]{36}$/);
  expect(words(last)).toContain(`Marketplace IDs ${US} amazon.com ${CANADA} amazon.ca`);
  expect(await grant()).toMatchObject({ authToken: identifier(last, 'MWS Auth Token'), enabled: true });
});

test('authorizing a developer that is authorized already shows the same token', async () => {
  const { browser, page } = await signedIn(REGISTER);
  expect(identifier(await throughWizard(browser, page), 'MWS Auth Token')).toBe(TOKEN);
});

test.each([
  ['of another region', 'StorekeeperEU', '0000-1111-3333', 'This developer ID is not registered for North America.'],
  ['of somebody else', 'StorekeeperINC', '4410-0927-3318', 'We could not verify this developer.'],
  ['that nobody has', 'StorekeeperINC', '9999-9999-9999', 'We could not verify this developer.'],
  ['with a digit missing', 'StorekeeperINC', '0000-1111-222', 'A developer ID has 12 digits'],
  ['left empty', 'StorekeeperINC', '', "Enter the developer's name and the developer ID."],
])('the wizard refuses a developer ID %s', async (...row) => {
  const [, developerName, devMWSAccountId, told] = row;
  await play({}, { mwsGrants: [] });
  const { browser, page } = await signedIn(REGISTER);
  const shown = await browser.press(page, 'Next', { developerName, devMWSAccountId });
  expect([shown.status, words(shown).includes(told)]).toEqual([400, true]);
  expect(shown.html).toContain(`value="${developerName}"`);
  const forced = await browser.press(page, 'Next', { developerName, devMWSAccountId, terms: 'agreed' });
  expect(forced.status).toBe(400);
  expect(await control('GET', '/world')).toMatchObject({ mwsGrants: [] });
});

test('name and ID may be typed in other letters, without hyphens and with spaces', async () => {
  const { browser, page } = await signedIn(REGISTER);
  const fill = { developerName: ' storekeeperinc ', devMWSAccountId: ' 000011112222 ' };
  expect(words(await browser.press(page, 'Next', fill))).toContain('Authorize StorekeeperINC');
});

test.each([
  ['the developer link', PREFILLED],
  ['the link with the sign-in flags', `signInPageDisplayed=1&devAuth=1&${PREFILLED}`],
  ['the link with an application', `applicationName=StorekeeperINC&appDevMWSAccountId=${INC}`],
])('%s of an integrator opens the wizard filled in, through the sign-in', async (_, query) => {
  const { browser, page } = await signedIn(`${REGISTER}?${query}`);
  expect(page.html).toContain('name="developerName" required autocomplete="off" value="StorekeeperINC"');
  expect(page.html).toContain(`name="devMWSAccountId" required autocomplete="off" value="${INC}"`);
  const fields = { developerName: 'StorekeeperINC', devMWSAccountId: INC };
  expect(words(await browser.press(page, 'Next', fields))).toContain('Authorize StorekeeperINC');
});

test('a developer that may take no new authorizations is refused with MD9000, at the wizard and at Enable', async () => {
  await act('disable');
  await control('PATCH', `/developers/${INC}`, { eligible: false });
  const { browser, page } = await signedIn(`${REGISTER}?${PREFILLED}`);
  const fields = { developerName: 'StorekeeperINC', devMWSAccountId: INC };
  const told = 'This Developer is not currently eligible for new authorizations. Error code MD9000';
  expect(words(await browser.press(page, 'Next', fields))).toContain(told);
  expect(words(await browser.press(page, 'Next', { ...fields, terms: 'agreed' }))).toContain(told);
  const manage = await browser.open(browser.at(HOST, MANAGE));
  expect(words(await browser.press(manage, 'Enable StorekeeperINC'))).toContain(told);
  expect(await grant()).toMatchObject({ enabled: false });
});
