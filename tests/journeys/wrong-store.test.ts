/** The seller signs in to another store at Amazon: nothing is changed on either, and both ways on work. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atAmazon, storeBecomes, storeNamed, storesNow, timePasses } from '../support/demo-stores.ts';
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
  type Visit,
} from '../support/journey-demo.ts';

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  /** Northwind Pet is broken; its seller goes to Amazon from the dialog and confirms as somebody else. */
  async function confirmAs(email: string): Promise<Visit> {
    const here = await visit(demo);
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    if ((await storeNamed(who, 'Northwind Pet')).verdict === 'connected') {
      const { sellerId, applicationId } = await atAmazon(demo, 'Northwind Pet');
      await demo.control('POST', `/_/grants/${sellerId}/${applicationId}`, { action: 'disable' });
      await timePasses(who, 'PT2M');
      await storeBecomes(who, 'Northwind Pet', 'checking');
      await timePasses(who, 'PT2M');
      await storeBecomes(who, 'Northwind Pet', 'reconnect');
    }
    await openDialog(here.page);
    await here.page
      .getByRole('dialog')
      .getByRole('button', { name: /^(Continue|Open Amazon’s page again|Try again)/ })
      .click();
    await signInAtAmazon(here.page, email);
    await confirmAtAmazon(here.page);
    await here.page.getByRole('heading', { name: 'You signed in to another store at Amazon' }).waitFor();
    return here;
  }

  async function openDialog(page: Page): Promise<void> {
    const row = page.getByRole('row', { name: /Northwind Pet/ });
    await row.getByRole('button', { name: /^(Reconnect store|Show steps)/ }).click();
    await page.getByRole('dialog').waitFor();
  }

  test('nothing is overwritten, both stores are named, and a new try as the right person reconnects it', async () => {
    const here = await confirmAs('owner@harbourtoys.test');
    const who = { demo, page: here.page };
    const before = await storeNamed(who, 'Northwind Pet');
    await expectSaid(
      here.page,
      /^You wanted Northwind Pet and confirmed for a store with another seller ID\. Nothing was changed on either\.$/,
    );
    await expectSaid(here.page, 'A1NORTHWINDPET');
    await expectSaid(here.page, 'A1HARBOURTOYSG');
    await expectAccessible(here.page);

    // The dialog says the same, with the same two ways on.
    await here.page.goto(`${demo.base}/stores`);
    await openDialog(here.page);
    const dialog = here.page.getByRole('dialog');
    await expectSaid(dialog, 'You signed in to another store at Amazon.');
    await dialog.getByRole('button', { name: 'Connect it as a new store' }).waitFor();
    await expectAccessible(here.page);
    await expectSaid(dialog, 'Sign out at Amazon first, or use a private window.');
    const amazon = await here.context.newPage();
    await amazon.goto(`${demo.amazon}/sellercentral-europe.amazon.com/home`);
    await amazon.getByRole('button', { name: 'Sign out' }).click();
    await dialog.getByRole('button', { name: 'Try again for Northwind Pet' }).click();
    await signInAtAmazon(here.page, 'owner@northwindpet.test');
    await confirmAtAmazon(here.page);
    await here.page.getByRole('heading', { name: 'Northwind Pet is connected again' }).waitFor();
    const after = await storeNamed(who, 'Northwind Pet');
    expect(after.seller_id).toBe(before.seller_id);
    expect(after.credential_version).toBeGreaterThan(before.credential_version);
    expect((await storesNow(who)).map((one) => one.name)).not.toContain('Harbour Toys');
    expectQuiet(here);
  });

  test('the other store is connected as a new one, and the first stays what it was', async () => {
    const here = await confirmAs('owner@harbourtoys.test');
    const who = { demo, page: here.page };
    const before = await storeNamed(who, 'Northwind Pet');
    await here.page.getByRole('link', { name: 'Connect it as a new store' }).click();
    await here.page.getByRole('button', { name: 'Next' }).click();
    await here.page.getByLabel('Site').selectOption('amazon.co.uk');
    await here.page.getByLabel('Store name').fill('Harbour Toys');
    await here.page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await confirmAtAmazon(here.page);
    await here.page.getByRole('heading', { name: 'Harbour Toys is connected' }).waitFor();
    expect(await storeNamed(who, 'Harbour Toys')).toMatchObject({ verdict: 'connected', seller_id: 'A1HARBOURTOYSG' });
    expect(await storeNamed(who, 'Northwind Pet')).toMatchObject({
      seller_id: before.seller_id,
      credential_version: before.credential_version,
    });
    expectQuiet(here);
  });

  test('a seller who is connected here already is not connected twice: that very store gets the new permission', async () => {
    const here = await visit(demo);
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    const before = await storesNow(who);
    await here.page.getByRole('link', { name: 'Connect a store' }).click();
    await here.page.getByRole('button', { name: 'Next' }).click();
    await here.page.getByLabel('Site').selectOption('amazon.nl');
    await here.page.getByLabel('Store name').fill('Kite, once more');
    await here.page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await signInAtAmazon(here.page, 'owner@studiokite.test');
    await confirmAtAmazon(here.page);
    await here.page.getByRole('heading', { name: 'Studio Kite is connected again' }).waitFor();
    await expectAccessible(here.page);
    const after = await storesNow(who);
    expect(after.map((one) => one.name).sort()).toEqual(before.map((one) => one.name).sort());
    expect(await storeNamed(who, 'Studio Kite')).toMatchObject({ verdict: 'connected' });
    expectQuiet(here);
  });
});
