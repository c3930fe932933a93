/** A store handed over to its owner, who is no user here: their page, and the sender who sees each step as it happens. */
import type { Locator, Page } from 'playwright-core';
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
  type Visit,
} from '../support/journey-demo.ts';

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  /** The store's access is switched off at Amazon, and the watch has seen it. */
  async function broken(here: Visit, name: string): Promise<void> {
    const who = { demo, page: here.page };
    await enterDemo(demo, here.page);
    const { sellerId, applicationId } = await atAmazon(demo, name);
    await demo.control('POST', `/_/grants/${sellerId}/${applicationId}`, { action: 'disable' });
    await timePasses(who, 'PT2M');
    await storeBecomes(who, name, 'checking');
    await timePasses(who, 'PT2M');
    await storeBecomes(who, name, 'reconnect');
  }

  async function openDialog(page: Page, name: string): Promise<Locator> {
    const row = page.getByRole('row', { name: new RegExp(name) });
    await row.getByRole('button', { name: /^(Reconnect store|Show steps)/ }).click();
    return page.getByRole('dialog');
  }

  /** From the dialog to the link. */
  async function makeLink(dialog: Locator, fill: { name?: string; language?: string } = {}): Promise<string> {
    await dialog.getByRole('button', { name: 'Send to the owner' }).click();
    if (fill.name !== undefined) await dialog.getByLabel(/Name of the owner/).fill(fill.name);
    if (fill.language !== undefined) await dialog.getByLabel('Language of the page').selectOption(fill.language);
    await dialog.getByRole('button', { name: /^Make (the|a new) link/ }).click();
    await expectSaid(dialog, 'The link is ready.');
    return (await dialog.locator('.hand-off-link code').textContent()) ?? '';
  }

  /** The step that the sender's list waits for. */
  const waitedFor = (dialog: Locator, words: string) =>
    dialog.getByRole('listitem').and(dialog.locator('[aria-current=step]')).filter({ hasText: words }).waitFor();

  test('the owner confirms on a German page, and the sender’s dialog turns step by step and green without a touch', async () => {
    const sender = await visit(demo);
    await broken(sender, 'Kaffeehaus Nord');
    const dialog = await openDialog(sender.page, 'Kaffeehaus Nord');
    await dialog.getByRole('button', { name: 'Send to the owner' }).click();
    await expectAccessible(sender.page);
    await dialog.getByRole('button', { name: 'Back' }).click();
    const link = await makeLink(dialog, { name: 'Jonas Weber' });
    await waitedFor(dialog, 'Opens the link');
    await dialog.getByRole('img', { name: /^QR code of the link for the owner of Kaffeehaus Nord\./ }).waitFor();
    const message = await dialog.getByLabel('Message for the owner').inputValue();
    expect(message).toMatch(/^Guten Tag Jonas Weber,\n/);
    expect(message).toContain(link);
    const mailto = await dialog.getByRole('link', { name: 'Open in my mail program' }).getAttribute('href');
    expect(decodeURIComponent(mailto ?? '')).toContain(message.replaceAll('\n', '\r\n'));
    await expectAccessible(sender.page);
    const code = (await dialog.locator('.mono', { hasText: /^\d{3}-\d{3}$/ }).textContent()) ?? '';

    // A scanner fetches the address, again and again: nothing moves.
    for (let n = 0; n < 3; n += 1) expect((await fetch(link)).status).toBe(200);
    await waitedFor(dialog, 'Opens the link');

    const owner = await visit(demo);
    await owner.page.goto(link);
    await owner.page
      .getByRole('heading', { name: 'Können Sie eine Freigabe für Kaffeehaus Nord wieder einschalten?' })
      .waitFor();
    expect(await owner.page.locator('html').getAttribute('lang')).toBe('de');
    await expectSaid(owner.page, code);
    await expectAccessible(owner.page);
    await waitedFor(dialog, 'Goes to Amazon');
    await owner.page.getByRole('button', { name: 'Weiter zu Amazon' }).click();
    await waitedFor(dialog, 'Confirms there and comes back');
    await expectAccessible(sender.page);
    await signInAtAmazon(owner.page, 'owner@kaffeehausnord.test');
    await confirmAtAmazon(owner.page);
    await owner.page.getByRole('heading', { name: 'Fertig. Kaffeehaus Nord ist verbunden.' }).waitFor();
    expect(owner.page.url()).toBe(link);
    await expectAccessible(owner.page);
    await expectSaid(dialog, 'Kaffeehaus Nord is connected again.');
    await expectAccessible(sender.page);

    const steps = (await sender.page.request.get(
      `${demo.base}/v1/stores/${(await storeNamed({ demo, page: sender.page }, 'Kaffeehaus Nord')).id}/hand_offs`,
    )) as { json: () => Promise<unknown> };
    const { data } = (await steps.json()) as {
      data: { state: string; opened_count: number; steps: { kind: string }[] }[];
    };
    expect(data.map(({ state, opened_count }) => [state, opened_count])).toEqual([['green', 1]]);
    expect(data[0]?.steps.map(({ kind }) => kind)).toEqual(['opened', 'left', 'back', 'checking', 'green']);
    expectQuiet(sender);
    expectQuiet(owner);
  });

  test('a page that is open elsewhere turns by itself: somebody looks on while the owner confirms', async () => {
    const sender = await visit(demo);
    await broken(sender, 'Halden Home UK');
    const dialog = await openDialog(sender.page, 'Halden Home UK');
    const link = await makeLink(dialog);
    const looking = await visit(demo, { width: 390, dark: true });
    await looking.page.goto(link);
    await expectSaid(looking.page, 'You are on a phone');
    await looking.page.getByRole('button', { name: 'Copy the address' }).waitFor();
    expect(await looking.page.getByRole('link', { name: 'Mail it to myself' }).getAttribute('href')).toContain(
      encodeURIComponent(link),
    );
    await expectAccessible(looking.page);

    const owner = await visit(demo);
    await owner.page.goto(link);
    await owner.page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await expectSaid(looking.page, /^You went to Amazon, and nothing has come back yet\./);

    // The phone is told that another browser is on the way.
    await looking.page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await looking.page.getByRole('heading', { name: 'Another browser is on the way already' }).waitFor();
    await expectAccessible(looking.page);
    await looking.page.goto(link);

    await signInAtAmazon(owner.page, 'owner@haldenhome.test');
    const choice = owner.page.getByRole('radio', { name: /Halden Home UK/ }).first();
    await choice.or(owner.page.getByRole('checkbox')).first().waitFor();
    if (await choice.isVisible()) {
      await choice.check();
      await owner.page.getByRole('button', { name: 'Select account' }).click();
    }
    await confirmAtAmazon(owner.page);
    await looking.page.getByRole('heading', { name: 'Done. Halden Home UK is connected.' }).waitFor();
    await expectAccessible(looking.page);
    expectQuiet(owner);
    expectQuiet(looking, /^409 POST \/hand-off\//);
    expectQuiet(sender);
  });

  test('without script: not the owner, another store, then the right one; the sender reads each', async () => {
    const sender = await visit(demo);
    await broken(sender, 'Northwind Pet');
    const dialog = await openDialog(sender.page, 'Northwind Pet');
    const link = await makeLink(dialog, { language: 'fr' });

    const owner = await visit(demo, { script: false, width: 390 });
    await owner.page.goto(link);
    await owner.page
      .getByRole('heading', { name: 'Pouvez-vous rétablir une autorisation pour Northwind Pet ?' })
      .waitFor();
    await expectSaid(owner.page, 'Rechargez cette page pour voir où en sont les choses.');
    await expectAccessible(owner.page);
    await owner.page.getByRole('link', { name: 'English' }).click();
    await owner.page.getByRole('button', { name: 'I am not the owner' }).click();
    await expectSaid(owner.page, /can see now that you are not the owner\. The link goes on working/);
    await expectAccessible(owner.page);
    await expectSaid(dialog, /^Says: not the owner\./);

    await owner.page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await signInAtAmazon(owner.page, 'owner@harbourtoys.test');
    await confirmAtAmazon(owner.page);
    await owner.page.getByRole('heading', { name: 'You signed in to another store at Amazon' }).waitFor();
    await expectSaid(owner.page, 'A1NORTHWINDPET');
    await expectAccessible(owner.page);
    await expectSaid(dialog, /^Signed in to another store; nothing was changed on either/);

    // On the store's own page one line says how far the owner is.
    const { id } = await storeNamed({ demo, page: sender.page }, 'Northwind Pet');
    await sender.page.goto(`${demo.base}/stores/${id}`);
    await expectSaid(sender.page, /^Waiting for the owner; \d\d:\d\d: signed in to another store/);
    await expectAccessible(sender.page);
    await sender.page.getByRole('button', { name: 'Owner’s steps' }).click();
    await expectSaid(sender.page.getByRole('dialog'), 'What the owner has done');
    await expectAccessible(sender.page);

    const amazon = await owner.context.newPage();
    await amazon.goto(`${demo.amazon}/sellercentral-europe.amazon.com/home`);
    await amazon.getByRole('button', { name: 'Sign out' }).click();
    await owner.page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await expectSaid(sender.page, 'Waiting for the owner at Amazon');
    await signInAtAmazon(owner.page, 'owner@northwindpet.test');
    await confirmAtAmazon(owner.page);
    await owner.page.getByRole('heading', { name: 'Done. Northwind Pet is connected.' }).waitFor();
    await expectAccessible(owner.page);
    await expectSaid(sender.page.getByRole('dialog'), 'Northwind Pet is connected again.');
    expectQuiet(sender);
    expectQuiet(owner);
  });

  test('a link that was revoked says whom to ask, and a new one works', async () => {
    const sender = await visit(demo, { width: 390 });
    await broken(sender, 'Copper Kettle');
    const dialog = await openDialog(sender.page, 'Copper Kettle');
    const link = await makeLink(dialog);
    await expectAccessible(sender.page);
    const owner = await visit(demo);
    await owner.page.goto(link);
    await owner.page.getByRole('heading', { name: 'Can you switch on one permission for Copper Kettle?' }).waitFor();
    await dialog.getByRole('button', { name: 'Revoke the link' }).click();
    await owner.page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
    await expectSaid(owner.page, /Ask Mira Roe if you are still needed\.$/);
    await expectAccessible(owner.page);

    await dialog.getByRole('button', { name: 'Back' }).click();
    const next = await makeLink(dialog);
    expect(next).not.toBe(link);
    await owner.page.goto(next);
    await owner.page.getByRole('heading', { name: 'Can you switch on one permission for Copper Kettle?' }).waitFor();
    await owner.page.goto(`${demo.base}/hand-off/${'x'.repeat(43)}`);
    await owner.page.getByRole('heading', { name: 'This link is not known here' }).waitFor();
    await expectAccessible(owner.page);
    expectQuiet(sender);
    expectQuiet(owner, /^(410|404) GET \/hand-off\//);
  });
});
