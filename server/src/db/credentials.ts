/**
 * A store's credentials, sealed. Each store has at most one of each state: `candidate` (new, not proven yet), `current`,
 * and `previous` (the one before, kept for the marketplaces that revive it). Rule R4: the old pair stays until the new one
 * is proven. Access tokens are never stored.
 */
import type { StoreCredentials } from '../core/access.ts';
import type { Secret } from '../core/secret.ts';
import { differencesOf, type Reader } from './dialect.ts';
import { sealInForce } from './key-check.ts';
import { unseal, type Vault } from './vault.ts';

/** A database (or transaction) together with the vault that opens its secrets. */
export type SealedIn = { db: Reader; vault: Vault };

/** One name for every marketplace: it is part of what a sealed value is bound to. */
const GRANT_TOKEN = 'refresh_token';

export type NewCandidate = {
  accountId: string;
  storeId: string;
  /** See nextVersion. */
  version: number;
  token: Secret;
  now?: number;
};

/**
 * The version for a candidate that is put now: larger than those of all credentials that the store has, so that whoever
 * gives up an earlier candidate can never mean this one.
 */
export async function nextVersion(tx: Reader, { storeId }: { storeId: string }): Promise<number> {
  const row = await tx
    .selectFrom('credential')
    .select((eb) => eb.fn.max('version').as('largest'))
    .where('store_id', '=', storeId)
    .executeTakeFirst();
  return Number(row?.largest ?? 0) + 1;
}

/** Puts the candidate in place of an earlier one. The current credentials stay. */
export async function putCandidate({ db, vault }: SealedIn, candidate: NewCandidate): Promise<void> {
  const { accountId, storeId, version, token } = candidate;
  const binding = { account: accountId, store: storeId, kind: GRANT_TOKEN, version };
  const { sealed, keyId } = await sealInForce({ db, vault }, { ...binding, plain: token });
  await dropCandidate(db, { storeId });
  await db
    .insertInto('credential')
    .values({
      account_id: accountId,
      store_id: storeId,
      version,
      kind: GRANT_TOKEN,
      state: 'candidate',
      sealed,
      key_id: keyId,
      created_at: candidate.now ?? Date.now(),
    })
    .execute();
}

export type CredentialState = 'candidate' | 'current' | 'previous';

/** Null when the store has none of that state. Throws DatabaseProblem when the sealed value does not open. */
export async function readCredential(
  { db, vault }: SealedIn,
  { storeId, state }: { storeId: string; state: CredentialState },
): Promise<StoreCredentials | null> {
  const row = await db
    .selectFrom('credential')
    .select(['account_id', 'version', 'sealed'])
    .where('store_id', '=', storeId)
    .where('kind', '=', GRANT_TOKEN)
    .where('state', '=', state)
    .executeTakeFirst();
  if (!row) return null;
  const binding = { account: row.account_id, store: storeId, kind: GRANT_TOKEN, version: row.version };
  return { version: row.version, grantToken: unseal(vault, { ...binding, sealed: row.sealed }) };
}

export type KeptToken = { grantToken: Secret; createdAt: number; replacedAt: number | null };
type OfVersion = { storeId: string; version: number };

/** The token of that version, whatever its state; nobody else replaces it until the transaction ends. */
export async function lockCredential({ db, vault }: SealedIn, which: OfVersion): Promise<KeptToken | null> {
  const { storeId, version } = which;
  const query = db
    .selectFrom('credential')
    .selectAll()
    .where('store_id', '=', storeId)
    .where('version', '=', version)
    .where('kind', '=', GRANT_TOKEN);
  const row = await differencesOf(db).forUpdate(query).executeTakeFirst();
  if (!row) return null;
  const binding = { account: row.account_id, store: storeId, kind: GRANT_TOKEN, version };
  const grantToken = unseal(vault, { ...binding, sealed: row.sealed });
  return { grantToken, createdAt: row.created_at, replacedAt: row.replaced_at };
}

/** Version and last replacement of the token in use; null when the store has none. Milliseconds. */
export async function tokenOfStore(
  r: Reader,
  storeId: string,
): Promise<{ version: number; replacedAt: number | null } | null> {
  const row = await r
    .selectFrom('credential')
    .select(['version', 'replaced_at'])
    .where('store_id', '=', storeId)
    .where('state', '=', 'current')
    .executeTakeFirst();
  return row ? { version: row.version, replacedAt: row.replaced_at } : null;
}

type Replacing = OfVersion & { accountId: string; token: Secret; at: number };

/** The marketplace answered with another token for the same permission: the version stays. */
export async function replaceToken({ db, vault }: SealedIn, replacing: Replacing): Promise<void> {
  const { accountId, storeId, version, token, at } = replacing;
  const binding = { account: accountId, store: storeId, kind: GRANT_TOKEN, version };
  const { sealed, keyId } = await sealInForce({ db, vault }, { ...binding, plain: token });
  await db
    .updateTable('credential')
    .set({ sealed, key_id: keyId, replaced_at: at })
    .where('store_id', '=', storeId)
    .where('version', '=', version)
    .where('kind', '=', GRANT_TOKEN)
    .execute();
}

/** True when the credentials in use were put there after `after`. Milliseconds. */
export async function currentSince(
  r: Reader,
  { storeId, after }: { storeId: string; after: number },
): Promise<boolean> {
  const row = await r
    .selectFrom('credential')
    .select('version')
    .where('store_id', '=', storeId)
    .where('state', '=', 'current')
    .where('created_at', '>', after)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The candidate was proven: it becomes current, the old current becomes previous, an older previous is deleted. False, and
 * nothing changed, when there is no candidate of that version any more. Run it in the transaction that saves the store.
 */
export async function promoteCandidate(
  tx: Reader,
  { storeId, version }: { storeId: string; version: number },
): Promise<boolean> {
  const candidate = await tx
    .selectFrom('credential')
    .select('version')
    .where('store_id', '=', storeId)
    .where('state', '=', 'candidate')
    .where('version', '=', version)
    .executeTakeFirst();
  if (!candidate) return false;
  await tx.deleteFrom('credential').where('store_id', '=', storeId).where('state', '=', 'previous').execute();
  await move(tx, { storeId, from: 'current', to: 'previous' });
  await move(tx, { storeId, from: 'candidate', to: 'current' });
  return true;
}

type Move = { storeId: string; from: CredentialState; to: CredentialState };

async function move(tx: Reader, { storeId, from, to }: Move): Promise<void> {
  await tx
    .updateTable('credential')
    .set({ state: to })
    .where('store_id', '=', storeId)
    .where('state', '=', from)
    .execute();
}

/** Deletes the candidate; with `version` only that one. */
export async function dropCandidate(
  tx: Reader,
  { storeId, version }: { storeId: string; version?: number },
): Promise<void> {
  let query = tx.deleteFrom('credential').where('store_id', '=', storeId).where('state', '=', 'candidate');
  if (version !== undefined) query = query.where('version', '=', version);
  await query.execute();
}

/** Deletes the credentials that were replaced last. */
export async function dropPrevious(tx: Reader, storeId: string): Promise<void> {
  await tx.deleteFrom('credential').where('store_id', '=', storeId).where('state', '=', 'previous').execute();
}

/** Deletes every credential of the store, with its data keys: nothing can open an older copy without the master key. */
export async function forgetCredentials(tx: Reader, storeId: string): Promise<void> {
  await tx.deleteFrom('credential').where('store_id', '=', storeId).execute();
}
