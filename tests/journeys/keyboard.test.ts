/** Without a mouse: search, walk the rows, open, reconnect, leave, and come back to where one was. */
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

/** The store of the focused row; empty when the focus is elsewhere. */
async function focusedStore(page: Page): Promise<string> {
  return page.evaluate("document.activeElement?.closest('[data-row]')?.querySelector('.sname')?.textContent ?? ''");
}

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('the keys walk the rows of both tables, and the sheet names them all', async () => {
    const here = await visit(demo);
    const { page } = here;
    await enterDemo(demo, page);
    await expectSaid(page, 'Tidewater Books');
    await page.keyboard.press('j');
    expect(await focusedStore(page)).toBe('Studio Kite');
    await page.keyboard.press('j');
    expect(await focusedStore(page)).toBe('Atelier Lune');
    await page.keyboard.press('ArrowDown');
    expect(await focusedStore(page)).toBe('Kaffeehaus Nord');
    await page.keyboard.press('k');
    await page.keyboard.press('ArrowUp');
    expect(await focusedStore(page)).toBe('Studio Kite');
    await page.keyboard.press('k');
    expect(await focusedStore(page)).toBe('Studio Kite');

    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keys' });
    await expectSaid(sheet, 'Reconnect the marked store');
    await expectAccessible(page);
    // Keys belong to the open dialog now.
    await page.keyboard.press('j');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await expect.poll(() => focusedStore(page)).toBe('Studio Kite');
    await page.keyboard.press('Escape');
    expect(await focusedStore(page)).toBe('');
    expectQuiet(here);
  });

  test('a search begins with a slash and ends with Escape, and nothing found says what is close', async () => {
    const here = await visit(demo);
    const { page } = here;
    await enterDemo(demo, page);
    await expectSaid(page, 'Tidewater Books');
    await page.keyboard.press('/');
    await page.keyboard.type('tidewatr');
    await expectSaid(page, 'No connected store matches “tidewatr”.');
    await expectSaid(page, 'Tidewater Books');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('row', { name: /Connected/ }).count()).toBeGreaterThan(4);
    await page.keyboard.press('/');
    await page.keyboard.type('A1TIDEWATERBKS');
    await expect.poll(() => page.getByRole('row', { name: /Connected|Renew/ }).count()).toBe(1);
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('A1TIDEWATERBKS');
    await page.keyboard.press('Escape');
    await page.getByRole('row', { name: /Studio Kite/ }).waitFor();
    for (const key of ['j', 'j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('heading', { name: 'Kaffeehaus Nord', level: 1 }).waitFor();
    expectQuiet(here);
  });

  test('r opens the repair, Tab stays inside, Escape goes back to the row, and nothing was undone', async () => {
    const here = await visit(demo);
    const { page } = here;
    await enterDemo(demo, page);
    await expectSaid(page, 'Tidewater Books');
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog', { name: 'Reconnect Your Store' });
    await expectSaid(dialog, /^Amazon’s yearly permission/);
    const focused = () => page.evaluate('document.activeElement?.textContent');
    await expect.poll(focused).toBe('Reconnect Your Store');
    const stops: string[] = [];
    for (let tab = 0; tab < 9; tab += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate("document.activeElement?.closest('[role=dialog]') !== null")).toBe(true);
      stops.push(
        String(
          await page.evaluate(
            "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent",
          ),
        ),
      );
    }
    expect(stops).toContain('Reconnect manually with a refresh token');
    expect(stops.some((stop) => stop.startsWith('Continue'))).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => focusedStore(page)).toBe('Studio Kite');
    await page.keyboard.press('r');
    await expectSaid(dialog, 'Three clicks at Amazon');
    expectQuiet(here);
  });
});
