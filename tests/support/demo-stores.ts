/** What the demo knows about its stores, asked beside the pages; and time, that a journey does not wait for. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { OPERATOR, type Demo } from './demo-program.ts';

export type StoreNow = {
  id: string;
  name: string;
  verdict: string;
  cause: string | null;
  owner: string;
  seller_id: string | null;
  credential_version: number;
  authorized_at: string | null;
};
export type MailNow = { to: string; subject: string; text: string; store_id: string | null };

type Asking = { demo: Demo; page: Page };

async function ask<T>({ demo, page }: Asking, path: string): Promise<T> {
  const answer = await page.request.get(`${demo.base}${path}`);
  expect(answer.status(), `GET ${path}`).toBe(200);
  return (await answer.json()) as T;
}

export async function storesNow(who: Asking): Promise<StoreNow[]> {
  return (await ask<{ data: StoreNow[] }>(who, '/v1/stores?limit=100')).data;
}

/** The store by its name. Throws when the account has none of that name. */
export async function storeNamed(who: Asking, name: string): Promise<StoreNow> {
  const store = (await storesNow(who)).find((one) => one.name === name);
  if (store === undefined) throw new Error(`no store is called ${name}`);
  return store;
}

/** Waits until the store stands so, and gives it back. */
export async function storeBecomes(who: Asking, name: string, verdict: string): Promise<StoreNow> {
  await expect.poll(async () => (await storeNamed(who, name)).verdict, { timeout: 15_000 }).toBe(verdict);
  return storeNamed(who, name);
}

/** Every store is looked at, then the clock goes on and they are looked at again, as the fire drill's buttons do it. */
export async function timePasses(who: Asking, ...steps: ('PT2M' | 'PT1H' | 'P1D' | 'P30D')[]): Promise<void> {
  for (const advance of steps) {
    const before = (await storesNow(who)).length;
    const moved = await who.page.request.post(`${who.demo.base}/app/demo/clock`, {
      headers: { origin: who.demo.base },
      data: { advance },
    });
    expect(moved.status()).toBe(200);
    expect(before).toBeGreaterThan(0);
  }
}

export async function mailsTo(who: Asking, recipient: string): Promise<MailNow[]> {
  const { data } = await ask<{ data: MailNow[] }>(who, '/app/mailbox');
  return data.filter((mail) => mail.to === recipient);
}

export function mailsToOperator(who: Asking): Promise<MailNow[]> {
  return mailsTo(who, OPERATOR);
}

type World = {
  sellers: { sellerId: string; storeName: string; sites: { marketplaceId: string }[] }[];
  apps: { applicationId: string; clientSecrets: { secret: string; expiresAt?: string }[] }[];
};

/** Amazon's own name of a store's seller, and of our app. */
export async function atAmazon(demo: Demo, storeName: string): Promise<{ sellerId: string; applicationId: string }> {
  const world = (await demo.control('GET', '/_/world')) as World;
  const seller = world.sellers.find((one) => one.storeName === storeName);
  const [app] = world.apps;
  if (seller === undefined || app === undefined) throw new Error(`Amazon knows no seller ${storeName}`);
  return { sellerId: seller.sellerId, applicationId: app.applicationId };
}
