/** Connecting a store by the marketplace's own consent: the session, its page, and the trip to the marketplace. */
import { Fault } from '../core/fault.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { appendAudit } from '../db/audit.ts';
import { hashToken, newId, randomToken } from '../db/ids.ts';
import { insertState } from '../db/consent.ts';
import { noteTripStep } from '../db/hand-offs.ts';
import type { Tx } from '../db/open.ts';
import {
  insertSession,
  lockSession,
  readSession as findSession,
  readSessionByToken,
  saveSession,
  type SessionRow,
} from '../db/sessions.ts';
import { insertStore, lockStore, readStore, saveStore, type StoreRow } from '../db/stores.ts';
import type { ConnectSession } from '../http/contract/connect.ts';
import { refuseMove } from './move.ts';
import { beginning, newStoreRow, siteOf, type StoreFieldsIn } from './open-store.ts';
import { toSessionBody, toStoreBody } from './present.ts';
import type { Answer, Remember } from './remember.ts';
import { recordEvent } from './settle.ts';
import { appOf, type Shop } from './shop.ts';
import { stepsOf } from './steps.ts';

/** A seller's page stays open this long; the trip to the marketplace itself must be back within STATE_MS. */
const SESSION_MS = 24 * 3_600_000;
/** Amazon's flow must finish within ten minutes; a little air for a slow sign-in (facts 1.2). */
const STATE_MS = 15 * 60_000;

type Opening = {
  accountId: string;
  fields?: StoreFieldsIn;
  storeId?: string;
  /** With `storeId`: the store is to leave its marketplace for this one. */
  moveTo?: StoreRow['marketplace'];
  browser: string | null;
  /** Keeps the answer for a request that is sent again. */
  remember?: Remember;
};

export async function openSession(shop: Shop, opening: Opening): Promise<{ session: ConnectSession; token: string }> {
  const row = opening.storeId === undefined ? await newConnect(shop, opening) : await newRepair(shop, opening);
  const token = randomToken();
  const session = {
    ...row,
    tokenHash: hashToken(token),
    browserHash: opening.browser ? hashToken(opening.browser) : null,
  };
  const { accountId, storeId, id } = session;
  const body = toSessionBody(session, token, shop);
  await shop.db.transaction(async (tx) => {
    await insertSession(tx, session);
    const details = { session: id, marketplace: session.marketplace, site: session.site };
    await appendAudit(tx, { accountId, kind: 'connect_session.created', at: session.createdAt, storeId, details });
    await opening.remember?.answer(tx, createdSession(body));
  });
  return { session: body, token };
}

/** The answer of `POST /v1/connect_sessions`. */
export function createdSession(session: ConnectSession): Answer {
  return { status: 201, body: session, headers: { location: `/v1/connect_sessions/${session.id}` } };
}

async function newConnect(shop: Shop, { accountId, fields }: Opening): Promise<SessionRow> {
  if (!fields) throw new Fault('invalid-request');
  const site = siteOf(shop, fields);
  appOf(shop, { marketplace: fields.marketplace, ...site });
  const email = fields.email ?? (await shop.contactOf(accountId));
  const kept = {
    name: fields.name,
    email,
    currency: fields.currency ?? null,
    receivingAccount: fields.receiving_account ?? null,
  };
  return blankSession(shop, {
    accountId,
    kind: 'connect',
    storeId: null,
    marketplace: fields.marketplace,
    site: site.site,
    fields: kept,
  });
}

async function newRepair(shop: Shop, { accountId, storeId, moveTo }: Opening): Promise<SessionRow> {
  const store = await readStore(shop.db.db, { accountId, id: storeId ?? '' });
  if (!store || store.phase === 'closed')
    throw new Fault('not-found', { detail: 'There is no such store in this account.' });
  if (moveTo !== undefined) await refuseMove(shop, { row: store, to: moveTo });
  const kind = store.phase === 'live' ? 'repair' : 'connect';
  return blankSession(shop, {
    accountId,
    kind: moveTo === undefined ? kind : 'move',
    storeId: store.id,
    marketplace: moveTo ?? store.marketplace,
    site: store.site,
    fields: {
      name: store.name,
      email: store.email,
      currency: store.currency,
      receivingAccount: store.receivingAccount,
    },
  });
}

type Blank = Pick<SessionRow, 'accountId' | 'kind' | 'storeId' | 'marketplace' | 'site' | 'fields'>;

