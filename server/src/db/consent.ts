/** One row per trip to the marketplace: `state` is random, kept as a hash, bound to a browser, and consumed once. */
import type { Marketplace } from '../core/access.ts';
import type { Selectable } from 'kysely';
import type { Reader } from './dialect.ts';
import type { ConsentStateTable } from './schema.ts';

export type ConsentState = {
  stateHash: string;
  /** Null for an arrival that the marketplace started. */
  sessionId: string | null;
  accountId: string | null;
  marketplace: Marketplace;
  applicationId: string;
  site: string;
  browserHash: string;
  sellerId: string | null;
  createdAt: number;
  expiresAt: number;
  consumedAt: number | null;
};

export async function insertState(
  tx: Reader,
  state: Omit<ConsentState, 'consumedAt'> & { consumedAt?: null },
): Promise<void> {
  await tx
    .insertInto('consent_state')
    .values({
      state_hash: state.stateHash,
      session_id: state.sessionId,
      account_id: state.accountId,
      marketplace: state.marketplace,
      application_id: state.applicationId,
      site: state.site,
      browser_hash: state.browserHash,
      seller_id: state.sellerId,
      created_at: state.createdAt,
      expires_at: state.expiresAt,
      consumed_at: null,
    })
    .execute();
}

export type Consumed =
  | { kind: 'ok'; row: ConsentState }
  | { kind: 'unknown' }
  | { kind: 'other_browser' }
  | { kind: 'replayed'; row: ConsentState }
  | { kind: 'expired' };

type Consuming = {
  stateHash: string;
  /** Of the browser's cookie; null when it has none. */
  browserHash: string | null;
  now: number;
};

/**
 * Of any number of callers with the same state exactly one gets `ok`: the update itself decides. A caller from another
 * browser changes nothing, so that the right browser can still use the state.
 */
export async function consumeState(tx: Reader, { stateHash, browserHash, now }: Consuming): Promise<Consumed> {
  const row = await readState(tx, stateHash);
  if (!row) return { kind: 'unknown' };
  if (row.browserHash !== browserHash) return { kind: 'other_browser' };
  const taken = await tx
    .updateTable('consent_state')
    .set({ consumed_at: now })
    .where('state_hash', '=', stateHash)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
  if (taken) return { kind: 'ok', row: toState(taken) };
  const after = await readState(tx, stateHash);
  return after && after.consumedAt !== null ? { kind: 'replayed', row: after } : { kind: 'expired' };
}

/** A trip by the hash of its state, used or not. */
export async function readState(r: Reader, stateHash: string): Promise<ConsentState | null> {
  const row = await r.selectFrom('consent_state').selectAll().where('state_hash', '=', stateHash).executeTakeFirst();
  return row ? toState(row) : null;
}

/** Notes which session a renewal that the marketplace started has led to. */
export async function nameSession(
  tx: Reader,
  { stateHash, sessionId }: { stateHash: string; sessionId: string },
): Promise<void> {
  await tx.updateTable('consent_state').set({ session_id: sessionId }).where('state_hash', '=', stateHash).execute();
}

/** The trip that this browser last came back from, of those that the marketplace started. */
export async function lastOfBrowser(r: Reader, browserHash: string): Promise<ConsentState | null> {
  const row = await r
    .selectFrom('consent_state')
    .selectAll()
    .where('browser_hash', '=', browserHash)
    .where('account_id', 'is', null)
    .where('consumed_at', 'is not', null)
    .orderBy('consumed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? toState(row) : null;
}

/** When the seller last came back from the marketplace for this session, or null. Milliseconds. */
export async function lastArrival(r: Reader, { sessionId }: { sessionId: string }): Promise<number | null> {
  const row = await r
    .selectFrom('consent_state')
    .select((eb) => eb.fn.max('consumed_at').as('at'))
    .where('session_id', '=', sessionId)
    .executeTakeFirst();
  return row?.at == null ? null : Number(row.at);
}

/** Forgets states that ended before `before`; how many. */
export async function forgetStates(db: Reader, { before }: { before: number }): Promise<number> {
  const result = await db.deleteFrom('consent_state').where('expires_at', '<', before).executeTakeFirst();
  return Number(result.numDeletedRows);
}

function toState(t: Selectable<ConsentStateTable>): ConsentState {
  return {
    stateHash: t.state_hash,
    sessionId: t.session_id,
    accountId: t.account_id,
    marketplace: t.marketplace as ConsentState['marketplace'],
    applicationId: t.application_id,
    site: t.site,
    browserHash: t.browser_hash,
    sellerId: t.seller_id,
    createdAt: t.created_at,
    expiresAt: t.expires_at,
    consumedAt: t.consumed_at,
  };
}
