/**
 * Handing a store over to its owner: what happens on the owner's page. Whoever has the link is its owner. Opening the page
 * changes nothing, so that scanners and previews may; pressing *Continue* binds the trip to the browser that pressed it.
 */
import { Fault } from '../core/fault.ts';
import { handOffState, isOver, TRIP_MS, withStep, type HandOffLanguage, type HandOffState } from '../core/hand-off.ts';
import { estimatedExpiry } from '../core/access.ts';
import { appendAudit } from '../db/audit.ts';
import type { Tx } from '../db/open.ts';
import { findHandOff, lockHandOff, saveHandOff, type HandOffRow } from '../db/hand-offs.ts';
import { hashToken } from '../db/ids.ts';
import { readSession, type SessionRow } from '../db/sessions.ts';
import { readStore, type StoreRow } from '../db/stores.ts';
import { leaveForMarketplace, openSession } from './connect.ts';
import { checkCode, tellHandOff } from './hand-off.ts';
import { findApp, type Shop } from './shop.ts';

/** What the owner's page tells: nothing of the account but one store, and who asks. */
export type HandOffView = {
  state: HandOffState;
  language: HandOffLanguage;
  storeName: string;
  site: string;
  /** The first permission, or one that is given anew. */
  first: boolean;
  appName: string;
  sender: string | null;
  accountName: string;
  checkCode: string;
  expiresAt: number;
  /** When the permission that was given ends, about. */
  permissionEndsAt: number | null;
  /** The app has to be taken away at Amazon before it is confirmed again. */
  removeFirst: boolean;
  /** A trip failed through nothing that its owner did or could do. */
  ourFault: boolean;
  wrongStore: { expected: string; got: string } | null;
};

/** The token of an address, and no other. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

async function rowOf(shop: Shop, token: string): Promise<HandOffRow | null> {
  if (!TOKEN.test(token)) return null;
  const row = await findHandOff(shop.db.db, { tokenHash: hashToken(token) });
  return row;
}

/** What the page shows; null when the address opens nothing. Changes nothing. */
export async function viewHandOff(shop: Shop, token: string): Promise<HandOffView | null> {
  const row = await rowOf(shop, token);
  if (!row) return null;
  const { accountId, storeId, sessionId } = row;
  return shop.db.inAccount(accountId, async () => {
    const store = await readStore(shop.db.db, { accountId, id: storeId });
    if (!store) return null;
    const session = sessionId === null ? null : await readSession(shop.db.db, { accountId, id: sessionId });
    return toView(shop, { row, store, session });
  });
}

type Known = { row: HandOffRow; store: StoreRow; session: SessionRow | null };

function toView(shop: Shop, { row, store, session }: Known): HandOffView {
  return {
    ...outcomeOf(store, session),
    state: handOffState(row, shop.now()),
    language: row.language,
    storeName: store.name,
    site: store.site,
    first: store.firstOkAt === null,
    appName: findApp(shop, store)?.name ?? 'Storekeeper',
    sender: row.sender,
    accountName: row.accountName,
    checkCode: checkCode(row),
    expiresAt: row.expiresAt,
    permissionEndsAt: estimatedExpiry(store.authorizedAt),
  };
}

/** How the latest trip went. */
function outcomeOf(store: StoreRow, session: SessionRow | null) {
  const wrong = session?.wrongStore ?? null;
  const failure = session?.status === 'failed' ? session.diagnosis : null;
  return {
    removeFirst: (failure?.cause ?? store.cause) === 'grant.half_open',
    ourFault: failure !== null && failure.owner !== 'seller',
    wrongStore: wrong === null ? null : { expected: wrong.expected_seller_id, got: wrong.got_seller_id },
  };
}

/** Openings that follow each other within this are one: a page that was loaded again. Milliseconds. */
const ONE_OPENING_MS = 60_000;

/** The page was shown to somebody. Not known any more, or over: nothing happens. */
export async function noteOpened(shop: Shop, token: string): Promise<void> {
  const row = await rowOf(shop, token);
  if (!row || isOver(handOffState(row, shop.now()))) return;
  await change(shop, row, (found, now) => withOpening(found, now));
}

function withOpening(row: HandOffRow, now: number): HandOffRow {
  const again = row.lastOpenedAt !== null && now - row.lastOpenedAt < ONE_OPENING_MS;
  return {
    ...row,
    openings: row.openings + (again ? 0 : 1),
    lastOpenedAt: now,
    steps: withStep(row.steps, { kind: 'opened', at: now }),
  };
}

/** Whoever opened it says that they are not the store's owner; the link goes on working for the one who is. */
export async function sayNotOwner(shop: Shop, token: string): Promise<void> {
  const row = await openRow(shop, token);
  await change(shop, row, (found, now) => {
    if (found.steps.at(-1)?.kind === 'not_owner') return found;
    return { ...withOpening(found, now), steps: withStep(found.steps, { kind: 'not_owner', at: now }) };
  });
}

