/** Idempotency keys of the API: many equal requests, one effect, equal answers. Answers are kept sealed. */
import { Secret } from '../core/secret.ts';
import type { Reader } from './dialect.ts';
import { sealInForce } from './key-check.ts';
import type { Database } from './schema.ts';
import { unseal, type Vault } from './vault.ts';

/** A request whose process is not known counts as lost after this long. Milliseconds. */
const LOST_AFTER_MS = 120_000;

export type Idempotent =
  /**
   * Nothing of it runs now: do it, then finishIdempotent (or dropIdempotent when it failed and may be tried again).
   * `subject` is what an earlier run had begun when its process ended.
   */
  | { kind: 'new'; subject?: string }
  /** The same request runs just now. */
  | { kind: 'in_progress' }
  /** The key was used with another request. */
  | { kind: 'conflict' }
  /** Done before: answer the same. `keyId` null: kept in clear by an older version. */
  | { kind: 'done'; status: number; body: string; keyId: string | null };

type Begun = { owner: string | null; createdAt: number };

/** `fingerprint` is a hash of method, path and body. `now` in milliseconds. */
export type IdempotentRequest = {
  accountId: string;
  key: string;
  fingerprint: string;
  now: number;
  /** The process that asks, and how it tells that another one is gone. */
  owner?: string;
  isLost?: (begun: Begun) => Promise<boolean>;
};

/** Of any number of equal requests exactly one hears `new`. */
export async function beginIdempotent(db: Reader, request: IdempotentRequest): Promise<Idempotent> {
  const { accountId, key, fingerprint, now, owner = null } = request;
  const begun = await db
    .insertInto('idempotency')
    .values({ account_id: accountId, key, fingerprint, created_at: now, owner, subject: null, key_id: null })
    .onConflict((conflict) => conflict.columns(['account_id', 'key']).doNothing())
    .returning('key')
    .execute();
  if (begun.length > 0) return { kind: 'new' };
  const row = await db
    .selectFrom('idempotency')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .executeTakeFirst();
  return row ? whatIs(db, request, row) : { kind: 'in_progress' };
}

async function whatIs(db: Reader, request: IdempotentRequest, row: Database['idempotency']): Promise<Idempotent> {
  const { isLost = lostAt(request.now) } = request;
  if (row.fingerprint !== request.fingerprint) return { kind: 'conflict' };
  if (row.status !== null) return { kind: 'done', status: row.status, body: row.body ?? '', keyId: row.key_id };
  const was = { owner: row.owner, createdAt: row.created_at };
  if (!(await isLost(was)) || !(await takeOver(db, request, was))) return { kind: 'in_progress' };
  return row.subject === null ? { kind: 'new' } : { kind: 'new', subject: row.subject };
}

function lostAt(now: number): (begun: Begun) => Promise<boolean> {
  return async ({ createdAt }) => now - createdAt >= LOST_AFTER_MS;
}

/** Of all who found the process gone, one goes on. */
async function takeOver(db: Reader, { accountId, key, now, owner }: IdempotentRequest, was: Begun): Promise<boolean> {
  const taken = await db
    .updateTable('idempotency')
    .set({ owner: owner ?? null, created_at: now })
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .where('status', 'is', null)
    .where('created_at', '=', was.createdAt)
    .where('owner', was.owner === null ? 'is' : '=', was.owner)
    .returning('key')
    .execute();
  return taken.length > 0;
}

type OfRequest = { accountId: string; key: string };

/** Notes in the effect's own transaction what the request has begun. */
export async function noteSubject(
  tx: Reader,
  { accountId, key, subject }: OfRequest & { subject: string },
): Promise<void> {
  await tx
    .updateTable('idempotency')
    .set({ subject })
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute();
}

/** Keeps the answer. In the effect's own transaction both are there or neither. */
export async function finishIdempotent(
  { db, vault }: { db: Reader; vault: Vault },
  { accountId, key, status, body }: OfRequest & { status: number; body: string },
): Promise<void> {
  const sealed = await sealInForce({ db, vault }, { ...answerBinding({ accountId, key }), plain: new Secret(body) });
  await db
    .updateTable('idempotency')
    .set({ status, body: sealed.sealed, key_id: sealed.keyId })
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .execute();
}

/** Throws DatabaseProblem when the key it was sealed with is gone. */
export function openAnswer(vault: Vault, { accountId, key, sealed }: OfRequest & { sealed: string }): string {
  return unseal(vault, { ...answerBinding({ accountId, key }), sealed }).reveal();
}

export function answerBinding({ accountId, key }: OfRequest) {
  return { account: accountId, store: key, kind: 'idempotent_answer', version: 0 };
}

/** The request had no effect: the key may be used again. */
export async function dropIdempotent(db: Reader, { accountId, key }: OfRequest): Promise<void> {
  await db
    .deleteFrom('idempotency')
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute();
}

/** Forgets keys from before `before`; how many. */
export async function forgetIdempotent(db: Reader, { before }: { before: number }): Promise<number> {
  const result = await db.deleteFrom('idempotency').where('created_at', '<', before).executeTakeFirst();
  return Number(result.numDeletedRows);
}
