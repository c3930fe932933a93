/** The renewal day, as a person does it: all stores on one list, each turning to the same new date, and a calendar that follows. */
import ICAL from 'ical.js';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  enterDemo,
  expectAccessible,
  signInAtAmazon,
  startDemo,
  visit,
  whyNoBrowser,
  type Demo,
} from '../support/journey-demo.ts';

type Event = { uid: string; summary: string; day: string; sequence: number };

/** The feed as a calendar reads it: without a session. */
async function eventsAt(address: string): Promise<Event[]> {
  const answer = await fetch(address);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
  const root = new ICAL.Component(ICAL.parse(await answer.text()));
  return root.getAllSubcomponents('vevent').map((one) => {
    const { uid, summary, startDate, sequence } = new ICAL.Event(one);
    return { uid, summary, day: startDate.toString(), sequence };
  });
}

function eventOf(events: Event[], name: string): Event {
  const found = events.find(({ summary }) => summary === `Renew ${name} at Amazon`);
  if (found === undefined) throw new Error(`${name} stands in no event.`);
  return found;
}

function row(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
}

describe.runIf(whyNoBrowser === null)(`in a browser${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`, () => {
  let demo: Demo;

  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('two stores are renewed in one sitting: the list ticks both off, they end on one day, and the calendar follows', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    await page.getByText(/^Renew 2 stores, the first before/).waitFor();
    await page.getByRole('link', { name: 'Open the renewal day' }).click();
    await page.getByRole('heading', { name: 'Renewal day', level: 1 }).waitFor();
    await page.getByText('0 of 11 renewed').waitFor();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Make an address' }).click();
    const address = await page.locator('code').innerText();
    await expectAccessible(page);
    const before = await eventsAt(address);
    expect(before).toHaveLength(11);

    const [amazon] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: /^Renew Blue Bird at sellercentral\.amazon\.com/ }).click(),
    ]);
    await signInAtAmazon(amazon, 'owner@bluebird.test');
    await amazon
      .getByRole('button', { name: /^Re-authorize/ })
      .first()
      .click();
    await amazon.getByRole('checkbox').check();
    await amazon.getByRole('button', { name: 'Confirm' }).click();
    await amazon.getByRole('link', { name: /^Login to/ }).click();
    await amazon.getByRole('button', { name: 'Continue to Amazon' }).click();
    const blue = row(page, 'Blue Bird').getByText(/^Renewed, next end/);
    await blue.waitFor({ timeout: 15_000 });
    await page.getByText('1 of 11 renewed').waitFor();

    // Amazon tells nobody of a renewal on MWS before the old year is over: its person says so.
    await page.getByRole('button', { name: 'It is renewed Maple & Pine' }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Yes, it is renewed' }).click();
    const maple = row(page, 'Maple & Pine').getByText(/^Renewed, next end/);
    await maple.waitFor({ timeout: 15_000 });
    expect(await maple.innerText()).toBe(await blue.innerText());
    await page.getByText('2 of 11 renewed').waitFor();
    await expectAccessible(page);

    const after = await eventsAt(address);
    for (const name of ['Blue Bird', 'Maple & Pine']) {
      const [was, is] = [eventOf(before, name), eventOf(after, name)];
      expect(is.uid).toBe(was.uid);
      expect(is.sequence).toBeGreaterThan(was.sequence);
      expect(is.day > was.day).toBe(true);
    }
    expect(eventOf(after, 'Blue Bird').day).toBe(eventOf(after, 'Maple & Pine').day);
    expect(eventOf(after, 'Sakura Desk')).toEqual(eventOf(before, 'Sakura Desk'));

    await page.getByRole('button', { name: 'Make a new address' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make a new address' }).click();
    await expect.poll(() => page.locator('code').innerText()).not.toBe(address);
    expect((await fetch(address)).status).toBe(404);
    expect(complaints).toEqual([]);
  }, 90_000);

  test('on the chosen day one mail names what is left, and what is over is repaired from the list', async () => {
    const { page, complaints } = await visit(demo, { width: 390 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await enterDemo(demo, page);
    type Stores = { data: { id: string; name: string }[] };
    const { data } = (await (await page.request.get(`${demo.base}/v1/stores`)).json()) as Stores;
    const maple = data.find(({ name }) => name === 'Maple & Pine')?.id ?? '';
    await page.request.post(`${demo.base}/app/renewals/${maple}/renewed`, { headers: { origin: demo.base } });
    await page.goto(`${demo.base}/renewals`);
    await page.getByRole('button', { name: 'Choose another day' }).click();
    const { now } = (await demo.control('GET', '/_/clock')) as { now: string };
    const chosen = new Date(Date.parse(now) + 2 * 86_400_000).toISOString().slice(0, 10);
    await page.getByRole('textbox', { name: 'Renewal day' }).fill('2020-01-01');
    await page.getByRole('button', { name: 'Keep this day' }).click();
    await page.getByText('This day is over. Choose today or a later one.').waitFor();
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Renewal day' }).fill(chosen);
    await page.getByRole('button', { name: 'Keep this day' }).click();
    await page.getByText(/^Renew 11 stores on/).waitFor();
    await page.getByText('You have begun today.').waitFor();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Reconnect store Studio Kite' }).click();
    await page.getByRole('dialog').getByText('Amazon’s yearly permission').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await demo.control('POST', '/_/clock', { set: `${chosen}T07:00:05Z` });
    type Mails = { data: { subject: string; text: string }[] };
    const mail = async () => {
      const { data } = (await (await page.request.get(`${demo.base}/app/mailbox`)).json()) as Mails;
      return data.find(({ subject }) => subject.startsWith('Renewal day:'));
    };
    await expect.poll(async () => (await mail())?.subject, { timeout: 15_000 }).toBe('Renewal day: 11 stores to renew');
    expect((await mail())?.text).toContain(`${demo.base}/renewals`);
    expect(complaints).toEqual([]);
  }, 90_000);
});
