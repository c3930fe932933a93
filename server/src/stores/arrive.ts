/**
 * Arrivals from the marketplace: the redirect URI and the Login URI. A wrong, replayed, expired or foreign arrival makes
 * no token call and gets a page that says what to do.
 */
import type { Callback } from '../connectors/connector.ts';
import { MARKETPLACES } from '../core/access.ts';
import { REGIONS } from '../core/observation.ts';
import { consumeState, insertState, readState, type ConsentState, type Consumed } from '../db/consent.ts';
import type { Secret } from '../core/secret.ts';
import { hashToken, newId, randomToken } from '../db/ids.ts';
import type { Db, Tx } from '../db/open.ts';
import { moveHandOffs, noteTripStep } from '../db/hand-offs.ts';
import { insertSession, lockSession, readSession, sealCode, type SessionRow } from '../db/sessions.ts';
import { deleteStore } from '../db/store-delete.ts';
import { findBySeller, readStore, type StoreRow } from '../db/stores.ts';
import { PAGES, type ArrivalPage } from './arrival-pages.ts';
import { finishArrived, finishSession } from './finish.ts';
import { LOOK_LEASE_MS } from './probe.ts';
import { changeSession, failSession, plain, tell, type Changed } from './session-change.ts';
import { appOf, findApp, isAutomatic, type Shop } from './shop.ts';
import { stepsOf } from './steps.ts';

const STATE_MS = 15 * 60_000;
const SESSION_MS = 24 * 3_600_000;

export type Arrival = { kind: 'session'; sessionId: string; accountId: string } | ArrivalPage;

type Query = Record<string, string | undefined>;
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
  | { kind: 'session'; by: 'seller' | 'marketplace'; changed: Changed }
  | { kind: 'again'; session: SessionArrival };

/** GET of the redirect URI. */
export async function arriveAtCallback(shop: Shop, { query, browser, accountIds }: Arriving): Promise<Arrival> {
  const callback = shop.connector('amazon').readCallback(query);
  if (callback.state === null) return notBegunHere(shop, { callback, accountIds, page: PAGES.no_state });
  const received = await receive(shop, { query, state: callback.state, browser, accountIds });
  if (received === PAGES.unknown_state) return notBegunHere(shop, { callback, accountIds, page: received });
  if (received.kind === 'page') return received;
  if (received.kind === 'again') return received.session;
  tell(shop, received.changed);
  const { session } = received.changed;
  if (received.by === 'marketplace') return renewed(shop, session);
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
    const isOwnTrip = known?.browserHash === browserHash && known.consumedAt === null;
    if (isOwnTrip && callback.kind === 'malformed') return PAGES.malformed;
    const consumed = await consumeState(tx, { stateHash, browserHash, now: shop.now() });
    if (consumed.kind !== 'ok') return notUsed(consumed);
    if (callback.kind === 'malformed') return PAGES.malformed;
    const trip = consumed.row;
    return trip.sessionId === null
      ? renewedByMarketplace(shop, { tx, trip, callback, accountIds })
      : arrived(shop, { tx, trip, callback, accountIds });
  });
}

/** The same address twice in the right browser: the second one leads to what became of the first. */
function notUsed(consumed: Exclude<Consumed, { kind: 'ok' }>): Received {
  if (consumed.kind === 'unknown') return PAGES.unknown_state;
  if (consumed.kind !== 'replayed') return PAGES[consumed.kind];
  const { sessionId, accountId } = consumed.row;
  if (sessionId === null || accountId === null) return PAGES.replayed;
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
  return changed ? { kind: 'session', by: 'seller', changed } : PAGES.replayed;
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
  const rows = sellerId === null ? [] : await storesOf(shop.db.db, sellerId);
  const mine = rows.find((row) => accountIds.includes(row.accountId));
  return mine ? { ...page, storeId: mine.id } : page;
}

