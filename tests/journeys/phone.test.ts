/** A whole repair on a phone, and every page on a narrow one: nothing is wider than the screen, nothing too small to touch. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atAmazon, storeBecomes, storeNamed, timePasses } from '../support/demo-stores.ts';
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

/** Buttons and tabs that a finger cannot hit. */
const TOO_SMALL = `[...document.querySelectorAll('.btn, .lnk, .in, .seg button, summary, .phone-tabs a, .phone-tabs button')]
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => one.checkVisibility() && box.width > 0 && box.height < 43.5)
  .map(([one, box]) => one.outerHTML.slice(0, 80) + ' ' + box.height)`;

/** Parts whose content is wider than they are, though the page is not. */
const CUT_OFF = `[...document.querySelectorAll('main, .card, .dbody, .pane, .df, .top, td, dd, p, h1, h2, h3')]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
  .filter((one) => getComputedStyle(one).textOverflow !== 'ellipsis' && !one.closest('.vh'))
  .map((one) => one.outerHTML.slice(0, 120))`;

async function expectFitsPhone(page: Page): Promise<void> {
  await expectAccessible(page);
  expect(await page.evaluate(CUT_OFF)).toEqual([]);
  expect(await page.evaluate(TOO_SMALL)).toEqual([]);
}

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('a seller on the way repairs the store with one thumb', async () => {
    const here = await visit(demo, { width: 390 });
    const { page } = here;
    await page.goto(`${demo.base}/sign-in`);
    await expectSaid(page, /^This Storekeeper runs with an emulated Amazon\./);
    await expectFitsPhone(page);
    await page.getByRole('button', { name: 'Open the demo account' }).tap();
    await expectSaid(page, '2 of 11 stores need you');
    await expectFitsPhone(page);
    await page.getByRole('button', { name: 'Reconnect store Studio Kite' }).tap();
    const dialog = page.getByRole('dialog', { name: 'Reconnect Your Store' });
    await expectSaid(dialog, /^Amazon’s yearly permission for this store ran out on/);
    await expectFitsPhone(page);
    await dialog.getByText('How we know').tap();
    await expectSaid(dialog, 'Ruled out');
    await expectFitsPhone(page);
    await dialog.getByRole('button', { name: 'Reconnect manually with a refresh token' }).tap();
    await expectSaid(dialog, 'The old credentials stay in use until the new ones are proven.');
    await expectFitsPhone(page);
    await dialog.getByRole('button', { name: 'Back' }).tap();

    const opened = here.context.waitForEvent('page');
    await dialog.getByRole('link', { name: /^Continue/ }).tap();
    const amazon = await opened;
    await expectSaid(dialog, /^(Waiting for you at Amazon|Looking now)$/);
    await expectFitsPhone(page);
    await amazon.bringToFront();
    await signInAtAmazon(amazon, 'owner@studiokite.test');
    await expectAccessible(amazon);
    await amazon.getByRole('button', { name: 'Re-authorize Storekeeper', exact: true }).tap();
    await confirmAtAmazon(amazon);
    await amazon.getByRole('link', { name: 'Login to Storekeeper now' }).tap();
    await amazon.getByRole('button', { name: 'Continue to Amazon' }).tap();
    await amazon.getByRole('heading', { name: 'Your store is connected again' }).waitFor();
    await expectAccessible(amazon);

    await page.bringToFront();
    await expectSaid(dialog, 'Studio Kite is connected again.');
    await expectFitsPhone(page);
    await dialog.getByRole('button', { name: 'Done' }).tap();
    await expectSaid(page, '1 of 11 stores needs you');
    expectQuiet(here);
  });

  test('a repair begun at the desk is finished on the phone, and both see it', async () => {
    const desk = await visit(demo);
    const who = { demo, page: desk.page };
    await enterDemo(demo, desk.page);
    const { sellerId, applicationId } = await atAmazon(demo, 'Tidewater Books');
    await demo.control('POST', `/_/grants/${sellerId}/${applicationId}`, { action: 'disable' });
    await timePasses(who, 'PT2M', 'PT2M');
    const store = await storeBecomes(who, 'Tidewater Books', 'reconnect');
    const row = desk.page.getByRole('row', { name: /Tidewater Books/ });
    await row.getByRole('button', { name: /^Reconnect store/ }).click();
    const dialog = desk.page.getByRole('dialog', { name: 'Reconnect Your Store' });
    await expectSaid(dialog, /^Access was switched off at Amazon/);

    const phone = await visit(demo, { width: 390 });
    await enterDemo(demo, phone.page);
    // The link of the mail.
    await phone.page.goto(`${demo.base}/stores/${store.id}?repair=1`);
    await phone.page.getByRole('dialog').getByRole('button', { name: 'Continue' }).tap();
    await signInAtAmazon(phone.page, 'owner@tidewater.test');
    await confirmAtAmazon(phone.page);
    await phone.page.getByRole('heading', { name: 'Tidewater Books is connected again' }).waitFor();
    await expectFitsPhone(phone.page);
    await expectSaid(dialog, 'Tidewater Books is connected again.');
    expectQuiet(desk);
    expectQuiet(phone);
  });

  test('every page fits the narrowest phone by day, and a small laptop by night', async () => {
    for (const manner of [{ width: 320 }, { width: 1024, dark: true }]) {
      const fits = manner.width < 500 ? expectFitsPhone : expectAccessible;
      const here = await visit(demo, manner);
      const { page } = here;
      await enterDemo(demo, page);
      const store = await storeNamed({ demo, page }, 'Kaffeehaus Nord');
      const pages = [
        ['/stores', 'Tidewater Books'],
        [`/stores/${store.id}`, 'Three checks'],
        ['/settings', 'No key yet. A key lets a program read and connect the stores of this account.'],
        ['/demo/fire-drill', 'The seller switches access off'],
        ['/demo/mailbox', /^What this demo would have sent/],
        ['/nowhere', 'This page is not here'],
        ['/sign-up', 'At least 12 characters.'],
        ['/connect', 'For your own overview. Nothing is changed at your bank or at Amazon.'],
      ] as const;
      for (const [path, words] of pages) {
        await page.goto(`${demo.base}${path}`);
        await expectSaid(page, words);
        await fits(page);
      }
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('By hand').click();
      await page.getByRole('button', { name: 'Check and connect' }).click();
      await expectSaid(page, 'Paste the refresh token. It begins with Atzr|.');
      await fits(page);
      expectQuiet(here);
      await here.context.close();
    }
  });
});
