/** What a person does, from their first click to the end of the checks: the ways to connect a store and to repair one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { insertState } from '../../server/src/db/consent.ts';
import { hashToken, randomToken } from '../../server/src/db/ids.ts';
import type { OpenDatabase } from '../../server/src/db/open.ts';
import { newestSession, readSession } from '../../server/src/db/sessions.ts';
import { arriveAtCallback } from '../../server/src/stores/arrive.ts';
import { connectByHand, replaceCredentials } from '../../server/src/stores/by-hand.ts';
import { leaveForMarketplace } from '../../server/src/stores/connect.ts';
import { siteOf } from '../../server/src/stores/open-store.ts';
import { appOf, type Shop } from '../../server/src/stores/shop.ts';
import { sellerAt } from '../support/seller.ts';

const FLOWS = [
  'connect by consent',
  'connect by consent, refused',
  'connect by hand',
  'repair by consent',
  'repair by hand',
  'renew by consent from the marketplace',
] as const;
export type FlowName = (typeof FLOWS)[number];

/** One person and their store. */
export type Person = {
  flow: FlowName;
  accountId: string;
  sellerId: string;
  email: string;
  /** The dialog or wizard that is open; null where everything is typed. */
  sessionId: string | null;
  storeId: string | null;
  /** What is typed in. */
  token: string;
};

/** The address by which the browser came back from the marketplace, as its query. */
export type Query = Record<string, string>;

export const BROWSER = 'the browser of this person';

export type Going = {
  shop: Shop;
  person: Person;
  /** Where the pages of the marketplace are. */
  marketUrl: string;
  /** The same database, for looking on without being counted. */
  aside: OpenDatabase;
  /** Hears the address of the way back before it is opened. */
  onWayBack?: (query: Query) => void;
};

export function isConsent({ flow }: Person): boolean {
  return flow.includes('consent');
}

export async function go(going: Going): Promise<void> {
  const { shop, person } = going;
  if (isConsent(person)) return consent(going);
  const { accountId, storeId, token } = person;
  const credentials = { refresh_token: token };
  if (storeId !== null) {
    await replaceCredentials(shop, { accountId, id: storeId, credentials });
    return;
  }
  const body = { marketplace: 'amazon' as const, site: 'amazon.de', name: person.email, credentials };
  await connectByHand(shop, { accountId, body });
}

/** True where the trip began at the marketplace: nobody has a page of ours open. */
function isFromMarketplace({ flow }: Person): boolean {
  return flow === 'renew by consent from the marketplace';
}

async function consent(going: Going): Promise<void> {
  const { person, marketUrl } = going;
  const location = isFromMarketplace(person) ? await tripOfMarketplace(going) : await tripOfOurs(going);
  const seller = sellerAt(marketUrl, { email: person.email, password: 'demo-owner' });
  const confirmed = await seller.press(await seller.open(location), 'confirm');
  const query = Object.fromEntries(new URL(confirmed.location ?? '').searchParams);
  going.onWayBack?.(query);
  await comeBack(going, query);
}

async function tripOfOurs({ shop, person: { accountId, sessionId } }: Going): Promise<string> {
  const visitor = { accountId, sessionId: sessionId ?? '', browser: BROWSER };
  return (await leaveForMarketplace(shop, visitor)).location;
}

/** As the Login URI leaves it behind: a state of a seller, of no session. */
async function tripOfMarketplace({ shop, person, aside }: Going): Promise<string> {
  const state = randomToken();
  const site = siteOf(shop, { marketplace: 'amazon', site: 'amazon.de' });
  const app = appOf(shop, { marketplace: 'amazon', ...site });
  const now = shop.now();
  await insertState(aside.db, {
    stateHash: hashToken(state),
    sessionId: null,
    accountId: null,
    marketplace: 'amazon',
    applicationId: app.applicationId,
    site: site.site,
    browserHash: hashToken(BROWSER),
    sellerId: person.sellerId,
    createdAt: now,
    expiresAt: now + 15 * 60_000,
  });
  return shop.connector('amazon').consentUrl({ app, site, state });
}

/** Nobody waits at a page of ours: the store's newest session tells when its renewal has come to rest. */
async function untilRenewed(aside: OpenDatabase, { storeId }: Person): Promise<void> {
  for (;;) {
    const session = await newestSession(aside.db, { storeId: storeId ?? '' });
    const underWay = session?.status === 'exchanging' || session?.status === 'verifying';
    if (session && !underWay && session.leaseOwner === null) return;
    await sleep(3);
  }
}

/** Opens the address of the way back, and waits until nobody works on the session any more. */
export async function comeBack({ shop, person, aside }: Going, query: Query): Promise<void> {
  const arrival = await arriveAtCallback(shop, { query, browser: BROWSER, accountIds: [] });
  if (arrival.kind === 'page') {
    if (arrival.page === 'looking' && isFromMarketplace(person)) return untilRenewed(aside, person);
    throw new Error(`The way back led to the page ${arrival.page}.`);
  }
  for (;;) {
    const session = await readSession(aside.db, { accountId: person.accountId, id: arrival.sessionId });
    if (!session) throw new Error('The session is gone.');
    const underWay = session.status === 'exchanging' || session.status === 'verifying';
    if (!underWay && session.leaseOwner === null) return;
    await sleep(3);
  }
}