function blankSession(shop: Shop, blank: Blank): SessionRow {
  const now = shop.now();
  const connector = shop.connector(blank.marketplace);
  return {
    ...blank,
    id: newId('cs'),
    tokenHash: '',
    status: 'open',
    browserHash: null,
    codeSealed: null,
    codeKeyId: null,
    arrivedSellerId: null,
    mustName: false,
    forAll: false,
    steps: stepsOf([], { connector, done: false }),
    diagnosis: null,
    wrongStore: null,
    nextAt: now + SESSION_MS,
    leaseOwner: null,
    leaseUntil: null,
    attempt: 0,
    version: 1,
    createdAt: now,
    expiresAt: now + SESSION_MS,
    endedAt: null,
  };
}

export async function readSession(
  shop: Shop,
  { accountId, id }: { accountId: string; id: string },
): Promise<ConnectSession> {
  const row = await findSession(shop.db.db, { accountId, id });
  if (!row) throw new Fault('not-found', { detail: 'There is no such connect session in this account.' });
  return toSessionBody(row, null, shop);
}

type Visitor =
  | { token: string; browser: string }
  | {
      sessionId: string;
      accountId: string;
      browser: string;
      /** It is the store's owner, by a link that was sent to them. */
      handedOff?: boolean;
    };

/**
 * GET of the session's page. It changes nothing, so that mail scanners and link previews can open it. Once *Continue* has
 * bound a browser, the page is shown to that browser only.
 */
export async function pageOfSession(
  shop: Shop,
  { token, browser }: { token: string; browser: string | null },
): Promise<{ session: ConnectSession; accountId: string }> {
  const row = await readSessionByToken(shop.db.db, hashToken(token));
  if (!row) throw unknownLink();
  if (row.browserHash !== null && (browser === null || hashToken(browser) !== row.browserHash)) throw otherBrowser();
  return { session: toSessionBody(row, token, shop), accountId: row.accountId };
}

function unknownLink(): Fault {
  return new Fault('not-found', { detail: 'This link is not known here. Ask whoever sent it for a new one.' });
}

function otherBrowser(): Fault {
  return new Fault('not-allowed', {
    detail:
      'This link was continued in another browser and works only there. Go on in that browser, or ask for a new link.',
  });
}

async function sessionOf(tx: Tx, visitor: Visitor): Promise<SessionRow> {
  const found =
    'token' in visitor
      ? await readSessionByToken(tx, hashToken(visitor.token))
      : await findSession(tx, { accountId: visitor.accountId, id: visitor.sessionId });
  const row = found ? await lockSession(tx, found.id) : null;
  if (!row) throw unknownLink();
  return row;
}

function bind(row: SessionRow, browser: string): SessionRow {
  const hash = hashToken(browser);
  if (row.browserHash === null) return { ...row, browserHash: hash };
  if (row.browserHash === hash) return row;
  throw otherBrowser();
}

/**
 * A link belongs to the first browser that presses *Continue*. A person who is signed in to the account can go on in any
 * browser. The way back is bound to the browser that leaves, either way.
 */
function boundFor(visitor: Visitor, row: SessionRow): SessionRow {
  if ('token' in visitor) return bind(row, visitor.browser);
  return { ...row, browserHash: hashToken(visitor.browser) };
}

/** POST …/continue: makes the one-time state and says where the browser goes. */
export async function leaveForMarketplace(shop: Shop, visitor: Visitor): Promise<{ location: string }> {
  const state = randomToken();
  const { row, store } = await shop.db.transaction(async (tx) => {
    const session = openForConsent(boundFor(visitor, await sessionOf(tx, visitor)), shop.now());
    const site = siteOf(shop, { marketplace: session.marketplace, site: session.site });
    const app = appOf(shop, { marketplace: session.marketplace, ...site });
    const handedOff = 'handedOff' in visitor && visitor.handedOff === true;
    const kept = await storeOfTrip(shop, { tx, session, handedOff });
    const now = shop.now();
    await insertState(tx, {
      stateHash: hashToken(state),
      sessionId: session.id,
      accountId: session.accountId,
      marketplace: session.marketplace,
      applicationId: app.applicationId,
      site: site.site,
      browserHash: hashToken(visitor.browser),
      sellerId: kept.sellerId,
      createdAt: now,
      expiresAt: now + STATE_MS,
      consumedAt: null,
    });
    const left: SessionRow = {
      ...session,
      storeId: kept.id,
      status: 'at_marketplace',
      diagnosis: null,
      wrongStore: null,
      version: session.version + 1,
      nextAt: now + STATE_MS,
    };
    await saveSession(tx, left);
    await noteTripStep(tx, { sessionId: left.id, kind: 'left', at: now });
    const details = { session: left.id };
    const { accountId } = left;
    await appendAudit(tx, { accountId, kind: 'connect_session.continued', at: now, storeId: kept.id, details });
    return { row: left, store: kept };
  });
  shop.live.publish({ type: 'store', accountId: row.accountId, store: toStoreBody(store, shop) });
  const site = siteOf(shop, { marketplace: row.marketplace, site: row.site });
  const { consentUrl } = shop.connector(row.marketplace);
  return { location: consentUrl({ app: appOf(shop, { marketplace: row.marketplace, ...site }), site, state }) };
}

