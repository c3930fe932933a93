/**
 * Handing a store over to its owner, who is no user here: the sender's side. A link opens one store's permission and
 * nothing else, is known by its hash alone, and is the only one of its store that works.
 */
import { createHash } from 'node:crypto';
import { Fault } from '../core/fault.ts';
import {
  HAND_OFF_DAYS,
  handOffLanguage,
  handOffState,
  isOver,
  withStep,
  type HandOffLanguage,
  type HandOffSpan,
} from '../core/hand-off.ts';
import { Secret } from '../core/secret.ts';
import {
  insertHandOff,
  listHandOffs as listRows,
  lockHandOff,
  lockOpenHandOffs,
  readHandOff,
  saveHandOff,
  type HandOffRow,
} from '../db/hand-offs.ts';
import { appendAudit } from '../db/audit.ts';
import type { Tx } from '../db/open.ts';
import { hashToken, newId, randomToken } from '../db/ids.ts';
import { lockStore, readStore, type StoreRow } from '../db/stores.ts';
import { seal, unseal } from '../db/vault.ts';
import type { HandOffBody } from '../http/contract/hand-off.ts';
import { endTrips } from './hand-off-end.ts';
import { siteOf } from './open-store.ts';
import { instant, instantOrNull } from './present.ts';
import { appOf, isAutomatic, type Shop } from './shop.ts';

const DAY_MS = 86_400_000;
/** What is shown of a store's past links. */
const SHOWN = 20;

type OneStore = { accountId: string; storeId: string };
type Making = OneStore & {
  language?: HandOffLanguage | undefined;
  expiresIn?: HandOffSpan | undefined;
  recipient?: string | undefined;
  /** The person who sends it; null for a program. */
  sender: string | null;
  accountName: string;
  /** Keeps the answer in the transaction that writes the link. */
  remember?: (tx: Tx, made: Made) => Promise<void>;
};

export type Made = { handOff: HandOffBody; token: string };

/** Makes the store's link; the one before stops working at once. The token is given out here and never again. */
export async function makeHandOff(shop: Shop, making: Making): Promise<Made> {
  const { accountId, storeId } = making;
  const store = await storeOf(shop, making);
  refuseErrand(shop, store);
  const now = shop.now();
  const token = randomToken();
  const row: HandOffRow = {
    accountId,
    id: newId('ho'),
    storeId,
    sessionId: null,
    tokenHash: hashToken(token),
    language: making.language ?? handOffLanguage(siteOf(shop, store).language),
    recipient: making.recipient ?? null,
    sender: making.sender,
    accountName: making.accountName,
    needed: store.verdict !== 'connected' && store.verdict !== 'checking',
    steps: [],
    openings: 0,
    lastOpenedAt: null,
    createdAt: now,
    expiresAt: now + HAND_OFF_DAYS[making.expiresIn ?? 'P7D'] * DAY_MS,
    revokedAt: null,
    usedAt: null,
  };
  const made = { handOff: toHandOffBody(row, now), token };
  const before = await listRows(shop.db.db, { accountId, storeId, limit: SHOWN });
  await shop.db.transaction(async (tx) => {
    await endTrips(tx, before, now);
    // Two that are made at once wait for each other here: one of them stays.
    await lockStore(tx, storeId);
    for (const open of await lockOpenHandOffs(tx, { storeId })) await saveHandOff(tx, revoked(open, now));
    await insertHandOff(tx, row);
    await appendAudit(tx, { accountId, kind: 'hand_off.created', at: now, storeId, details: { hand_off: row.id } });
    await making.remember?.(tx, made);
  });
  tellHandOff(shop, row);
  return made;
}

async function storeOf(shop: Shop, { accountId, storeId }: OneStore): Promise<StoreRow> {
  const store = await readStore(shop.db.db, { accountId, id: storeId });
  if (store && store.phase !== 'closed') return store;
  throw new Fault('not-found', { detail: 'There is no such store in this account.' });
}

