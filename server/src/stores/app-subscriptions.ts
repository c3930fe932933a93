/**
 * Every connected store of an app with a queue is subscribed to, and whoever is removed is unsubscribed. What does not
 * work is tried again the next day and is no fault of the store's: it is looked at as always.
 */
import type { AccessToken, AmazonApp } from '../core/access.ts';
import { saysNothing, type Answer, type Region } from '../core/observation.ts';
import type { Finding, Notices, Site } from '../connectors/connector.ts';
import { readCredential } from '../db/credentials.ts';
import type { StoreRow } from '../db/stores.ts';
import {
  noteEnded,
  putSubscription,
  storesToSubscribe,
  subscriptionsOf,
  subscriptionsToEnd,
  type SubscriptionRow,
} from '../db/subscriptions.ts';
import { siteIn, type Shop } from './shop.ts';
import { refreshGrant } from './grant-refresh.ts';
import { callContext } from './subject.ts';

const AGAIN_MS = 86_400_000;
/** What only weather kept from being made is tried again sooner. */
const SOON_MS = 60_000;
const END_AGAIN_MS = 3_600_000;
/** One store after the other: the plan for subscribing is one call a second. */
const STORES_AT_ONCE = 10;

/** Subscribes and unsubscribes a few; how many stores were touched. */
export async function keepSubscriptions(shop: Shop): Promise<number> {
  let count = 0;
  for (const app of shop.apps()) {
    if (app.marketplace !== 'amazon' || !app.notifications) continue;
    const { notices } = shop.connector(app.marketplace);
    if (!notices) continue;
    const wanting = await storesToSubscribe(shop.db.db, {
      applicationId: app.applicationId,
      types: notices.types,
      triedBefore: shop.now() - AGAIN_MS,
      limit: STORES_AT_ONCE,
    });
    const destinations: Destinations = new Map();
    for (const row of wanting) await shop.db.acrossAccounts(() => subscribe(shop, { app, notices, row, destinations }));
    count += wanting.length + (await endSome(shop, app, notices));
  }
  return count;
}

type Destination = Awaited<ReturnType<Notices['destination']>>;
/** By region: its hosts are asked once for many stores. */
type Destinations = Map<Region, Promise<Destination>>;
type Subscribing = { app: AmazonApp; notices: Notices; row: StoreRow; destinations: Destinations };

async function subscribe(shop: Shop, subscribing: Subscribing): Promise<void> {
  const { app, notices, row } = subscribing;
  const known = await subscriptionsOf(shop.db.db, { storeId: row.id });
  const active = new Set(known.filter(({ state }) => state === 'active').map(({ type }) => type));
  const site = siteIn(shop, row);
  const opened = await open(shop, { ...subscribing, site });
  const { id: storeId, accountId, region } = row;
  const about = { accountId, storeId, applicationId: app.applicationId, region };
  for (const type of notices.types.filter((one) => !active.has(one))) {
    const made = opened.kind === 'refused' ? opened : await one(shop, { ...opened, app, notices, site, type });
    const { destinationId, subscriptionId, failure, answer } = made;
    const at = shop.now() - (saysNothing(answer) ? AGAIN_MS - SOON_MS : 0);
    const row = { ...about, type, destinationId, subscriptionId, failure, at };
    await shop.db.transaction((tx) => putSubscription(tx, row));
  }
}

type Made = {
  destinationId: string | null;
  subscriptionId: string | null;
  /** Which call was answered how, where there is no subscription. */
  failure: string | null;
  answer: Answer;
};
type Opened = { kind: 'open'; access: AccessToken; destinationId: string } | (Made & { kind: 'refused' });

/** The destination belongs to the region's hosts, the token to the store. */
async function open(
  shop: Shop,
  { app, notices, row, site, destinations }: Subscribing & { site: Site },
): Promise<Opened> {
  const asking = destinations.get(site.region) ?? notices.destination({ app, site }, callContext(shop));
  destinations.set(site.region, asking);
  const { finding, destinationId } = await asking;
  if (destinationId === null) return refused(finding);
  const connector = shop.connector(app.marketplace);
  const credential = await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId: row.id, state: 'current' });
  if (!credential) return refused({ call: 'token', answer: 'unknown' });
  const { version, grantToken } = credential;
  const holder = { accountId: row.accountId, storeId: row.id, version };
  const answered = await refreshGrant(shop, { connector, app, holder, grantToken });
  return answered.access ? { kind: 'open', access: answered.access, destinationId } : refused(answered.finding);
}

function refused({ call, answer }: Pick<Finding, 'call' | 'answer'>): Made & { kind: 'refused' } {
  return { kind: 'refused', destinationId: null, subscriptionId: null, failure: `${call}: ${answer}`, answer };
}

type One = { app: AmazonApp; notices: Notices; site: Site; type: string; access: AccessToken; destinationId: string };

async function one(shop: Shop, { notices, ...request }: One): Promise<Made> {
  const { destinationId } = request;
  const { finding, subscriptionId } = await notices.subscribe(request, callContext(shop));
  const { call, answer } = finding;
  return { destinationId, subscriptionId, failure: subscriptionId === null ? `${call}: ${answer}` : null, answer };
}

async function endSome(shop: Shop, app: AmazonApp, notices: Notices): Promise<number> {
  const triedBefore = shop.now() - END_AGAIN_MS;
  const { applicationId } = app;
  const ending = await subscriptionsToEnd(shop.db.db, { applicationId, triedBefore, limit: STORES_AT_ONCE });
  for (const row of ending) {
    const failure = await end(shop, { app, notices, row });
    const failed = failure === null ? null : { at: shop.now(), failure };
    await shop.db.acrossAccounts(() => shop.db.transaction((tx) => noteEnded(tx, row, failed)));
  }
  return ending.length;
}

async function end(shop: Shop, { app, notices, row }: { app: AmazonApp; notices: Notices; row: SubscriptionRow }) {
  const site = shop.connector(app.marketplace).sites.find(({ region }) => region === row.region);
  if (!site || row.subscriptionId === null) return null;
  const request = { app, site, type: row.type, subscriptionId: row.subscriptionId };
  const { answer, call } = await notices.unsubscribe(request, callContext(shop));
  return answer === 'ok' ? null : `${call}: ${answer}`;
}
