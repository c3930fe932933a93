/** From a consent code to a token that is kept: the code counts once, so every step is written down before the next. */
import type { Answer } from '../core/observation.ts';
import type { Secret } from '../core/secret.ts';
import { nextVersion, putCandidate, currentSince } from '../db/credentials.ts';
import { noteTripStep } from '../db/hand-offs.ts';
import type { Tx } from '../db/open.ts';
import { lockSession, readSession, saveSession, type SessionRow } from '../db/sessions.ts';
import { lockStore, saveStore, type StoreRow } from '../db/stores.ts';
import { endIntent, endIntents, openCodeIntents, type IntentOutcome } from '../db/token-intents.ts';
import type { SpoolEntry } from '../db/token-spool.ts';
import { consentWentThrough } from './app-incidents.ts';
import { siteOf } from './open-store.ts';
import { noteChecking, type Changed } from './session-change.ts';
import { appOf, type Shop } from './shop.ts';
import { callContext } from './subject.ts';
import { beginAttempt, endAttempt, holdToken, openEntry, type Attempt } from './token-journal.ts';

/** `earlier`: the same code was sent before and no whole answer came back. */
export type Exchanged =
  | { kind: 'token'; entry: SpoolEntry }
  | { kind: 'refused'; answer: Answer; earlier: boolean }
  /** Its token waited in the spool and was saved. */
  | { kind: 'kept_before' }
  /** Neither disk nor database can take what would come back, so nothing was sent. */
  | { kind: 'no_room' };

/** Sends the code. What comes back is on the disk when this returns. */
type Sending = { code: Secret; saveWaiting: () => Promise<number> };

export async function exchangeCode(shop: Shop, row: SessionRow, { code, saveWaiting }: Sending): Promise<Exchanged> {
  const { grant } = shop.connector(row.marketplace);
  if (grant.kind === 'direct') throw new TypeError('This marketplace has no codes.');
  const earlier = await openCodeIntents(shop.db.db, { sessionId: row.id });
  if (earlier.length > 0 && (await saveWaiting()) > 0 && (await isExchanged(shop, row))) return { kind: 'kept_before' };
  const attempt = await begin(shop, row);
  if (!attempt) return { kind: 'no_room' };
  const app = appOf(shop, { marketplace: row.marketplace, ...siteOf(shop, row) });
  const { grantToken, finding } = await grant.exchangeCode({ app, code }, callContext(shop));
  if (grantToken) return { kind: 'token', entry: await holdToken(shop, attempt, { token: grantToken, sent: null }) };
  await endAttempt(shop, attempt, outcomeOf(finding.answer));
  return { kind: 'refused', answer: finding.answer, earlier: earlier.length > 0 };
}

async function isExchanged({ db }: Shop, { id }: SessionRow): Promise<boolean> {
  return (await readSession(db.db, { id }))?.status !== 'exchanging';
}

/** A disk without room is waited for; a database that is away is the caller's to hear of. */
async function begin(shop: Shop, row: SessionRow): Promise<Attempt | null> {
  const { accountId, id: sessionId, storeId } = row;
  try {
    return await beginAttempt(shop, { accountId, storeId: storeId ?? '', kind: 'code', sessionId, version: 0 });
  } catch (error) {
    if (!isNoRoom(error)) throw error;
    shop.log.error({ error: String(error), session: sessionId }, 'no room to keep a token, so no code was sent');
    return null;
  }
}

function isNoRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO'].includes(code) || /database or disk is full/.test(error.message)
  );
}

/** Without a whole answer the marketplace may have taken what was sent. */
export function outcomeOf(answer: Answer): IntentOutcome {
  switch (answer) {
    case 'no_answer':
    case 'marketplace_error':
    case 'garbled':
    case 'unknown':
    case 'ok':
      return 'unanswered';
    default:
      return 'refused';
  }
}

/**
 * A token is there once. It is kept also when this process's lease ran out and its successor failed, because the code was
 * used. Null when it was kept before, or when there is nothing left to keep it for.
 */
export async function keepCodeToken(shop: Shop, tx: Tx, entry: SpoolEntry): Promise<Changed | null> {
  const session = await lockSession(tx, entry.sessionId ?? '');
  const wasKept = (await endIntent(tx, { id: entry.id, outcome: 'kept', at: shop.now() })) === 'kept';
  if (!session || wasKept) return null;
  return keepToken(shop, { tx, session, token: openEntry(shop.vault, entry), at: entry.at });
}

export type Keeping = { tx: Tx; session: SessionRow; token: Secret; at: number };

export async function keepToken(shop: Shop, { tx, session, token, at }: Keeping): Promise<Changed | null> {
  const waits = session.status === 'exchanging' || session.status === 'failed';
  const store = waits ? await storeFor(tx, session) : null;
  if (!store || (await currentSince(tx, { storeId: store.id, after: at }))) return null;
  const version = await nextVersion(tx, { storeId: store.id });
  const { accountId } = session;
  await putCandidate({ db: tx, vault: shop.vault }, { accountId, storeId: store.id, version, token, now: shop.now() });
  const after: SessionRow = {
    ...session,
    codeSealed: null,
    codeKeyId: null,
    diagnosis: null,
    status: 'verifying',
    version: session.version + 1,
    nextAt: shop.now(),
  };
  await saveSession(tx, after);
  await noteTripStep(tx, { sessionId: session.id, kind: 'checking', at: shop.now() });
  await consentWentThrough(tx, { applicationId: store.applicationId, at: shop.now() });
  return { session: after, store: await noteChecking(tx, store, shop.now()) };
}

async function storeFor(tx: Tx, session: SessionRow): Promise<StoreRow | null> {
  const store = await lockStore(tx, session.storeId ?? '');
  return store && store.phase !== 'closed' && !hasLeft(store, session) ? store : null;
}

/** The store was moved while this session was at its former marketplace: what it brings is of no use any more. */
export function hasLeft(store: StoreRow, session: SessionRow): boolean {
  return session.kind !== 'move' && store.marketplace !== session.marketplace;
}

/**
 * The session ends without a token although its code may have been used here: the store's own token may have ended with
 * it, and a refusal of that one is then ours to explain.
 */
export async function noteLostCode(shop: Shop, tx: Tx, session: SessionRow): Promise<void> {
  const open = await openCodeIntents(tx, { sessionId: session.id });
  const first = open[0];
  if (!first) return;
  const ids = open.map(({ id }) => id);
  await endIntents(tx, { ids, outcome: 'lost', at: shop.now() });
  const store = await lockStore(tx, session.storeId ?? '');
  if (store?.phase === 'live') await saveStore(tx, { ...store, lost: { at: first.begunAt, how: 'code' } });
}