type Change = (row: HandOffRow, now: number) => HandOffRow;

async function change(shop: Shop, { accountId, id, storeId }: HandOffRow, edit: Change): Promise<void> {
  shop.db.identify({ kind: 'hand_off', id });
  await shop.db.inAccount(accountId, () =>
    shop.db.transaction(async (tx) => {
      const found = await lockHandOff(tx, id);
      const after = found && edit(found, shop.now());
      if (!after || after === found) return;
      await saveHandOff(tx, after);
      await audit(tx, { before: found, after, at: shop.now() });
    }),
  );
  tellHandOff(shop, { accountId, storeId });
}

/** Pages that are loaded again are one opening, and one entry. */
async function audit(
  tx: Tx,
  { before, after, at }: { before: HandOffRow; after: HandOffRow; at: number },
): Promise<void> {
  const declined = after.steps.length > before.steps.length;
  if (!declined && after.openings === before.openings) return;
  const { accountId, storeId, id } = after;
  const kind = declined ? 'hand_off.declined' : 'hand_off.opened';
  await appendAudit(tx, { accountId, kind, at, storeId, details: { hand_off: id } });
}

async function openRow(shop: Shop, token: string): Promise<HandOffRow> {
  const row = await rowOf(shop, token);
  if (!row) throw new Fault('not-found', { detail: 'This link is not known here. Ask whoever sent it for a new one.' });
  if (isOver(handOffState(row, shop.now()))) {
    throw new Fault('session-ended', {
      detail: 'This link does not work any more. Ask whoever sent it for a new one.',
    });
  }
  return row;
}

type Leaving = {
  token: string;
  browser: string;
  /** What the owner reads now; kept for when they come back. */
  language: HandOffLanguage | null;
  /** The owner was told that another browser is on the way, and goes on in this one. */
  here: boolean;
};

/**
 * *Continue*: on to the marketplace. `elsewhere`: another browser pressed it within the last quarter of an hour and has not
 * come back; nothing was changed. Throws Fault when the link is over, unknown, or its permission is being checked just now.
 */
export async function leaveByHandOff(
  shop: Shop,
  { token, browser, language, here }: Leaving,
): Promise<{ kind: 'left'; location: string } | { kind: 'elsewhere' }> {
  const row = await openRow(shop, token);
  const { accountId } = row;
  shop.db.identify({ kind: 'hand_off', id: row.id });
  return shop.db.inAccount(accountId, async () => {
    const session = await sessionFor(shop, row);
    const now = shop.now();
    const last = row.steps.at(-1);
    const away = session.status === 'at_marketplace' && last?.kind === 'left' && now - last.at < TRIP_MS;
    if (away && !here && session.browserHash !== hashToken(browser)) return { kind: 'elsewhere' };
    await shop.db.transaction(async (tx) => {
      const found = await lockHandOff(tx, row.id);
      if (!found || isOver(handOffState(found, now))) throw new Fault('session-ended');
      const known = { ...withOpening(found, now), sessionId: session.id };
      await saveHandOff(tx, { ...known, language: language ?? found.language });
      const details = { hand_off: row.id };
      await appendAudit(tx, { accountId, kind: 'hand_off.continued', at: now, storeId: row.storeId, details });
    });
    const { location } = await leaveForMarketplace(shop, {
      sessionId: session.id,
      accountId,
      browser,
      handedOff: true,
    });
    tellHandOff(shop, row);
    return { kind: 'left', location };
  });
}

/** The session of the trip before, as long as it can go on; else one of its own, which is bound to no browser yet. */
async function sessionFor(shop: Shop, row: HandOffRow): Promise<SessionRow> {
  const { accountId, storeId, sessionId } = row;
  const known = sessionId === null ? null : await readSession(shop.db.db, { accountId, id: sessionId });
  const over = !known || known.expiresAt <= shop.now() || known.status === 'connected' || known.status === 'expired';
  if (known && !over) return known;
  const { session } = await openSession(shop, { accountId, storeId, browser: null });
  const opened = await readSession(shop.db.db, { accountId, id: session.id });
  if (!opened) throw new Fault('session-ended');
  return opened;
}

/** Whether the way back from the marketplace that ended in this session began with this link. */
export async function isTripOf(
  shop: Shop,
  { token, sessionId }: { token: string; sessionId: string },
): Promise<boolean> {
  const row = await rowOf(shop, token);
  return row?.sessionId === sessionId;
}

/** Whether the link's owner has begun a trip, and whether there is still something to come of it; null when they have not. */
export async function tripBegun(shop: Shop, token: string): Promise<'open' | 'done' | null> {
  const row = await rowOf(shop, token);
  if (!row || row.sessionId === null) return null;
  return row.usedAt === null ? 'open' : 'done';
}
