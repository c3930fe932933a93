/**
 * Arrivals from the marketplace: the redirect URI and the Login URI. A wrong, replayed, expired or foreign arrival makes
 * no token call and gets a page that says what to do.
 */
import type { Callback } from '../connectors/connector.ts';
import { appendAudit } from '../db/audit.ts';
import { consumeState, readState, type ConsentState, type Consumed } from '../db/consent.ts';
import type { Secret } from '../core/secret.ts';
import { hashToken } from '../db/ids.ts';
import type { Tx } from '../db/open.ts';
import { moveHandOffs, noteTripStep } from '../db/hand-offs.ts';
import { lockSession, sealCode, type SessionRow } from '../db/sessions.ts';
import { deleteStore } from '../db/store-delete.ts';
import { findBySeller, readStore, type StoreRow } from '../db/stores.ts';
import { PAGES, type ArrivalPage } from './arrival-pages.ts';
import { finishArrived, untilExchanged } from './finish.ts';
import { finishInBackground, provenStoresOf, renewalPage, renewedByMarketplace, type Query } from './login-arrival.ts';
import { changeSession, failSession, plain, tell, type Changed } from './session-change.ts';
import type { Shop } from './shop.ts';

export type Arrival = { kind: 'session'; sessionId: string; accountId: string } | ArrivalPage;

type Arriving = {
  query: Query;
  /** The value of this browser's binding cookie, or null when it has none. */
  browser: string | null;
  /** Accounts of the person who is signed in, if any. */
  accountIds: string[];
};
type Trip = Pick<ConsentState, 'sessionId' | 'accountId' | 'marketplace' | 'sellerId'>;
type SessionArrival = Extract<Arrival, { kind: 'session' }>;

/** What an arrival left in the database: a page, a session that failed or that now has its code, or nothing new. */
type Received =
  | ArrivalPage
  | { kind: 'session'; changed: Changed }
  | { kind: 'renewal'; sessions: SessionRow[] }
  | { kind: 'again'; session: SessionArrival };

/** GET of the redirect URI. */
export async function arriveAtCallback(shop: Shop, { query, browser, accountIds }: Arriving): Promise<Arrival> {
  const callback = shop.connector('amazon').readCallback(query);
  if (callback.state === null) return notBegunHere(shop, { callback, accountIds, page: PAGES.no_state });
  const received = await receive(shop, { query, state: callback.state, browser, accountIds });
  if (received === PAGES.unknown_state) return notBegunHere(shop, { callback, accountIds, page: received });
  if (received.kind === 'page') return received;
  if (received.kind === 'again') {
    await untilExchanged(shop, received.session.sessionId);
    return received.session;
  }
  if (received.kind === 'renewal') {
    finishInBackground(shop, received.sessions);
    return PAGES.looking;
  }
  tell(shop, received.changed);
  const { session } = received.changed;
  if (session.status === 'exchanging') {
    await finishArrived(shop, session.id);
  }
  return { kind: 'session', sessionId: session.id, accountId: session.accountId };
}

type Receiving = Arriving & { state: string };

/**
 * First whose browser it is and whether the address is whole; only then the state is used up, in one transaction with what
 * came with it. A process that dies in between has done neither, and the same address works once more.
 */
async function receive(shop: Shop, { query, state, browser, accountIds }: Receiving): Promise<Received> {
  const stateHash = hashToken(state);
  const browserHash = browser === null ? null : hashToken(browser);
  return shop.db.transaction(async (tx): Promise<Received> => {
    const known = await readState(tx, stateHash);
    // One redirect URI serves both ways into Amazon; the trip knows what it asked for, and what must have come.
    const callback = shop.connector(known?.marketplace ?? 'amazon').readCallback(query);
    if (callback.kind === 'malformed' && isOpenFor(known, browserHash)) return PAGES.malformed;
    const consumed = await consumeState(tx, { stateHash, browserHash, now: shop.now() });
    if (consumed.kind !== 'ok') return notUsed(consumed);
    if (callback.kind === 'malformed') return PAGES.malformed;
    const { row: trip } = consumed;
    if (trip.accountId !== null) return arrived(shop, { tx, trip, callback, accountIds });
    // The same page for every seller who declines.
    if (callback.kind === 'refused') return PAGES.not_renewed;
    return { kind: 'renewal', sessions: await renewedByMarketplace(shop, { tx, trip, query }) };
  });
}

function isOpenFor(trip: ConsentState | null, browserHash: string | null): boolean {
  return trip?.browserHash === browserHash && trip.consumedAt === null;
}

/** The same address twice in the right browser: the second one leads to what became of the first. */
function notUsed(consumed: Exclude<Consumed, { kind: 'ok' }>): Received {
  if (consumed.kind === 'unknown') return PAGES.unknown_state;
  if (consumed.kind !== 'replayed') return PAGES[consumed.kind];
  const { sessionId, accountId } = consumed.row;
  if (sessionId === null || accountId === null) return PAGES.looking;
  return { kind: 'again', session: { kind: 'session', sessionId, accountId } };
}

type Arrived = { tx: Tx; trip: Trip; callback: Exclude<Callback, { kind: 'malformed' }>; accountIds: string[] };

