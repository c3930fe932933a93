/** The year is over: by the clock, by Re-authorize at Amazon, and by a token that revives. Green by itself each time. */
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
  });
  afterAll(() => demo.stop());

  test('a newcomer repairs the broken store from Amazon’s side in another window, and never comes back to our dialog', async () => {
    const here = await visit(demo);
    await enterDemo(demo, here.page);
    await expectSaid(here.page, '2 of 11 stores need you');
    await expectAccessible(here.page);
    await here.page.getByRole('button', { name: 'Reconnect store Studio Kite' }).click();
    const dialog = here.page.getByRole('dialog', { name: 'Reconnect Your Store' });
    await expectSaid(dialog, /^Amazon’s yearly permission for this store ran out on/);
    await expectSaid(dialog, 'Three clicks at Amazon');
    await dialog.getByText('How we know').click();
    await expectSaid(dialog, /^We are fairly sure, not certain: we have only few stores to compare with\.$/);
    await expectAccessible(here.page);

    const there = await visit(demo);
    await there.page.goto(`${demo.amazon}/sellercentral.amazon.nl/apps/manage`);
    await signInAtAmazon(there.page, 'owner@studiokite.test');
    await there.page.getByRole('button', { name: 'Re-authorize Storekeeper', exact: true }).click();
    await confirmAtAmazon(there.page);
    const confirmed = Date.now();
    await there.page.getByRole('link', { name: 'Login to Storekeeper now' }).click();
    await there.page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await there.page.getByRole('heading', { name: 'Your store is connected again' }).waitFor();
    await expectAccessible(there.page);

    await expectSaid(dialog, 'Studio Kite is connected again.');
    expect(Date.now() - confirmed).toBeLessThan(10_000);
    await expectSaid(dialog, 'Reminders about this fault are cancelled.');
    await expectAccessible(here.page);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expectSaid(here.page, '1 of 11 stores needs you');
    expectQuiet(here);
    expectQuiet(there);
  });

  test('a store whose token revives turns green by itself while the dialog is open, with one mail at most', async () => {
    const here = await visit(demo);
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    const { sellerId, applicationId } = await atAmazon(demo, 'Tidewater Books');
    await demo.control('POST', `/_/grants/${sellerId}/${applicationId}`, { action: 'disable' });
    await timePasses(who, 'PT2M');
    await storeBecomes(who, 'Tidewater Books', 'checking');
    const row = here.page.getByRole('row', { name: /Tidewater Books/ });
    await expectSaid(row, 'Connected · checking');
    expect(await mailsTo(who, 'owner@tidewater.test')).toEqual([]);

    await timePasses(who, 'PT2M');
    await storeBecomes(who, 'Tidewater Books', 'reconnect');
    await row.getByRole('button', { name: /^Reconnect store/ }).click();
    const dialog = here.page.getByRole('dialog', { name: 'Reconnect Your Store' });
    await expectSaid(dialog, /^Access was switched off at Amazon on .*, before its year was over\.$/);
    await expect.poll(() => mailsTo(who, 'owner@tidewater.test')).toHaveLength(1);
    await demo.control('POST', `/_/grants/${sellerId}/${applicationId}`, { action: 'enable' });
    const enabled = Date.now();
    await expectSaid(dialog, 'Tidewater Books is connected again.');
    expect(Date.now() - enabled).toBeLessThan(12_000);
    expect(await mailsTo(who, 'owner@tidewater.test')).toHaveLength(1);
    expectQuiet(here);
  });

  test('a year passes by the clock, the seller follows the three clicks, and the focus is back at the store', async () => {
    const here = await visit(demo);
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    await expectSaid(here.page.getByRole('row', { name: /Kaffeehaus Nord/ }), /^Renew before/);
    await here.page.getByRole('link', { name: 'Fire drill' }).click();
    await expectSaid(here.page, 'Nothing here reaches a real marketplace.');
    await expectAccessible(here.page);
    await here.page.getByRole('button', { name: 'To next expiry' }).click();
    await storeBecomes(who, 'Kaffeehaus Nord', 'checking');
    await here.page.getByRole('button', { name: '+ 2 min' }).click();
    const broken = await storeBecomes(who, 'Kaffeehaus Nord', 'reconnect');
    expect(broken.cause).toBe('grant.expired');

    await here.page.getByRole('link', { name: /Store Manager/ }).click();
    const row = here.page.getByRole('row', { name: /Kaffeehaus Nord/ });
    await expectSaid(row, /^Amazon’s yearly permission for this store ran out on/);
    await row.getByRole('button', { name: 'Reconnect store' }).click();
    const dialog = here.page.getByRole('dialog', { name: 'Reconnect Your Store' });
    const opened = here.context.waitForEvent('page');
    await dialog.getByRole('link', { name: /^Continue/ }).click();
    const amazon = await opened;
    await expectSaid(dialog, 'This turns green by itself; you need not come back.');
    await expectAccessible(here.page);
    await signInAtAmazon(amazon, 'owner@kaffeehausnord.test');
    await expectSaid(amazon, 'Expired');
    await amazon.getByRole('button', { name: 'Re-authorize Storekeeper', exact: true }).click();
    await confirmAtAmazon(amazon);
    await amazon.getByRole('link', { name: 'Login to Storekeeper now' }).click();
    await amazon.getByRole('button', { name: 'Continue to Amazon' }).click();
    await amazon.getByRole('heading', { name: 'Your store is connected again' }).waitFor();
    await expectSaid(amazon, /A new term of a year starts today\.$/);

    await expectSaid(dialog, 'Kaffeehaus Nord is connected again.');
    await expectSaid(dialog, /^The permission lasts to about/);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const focused = here.page.locator(`[data-row="${broken.id}"]:focus`);
    await focused.waitFor();
    await expectSaid(focused, 'Connected');
    const renewed = await storeNamed(who, 'Kaffeehaus Nord');
    expect(Date.parse(renewed.authorized_at ?? '')).toBeGreaterThan(Date.parse(broken.authorized_at ?? ''));
    expectQuiet(here);
  });
});
