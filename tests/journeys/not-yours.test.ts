/** What reconnecting does not help: a blocked store, our own key, Amazon's own fault. Nobody is sent on an errand. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  atAmazon,
  mailsTo,
  mailsToOperator,
  mailsToSellers,
  startOfDay,
  storeBecomes,
  storeNamed,
  timePasses,
} from '../support/demo-stores.ts';
import {
  enterDemo,
  expectAccessible,
  expectQuiet,
  expectSaid,
  IN_A_BROWSER,
  startDemo,
  visit,
  whyNoBrowser,
  type Demo,
} from '../support/journey-demo.ts';

const EUROPE = ['Halden Home DE', 'Halden Home UK', 'Kaffeehaus Nord', 'Northwind Pet'];

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('a store that sells nowhere: reconnecting will not help, nothing leads to a permission page, and it heals by itself', async () => {
    const here = await visit(demo);
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    const { sellerId } = await atAmazon(demo, 'Sakura Desk');
    const site = (participating: boolean) => ({ sites: [{ marketplaceId: 'A1VC38T7YXB528', participating }] });
    await demo.control('PATCH', `/_/sellers/${sellerId}`, site(false));
    await timePasses(who, 'PT2M', 'PT2M');
    await storeBecomes(who, 'Sakura Desk', 'store_blocked');

    const row = here.page.getByRole('row', { name: /Sakura Desk/ });
    await expectSaid(row, 'Store is inactive at Amazon');
    await expectSaid(row, 'None of the store’s sites is selling at Amazon. Reconnecting will not help.');
    await expectAccessible(here.page);
    await row.getByRole('button', { name: /^What to do/ }).click();
    const dialog = here.page.getByRole('dialog', { name: 'What to do' });
    await expectSaid(dialog, 'What to do at Amazon. Reconnecting will not help.');
    await expectSaid(dialog, 'Nothing is to be done here: the store turns green by itself.');
    expect(await dialog.getByRole('button').allTextContents()).toEqual(['', 'Look now']);
    expect(await dialog.getByRole('link').allTextContents()).toEqual(['Open Seller Central (opens a new tab)']);
    await expectAccessible(here.page);
    await expect.poll(() => mailsTo(who, 'owner@sakuradesk.test')).toHaveLength(1);

    await demo.control('PATCH', `/_/sellers/${sellerId}`, site(true));
    await dialog.getByRole('button', { name: 'Look now' }).click();
    await expectSaid(dialog, 'Sakura Desk is connected again.');
    expect(await mailsTo(who, 'owner@sakuradesk.test')).toHaveLength(1);
    expectQuiet(here);
  });

  test('a deactivated store: the causes that fit are named, Amazon is looked at first, and there is no Continue', async () => {
    const here = await visit(demo);
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    const { sellerId } = await atAmazon(demo, 'Tidewater Books');
    await demo.control('PATCH', `/_/sellers/${sellerId}`, { status: 'DEACTIVATED' });
    await timePasses(who, 'PT2M');
    await storeBecomes(who, 'Tidewater Books', 'checking');
    const row = here.page.getByRole('row', { name: /Tidewater Books/ });
    await expectSaid(row, /^Amazon refuses every call for this store since .*, though it accepts the permission\.$/);
    // Trouble at Amazon gives the same answer for some hours.
    await timePasses(who, 'PT2M', 'P1D');
    expect((await storeBecomes(who, 'Tidewater Books', 'store_blocked')).cause).toBe('store.deactivated');

    await expectSaid(row, /^One of \w+: Amazon deactivated the store, the permission was switched off, /);
    await row.getByRole('button', { name: /^What to do/ }).click();
    const dialog = here.page.getByRole('dialog', { name: 'What to do' });
    await expectSaid(dialog, /most likely first\. Look at Amazon first whether the store is open\./);
    await expectSaid(dialog, 'Then reconnecting will not help.');
    await expectSaid(dialog, 'First look at Amazon');
    await dialog.getByRole('link', { name: /^Open Seller Central/ }).waitFor();
    expect(await dialog.getByRole('button', { name: 'Continue' }).count()).toBe(0);
    expect(await dialog.locator('.btn.p').count()).toBe(0);
    await expectAccessible(here.page);

    await demo.control('PATCH', `/_/sellers/${sellerId}`, { status: 'NORMAL' });
    await dialog.getByRole('button', { name: 'Look now' }).click();
    await expectSaid(dialog, 'Tidewater Books is connected again.');
    expectQuiet(here);
  });

  test('our own key runs out: grey, no seller is mailed, the operator once, and green after the rotation', async () => {
    const here = await visit(demo);
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    await startOfDay(who);
    const told = (await mailsToSellers(who)).length;
    const { applicationId, clientSecrets } = await atAmazon(demo, 'Northwind Pet');
    const [secret] = clientSecrets;
    const until = (expiresAt: string) => ({ clientSecrets: [{ secret: secret?.secret, expiresAt }] });
    await demo.control('PATCH', `/_/apps/${applicationId}`, until('2020-01-01T00:00:00Z'));
    // Access tokens live for an hour; after it every store of the app is refused.
    await timePasses(who, 'PT1H', 'PT2M');
    await storeBecomes(who, 'Northwind Pet', 'operator_problem');
    await storeBecomes(who, 'Copper Kettle', 'operator_problem');
    await storeBecomes(who, 'Blue Bird', 'operator_problem');

    await expectSaid(here.page, /have a fault that is not yours: nothing for you to do there\.$/);
    const row = here.page.getByRole('row', { name: /Northwind Pet/ });
    await expectSaid(row, 'We are fixing it');
    await expectSaid(row, 'Our key at Amazon ran out; your store is fine.');
    await expectAccessible(here.page);
    await row.getByRole('link', { name: 'Northwind Pet' }).click();
    await expectSaid(here.page, 'Nothing for you to do.');
    expect(await here.page.getByRole('button', { name: /Reconnect/ }).count()).toBe(0);
    await expectAccessible(here.page);
    await expect
      .poll(async () => (await mailsToOperator(who)).map((mail) => mail.subject))
      .toEqual(['Storekeeper: the app’s secret is refused']);
    expect(await mailsToSellers(who)).toHaveLength(told);

    await demo.control('PATCH', `/_/apps/${applicationId}`, { clientSecrets });
    await timePasses(who, 'PT2M');
    await storeBecomes(who, 'Northwind Pet', 'connected');
    await storeBecomes(who, 'Copper Kettle', 'connected');
    await expectSaid(here.page, 'The problem is over');
    expect(await mailsToSellers(who)).toHaveLength(told);
    await expect
      .poll(async () => (await mailsToOperator(who)).map((mail) => mail.subject).toSorted())
      .toEqual(['Storekeeper: it is over (the app’s secret is refused)', 'Storekeeper: the app’s secret is refused']);
    expectQuiet(here);
  });

  test('Amazon is down: grey in its region alone, nobody is mailed, and all is back by itself', async () => {
    const here = await visit(demo);
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    const mails = (await mailsToSellers(who)).length + (await mailsToOperator(who)).length;
    const fault = (await demo.control('POST', '/_/faults', {
      match: { host: 'sellingpartnerapi-eu.amazon.com' },
      answer: { kind: 'outage' },
    })) as { id: string };
    await timePasses(who, 'PT2M', 'PT2M');
    for (const name of EUROPE) await storeBecomes(who, name, 'held');
    expect((await storeNamed(who, 'Copper Kettle')).verdict).toBe('connected');
    const row = here.page.getByRole('row', { name: /Northwind Pet/ });
    await expectSaid(row, 'Amazon problem, nothing for you to do');
    await expectSaid(row, /^Amazon has given no proper answer since/);
    await expectAccessible(here.page);
    const store = await storeNamed(who, 'Northwind Pet');
    await here.page.goto(`${demo.base}/stores/${store.id}?repair=1`);
    const dialog = here.page.getByRole('dialog', { name: 'How your store stands' });
    await expectSaid(dialog, 'Nothing for you to do');
    await expectSaid(dialog, 'We go on looking.');
    expect(await dialog.getByRole('button').allTextContents()).toEqual(['', 'Look now']);
    await expectAccessible(here.page);

    await demo.control('DELETE', `/_/faults/${fault.id}`);
    await timePasses(who, 'PT2M');
    await expectSaid(dialog, 'Northwind Pet is connected again.');
    for (const name of ['Halden Home DE', 'Halden Home UK']) await storeBecomes(who, name, 'connected');
    expect((await mailsToSellers(who)).length + (await mailsToOperator(who)).length).toBe(mails);
    expectQuiet(here);
  });
});
