/** Connect sessions: one attempt to connect a store or to repair one, from the opened page to its end. */
import type { Marketplace } from '../core/access.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Secret } from '../core/secret.ts';
import { differencesOf, type Reader, type Tx } from './dialect.ts';
import { sealInForce } from './key-check.ts';
import { claimDue, holdsLease, releaseLease, takeLease, type Claim, type Holding, type Taking } from './leases.ts';
import { toSessionRow, toSessionTable } from './session-row.ts';
import type { SealedIn } from './credentials.ts';
import { unseal, type Vault } from './vault.ts';

/** What the seller entered on the wizard's first page. */
type SessionFields = {
  name: string;
  email: string | null;
  currency: string | null;
  receivingAccount: string | null;
};

/** A rung as the page shows it. The names inside are the API's own, because it is stored as it is sent. */
type SessionStep = {
  name: string;
  title: string;
  call: string | null;
  outcome: 'waiting' | 'running' | 'passed' | 'failed' | 'not_asked' | 'cannot_be_asked';
  text: string;
  ms: number | null;
  observation_id: string | null;
};

type SessionDiagnosis = Omit<Diagnosis, 'healsInPlace'> & {
  heals_in_place: boolean;
  text: { locale: string; sentence: string; means: string; next: string };
};

const SESSION_ENDED = ['connected', 'failed', 'expired'] as const;
type SessionStatus = 'open' | 'at_marketplace' | 'exchanging' | 'verifying' | (typeof SESSION_ENDED)[number];

/** Instants in milliseconds. Hashes are SHA-256 in hex (ids.ts). */
export type SessionRow = {
  accountId: string;
  id: string;
  /** `move`: the store changes its marketplace; the session's is the one it moves to. */
  kind: 'connect' | 'repair' | 'move';
  /** Of the token in the page's address. */
  tokenHash: string;
  storeId: string | null;
  marketplace: Marketplace;
  site: string;
  fields: SessionFields;
  status: SessionStatus;
  /** Of the cookie of the browser that opened the page. */
  browserHash: string | null;
  /** The one-time consent code between its arrival and its exchange: use sealCode and openCode. */
  codeSealed: string | null;
  codeKeyId: string | null;
  arrivedSellerId: string | null;
  /** True: the new permission counts only when data names the seller of the store. */
  mustName: boolean;
  /** True: what it proves goes to every store of the seller, in all accounts. */
  forAll: boolean;
  steps: SessionStep[];
  diagnosis: SessionDiagnosis | null;
  wrongStore: { expected_seller_id: string; got_seller_id: string; expected_name: string } | null;
  nextAt: number | null;
  leaseOwner: string | null;
  leaseUntil: number | null;
  attempt: number;
  version: number;
  createdAt: number;
  expiresAt: number;
  endedAt: number | null;
};

export async function insertSession(tx: Reader, row: SessionRow): Promise<void> {
  await tx
    .insertInto('connect_session')
    .values({ ...toSessionTable(row), lease_owner: null, lease_until: null, attempt: 0 })
    .execute();
}

/** With `accountId`, a session of another account does not exist. */
export async function readSession(
  r: Reader,
  { id, accountId }: { id: string; accountId?: string },
): Promise<SessionRow | null> {
  let query = r.selectFrom('connect_session').selectAll().where('id', '=', id);
  if (accountId !== undefined) query = query.where('account_id', '=', accountId);
  const row = await query.executeTakeFirst();
  return row ? toSessionRow(row) : null;
}

export async function readSessionByToken(r: Reader, tokenHash: string): Promise<SessionRow | null> {
  const row = await r.selectFrom('connect_session').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
  return row ? toSessionRow(row) : null;
}

/** Reads the session and keeps everybody else from writing it until the transaction ends. */
export async function lockSession(tx: Tx, id: string): Promise<SessionRow | null> {
  const query = tx.selectFrom('connect_session').selectAll().where('id', '=', id);
  const row = await differencesOf(tx).forUpdate(query).executeTakeFirst();
  return row ? toSessionRow(row) : null;
}

/** Writes the whole row except its lease. */
export async function saveSession(tx: Reader, row: SessionRow): Promise<void> {
  const { account_id, id, created_at: _kept, ...rest } = toSessionTable(row);
  await tx.updateTable('connect_session').set(rest).where('id', '=', id).where('account_id', '=', account_id).execute();
}

/** The newest repair of the store that has not ended and not expired, or null. `now` in milliseconds. */
export async function openRepairSession(
  r: Reader,
  { storeId, now }: { storeId: string; now?: number },
): Promise<SessionRow | null> {
  let query = r
    .selectFrom('connect_session')
    .selectAll()
    .where('store_id', '=', storeId)
    .where('kind', '=', 'repair')
    .where('status', 'not in', SESSION_ENDED);
  if (now !== undefined) query = query.where('expires_at', '>', now);
  const row = await query.orderBy('created_at', 'desc').limit(1).executeTakeFirst();
  return row ? toSessionRow(row) : null;
}

/** The session of the store that was opened last, ended or not. */
export async function newestSession(r: Reader, { storeId }: { storeId: string }): Promise<SessionRow | null> {
  const query = r.selectFrom('connect_session').selectAll().where('store_id', '=', storeId);
  const row = await query.orderBy('created_at', 'desc').limit(1).executeTakeFirst();
  return row ? toSessionRow(row) : null;
}

export async function claimDueSessions(db: Reader, claim: Claim): Promise<SessionRow[]> {
  const rows = await claimDue(db, 'connect_session', claim);
  return rows.map(toSessionRow);
}

/** Leases one session, due or not; null while somebody else holds it. */
export async function takeSessionLease(db: Reader, taking: Taking): Promise<SessionRow | null> {
  const row = await takeLease(db, 'connect_session', taking);
  return row ? toSessionRow(row) : null;
}

export function releaseSessionLease(db: Reader, lease: { id: string; owner: string }): Promise<boolean> {
  return releaseLease(db, 'connect_session', lease);
}

export function holdsSessionLease(tx: Reader, holding: Holding): Promise<boolean> {
  return holdsLease(tx, 'connect_session', holding);
}

type OfSession = Pick<SessionRow, 'accountId' | 'id'>;

/** The columns `codeSealed` and `codeKeyId` for a code that just arrived. */
export async function sealCode(
  { db, vault }: SealedIn,
  { session, code }: { session: OfSession; code: Secret },
): Promise<Pick<SessionRow, 'codeSealed' | 'codeKeyId'>> {
  const { sealed, keyId } = await sealInForce({ db, vault }, { ...codeBinding(session), plain: code });
  return { codeSealed: sealed, codeKeyId: keyId };
}

/** Null when the session holds no code. */
export function openCode(vault: Vault, session: OfSession & Pick<SessionRow, 'codeSealed'>): Secret | null {
  return session.codeSealed === null ? null : unseal(vault, { ...codeBinding(session), sealed: session.codeSealed });
}

export function codeBinding(session: OfSession) {
  return { account: session.accountId, store: session.id, kind: 'consent_code', version: 0 };
}
