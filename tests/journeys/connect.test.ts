/** A seller connects a store, declines, comes as the wrong person, and is shown the way on each time. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeBecomes, storeNamed, storesNow } from '../support/demo-stores.ts';
import {
  confirmAtAmazon,
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

/** Goes through the wizard up to Amazon's door. */
async function askForPermission(page: Page, store: { name: string; site: string }): Promise<void> {
  await page.getByRole('link', { name: 'Connect a store' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Site').selectOption(store.site);
  await page.getByLabel('Store name').fill(store.name);
  await page.getByRole('button', { name: 'Continue to Amazon' }).click();
}

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('a seller connects a new store and sees the checks run one by one', async () => {
    const here = await visit(demo);
    const { page } = here;
    await enterDemo(demo, page);
    await page.getByRole('link', { name: 'Connect a store' }).click();
    await expectSaid(page, 'For your own overview. Nothing is changed at your bank or at Amazon.');
    await expectAccessible(page);
    await page.getByLabel('Currency').selectOption('EUR');
    await page.getByLabel('Receiving account').fill('Atelier Lune SARL ••4021');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Site').selectOption('amazon.fr');
    await expectSaid(page, 'One permission covers every site of this store in Europe.');
    await page.getByLabel('Store name').fill('Atelier Lune');
    await page.getByLabel(/E-mail of the store/).fill('camille@atelier-lune.fr');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await signInAtAmazon(page, 'owner@atelierlune.test');
    await confirmAtAmazon(page);

    // The checks are told one after another, on the page to which Amazon leads back.
    await expectSaid(page, /^\d of 7 done\. You may leave this page; the checks go on\.$/);
    await page.getByRole('heading', { name: 'Atelier Lune is connected' }).waitFor();
    await expectSaid(page, /^All seven checks passed in/);
    await expectSaid(page, 'Amazon answered: 2 of 2 sites selling.');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Open the store' }).click();
    await page.getByRole('heading', { name: 'Atelier Lune', level: 1 }).waitFor();
    await expectSaid(page, 'Connected');
    await expectSaid(page, 'camille@atelier-lune.fr');
    await expectAccessible(page);
    expectQuiet(here);
  });

  test('a seller who cancels at Amazon reads that it was declined, and finishes later', async () => {
    const here = await visit(demo);
    const { page } = here;
    await enterDemo(demo, page);
    await askForPermission(page, { name: 'Harbour Toys', site: 'amazon.co.uk' });
    await signInAtAmazon(page, 'owner@harbourtoys.test');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'Harbour Toys is not connected yet' }).waitFor();
    await expectSaid(page, 'The permission was declined at Amazon.');
    await expectSaid(page, /^Confirm it whenever you are ready\. It lets us read payouts, balances and reports/);
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await expectAccessible(page);

    await page.getByRole('link', { name: 'Back to Store Manager' }).click();
    const row = page.getByRole('row', { name: /Harbour Toys/ });
    await expectSaid(row, 'The permission was declined at Amazon.');
    await expectSaid(row, 'as primary user');
    await expectAccessible(page);
    // The link of a mail leads to the same two clicks.
    const { id } = await storeNamed({ demo, page }, 'Harbour Toys');
    await page.goto(`${demo.base}/stores/${id}?repair=1`);
    const dialog = page.getByRole('dialog', { name: 'Finish connecting' });
    await expectSaid(dialog, 'Two clicks at Amazon');
    await dialog.getByRole('button', { name: 'Continue' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${demo.base}/stores`);
    await row.getByRole('button', { name: /^Finish connecting/ }).click();
    await page.getByRole('heading', { name: 'Permission for Harbour Toys' }).waitFor();
    await page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await confirmAtAmazon(page);
    await page.getByRole('heading', { name: 'Harbour Toys is connected' }).waitFor();
    expect((await storesNow({ demo, page })).filter((one) => one.name === 'Harbour Toys')).toHaveLength(1);
    expectQuiet(here);
  });

  test('a secondary user, stopped at Amazon, comes back and sends the owner a link, and the owner connects the store', async () => {
    const here = await visit(demo);
    const { page } = here;
    await enterDemo(demo, page);
    await askForPermission(page, { name: 'Maple & Pine', site: 'amazon.ca' });
    await signInAtAmazon(page, 'helper@mapleandpine.test');
    await page.getByRole('heading', { name: 'This authorization cannot continue' }).waitFor();
    await expectSaid(page, 'SPDC8143');

    await page.goBack();
    await page.goBack();
    await page.getByRole('heading', { name: 'Waiting for you at Amazon' }).waitFor();
    await expectSaid(page, 'Does Amazon say that you cannot confirm?');
    await expectSaid(
      page,
      /^Only the store’s primary user can\. For anybody else Amazon’s page stops with the error code/,
    );
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Send to the owner' }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    await expectSaid(page, 'The link is ready.');
    const link = (await page.locator('.hand-off-link code').textContent()) ?? '';
    expect(link).toMatch(new RegExp(`^${demo.base}/hand-off/`));
    await expectAccessible(page);

    const owner = await visit(demo, { width: 390 });
    await owner.page.goto(link);
    await owner.page.getByRole('heading', { name: 'Can you give one permission for Maple & Pine?' }).waitFor();
    await expectAccessible(owner.page);
    await owner.page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await signInAtAmazon(owner.page, 'owner@mapleandpine.test');
    await confirmAtAmazon(owner.page);
    await owner.page.getByRole('heading', { name: 'Done. Maple & Pine is connected.' }).waitFor();
    await expectSaid(owner.page, /^You can close this page\./);
    await expectAccessible(owner.page);
    await storeBecomes({ demo, page }, 'Maple & Pine', 'connected');
    await page.getByRole('heading', { name: 'Maple & Pine is connected' }).waitFor();
    await expectSaid(page, 'It was confirmed at Amazon another way. Nothing more to do here.');
    await page.getByRole('link', { name: 'Open the store' }).waitFor();
    expectQuiet(here);
    expectQuiet(owner);
  });
});