/** The page at its own clean address. `storeId` counts for a person of its account only. */
export async function arrivalPageNamed(
  shop: Shop,
  { name, storeId, accountIds }: { name: ArrivalPage['page']; storeId: string | null; accountIds: readonly string[] },
): Promise<ArrivalPage> {
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

async function storesOf(reader: Db | Tx, sellerId: string): Promise<StoreRow[]> {
  const found: StoreRow[] = [];
  for (const marketplace of MARKETPLACES) {
    for (const region of REGIONS) found.push(...(await findBySeller(reader, { marketplace, region, sellerId })));
  }
  return found.filter((row) => row.phase === 'live');
}

/**
 * GET of the Login URI: a seller clicked Re-authorize at Amazon. Nobody is signed in and no state of ours exists yet; we
 * make one, bound to this browser, and send the browser on to Amazon's own checked address (facts 1.3).
 */
export async function arriveAtLogin(
  shop: Shop,
  { query, browser }: { query: Query; browser: string },
): Promise<{ kind: 'redirect'; location: string } | ArrivalPage> {
  const arrival = shop.connector('amazon').readLogin(query);
  if (arrival.kind === 'malformed') return PAGES.malformed;
  // A store of a developer without a hybrid application has no consent that could come back.
  const row = (await storesOf(shop.db.db, arrival.sellerId)).find((one) => {
    const served = findApp(shop, one);
    return served !== null && isAutomatic(served);
  });
  if (!row)
    return { ...PAGES.unknown_seller, action: { label: 'Connect this store', href: `${shop.publicUrl}/connect` } };
  const app = appOf(shop, row);
  const state = randomToken();
  const now = shop.now();
  await shop.db.transaction((tx) =>
    insertState(tx, {
      stateHash: hashToken(state),
      sessionId: null,
      accountId: null,
      marketplace: row.marketplace,
      applicationId: app.applicationId,
      site: row.site,
      browserHash: hashToken(browser),
      sellerId: arrival.sellerId,
      createdAt: now,
      expiresAt: now + STATE_MS,
      consumedAt: null,
    }),
  );
  return { kind: 'redirect', location: shop.connector(row.marketplace).confirmUrl(arrival, { app, state }) };
}

/** The marketplace started it and the seller confirmed: the store of that very seller is repaired, whoever is signed in. */
async function renewedByMarketplace(shop: Shop, { tx, trip, callback }: Arrived): Promise<Received> {
  if (callback.kind === 'refused' || callback.sellerId !== trip.sellerId) return PAGES.not_renewed;
  const rows = (await storesOf(tx, callback.sellerId)).filter((row) => row.marketplace === trip.marketplace);
  const first = rows.find((row) => row.alarm !== null) ?? rows[0];
  if (!first) return PAGES.unknown_seller;
  const bare = repairSession(shop, first);
  const session: SessionRow = {
    ...bare,
    ...(await sealCode({ db: tx, vault: shop.vault }, { session: bare, code: broughtBy(callback) })),
    arrivedSellerId: callback.sellerId,
  };
  await insertSession(tx, session);
  return { kind: 'session', by: 'marketplace', changed: { session, store: null } };
}

/** Nobody waits at a page of ours, so the answer waits for the checks. */
async function renewed(shop: Shop, { id, accountId }: SessionRow): Promise<ArrivalPage> {
  await finishSession(shop, id);
  const after = await readSession(shop.db.db, { accountId, id });
  if (after?.status === 'connected') return PAGES.renewed;
  return after?.status === 'failed' ? PAGES.not_renewed : PAGES.looking;
}

function repairSession(shop: Shop, row: StoreRow): SessionRow {
  const now = shop.now();
  const connector = shop.connector(row.marketplace);
  return {
    accountId: row.accountId,
    id: newId('cs'),
    kind: 'repair',
    tokenHash: hashToken(randomToken()),
    storeId: row.id,
    marketplace: row.marketplace,
    site: row.site,
    fields: { name: row.name, email: row.email, currency: row.currency, receivingAccount: row.receivingAccount },
    status: 'exchanging',
    browserHash: null,
    codeSealed: null,
    codeKeyId: null,
    arrivedSellerId: null,
    mustName: true,
    steps: stepsOf([], { connector, done: false }),
    diagnosis: null,
    wrongStore: null,
    // Whoever received it finishes it; the watch takes over where that process is gone.
    nextAt: now + LOOK_LEASE_MS,
    leaseOwner: null,
    leaseUntil: null,
    attempt: 0,
    version: 1,
    createdAt: now,
    expiresAt: now + SESSION_MS,
    endedAt: null,
  };
}
