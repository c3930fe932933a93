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
  as_of: string | null;
};
export type MailNow = { to: string; subject: string; text: string; store_id: string | null };

/** Asking is work for the machine that is to answer. */
const POLLING = { timeout: 15_000, interval: 100 };

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
  await expect.poll(async () => (await storeNamed(who, name)).verdict, POLLING).toBe(verdict);
  return storeNamed(who, name);
}

type Step = 'PT2M' | 'PT1H' | 'P1D' | 'P30D';

/** The clock goes on and every store is looked at, step by step, as the fire drill's buttons do it. */
export async function timePasses(who: Asking, ...steps: Step[]): Promise<void> {
  for (const advance of steps) {
    const headers = { origin: who.demo.base };
    const moved = await who.page.request.post(`${who.demo.base}/app/demo/clock`, { headers, data: { advance } });
    const { now } = (await moved.json()) as { now: string };
    await expect.poll(() => lastLook(who), POLLING).toBeGreaterThanOrEqual(Date.parse(now) - 1_000);
  }
}

/** The operator is told once a day: what counts mails of a day does not begin just before its end. */
export async function startOfDay(who: Asking): Promise<void> {
  const { now } = (await who.demo.control('GET', '/_/clock')) as { now: string };
  if (new Date(now).getUTCHours() < 20) return;
  await who.demo.control('POST', '/_/clock', { advance: 'PT5H' });
  await timePasses(who, 'PT2M');
}

/** When the store that was looked at longest ago was looked at; one that is being set up is not. */
async function lastLook(who: Asking): Promise<number> {
  const looks = (await storesNow(who)).flatMap(({ as_of: at }) => (at === null ? [] : [Date.parse(at)]));
  return Math.min(...looks);
}

async function mailsNow(who: Asking): Promise<MailNow[]> {
  return (await ask<{ data: MailNow[] }>(who, '/app/mailbox')).data;
}

export async function mailsTo(who: Asking, recipient: string): Promise<MailNow[]> {
  return (await mailsNow(who)).filter((mail) => mail.to === recipient);
}

export async function mailsToSellers(who: Asking): Promise<MailNow[]> {
  return (await mailsNow(who)).filter((mail) => mail.to !== OPERATOR);
}

/** Without what is said of a clock that jumped: here it is moved by hand. */
export async function mailsToOperator(who: Asking): Promise<MailNow[]> {
  return (await mailsTo(who, OPERATOR)).filter((mail) => !mail.subject.includes('clock is wrong'));
}

type World = {
  sellers: { sellerId: string; storeName: string; sites: { marketplaceId: string }[] }[];
  apps: { applicationId: string; clientSecrets: { secret: string; expiresAt?: string }[] }[];
};

/** Amazon's own name of a store's seller, and our app as it is registered there. */
export async function atAmazon(demo: Demo, storeName: string): Promise<World['apps'][number] & { sellerId: string }> {
  const world = (await demo.control('GET', '/_/world')) as World;
  const seller = world.sellers.find((one) => one.storeName === storeName);
  const [app] = world.apps;
  if (seller === undefined || app === undefined) throw new Error(`Amazon knows no seller ${storeName}`);
  return { ...app, sellerId: seller.sellerId };
}
