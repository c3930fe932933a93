/** A person says how they want to be told, and that they are away: in the real program, in a browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const DAY = 86_400_000;

async function openSettings(demo: Demo, page: Page): Promise<void> {
  await page.goto(`${demo.base}/settings`);
  await page.getByRole('heading', { name: 'Messages' }).waitFor();
}

async function dayIn(demo: Demo, days: number): Promise<string> {
  const { now } = (await demo.control('GET', '/_/clock')) as { now: string };
  return new Date(Date.parse(now) + days * DAY).toISOString().slice(0, 10);
}

type Mails = { data: { subject: string; to: string; text: string }[] };

async function mails(demo: Demo, page: Page): Promise<Mails['data']> {
  return ((await (await page.request.get(`${demo.base}/app/mailbox`)).json()) as Mails).data;
}

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;

  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('quiet hours and a digest are chosen, looked ahead at, kept, and the digest comes at its hour', async () => {
    const visitor = await visit(demo);
    const { page } = visitor;
    await enterDemo(demo, page);
    await openSettings(demo, page);
    await expectSaid(page, /^Next, by the clock of .*: a mail that falls due now leaves at once\.$/);
    await expectAccessible(page);

    await page.getByLabel('Time zone').selectOption('Europe/Berlin');
    await page.getByLabel('From', { exact: true }).selectOption('22:00');
    await page.getByLabel('To', { exact: true }).selectOption('06:30');
    await page.getByLabel('When').selectOption('daily');
    await page.getByLabel('At', { exact: true }).selectOption('5');
    await page.getByRole('button', { name: 'Keep these settings' }).click();
    await expectSaid(page, 'This hour lies in the quiet hours. Choose one outside of them.');
    await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('digest_hour');
    await expectAccessible(page);

    await page.getByLabel('At', { exact: true }).selectOption('7');
    await expectSaid(page, /by the clock of Berlin: .*; the digest leaves on \w{3} \d+ \w{3} \d{4}, 07:00\.$/);
    await page.getByLabel('E-mail of the second contact').fill('partner@agency.test');
    await page.getByRole('button', { name: 'Keep these settings' }).click();
    await expectSaid(page, 'Kept. They count from now on, also for what waits.');
    await openSettings(demo, page);
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
    expect(await page.getByLabel('E-mail of the second contact').inputValue()).toBe('partner@agency.test');
    await expectAccessible(page);

    const known = (await mails(demo, page)).length;
    await demo.control('POST', '/_/clock', { set: `${await dayIn(demo, 1)}T06:00:30Z` });
    const digest = async () =>
      (await mails(demo, page)).find(({ subject }) => /^Storekeeper: \d+ stores? needs? you/.test(subject));
    await expect.poll(async () => (await digest())?.to, { timeout: 20_000 }).toBe('demo@storekeeper.test');
    expect((await digest())?.text).toContain('Studio Kite');
    expect((await mails(demo, page)).length).toBe(known + 1);
    expectQuiet(visitor, /^422 PUT \/v1\/message_settings$/);
  });

  test('a holiday is planned on a phone: the store’s row still says what is wrong, and that no mail comes', async () => {
    const visitor = await visit(demo, { width: 390, dark: true });
    const { page } = visitor;
    await enterDemo(demo, page);
    await page.getByRole('link', { name: 'Studio Kite' }).first().click();
    await page.getByRole('button', { name: 'Plan an absence' }).click();
    await page.getByRole('button', { name: 'Stop the mails until then' }).click();
    await expectSaid(page, 'Choose the first day on which you are back.');
    await expectAccessible(page);
    await page.getByLabel('Back on').fill(await dayIn(demo, 10));
    await page.getByRole('button', { name: 'Stop the mails until then' }).click();
    await page.getByRole('button', { name: 'I am back' }).waitFor();
    await expectSaid(page, /^Away until \d+ \w+, no mails\.$/);
    await expectSaid(page, /^Amazon’s yearly permission for this store ran out/);
    await expectAccessible(page);
    await page.goto(demo.base);
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'Studio Kite' }) });
    await expectSaid(row, /^Away until \d+ \w+, no mails$/);
    await expectSaid(row, 'Reconnect store');
    await expectAccessible(page);
    await row.getByRole('link', { name: 'Studio Kite' }).click();
    await page.getByRole('button', { name: 'I am back' }).click();
    await page.getByRole('button', { name: 'Plan an absence' }).waitFor();
    expectQuiet(visitor);
  });

  test('a store that was sold is not watched any more and can be disconnected, or taken back', async () => {
    const visitor = await visit(demo);
    const { page } = visitor;
    await enterDemo(demo, page);
    await page.getByRole('link', { name: 'Copper Kettle' }).click();
    await page.getByRole('button', { name: 'Plan an absence' }).click();
    await page.getByRole('radio', { name: /^Sold, or no longer mine/ }).check();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Stop watching this store' }).click();
    await expectSaid(page, 'Sold or no longer yours: not watched, no mails.');
    await page.getByRole('button', { name: 'Disconnect it' }).click();
    await page.getByRole('heading', { name: 'Remove Copper Kettle' }).waitFor();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'It is mine, watch it again' }).click();
    await page.getByRole('button', { name: 'Plan an absence' }).waitFor();
    await expectSaid(page, /^Connected/);
    expectQuiet(visitor);
  });

  test('a second contact is named on the store’s own page', async () => {
    const visitor = await visit(demo);
    const { page } = visitor;
    await enterDemo(demo, page);
    await page.getByRole('link', { name: 'Blue Bird' }).first().click();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Edit name and contact' }).click();
    await page.getByLabel('Second contact').fill('nobody');
    await page.getByRole('button', { name: 'Save' }).click();
    await expectSaid(page, 'An e-mail address has one @ in it, with a name before it.');
    await page.getByLabel('Second contact').fill('partner@bluebird.test');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save' }).click();
    await expectSaid(page, 'partner@bluebird.test');
    expectQuiet(visitor);
  });
});
