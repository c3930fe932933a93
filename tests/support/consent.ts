/** A seller's trip to the consent page and back, with our own verbs on this side and the emulated pages on the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectSession } from '../../server/src/http/contract/connect.ts';
import { arriveAtCallback, type Arrival } from '../../server/src/stores/arrive.ts';
import { leaveForMarketplace, openSession, readSession } from '../../server/src/stores/connect.ts';
import { ACCOUNT } from './matrix.ts';
import type { Market } from './market.ts';
import { sellerAt, type Page } from './seller.ts';

const BROWSER = 'the-seller-s-browser';

/** Where the marketplace left the seller: `page.location` is our redirect URI, or null when its own page stopped them. */
export type Trip = { sessionId: string; page: Page };

/** Begins a connection, or a repair with `storeId`, and confirms or declines at the marketplace. Nobody has come back yet. */
export async function tripToConsent(
  { shop, emulatorUrl }: Market,
  {
    n,
    storeId,
    press = 'confirm',
    email,
  }: { n: number; storeId?: string; press?: 'confirm' | 'cancel'; email?: string },
): Promise<Trip> {
  const fields = { marketplace: 'amazon' as const, site: 'amazon.de', name: `Store ${n}` };
  const wanted = storeId === undefined ? { fields } : { storeId };
  const { session } = await openSession(shop, { accountId: ACCOUNT, browser: BROWSER, ...wanted });
  const visitor = { sessionId: session.id, accountId: ACCOUNT, browser: BROWSER };
  const { location } = await leaveForMarketplace(shop, visitor);
  const seller = sellerAt(emulatorUrl, { email: email ?? `owner${n}@example.test`, password: 'demo-owner' });
  const page = await seller.open(location);
  const stopped = page.location !== null || !page.body.includes('value="confirm"');
  return { sessionId: session.id, page: stopped ? page : await seller.press(page, press) };
}

/** The browser follows the marketplace back to us, and whatever that sets off has come to rest. */
export async function comeBack(market: Market, { sessionId, page }: Trip): Promise<ConnectSession> {
  await arriveWith(market, page);
  return untilAtRest(market, sessionId);
}

export async function arriveWith({ shop }: Market, { location }: Pick<Page, 'location'>): Promise<Arrival> {
  if (location === null) throw new Error('the marketplace kept the seller on a page of its own');
  const query = Object.fromEntries(new URL(location).searchParams);
  return arriveAtCallback(shop, { query, browser: BROWSER, accountIds: [ACCOUNT] });
}

/** Waits for what is under way, and for a due step that nobody has taken yet; then the session as its account sees it. */
export async function untilAtRest({ shop }: Market, id: string, accountId = ACCOUNT): Promise<ConnectSession> {
  for (;;) {
    const row = await shop.db.db
      .selectFrom('connect_session')
      .select(['lease_owner', 'status', 'next_at'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const later = row.next_at !== null && Number(row.next_at) > shop.now();
    if (row.lease_owner === null && (row.status !== 'exchanging' || later)) break;
    await sleep(2);
  }
  return readSession(shop, { accountId, id });
}