/** Nobody is sent to Amazon where confirming there helps nothing. */
function refuseErrand(shop: Shop, store: StoreRow): void {
  if (store.absence?.kind === 'sold') {
    throw new Fault('nothing-to-hand-off', {
      detail: `${store.name} was marked as sold. Say on its page that it is yours after all; then make a link.`,
    });
  }
  const app = appOf(shop, store);
  const { label, guide } = shop.connector(store.marketplace);
  if (!isAutomatic(app)) {
    throw new Fault('nothing-to-hand-off', {
      detail: `This store is connected with a seller ID and a token that are typed in, so a link cannot do it. Ask its owner to send you both from Seller Central.`,
    });
  }
  const causes = causesOf(store);
  const site = siteOf(shop, store);
  const helps = causes.some((cause) => guide({ cause, app, site, expiresAt: null }).way !== 'none');
  if (helps) return;
  throw new Fault('nothing-to-hand-off', {
    detail: `Confirming at ${label} would not help ${store.name} just now. Open the store here to see what is wrong and who acts.`,
  });
}

/** What may be wrong; of a store with which nothing is wrong, that its permission is still to be given or renewed. */
function causesOf(store: StoreRow) {
  const diagnosis = store.judgement?.diagnosis ?? null;
  if (diagnosis === null) return [store.phase === 'live' ? ('grant.expiring' as const) : ('grant.abandoned' as const)];
  return [diagnosis.cause, ...diagnosis.likely.map(({ cause }) => cause)];
}

/** The store's links, the newest first: at most one of them works. */
export async function listHandOffs(shop: Shop, who: OneStore): Promise<HandOffBody[]> {
  await storeOf(shop, who);
  const rows = await listRows(shop.db.db, { ...who, limit: SHOWN });
  return rows.map((row) => toHandOffBody(row, shop.now()));
}

/** The link stops working, and a trip that began with it and has not come back leads nowhere. Revoking twice does no harm. */
export async function revokeHandOff(shop: Shop, { accountId, storeId, id }: OneStore & { id: string }): Promise<void> {
  const known = await readHandOff(shop.db.db, { accountId, id });
  if (known?.storeId !== storeId) throw new Fault('not-found', { detail: 'There is no such link for this store.' });
  const now = shop.now();
  await shop.db.transaction(async (tx) => {
    await endTrips(tx, [known], now);
    const row = await lockHandOff(tx, id);
    if (!row || isOver(handOffState(row, now))) return;
    await saveHandOff(tx, revoked(row, now));
    await appendAudit(tx, { accountId, kind: 'hand_off.revoked', at: now, storeId, details: { hand_off: id } });
  });
  tellHandOff(shop, known);
}

function revoked(row: HandOffRow, now: number): HandOffRow {
  return { ...row, revokedAt: now, steps: withStep(row.steps, { kind: 'revoked', at: now }) };
}

/** After the commit: whoever looks at the store's repair reads the link's steps again. */
export function tellHandOff(shop: Shop, { accountId, storeId }: Pick<HandOffRow, 'accountId' | 'storeId'>): void {
  shop.live.publish({ type: 'repair', accountId, storeId });
}

export function toHandOffBody(row: HandOffRow, now: number): HandOffBody {
  return {
    id: row.id,
    store_id: row.storeId,
    state: handOffState(row, now),
    language: row.language,
    name: row.recipient,
    made_by: row.sender,
    check_code: checkCode(row),
    opened_count: row.openings,
    last_opened_at: instantOrNull(row.lastOpenedAt),
    steps: row.steps.map(({ kind, at }) => ({ kind, at: instant(at) })),
    created_at: instant(row.createdAt),
    expires_at: instant(row.expiresAt),
  };
}

/** Six digits that sender and owner both see, `482-913`. They open nothing. */
export function checkCode({ tokenHash }: Pick<HandOffRow, 'tokenHash'>): string {
  const number = createHash('sha256').update(`check code of ${tokenHash}`).digest().readUInt32BE(0) % 1_000_000;
  const digits = String(number).padStart(6, '0');
  return `${digits.slice(0, 3)}-${digits.slice(3)}`;
}

type OfHandOff = Pick<HandOffRow, 'accountId' | 'id'>;

/** The token for an answer that is kept to be given again: sealed, because the link is known by its hash alone. */
export function sealToken(shop: Shop, { accountId, id }: OfHandOff, token: string): string {
  return seal(shop.vault, { ...tokenBinding({ accountId, id }), plain: new Secret(token) }).sealed;
}

/** Throws DatabaseProblem when it was sealed for another link, or with a key that is gone. */
export function openToken(shop: Shop, ofHandOff: OfHandOff, sealed: string): string {
  return unseal(shop.vault, { ...tokenBinding(ofHandOff), sealed }).reveal();
}

function tokenBinding({ accountId, id }: OfHandOff) {
  return { account: accountId, store: id, kind: 'hand_off_token', version: 0 };
}
