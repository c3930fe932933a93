/** Hand-typed nonsense around a store: the wizard, the token, the repair by hand, the search, its name and its end. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeNamed } from '../support/demo-stores.ts';
import {
  enterDemo,
  expectAccessible,
  expectQuiet,
  expectSaid,
  IN_A_BROWSER,
  signInAtAmazon,
  startDemo,
  visit,
  whyNoBrowser,
  type Demo,
} from '../support/journey-demo.ts';
import { expectNothingRan, KINDS, NONSENSE, saysAt, typeEverywhere } from '../support/nonsense.ts';

/** Sends a token and a seller ID, each as given, and gives what the two fields say. */
async function tryPair(form: Locator, pair: { token: string; seller: string }, send: string) {
  await form.getByRole('textbox', { name: 'Refresh token' }).fill(pair.token);
  await form.getByLabel(/^Seller ID/).fill(pair.seller);
  await form.getByRole('button', { name: send }).click();
  await form.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
}

const LOOKS_RIGHT = `Atzr|${'IwEBIExampleToken'.repeat(8)}`;

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('the wizard refuses at each field, keeps what was typed, and asks nothing of Amazon', async () => {
    const here = await visit(demo);
    const { page } = here;
    await enterDemo(demo, page);
    await page.getByRole('link', { name: 'Connect a store' }).click();
    const form = page.locator('form');
    const account = form.getByLabel('Receiving account');
    for (const [kind, words] of [
      ['ten thousand characters', 'Too long: at most 120 characters.'],
      ['a pasted client secret', 'This is a secret, and a name is read by everyone here. Give it a name of its own.'],
    ] as const) {
      await account.fill(NONSENSE[kind]);
      await account.press('Enter');
      await expectSaid(form, words);
      expect(await account.inputValue()).toBe(NONSENSE[kind]);
    }
    await account.fill(NONSENSE.pictures);
    await account.press('Enter');

    for (const kind of KINDS) await typeEverywhere(form, NONSENSE[kind], 'Continue to Amazon');
    await form.getByText('By hand').click();
    const token: Partial<Record<string, string | undefined>> = {};
    for (const kind of KINDS) {
      const refused = await typeEverywhere(form, NONSENSE[kind], 'Check and connect');
      token[kind] = saysAt(refused, 'refresh_token');
    }
    expect(token['nothing']).toBe('Paste the refresh token. It begins with Atzr|.');
    expect(token['ten thousand characters']).toMatch(
      /^Too long: 10000 characters, and a refresh token has about 400\./,
    );
    await expectAccessible(page);

    // The name is fine now, so the server looks at the credentials and says at each field what they are.
    await form.getByLabel('Store name').fill('Atelier Lune');
    await form.getByLabel(/E-mail of the store/).fill('');
    for (const [wrong, words] of [
      [
        NONSENSE['a pasted password'],
        /If it is a password, never type it here: Storekeeper does not ask for passwords/,
      ],
      [NONSENSE['a pasted client secret'], /^This is an app’s client secret\. Keep it to yourself/],
      [NONSENSE.markup, /^A refresh token starts with “Atzr\|”; this does not\./],
      ['A3FHEXAMPLEYWS', /^This is a seller ID\. It goes into the field for it/],
      [` ${LOOKS_RIGHT}`, /^There is a space before the token\. Take it away\./],
      ['Atzr|short', /^The token is too short: it has 10 characters and its end is missing\./],
    ] as const) {
      await tryPair(form, { token: wrong, seller: '' }, 'Check and connect');
      await expectSaid(form, words);
      await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('refresh_token');
      expect(await form.getByRole('textbox', { name: 'Refresh token' }).inputValue()).toBe(wrong);
    }
    await tryPair(form, { token: LOOKS_RIGHT, seller: 'owner@atelierlune.test' }, 'Check and connect');
    await expectSaid(form, /^This is an e-mail address\. A seller ID starts with A/);
    await expectAccessible(page);
    expectQuiet(here, /^422 POST \/v1\/stores$/);
  });

  test('the repair by hand does the same, and the old credentials stay', async () => {
    const here = await visit(demo);
    const { page } = here;
    await enterDemo(demo, page);
    const before = await storeNamed({ demo, page }, 'Studio Kite');
    await page.getByRole('button', { name: 'Reconnect store Studio Kite' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Reconnect manually with a refresh token' }).click();
    const form = dialog.locator('form');
    for (const kind of KINDS) await typeEverywhere(form, NONSENSE[kind], 'Check and reconnect');
    await expectAccessible(page);
    await tryPair(form, { token: LOOKS_RIGHT, seller: 'A1NORTHWINDPET' }, 'Check and reconnect');
    await expectSaid(
      form,
      /^This store is bound to seller A3STUDIOKITENL\. To connect A1NORTHWINDPET, add it as a new store\./,
    );
    await tryPair(form, { token: LOOKS_RIGHT, seller: '' }, 'Check and reconnect');
    await expectSaid(form, 'Nothing was changed. The old credentials are kept.');
    await expectAccessible(page);
    const after = await storeNamed({ demo, page }, 'Studio Kite');
    expect(after.credential_version).toBe(before.credential_version);
    expectQuiet(here, /^422 PUT \/v1\/stores\/[^/]+\/credentials$/);
  });

  test('whatever is searched is text, and a link to the search shows the same', async () => {
    const here = await visit(demo);
    const { page } = here;
    await enterDemo(demo, page);
    const box = page.getByRole('searchbox');
    for (const kind of KINDS.filter((one) => NONSENSE[one].trim() !== '')) {
      await box.fill(NONSENSE[kind]);
      await expectSaid(page, /^No connected store matches “/);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    }
    await box.fill(NONSENSE.markup);
    await expectSaid(page, `No connected store matches “${NONSENSE.markup}”.`);
    await expectAccessible(page);
    await page.reload();
    await expectSaid(page, `No connected store matches “${NONSENSE.markup}”.`);
    await page.getByRole('button', { name: 'Clear search' }).click();
    await page.getByRole('row', { name: /Tidewater Books/ }).waitFor();
    await expectNothingRan(page);
    expectQuiet(here);
  });

  test('a store named with markup is its name everywhere, and only its whole name removes it', async () => {
    const here = await visit(demo);
    const { page } = here;
    const name = NONSENSE.markup.slice(0, 100);
    await enterDemo(demo, page);
    await page.getByRole('link', { name: 'Connect a store' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Site').selectOption('amazon.fr');
    await page.getByLabel('Store name').fill(name);
    await page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await signInAtAmazon(page, 'owner@atelierlune.test');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: `${name} is not connected yet` }).waitFor();
    await expectNothingRan(page);
    await page.getByRole('link', { name: 'Back to Store Manager' }).click();
    await page.getByRole('link', { name }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await expectAccessible(page);
    await changeName(page);
    await linkOf(page, name);
    await removeStore(page, name);
    await page.getByRole('row', { name: /Tidewater Books/ }).waitFor();
    expect(await page.getByRole('link', { name }).count()).toBe(0);
    await expectNothingRan(page);
    expectQuiet(here);
  });

  /** The same nonsense in the dialog for name and contact, which is left without a change. */
  async function changeName(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Edit name and contact' }).click();
    const form = page.getByRole('dialog', { name: 'Name and contact' }).locator('form');
    for (const kind of KINDS) await typeEverywhere(form, NONSENSE[kind], 'Save');
    await expectAccessible(page);
    await form.getByRole('button', { name: 'Cancel' }).click();
  }

  /** The page for the store's owner is written by the server, without script. */
  async function linkOf(page: Page, name: string): Promise<void> {
    const store = await storeNamed({ demo, page }, name);
    const headers = { origin: demo.base };
    const made = await page.request.post(`${demo.base}/v1/stores/${store.id}/hand_offs`, {
      headers,
      data: { language: 'en' },
    });
    await page.goto(((await made.json()) as { url: string }).url);
    await page.getByRole('heading', { name: `Can you give one permission for ${name}?` }).waitFor();
    await expectNothingRan(page);
    await page.goBack();
  }

  async function removeStore(page: Page, name: string): Promise<void> {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Remove this store' }).click();
    const form = page.getByRole('dialog').locator('form');
    for (const kind of KINDS.filter((one) => NONSENSE[one].trim() !== name)) {
      const [refused] = await typeEverywhere(form, NONSENSE[kind], 'Remove the store');
      expect(refused?.says).toBe(`Type the store’s name as it stands: ${name}`);
    }
    await form.getByRole('textbox').fill(name);
    await form.getByRole('button', { name: 'Remove the store' }).click();
  }
});
