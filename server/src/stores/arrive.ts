/**
 * Arrivals from the marketplace: the redirect URI and the Login URI. A wrong, replayed, expired or foreign arrival makes
 * no token call and gets a page that says what to do.
 */
import type { Callback } from '../connectors/connector.ts';
import { consumeState, insertState, type ConsentState } from '../db/consent.ts';
import { hashToken, newId, randomToken } from '../db/ids.ts';
import { insertSession, lockSession, readSession, saveSession, sealCode, type SessionRow } from '../db/sessions.ts';
import { findBySeller, readStore, type StoreRow } from '../db/stores.ts';
import { MARKETPLACES } from '../core/access.ts';
import { REGIONS } from '../core/observation.ts';
import { PAGES, type ArrivalPage } from './arrival-pages.ts';
import { finishSession } from './finish.ts';
import { toSessionBody } from './present.ts';
import { fail, plain } from './session-end.ts';
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
type StateRow = Pick<ConsentState, 'sessionId' | 'accountId' | 'marketplace' | 'sellerId' | 'browserHash'>;

/** GET of the redirect URI. */
export async function arriveAtCallback(shop: Shop, { query, browser, accountIds }: Arriving): Promise<Arrival> {
  const callback = shop.connector('amazon').readCallback(query);
  if (callback.state === null) return withoutState(shop, callback, accountIds);
  const consumed = await shop.db.transaction((tx) =>
    consumeState(tx, { stateHash: hashToken(callback.state ?? ''), now: shop.now() }),
  );
  if (consumed.kind !== 'ok') return PAGES[consumed.kind];
  const state: StateRow = consumed.row;
  if (!browser || hashToken(browser) !== state.browserHash) return PAGES.other_browser;
  // One redirect URI serves both; the trip knows what it asked for, and what must have come.
  const whole = shop.connector(state.marketplace).readCallback(query);
  if (whole.kind === 'malformed') return PAGES.malformed;
  return state.sessionId === null || state.accountId === null
    ? renewedByMarketplace(shop, state, whole)
    : arrived(shop, { sessionId: state.sessionId, accountId: state.accountId }, whole);
}

type Whole = Exclude<Callback, { kind: 'malformed' }>;

async function arrived(shop: Shop, who: { sessionId: string; accountId: string }, callback: Whole): Promise<Arrival> {
  const session = await readSession(shop.db.db, { accountId: who.accountId, id: who.sessionId });
  if (!session || session.status !== 'at_marketplace') return PAGES.replayed;
  const arrival: Arrival = { kind: 'session', ...who };
  if (callback.kind === 'refused') {
    await fail(shop, session, plain(callback.cause));
    return arrival;
  }
  const expected = await boundSeller(shop, session);
  if (expected && expected.sellerId !== callback.sellerId) {
    await wrongStore(shop, { session, expected, got: callback.sellerId });
    return arrival;
  }
  await keepCode(shop, session, callback);
  void finishSession(shop, session.id).catch((error: unknown) =>
    shop.log.error({ error: String(error), session: session.id }, 'a connect session will be finished by the watch'),
  );
  return arrival;
}

/** The store that a repair is bound to, or one of this account that is connected already under the arriving seller. */
async function boundSeller(shop: Shop, session: SessionRow): Promise<StoreRow | null> {
  if (session.storeId === null) return null;
  const row = await readStore(shop.db.db, { accountId: session.accountId, id: session.storeId });
  return row?.sellerId ? row : null;
}

/** Rule R3: nothing is overwritten, and no token call is made for a store that was not meant. */
async function wrongStore(
  shop: Shop,
  { session, expected, got }: { session: SessionRow; expected: StoreRow; got: string },
): Promise<void> {
  const wrong = { expected_seller_id: expected.sellerId ?? '', got_seller_id: got, expected_name: expected.name };
  await fail(shop, { ...session, wrongStore: wrong }, plain('cred.wrong_store'));
}

