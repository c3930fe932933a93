import { existsSync } from 'node:fs';

import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { HOST, INC, MANAGE, OWNER, play, setClock, startedForTests, TOKEN } from './mwsYears.testkit.ts';

const CHROMIUM = process.env['STOREKEEPER_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const url = startedForTests();

/** A person at a real browser whose script is switched off, at both widths. */
async function walk(width: number, steps: (page: Page) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: false });
    await steps(await context.newPage());
  } finally {
    await browser.close();
  }
}

/** Where `STOREKEEPER_TEST_PICTURES` names a folder the pages of the walk are kept there, to be looked at. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['STOREKEEPER_TEST_PICTURES'];
  const width = page.viewportSize()?.width;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true });
}

/** The page fits its window: nothing has to be pushed sideways. */
async function expectNoSideways(page: Page): Promise<void> {
  const body = await page.locator('main').boundingBox();
  const table = await page.locator('table').first().boundingBox();
  expect((table?.x ?? 0) + (table?.width ?? 0)).toBeLessThanOrEqual((body?.x ?? 0) + (body?.width ?? 0));
}

test.each([1440, 390])(
  'in a browser without script, %i pixels wide, a seller renews, disables, enables and authorizes a developer',
  async (width) => {
    if (!existsSync(CHROMIUM)) {
      process.stderr.write(`not walked: no Chromium at ${CHROMIUM}\n`);
      return;
    }
    await play();
    await setClock('2027-01-10T12:00:00Z');
    await walk(width, async (page) => {
      await page.goto(`${url()}/${HOST}/user-permissions`);
      await page.getByLabel('Email').fill(OWNER.email);
      await page.getByLabel('Password').fill(OWNER.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await picture(page, 'user-permissions');
      await page.getByRole('link', { name: 'Visit Manage Your Apps' }).click();
      await page.getByText('1 authorization has expired.').first().waitFor();
      await expectNoSideways(page);
      await picture(page, 'expired');
      const row = page.getByRole('row').filter({ hasText: INC });
      await row.getByRole('button', { name: 'Renew' }).click();
      await page.getByText('You renewed StorekeeperINC.').waitFor();
      expect(await row.innerText()).toMatch(/Active[^]*10 Jan 2028/);
      await picture(page, 'renewed');

      await row.getByRole('button', { name: 'Disable' }).click();
      await picture(page, 'disable');
      await page.getByRole('button', { name: 'OK' }).click();
      await row.getByRole('button', { name: 'Enable' }).click();
      await page.getByRole('button', { name: 'Next' }).click();
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Enable StorekeeperINC');
      await picture(page, 'enable');
      await page.getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('Copy these seller identifiers').waitFor();
      const shown = await page.getByRole('main').innerText();
      expect(shown).toMatch(/amzn\.mws\.[0-9a-f-]{36}/);
      expect(shown).not.toContain(TOKEN);
      await picture(page, 'identifiers');

      await page.getByRole('link', { name: 'Manage your apps' }).last().click();
      await page.getByRole('link', { name: 'Authorize new developer' }).click();
      await page.getByLabel("Developer's Name").fill('StorekeeperEU');
      await page.getByLabel('Developer ID').fill('0000-1111-3333');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('This developer ID is not registered for North America.').waitFor();
      await picture(page, 'wrong-region');
      await page.getByLabel("Developer's Name").fill('ParcelHelper');
      await page.getByLabel('Developer ID').fill('4410-0927-3318');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('heading', { name: 'ParcelHelper can access your account' }).waitFor();
      await page.goto(`${url()}/${HOST}${MANAGE}`);
      await page.getByRole('row').filter({ hasText: '4410-0927-3318' }).getByText('Active').waitFor();
      await picture(page, 'two-developers');
      await page.goto(`${url()}/${HOST}/notifications`);
      await picture(page, 'notifications');
    });
  },
  60_000,
);
