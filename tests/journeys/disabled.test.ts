/** Access is switched off at Amazon, and switched on again there or by the permission page. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atAmazon, mailsTo, storeBecomes, storeNamed, timePasses } from '../support/demo-stores.ts';
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

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
    // The harder case: what was switched off stays dead, and only a new confirmation helps.
    const { applicationId } = await atAmazon(demo, 'Halden Home UK');
    await demo.control('PATCH', `/_/apps/${applicationId}`, { revivesOldToken: false });
  });
  afterAll(() => demo.stop());

  /** At Amazon, in another tab: this owner has two selling accounts and picks one. */
  async function manageApps(page: Page, account: RegExp): Promise<void> {
    await page.goto(`${demo.amazon}/sellercentral-europe.amazon.com/apps/manage`);
    await signInAtAmazon(page, 'owner@haldenhome.test');
    await page.getByRole('radio', { name: account }).first().check();
    await page.getByRole('button', { name: 'Select account' }).click();
  }

  async function switchOff(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Disable Storekeeper', exact: true }).click();
    await expectSaid(page, /loses access to the data of/);
    await page.getByRole('button', { name: 'OK' }).click();
    await expectSaid(page, 'Disabled');
  }

  test('a seller who switched access off confirms once more from the dialog, and the row is green', async () => {
    const here = await visit(demo);
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    const amazon = await here.context.newPage();
    await manageApps(amazon, /Halden Home DE/);
    await switchOff(amazon);
    await timePasses(who, 'PT2M');
    await storeBecomes(who, 'Halden Home DE', 'checking');
    await timePasses(who, 'PT2M');
    const before = await storeBecomes(who, 'Halden Home DE', 'reconnect');
    expect(before.cause).toBe('grant.revoked');

    const row = here.page.getByRole('row', { name: /Halden Home DE/ });
    await expectSaid(row, /^Access was switched off at Amazon on .*, before its year was over\.$/);
    await expectSaid(row, 'as primary user');
    const subjects = async () => (await mailsTo(who, 'owner@haldenhome.test')).map((mail) => mail.subject);
    await expect.poll(subjects).toEqual(['Halden Home DE: access was switched off']);
    await row.getByRole('button', { name: 'Reconnect store' }).click();
    const dialog = here.page.getByRole('dialog', { name: 'Reconnect Your Store' });
    await expectSaid(dialog, 'Two clicks at Amazon');
    await expectAccessible(here.page);
    await dialog.getByRole('button', { name: 'Continue' }).click();
    // This browser is signed in to Seller Central already.
    await expectSaid(here.page, 'Halden Home DE');
    await confirmAtAmazon(here.page);
    await here.page.getByRole('heading', { name: 'Halden Home DE is connected again' }).waitFor();
    await expectAccessible(here.page);
    await here.page.getByRole('link', { name: 'Back to Store Manager' }).click();
    await expectSaid(here.page.getByRole('row', { name: /Halden Home DE/ }), 'Connected');
    const after = await storeNamed(who, 'Halden Home DE');
    expect(after.credential_version).toBeGreaterThan(before.credential_version);
    expectQuiet(here);
  });

  test('Enable at Amazon leads back without our doing: we say whose store it is, and one click finishes it', async () => {
    const here = await visit(demo);
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    const amazon = await here.context.newPage();
    await manageApps(amazon, /Halden Home UK/);
    await switchOff(amazon);
    await timePasses(who, 'PT2M');
    await storeBecomes(who, 'Halden Home UK', 'checking');
    await timePasses(who, 'PT2M');
    const before = await storeBecomes(who, 'Halden Home UK', 'reconnect');

    await amazon.getByRole('button', { name: 'Enable Storekeeper', exact: true }).click();
    await confirmAtAmazon(amazon);
    await amazon.getByRole('heading', { name: 'This did not start in Storekeeper' }).waitFor();
    await expectSaid(amazon, /^Amazon sent you back for Halden Home UK, but Storekeeper did not start this/);
    await expectAccessible(amazon);
    expect((await storeNamed(who, 'Halden Home UK')).credential_version).toBe(before.credential_version);

    // One click leads to the permission page, where this owner is signed in already.
    await amazon.getByRole('button', { name: 'Confirm at Amazon again' }).click();
    await confirmAtAmazon(amazon);
    await amazon.getByRole('heading', { name: 'Halden Home UK is connected again' }).waitFor();
    await expectSaid(here.page.getByRole('row', { name: /Halden Home UK/ }), 'Connected');
    expectQuiet(here, /^400 GET \/connect\/arrived\/no_state$/);
  });
});