/** Keeps what the marketplace sent, sealed: the one-time code, or the lasting token itself. */
async function keepCode(shop: Shop, session: SessionRow, callback: Exclude<Whole, { kind: 'refused' }>): Promise<void> {
  const code = callback.kind === 'code' ? callback.code : callback.grantToken;
  const kept = await shop.db.transaction(async (tx) => {
    const row = await lockSession(tx, session.id);
    if (!row || row.status !== 'at_marketplace') return null;
    const after: SessionRow = {
      ...row,
      ...(await sealCode({ db: tx, vault: shop.vault }, { session: row, code })),
      arrivedSellerId: callback.sellerId,
      status: 'exchanging',
      version: row.version + 1,
      nextAt: shop.now(),
    };
    await saveSession(tx, after);
    return after;
  });
  if (kept)
    shop.live.publish({ type: 'connect_session', accountId: kept.accountId, session: toSessionBody(kept, null, shop) });
}

/** A callback without a state of ours: no token call; a signed-in person sees which of their stores it is about. */
async function withoutState(shop: Shop, callback: Callback, accountIds: string[]): Promise<ArrivalPage> {
  const sellerId = 'sellerId' in callback ? callback.sellerId : null;
  const rows = sellerId === null ? [] : await storesOf(shop, sellerId);
  const mine = rows.find((row) => accountIds.includes(row.accountId));
  if (!mine) return PAGES.no_state;
  return {
    ...PAGES.no_state,
    text: [
      `Amazon sent you back for ${mine.name}, but not by a way that Storekeeper began, so nothing was changed.`,
      'One click starts it again, and your store is connected right after.',
    ],
    action: { label: 'Confirm at Amazon again', href: `${shop.publicUrl}/stores/${mine.id}?repair=1` },
  };
}

async function storesOf(shop: Shop, sellerId: string): Promise<StoreRow[]> {
  const places = MARKETPLACES.flatMap((marketplace) => REGIONS.map((region) => ({ marketplace, region })));
  const found = await Promise.all(places.map((place) => findBySeller(shop.db.db, { ...place, sellerId })));
  return found.flat().filter((row) => row.phase === 'live');
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
  const row = (await storesOf(shop, arrival.sellerId)).find((one) => {
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
async function renewedByMarketplace(shop: Shop, state: StateRow, callback: Whole): Promise<Arrival> {
  if (callback.kind === 'refused' || callback.sellerId !== state.sellerId) return PAGES.not_renewed;
  const rows = await storesOf(shop, callback.sellerId);
  const first = rows.find((row) => row.alarm !== null) ?? rows[0];
  if (!first) return PAGES.unknown_seller;
  const session = await repairSession(shop, first);
  await keepCode(shop, session, callback);
  await finishSession(shop, session.id);
  const after = await readSession(shop.db.db, { accountId: first.accountId, id: session.id });
  return after?.status === 'failed' ? PAGES.not_renewed : PAGES.renewed;
}

async function repairSession(shop: Shop, row: StoreRow): Promise<SessionRow> {
  const now = shop.now();
  const connector = shop.connector(row.marketplace);
  const session: SessionRow = {
    accountId: row.accountId,
    id: newId('cs'),
    kind: 'repair',
    tokenHash: hashToken(randomToken()),
    storeId: row.id,
    marketplace: row.marketplace,
    site: row.site,
    fields: { name: row.name, email: row.email, currency: row.currency, receivingAccount: row.receivingAccount },
    status: 'at_marketplace',
    browserHash: null,
    codeSealed: null,
    codeKeyId: null,
    arrivedSellerId: null,
    steps: stepsOf([], { connector, done: false }),
    diagnosis: null,
    wrongStore: null,
    nextAt: now + STATE_MS,
    leaseOwner: null,
    leaseUntil: null,
    attempt: 0,
    version: 1,
    createdAt: now,
    expiresAt: now + SESSION_MS,
    endedAt: null,
  };
  await shop.db.transaction((tx) => insertSession(tx, session));
  return session;
}
