/** Somebody else's account, in a browser: nothing of the first is seen, by any page or any address. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { storeNamed, storesNow, timePasses } from '../support/demo-stores.ts';
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
  type Visit,
} from '../support/journey-demo.ts';

type MailList = { data: { to: string; text: string }[] };

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  let first: Visit;
  let second: Visit;

  beforeAll(async () => {
    demo = await startDemo();
    first = await visit(demo, { kept: true });
    await enterDemo(demo, first.page);
    second = await visit(demo, { kept: true });
    const { page } = second;
    await page.goto(`${demo.base}/sign-up`);
    await expectAccessible(page);
    await page.getByLabel('Your name').fill('Dana Whitlock');
    await page.getByLabel('E-mail').fill('dana@elsewhere.test');
    await page.getByLabel('Password', { exact: true }).fill('several words make one');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
    await expectAccessible(page);
    await page.goto(await confirmLink('dana@elsewhere.test'));
    await page.getByRole('heading', { name: 'Confirm your address' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Password', { exact: true }).fill('several words make one');
    await page.getByRole('button', { name: 'Confirm and sign in' }).click();
    await page.getByRole('heading', { name: 'Store Manager', level: 1 }).waitFor();
  });
  afterAll(() => demo.stop());

  /** The link of the mail, as the demo's mailbox shows it. */
  async function confirmLink(address: string): Promise<string> {
    const mailed = await vi.waitUntil(
      async () => {
        const { data } = (await (await first.page.request.get(`${demo.base}/app/mailbox`)).json()) as MailList;
        return data.find((mail) => mail.to === address && mail.text.includes('/confirm#'));
      },
      { interval: 200, timeout: 20_000 },
    );
    return /http\S+\/confirm#\S+/.exec(mailed.text)?.[0] ?? '';
  }

  /** No name, seller or address of the demo's account stands on the page. */
  async function expectNothingForeign(): Promise<void> {
    const content = await second.page.locator('body').innerText();
    const told = (await storesNow({ demo, page: first.page })).flatMap(({ name, seller_id: id }) => [name, id ?? name]);
    expect([...told, 'Mira Roe', 'demo@storekeeper.test'].filter((word) => content.includes(word))).toEqual([]);
  }

  test('a newcomer’s own account is empty and says what it is good for', async () => {
    await expectSaid(second.page, 'Connect your first store, and know at once when it breaks.');
    await expectAccessible(second.page);
    await expectNothingForeign();
    await second.page.getByRole('button', { name: /^Account/ }).click();
    expect(await second.page.getByRole('menuitem').allTextContents()).toEqual(['Dana Whitlock, active']);
    await second.page.keyboard.press('Escape');
    expectQuiet(second);
  });

  test('what happens in the other account changes nothing here', async () => {
    await second.page.goto(`${demo.base}/stores`);
    await expectSaid(second.page, 'Connect your first store, and know at once when it breaks.');
    await timePasses({ demo, page: first.page }, 'PT2M');
    await expectNothingForeign();
    for (const [link, empty] of [
      ['Settings', 'No key yet.'],
      ['Fire drill', 'No store to break'],
      ['Mailbox', 'What this demo would have sent'],
    ] as const) {
      await second.page.getByRole('link', { name: link }).click();
      await expectSaid(second.page, new RegExp(empty));
      await expectNothingForeign();
      await expectAccessible(second.page);
    }
    expectQuiet(second);
  });

  test('addresses of the other account are not here', async () => {
    const store = await storeNamed({ demo, page: first.page }, 'Studio Kite');
    const made = await first.page.request.post(`${demo.base}/v1/connect_sessions`, {
      headers: { origin: demo.base },
      data: { store_id: store.id },
    });
    const session = (await made.json()) as { id: string };
    for (const path of [`/stores/${store.id}`, `/stores/${store.id}?repair=1`]) {
      await second.page.goto(`${demo.base}${path}`);
      await second.page.getByRole('heading', { name: 'This store is not here' }).waitFor();
      await expectSaid(
        second.page,
        'There is nothing here by this name, or it belongs to another account. Nothing was changed.',
      );
      await expectNothingForeign();
      await expectAccessible(second.page);
    }
    await second.page.goto(`${demo.base}/connect/${session.id}`);
    await second.page.getByRole('heading', { name: 'This connection is not here' }).waitFor();
    await expectAccessible(second.page);
    await expectNothingForeign();
    expectQuiet(second, /^404 (GET|POST) \/(v1|app)\//);
  });

  test('signed out, every address asks to sign in and comes back to itself afterwards', async () => {
    const here = await visit(demo);
    await here.page.goto(`${demo.base}/settings`);
    await here.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectAccessible(here.page);
    await here.page.getByLabel('E-mail').fill('dana@elsewhere.test');
    await here.page.getByLabel('Password', { exact: true }).fill('several words make one');
    await here.page.getByRole('button', { name: 'Sign in' }).click();
    await here.page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    await here.page.getByRole('button', { name: 'Dana Whitlock', exact: true }).click();
    await here.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await here.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expectQuiet(here);
  });
});