type Again = { storeId: string; accountIds: readonly string[]; browser: string };

/** One click from a page that knows the store: a repair is begun, and the browser leaves for the consent page. */
export async function confirmAgain(shop: Shop, { storeId, accountIds, browser }: Again): Promise<{ location: string }> {
  const store = await readStore(shop.db.db, { id: storeId });
  if (!store || !accountIds.includes(store.accountId))
    throw new Fault('not-found', { detail: 'There is no such store in this account.' });
  const { accountId } = store;
  const { session } = await openSession(shop, { accountId, storeId, browser });
  return leaveForMarketplace(shop, { sessionId: session.id, accountId, browser });
}

function openForConsent(row: SessionRow, now: number): SessionRow {
  const ended = row.status === 'connected' || row.status === 'expired' || row.expiresAt <= now;
  if (ended)
    throw new Fault('session-ended', {
      detail: 'This connect link has ended. Start again from Storekeeper, or ask for a new link.',
    });
  if (row.status === 'exchanging' || row.status === 'verifying') {
    throw new Fault('session-ended', { detail: 'You confirmed already; we are checking your store just now.' });
  }
  return row;
}

type Tripping = { tx: Tx; session: SessionRow; handedOff: boolean };

/** A first trip leaves a row behind, so that one who does not come back finds *Finish connecting*; a repair wakes its store. */
async function storeOfTrip(shop: Shop, { tx, session, handedOff }: Tripping): Promise<StoreRow> {
  const known = session.storeId === null ? null : await lockStore(tx, session.storeId);
  if (!known) return beginStore(shop, tx, session);
  // A move leaves the store to its own watch until the new credentials are proven.
  if (session.kind === 'move') return known;
  if (known.marketplace !== session.marketplace) {
    throw new Fault('session-ended', { detail: 'This store was moved meanwhile, so this link has ended.' });
  }
  return known.phase === 'live' ? wakeForTrip(shop, { tx, known, sessionId: session.id, handedOff }) : known;
}

async function beginStore(shop: Shop, tx: Tx, session: SessionRow): Promise<StoreRow> {
  const { marketplace, site: domain, accountId, fields: kept } = session;
  const fields: StoreFieldsIn = {
    marketplace,
    site: domain,
    name: kept.name,
    currency: kept.currency ?? undefined,
    receiving_account: kept.receivingAccount ?? undefined,
  };
  const site = siteOf(shop, fields);
  const app = appOf(shop, { marketplace, ...site });
  const row = newStoreRow(shop, { accountId, fields, site, app, email: kept.email, phase: 'setup' });
  await insertStore(tx, row);
  await recordEvent(shop, { tx, row, type: 'store.setup', now: shop.now() });
  return row;
}

type Waking = { tx: Tx; known: StoreRow; sessionId: string; handedOff: boolean };

async function wakeForTrip(shop: Shop, { tx, known, sessionId, handedOff }: Waking): Promise<StoreRow> {
  const now = shop.now();
  const before = known.repair ?? { openedAt: now, looks: 0 };
  const repair = { sessionId, openedAt: before.openedAt, sellerCentralOpenedAt: now, handedOff, looks: before.looks };
  const starts = known.verdict === 'reconnect';
  const row: StoreRow = {
    ...known,
    repair,
    verdict: starts ? 'repairing' : known.verdict,
    version: known.version + (starts ? 1 : 0),
    nextAt: Math.min(known.nextAt ?? Infinity, now + 4_000),
  };
  await saveStore(tx, row);
  if (starts) await recordEvent(shop, { tx, row, type: 'store.repair_started', now });
  return row;
}

/** A store that is still being set up says why it is not connected. */
export function setupRow(row: StoreRow, diagnosis: Diagnosis, now: number): StoreRow {
  const { cause } = diagnosis;
  return {
    ...row,
    phase: 'setup',
    verdict: 'setup',
    cause,
    judgement: beginning('setup', diagnosis),
    since: row.cause === cause ? row.since : now,
    version: row.version + 1,
    nextAt: null,
  };
}
