/** Makes the pictures of the README from the running demo: `node scripts/pictures.ts`. Needs Chromium and a built web app. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startDemo, type Demo } from '../tests/support/demo-program.ts';

const FOLDER = fileURLToPath(new URL('../docs/pictures', import.meta.url));
/** Long enough for what moves to come to rest. */
const AT_REST_MS = 900;

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}

async function takeAtRest(page: Page, name: string): Promise<void> {
  await sleep(AT_REST_MS);
  await take(page, name);
}

async function signInAtAmazon(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('demo-owner');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function repair({ base }: Demo, page: Page): Promise<void> {
  await page.goto(base);
  await page.getByText('Tidewater Books').waitFor();
  await takeAtRest(page, 'store-manager');
  await page.getByRole('button', { name: 'Reconnect store' }).first().click();
  await page.getByText('Three clicks at Amazon').waitFor();
  await takeAtRest(page, 'reconnect');
}

/** A drill under way: broken, noticed, judged. */
async function fireDrill({ base }: Demo, page: Page): Promise<void> {
  await page.goto(`${base}/demo/fire-drill`);
  await page.getByRole('button', { name: 'Break The seller switches access off' }).click();
  await page.getByText('Nobody is alarmed yet').waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Nobody is alarmed yet' }).filter({ hasText: '(seen)' }).waitFor();
  await page.getByRole('button', { name: '+ 2 min' }).click();
  await page.getByText('open in Mailbox').waitFor();
  await page.evaluate('document.activeElement?.blur()');
  await takeAtRest(page, 'fire-drill');
}

/** The checks in the middle of their run. */
async function ladder({ base, control }: Demo, page: Page): Promise<void> {
  // At its usual pace it is over before anybody could look at it.
  const match = { host: 'sellingpartnerapi-eu.amazon.com' };
  const slow = (await control('POST', '/_/faults', { match, answer: { delayMs: 1_500 } })) as { id: string };
  await page.goto(`${base}/connect`);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Site').selectOption('amazon.co.uk');
  await page.getByLabel('Store name').fill('Harbour Toys');
  await page.getByRole('button', { name: 'Continue to Amazon' }).click();
  await signInAtAmazon(page, 'owner@harbourtoys.test');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText(/^[2-5] of 7 done\./).waitFor();
  await take(page, 'ladder');
  await control('DELETE', `/_/faults/${slow.id}`);
}

async function sellerCentral({ amazon }: Demo, page: Page): Promise<void> {
  await page.goto(`${amazon}/sellercentral.amazon.nl/apps/manage`);
  await signInAtAmazon(page, 'owner@studiokite.test');
  await page.getByText('1 authorization has expired.').first().waitFor();
  await takeAtRest(page, 'seller-central');
}

/** A link for the owner, with its code and their steps. */
async function handOff({ base }: Demo, page: Page): Promise<void> {
  await page.goto(base);
  await page.getByText('Tidewater Books').waitFor();
  await page.getByRole('button', { name: 'Reconnect store' }).first().click();
  await page.getByRole('button', { name: 'Send to the owner' }).click();
  await page.getByRole('button', { name: /^Make (the|a new) link/ }).click();
  await page.getByRole('img', { name: /code/i }).waitFor();
  await takeAtRest(page, 'hand-off');
}

/** Amazon refuses everybody in North America: what the operator sees meanwhile. */
async function incidents({ base, control }: Demo, page: Page): Promise<void> {
  await page.goto(`${base}/operator/incidents`);
  await page.getByRole('heading', { name: 'Past incidents' }).waitFor();
  const match = { host: 'sellingpartnerapi-na.amazon.com' };
  await control('POST', '/_/faults', { match, answer: { kind: 'auth_incident' } });
  for (const advance of ['PT2M', 'PT2M', 'PT1M']) {
    await page.request.post(`${base}/app/demo/clock`, { headers: { origin: base }, data: { advance } });
    await sleep(5 * AT_REST_MS);
  }
  await page.getByText('One incident is open').waitFor();
  await takeAtRest(page, 'incidents');
}

mkdirSync(FOLDER, { recursive: true });
const demo = await startDemo();
try {
  const page = await demo.browser.newPage({ viewport: { width: 1280, height: 800 } });
  for (const picture of [repair, ladder, handOff, sellerCentral, fireDrill, incidents]) await picture(demo, page);
} finally {
  await demo.stop();
}