async function arrived(shop: Shop, { tx, trip, callback, accountIds }: Arrived): Promise<Received> {
  const before = await lockSession(tx, trip.sessionId ?? '');
  if (!before || before.accountId !== trip.accountId || before.status !== 'at_marketplace') return PAGES.replayed;
  const changed =
    callback.kind === 'refused'
      ? await failSession(shop, { tx, before, diagnosis: plain(callback.cause) })
      : await confirmed(shop, { tx, before, callback, isMember: accountIds.includes(before.accountId) });
  if (!changed) return PAGES.replayed;
  const details = { session: before.id, answer: callback.kind };
  const { accountId, storeId } = before;
  await appendAudit(tx, { accountId, kind: 'connect_session.arrived', at: shop.now(), storeId, details });
  return { kind: 'session', changed };
}

type Confirming = Exclude<Arrived['callback'], { kind: 'refused' }>;
type Confirmed = {
  tx: Tx;
  before: SessionRow;
  callback: Confirming;
  /** The person at the browser is signed in to the account of the session. */
  isMember: boolean;
};

/** What the marketplace sent: the one-time code, or the lasting token itself. */
function broughtBy(callback: Confirming): Secret {
  return callback.kind === 'code' ? callback.code : callback.grantToken;
}

async function confirmed(shop: Shop, { tx, before, callback, isMember }: Confirmed): Promise<Changed | null> {
  const { sellerId } = callback;
  const { storeId } = before;
  const store = await storeOfTrip(tx, before);
  const wrongStore = store && otherThanExpected(store, sellerId);
  // Nothing is overwritten, and no token call is made for a store that was not meant.
  if (wrongStore) return failSession(shop, { tx, before, diagnosis: plain('cred.wrong_store'), also: { wrongStore } });
  const other = await connectedAlready(tx, { store, sellerId });
  const session = await changeSession(tx, before, {
    ...(await sealCode({ db: tx, vault: shop.vault }, { session: before, code: broughtBy(callback) })),
    ...(other ? { storeId: other.id, kind: 'repair', fields: { ...before.fields, name: other.name } } : {}),
    arrivedSellerId: sellerId,
    // Another store than the one that was begun gets it only when data shows that it is that seller's.
    mustName: other !== null || (store?.sellerId != null && !isMember),
    status: 'exchanging',
    nextAt: shop.now(),
  });
  if (session) await noteTripStep(tx, { sessionId: session.id, kind: 'back', at: shop.now() });
  return session && { session, store: null, removedStoreId: other ? storeId : null };
}

function storeOfTrip(tx: Tx, { accountId, storeId }: SessionRow): Promise<StoreRow | null> {
  return storeId === null ? Promise.resolve(null) : readStore(tx, { accountId, id: storeId });
}

/** A live store that was never named still expects whom it was connected for; what was typed and failed says nothing. */
function otherThanExpected(store: StoreRow, got: string): SessionRow['wrongStore'] {
  const { sellerId, claimedSellerId, phase, name } = store;
  const expected = sellerId ?? (phase === 'live' ? claimedSellerId : null);
  if (expected === null || expected === got) return null;
  return { expected_seller_id: expected, got_seller_id: got, expected_name: name };
}

/**
 * The seller who confirmed is connected in this account already, under a store that was not meant: the new permission
 * ended that store's old one, so it is that store which gets it, and the row that was begun for it goes.
 */
async function connectedAlready(
  tx: Tx,
  { store, sellerId }: { store: StoreRow | null; sellerId: string },
): Promise<StoreRow | null> {
  if (!store || store.phase === 'live') return null;
  const { accountId, marketplace, region } = store;
  const known = await findBySeller(tx, { accountId, marketplace, region, sellerId });
  const other = known.find((row) => row.id !== store.id && row.phase === 'live');
  if (other) {
    await moveHandOffs(tx, { from: store.id, to: other.id });
    await deleteStore(tx, store.id);
  }
  return other ?? null;
}

type Stranger = { callback: Callback; accountIds: string[]; page: ArrivalPage };

/** A callback without a state of ours: no token call; a signed-in person sees which of their stores it is about. */
async function notBegunHere(shop: Shop, { callback, accountIds, page }: Stranger): Promise<ArrivalPage> {
  const sellerId = 'sellerId' in callback ? callback.sellerId : null;
  const rows = sellerId === null ? [] : await provenStoresOf(shop.db.db, sellerId);
  const mine = rows.find((row) => accountIds.includes(row.accountId));
  return mine ? { ...page, storeId: mine.id } : page;
}

type Named = Pick<Arriving, 'browser' | 'accountIds'> & { name: ArrivalPage['page']; storeId: string | null };

/** The page at its own clean address. `storeId` counts for a person of its account only. */
export async function arrivalPageNamed(
  shop: Shop,
  { name, storeId, accountIds, browser }: Named,
): Promise<ArrivalPage> {
  if (name === 'looking' || name === 'renewed') return renewalPage(shop, browser);
  const page: ArrivalPage = PAGES[name];
  if (storeId === null || (name !== 'no_state' && name !== 'unknown_state')) return page;
  const store = await readStore(shop.db.db, { id: storeId });
  return store && accountIds.includes(store.accountId) ? pageForStore(shop, page, store) : page;
}

function pageForStore(shop: Shop, page: ArrivalPage, { id, name }: StoreRow): ArrivalPage {
  return {
    ...page,
    text: [
      `Amazon sent you back for ${name}, but Storekeeper did not start this. Nothing was changed.`,
      'Start again with one click. Your store is connected right after.',
    ],
    action: { label: 'Confirm at Amazon again', href: `${shop.publicUrl}/connect/stores/${id}/continue`, post: true },
  };
}
