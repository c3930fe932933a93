/** Idempotency keys of the API: many equal requests, one effect, equal answers. */
import { sql } from 'kysely';
import type { Reader } from './dialect.ts';

/** A request that was begun and never finished counts as lost after this long; its process must be gone. Milliseconds. */
const LOST_AFTER_MS = 120_000;

export type Idempotent =
  /** Nobody asked this before: do it, then finishIdempotent (or dropIdempotent when it failed and may be tried again). */
  | { kind: 'new' }
  /** The same request runs just now. */
  | { kind: 'in_progress' }
  /** The key was used with another request. */
  | { kind: 'conflict' }
  /** Done before: answer the same. */
  | { kind: 'done'; status: number; body: string };

/** `fingerprint` is a hash of method, path and body. `now` in milliseconds. */
export type IdempotentRequest = { accountId: string; key: string; fingerprint: string; now: number };

/** Of any number of equal requests exactly one hears `new`. */
export async function beginIdempotent(db: Reader, request: IdempotentRequest): Promise<Idempotent> {
  const { accountId, key, fingerprint, now } = request;
  const begun = await sql`insert into idempotency (account_id, key, fingerprint, created_at)
    values (${accountId}, ${key}, ${fingerprint}, ${now})
    on conflict (account_id, key) do update set created_at = excluded.created_at
    where idempotency.status is null and idempotency.fingerprint = excluded.fingerprint
      and idempotency.created_at <= excluded.created_at - ${LOST_AFTER_MS}
    returning key`.execute(db);
  if (begun.rows.length > 0) return { kind: 'new' };
  const row = await db
    .selectFrom('idempotency')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (!row) return { kind: 'in_progress' };
  if (row.fingerprint !== fingerprint) return { kind: 'conflict' };
  if (row.status === null) return { kind: 'in_progress' };
  return { kind: 'done', status: row.status, body: row.body ?? '' };
}

export async function finishIdempotent(
  db: Reader,
  { accountId, key, status, body }: { accountId: string; key: string; status: number; body: string },
): Promise<void> {
  await db
    .updateTable('idempotency')
    .set({ status, body })
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .execute();
}

/** The request had no effect: the key may be used again. */
export async function dropIdempotent(
  db: Reader,
  { accountId, key }: { accountId: string; key: string },
): Promise<void> {
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
