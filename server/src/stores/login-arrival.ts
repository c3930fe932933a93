/**
 * Renewals that the marketplace starts: a seller pressed *Re-authorize* there and came in at our Login URI. The address is
 * a claim. Nothing here tells whether that seller is a customer, and nothing is written before *Continue*.
 */
import type { Callback } from '../connectors/connector.ts';
import { MARKETPLACES, type App } from '../core/access.ts';
import { REGIONS } from '../core/observation.ts';
import { insertState, lastOfBrowser, nameSession, type ConsentState } from '../db/consent.ts';
import type { Secret } from '../core/secret.ts';
import { hashToken, randomToken } from '../db/ids.ts';
import type { Db, Tx } from '../db/open.ts';
import { insertSession, readSession, sealCode, type SessionRow } from '../db/sessions.ts';
import { findBySeller, type StoreRow } from '../db/stores.ts';
import { PAGES, type ArrivalPage } from './arrival-pages.ts';
import { finishSession } from './finish.ts';
import { renewalSession } from './renewal-session.ts';
import { isAutomatic, type Shop } from './shop.ts';

const STATE_MS = 15 * 60_000;
/** So long the page asks again how it went. Milliseconds, and seconds between two times. */
const ASKING_MS = 90_000;
const ASK_AGAIN = 2;

export type Query = Record<string, string | undefined>;

/** GET of the Login URI: whether the address is whole. Reads and writes nothing. */
export function isLoginArrival(shop: Shop, query: Query): boolean {
  return shop.connector('amazon').readLogin(query).kind === 'arrival';
}

/**
 * *Continue* after the Login URI: a state of ours for this browser, and on to Amazon's own checked address. The same for
 * every seller, known here or not.
 */
export async function arriveAtLogin(
  shop: Shop,
  { query, browser }: { query: Query; browser: string },
): Promise<{ kind: 'redirect'; location: string } | ArrivalPage> {
  const arrival = shop.connector('amazon').readLogin(query);
  if (arrival.kind === 'malformed') return PAGES.malformed;
  const app = appThatAsks(shop, arrival.callbackUri);
  if (!app) return PAGES.not_renewed;
  const connector = shop.connector(app.marketplace);
  const state = randomToken();
  const now = shop.now();
  await insertState(shop.db.db, {
    stateHash: hashToken(state),
    sessionId: null,
    accountId: null,
    marketplace: app.marketplace,
    applicationId: app.applicationId,
    site: connector.sites[0]?.site ?? '',
    browserHash: hashToken(browser),
    sellerId: arrival.sellerId,
    createdAt: now,
    expiresAt: now + STATE_MS,
    consumedAt: null,
  });
  return { kind: 'redirect', location: connector.confirmUrl(arrival, { app, state }) };
}

/** The app that the address names, or the only one that a consent page serves. */
function appThatAsks(shop: Shop, callbackUri: string): App | null {
  const apps = shop.apps().filter(isAutomatic);
  const id = callbackUri.split('/').at(-1);
  const named = apps.find(
    (app) => (app.marketplace === 'amazon' ? app.applicationId : app.hybrid?.applicationId) === id,
  );
  return named ?? apps[0] ?? null;
}

/** Stores that data has named as this seller's, in all accounts. */
export async function provenStoresOf(reader: Db | Tx, sellerId: string): Promise<StoreRow[]> {
  const found: StoreRow[] = [];
  for (const marketplace of MARKETPLACES) {
    for (const region of REGIONS) found.push(...(await findBySeller(reader, { marketplace, region, sellerId })));
  }
  return found.filter((row) => row.phase === 'live' && row.sellerProvenAt !== null);
}

type Renewing = { tx: Tx; trip: ConsentState; query: Query };

/**
 * The marketplace started it and the seller confirmed. What came is kept for one store of each marketplace; only once data
 * has named the seller does it count, for that store and then for every other one of that seller.
 */
export async function renewedByMarketplace(shop: Shop, { tx, trip, query }: Renewing): Promise<SessionRow[]> {
  const begun: SessionRow[] = [];
  const rows = await provenStoresOf(tx, trip.sellerId ?? '');
  for (const marketplace of MARKETPLACES) {
    const store = rows.find((row) => row.marketplace === marketplace);
    const brought = broughtBy(shop.connector(marketplace).readCallback(query), trip.sellerId);
    if (!store || !brought) continue;
    const bare = renewalSession(shop, store, { sellerId: trip.sellerId, forAll: true });
    const session = { ...bare, ...(await sealCode({ db: tx, vault: shop.vault }, { session: bare, code: brought })) };
    await insertSession(tx, session);
    begun.push(session);
  }
  const [first] = begun;
  if (first) await nameSession(tx, { stateHash: trip.stateHash, sessionId: first.id });
  return begun;
}

function broughtBy(callback: Callback, sellerId: string | null): Secret | null {
  if (callback.kind === 'malformed' || callback.kind === 'refused' || callback.sellerId !== sellerId) return null;
  return callback.kind === 'code' ? callback.code : callback.grantToken;
}

/** Nobody waits for it: how long an answer takes tells nothing about the seller. */
export function finishInBackground(shop: Shop, sessions: readonly SessionRow[]): void {
  for (const { id } of sessions) {
    void finishSession(shop, id).catch((error: unknown) =>
      shop.log.error({ error: String(error), session: id }, 'a connect session will be finished by the watch'),
    );
  }
}

/** How the renewal of this browser went: only a seller whom data named, and who has a store here, is told more. */
export async function renewalPage(shop: Shop, browser: string | null): Promise<ArrivalPage> {
  const trip = browser === null ? null : await lastOfBrowser(shop.db.db, hashToken(browser));
  const session = trip?.sessionId == null ? null : await readSession(shop.db.db, { id: trip.sessionId });
  if (session?.status === 'connected') return PAGES.renewed;
  const isFresh = trip?.consumedAt != null && shop.now() - trip.consumedAt < ASKING_MS;
  return isFresh ? { ...PAGES.looking, refreshSeconds: ASK_AGAIN } : PAGES.looking;
}
