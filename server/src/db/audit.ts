/**
 * The audit log: one chain of entries for each account. An entry is appended in the transaction of the effect it is about,
 * so neither is there without the other. The actor comes from the running request (acting-scope.ts).
 */
import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { canonicalJson, networkAround, type AuditBody, type AuditNews } from '../core/audit.ts';
import { currentActing } from './acting-scope.ts';
import { differencesOf, type Reader } from './dialect.ts';
import { fromJson } from './json.ts';
import type { AuditTables } from './schema-audit.ts';

export type AuditHead = { accountId: string; seq: number; hash: string; prunedSeq: number; prunedHash: string };
export type StoredEntry = Selectable<AuditTables['audit_entry']>;

/** Of a chain without entries. */
export const BEGINNING = '';

export function hashOf({ previous, body }: { previous: string; body: string }): string {
  return createHash('sha256').update(`${previous}\n${body}`).digest('hex');
}

/** Call it in the transaction of the effect, after the rows of the effect are locked. */
export async function appendAudit(tx: Reader, news: AuditNews): Promise<void> {
  const head = await lockHead(tx, news.accountId);
  const seq = head.seq + 1;
  const { storeId = null, details = {}, ...rest } = news;
  const { actor, origin } = currentActing();
  const ip = origin.ip === null ? null : networkAround(origin.ip);
  const entry: AuditBody = { ...rest, actor, origin: { ...origin, ip }, storeId, details, seq };
  const body = canonicalJson(entry);
  const hash = hashOf({ previous: head.hash, body });
  const { accountId: account_id, at, kind } = news;
  await tx
    .insertInto('audit_entry')
    .values({ account_id, seq, at, kind, store_id: storeId, body, previous: head.hash, hash })
    .execute();
  await tx.updateTable('audit_head').set({ seq, hash }).where('account_id', '=', account_id).execute();
}

async function lockHead(tx: Reader, accountId: string): Promise<{ seq: number; hash: string }> {
  const query = tx.selectFrom('audit_head').selectAll().where('account_id', '=', accountId);
  const found = await differencesOf(tx).forUpdate(query).executeTakeFirst();
  if (found) return found;
  await tx
    .insertInto('audit_head')
    .values({ account_id: accountId, seq: 0, hash: BEGINNING, pruned_seq: 0, pruned_hash: BEGINNING })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute();
  return differencesOf(tx).forUpdate(query).executeTakeFirstOrThrow();
}

export async function readHeads(r: Reader, accountId?: string): Promise<AuditHead[]> {
  let query = r.selectFrom('audit_head').selectAll().orderBy('account_id');
  if (accountId !== undefined) query = query.where('account_id', '=', accountId);
  return (await query.execute()).map((row) => ({
    accountId: row.account_id,
    seq: row.seq,
    hash: row.hash,
    prunedSeq: row.pruned_seq,
    prunedHash: row.pruned_hash,
  }));
}

/** Entries as they are stored, oldest first. */
export async function readEntries(
  r: Reader,
  { accountId, after, limit }: { accountId: string; after: number; limit: number },
): Promise<StoredEntry[]> {
  return r
    .selectFrom('audit_entry')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

/** What happened in the account, oldest first; `after` is the `seq` of the last entry that was read. */
export async function listAudit(
  r: Reader,
  page: { accountId: string; after: number; limit: number },
): Promise<AuditBody[]> {
  return (await readEntries(r, page)).map(({ body }) => fromJson<AuditBody>(body));
}

/** Removes entries from before `before`. The head keeps the hash of the last one, so the rest stays provable. */
export async function pruneAudit(
  tx: Reader,
  { accountId, before }: { accountId: string; before: number },
): Promise<number> {
  await lockHead(tx, accountId);
  const last = await tx
    .selectFrom('audit_entry')
    .select(['seq', 'hash'])
    .where('account_id', '=', accountId)
    .where('at', '<', before)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!last) return 0;
  await tx
    .updateTable('audit_head')
    .set({ pruned_seq: last.seq, pruned_hash: last.hash })
    .where('account_id', '=', accountId)
    .execute();
  const done = await tx
    .deleteFrom('audit_entry')
    .where('account_id', '=', accountId)
    .where('seq', '<=', last.seq)
    .executeTakeFirst();
  return Number(done.numDeletedRows);
}
