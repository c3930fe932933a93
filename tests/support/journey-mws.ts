/** What the journeys of stores on MWS have in common: the demo's world, its stores and letters, and counted clicks. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Demo } from './journey-demo.ts';

export type World = {
  sellers: { sellerId: string; storeName: string }[];
  developers: { region: string; developerName: string; developerId: string }[];
  mwsGrants: { sellerId: string; developerId: string; authToken: string; authorizedAt: string }[];
};

export type Store = {
  id: string;
  name: string;
  marketplace: string;
  seller_id: string | null;
  verdict: string;
  cause: string | null;
  credential_version: number;
};

export async function readWorld(demo: Demo): Promise<World> {
  return (await demo.control('GET', '/_/world')) as World;
}

export function sellerIdOf(world: World, storeName: string): string {
  const seller = world.sellers.find((one) => one.storeName === storeName);
  if (seller === undefined) throw new Error(`There is no seller ${storeName} in the emulated world.`);
  return seller.sellerId;
}

export function mwsGrantOf(world: World, storeName: string): World['mwsGrants'][number] {
  const sellerId = sellerIdOf(world, storeName);
  const grant = world.mwsGrants.find((one) => one.sellerId === sellerId);
  if (grant === undefined) throw new Error(`${storeName} authorized no developer.`);
  return grant;
}

/** What the seller could do with a developer in Seller Central. */
export async function actOnMws(demo: Demo, storeName: string, action: string): Promise<void> {
  const { sellerId, developerId } = mwsGrantOf(await readWorld(demo), storeName);
  await demo.control('POST', `/_/grants/${sellerId}/${developerId}`, { action });
}

/** As the signed-in person of the page sees it. */
export async function storeNamed(demo: Demo, page: Page, name: string): Promise<Store> {
  const answer = await page.request.get(`${demo.base}/v1/stores?limit=200`);
  const { data } = (await answer.json()) as { data: Store[] };
  const store = data.find((one) => one.name === name);
  if (store === undefined) throw new Error(`There is no store ${name}.`);
  return store;
}

const SEEN = { timeout: 20_000 };

export async function untilVerdict(
  demo: Demo,
  { page, name, verdict }: { page: Page; name: string; verdict: string },
): Promise<void> {
  await expect.poll(async () => (await storeNamed(demo, page, name)).verdict, SEEN).toBe(verdict);
}

/** The watch sees that access is gone, twice and apart, as it would by itself within the hour. */
export async function seeItBroken(demo: Demo, page: Page, name: string): Promise<void> {
  const { id } = await storeNamed(demo, page, name);
  await page.request.post(`${demo.base}/v1/stores/${id}/probe`, { headers: { origin: demo.base } });
  await demo.control('POST', '/_/clock', { advance: 'PT2M' });
  // A repair that somebody began before is not begun anew.
  await expect.poll(async () => (await storeNamed(demo, page, name)).verdict, SEEN).toMatch(/^(reconnect|repairing)$/);
}

/** The newest letter about a store, open in the mailbox; its link to the repair. */
export async function repairLinkInMail(demo: Demo, page: Page, storeName: string): Promise<Locator> {
  const { id } = await storeNamed(demo, page, storeName);
  type Mails = { data: { id: string; at: string; store_id: string | null }[] };
  const about = async () => {
    const mails = (await (await page.request.get(`${demo.base}/app/mailbox`)).json()) as Mails;
    return mails.data.filter((mail) => mail.store_id === id).sort((a, b) => b.at.localeCompare(a.at))[0];
  };
  await expect.poll(about, { timeout: 15_000 }).toBeDefined();
  await page.goto(`${demo.base}/demo/mailbox?mail=${(await about())?.id ?? ''}`);
  return page.frameLocator('iframe.mail-frame').locator('a[href*="repair="]').first();
}

/** Counts what a person clicks. Typing and pasting are not clicks; opening a letter is not part of the repair. */
export function countClicks() {
  let count = 0;
  return {
    count: () => count,
    async on(target: Locator): Promise<void> {
      await target.click();
      count += 1;
    },
    /** Clicks something that opens a new tab, and gives that tab. */
    async opening(page: Page, target: Locator): Promise<Page> {
      const [opened] = await Promise.all([page.waitForEvent('popup'), target.click()]);
      count += 1;
      await opened.waitForLoadState();
      return opened;
    },
  };
}

export type Clicks = ReturnType<typeof countClicks>;

/** Signs in at the emulated Seller Central; one click. */
export async function signInCounted(clicks: Clicks, page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('demo-owner');
  await clicks.on(page.getByRole('button', { name: 'Sign in' }));
}

/** The two values as Amazon's last page shows them. */
export async function identifiersOn(page: Page): Promise<{ sellerId: string; token: string }> {
  await page.getByText('MWS Auth Token', { exact: true }).waitFor();
  const after = (term: string) => page.locator(`dt:has-text("${term}") + dd`).first().innerText();
  return { sellerId: (await after('Seller ID')).trim(), token: (await after('MWS Auth Token')).trim() };
}
