/** People in front of the demo: their browsers, what their pages complain of, and what they see. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { expect, onTestFinished, vi } from 'vitest';
import { whyNoBrowser, type Demo } from './demo-program.ts';

export { startDemo, whyNoBrowser, type Demo } from './demo-program.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The title and the patience of a suite of journeys. */
export const IN_A_BROWSER = [
  whyNoBrowser === null ? 'in a browser' : `in a browser (skipped: ${whyNoBrowser})`,
  { timeout: 60_000 },
] as const;

export type Visit = {
  page: Page;
  context: BrowserContext;
  /** What went wrong in the page: errors, refused requests (`422 POST /v1/stores`), content that the policy stopped. */
  complaints: string[];
};

/** Pages whose browser runs no script. */
const withoutScript = new WeakSet<Page>();

/** `kept`: for all tests of a file, from before the first of them. */
type Manner = { width?: number; script?: boolean; dark?: boolean; kept?: boolean };

/** A new person at a browser of their own, which is closed with the test: an open page follows whatever happens after it. */
export async function visit({ browser, base }: Demo, manner: Manner = {}): Promise<Visit> {
  const { width = 1280, script = true, dark = false, kept = false } = manner;
  const phone = width < 500;
  const context = await browser.newContext({
    viewport: { width, height: phone ? 844 : 820 },
    javaScriptEnabled: script,
    colorScheme: dark ? 'dark' : 'light',
    hasTouch: phone,
  });
  if (!kept) onTestFinished(() => context.close());
  // Long enough for a busy machine, short enough to say where a journey stopped.
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  context.on('page', (page) => {
    listen(page, { base, complaints });
    if (!script) withoutScript.add(page);
  });
  return { page: await context.newPage(), context, complaints };
}

function listen(page: Page, { base, complaints }: { base: string; complaints: string[] }): void {
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    const ours = message.location().url.startsWith(base);
    // A refused request is told below, with its method.
    if (message.type() === 'error' && ours && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() < 400 || !response.url().startsWith(base)) return;
    complaints.push(`${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // Leaving a page ends what it was still reading.
    if (request.url().startsWith(base) && why !== 'net::ERR_ABORTED') complaints.push(`${why} ${request.url()}`);
  });
}

/** Nothing went wrong but the refusals that the page explained. */
export function expectQuiet({ complaints }: Visit, ...explained: RegExp[]): void {
  expect(complaints.filter((complaint) => !explained.some((known) => known.test(complaint)))).toEqual([]);
}

export async function enterDemo(demo: Demo, page: Page): Promise<void> {
  await page.goto(demo.base);
  await page.getByRole('heading', { name: 'Store Manager', level: 1 }).waitFor();
}

/** True when nothing moves any more but what turns for as long as something is under way. */
const AT_REST = `document.getAnimations().every(({ effect, playState }) =>
  playState !== 'running' || effect.getComputedTiming().iterations === Infinity)`;

type Violation = { id: string; nodes: { html: string }[] };

/** No accessibility violation in what is shown now, once it has stopped moving; and nothing wider than the screen. */
export async function expectAccessible(page: Page): Promise<void> {
  // A tab behind another one stands still.
  await page.bringToFront();
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await vi.waitUntil(() => page.evaluate(AT_REST), { interval: 40, timeout: 5_000 });
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  expect(await violationsOf(page)).toEqual([]);
}

async function violationsOf(page: Page): Promise<string[]> {
  if (withoutScript.has(page)) return violationsOfTwin(page);
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const found = await page.evaluate("axe.run(document, { resultTypes: ['violations'], preload: false })");
  return (found as { violations: Violation[] }).violations.map(
    (one) => `${one.id}: ${one.nodes[0]?.html.slice(0, 160)}`,
  );
}

/** axe is a script: a page whose browser runs none is read by it in another browser, as it stands. */
async function violationsOfTwin(page: Page): Promise<string[]> {
  const context = await page.context().browser()?.newContext({ viewport: page.viewportSize() });
  const twin = await context?.newPage();
  if (twin === undefined) throw new Error('the browser has gone');
  await twin.goto(new URL('/healthz', page.url()).href);
  await twin.setContent(await page.content());
  const found = await violationsOf(twin);
  await context?.close();
  return found;
}

/** The words stand on the page, or inside `where`, and can be seen. */
export async function expectSaid(where: Page | Locator, words: string | RegExp): Promise<void> {
  await where.getByText(words).filter({ visible: true }).first().waitFor({ timeout: 12_000 });
}

/** Signs in to the emulated Seller Central when it asks. */
export async function signInAtAmazon(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(email.startsWith('helper@') ? 'demo-helper' : 'demo-owner');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Ticks the box of Amazon's permission page and confirms. */
export async function confirmAtAmazon(page: Page): Promise<void> {
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Confirm' }).click();
}
