/** Hand-offs: links for a store's owner. Their tokens are known by hash alone; no address of any visitor is kept. */
import type { Insertable, Selectable } from 'kysely';
import { withStep, type HandOffLanguage, type HandOffStep, type HandOffStepKind } from '../core/hand-off.ts';
import { differencesOf, type Reader, type Tx } from './dialect.ts';
import { fromJson, toJson } from './json.ts';
import type { HandOffTable } from './schema.ts';

/** Instants in milliseconds. Hashes are SHA-256 in hex (ids.ts). */
export type HandOffRow = {
  accountId: string;
  id: string;
  storeId: string;
  /** The connect session of the owner's latest trip. */
  sessionId: string | null;
  tokenHash: string;
  language: HandOffLanguage;
  /** Whom it is for, as the sender wrote it. */
  recipient: string | null;
  /** The person who sent it; null for a program. */
  sender: string | null;
  accountName: string;
  /** The store needed its owner when the link was made; else it is for renewing early. */
  needed: boolean;
  steps: HandOffStep[];
  openings: number;
  lastOpenedAt: number | null;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
  /** When the store was green by it, or otherwise: the link is used up. */
  usedAt: number | null;
};

export async function insertHandOff(tx: Reader, row: HandOffRow): Promise<void> {
  await tx.insertInto('hand_off').values(toTable(row)).execute();
}

/** Of one account. */
export async function readHandOff(
  r: Reader,
  { accountId, id }: { accountId: string; id: string },
): Promise<HandOffRow | null> {
  const query = r.selectFrom('hand_off').selectAll().where('account_id', '=', accountId).where('id', '=', id);
  const row = await query.executeTakeFirst();
  return row ? toRow(row) : null;
}

/** Whose link it is; null when it is nobody's. Ask outside an account: whose it is, is the question. */
export async function findHandOff(r: Reader, { tokenHash }: { tokenHash: string }): Promise<HandOffRow | null> {
  const row = await r.selectFrom('hand_off').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
  return row ? toRow(row) : null;
}

/** The store's, the newest first. */
export async function listHandOffs(
  r: Reader,
  { accountId, storeId, limit }: { accountId: string; storeId: string; limit: number },
): Promise<HandOffRow[]> {
  const rows = await r
    .selectFrom('hand_off')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('store_id', '=', storeId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toRow);
}

/** Those of the store that are neither used up nor revoked, locked until the transaction ends. */
export async function lockOpenHandOffs(tx: Tx, { storeId }: { storeId: string }): Promise<HandOffRow[]> {
  const query = tx
    .selectFrom('hand_off')
    .selectAll()
    .where('store_id', '=', storeId)
    .where('revoked_at', 'is', null)
    .where('used_at', 'is', null)
    .orderBy('id');
  const rows = await differencesOf(tx).forUpdate(query).execute();
  return rows.map(toRow);
}

export async function lockHandOff(tx: Tx, id: string): Promise<HandOffRow | null> {
  const query = tx.selectFrom('hand_off').selectAll().where('id', '=', id);
  const row = await differencesOf(tx).forUpdate(query).executeTakeFirst();
  return row ? toRow(row) : null;
}

export async function saveHandOff(tx: Reader, row: HandOffRow): Promise<void> {
  const { account_id, id, created_at: _kept, ...rest } = toTable(row);
  await tx.updateTable('hand_off').set(rest).where('id', '=', id).where('account_id', '=', account_id).execute();
}

type Trip = { sessionId: string; kind: HandOffStepKind; at: number };

/** What happened to a connect session is a step of the hand-off it belongs to, if it belongs to one. */
export async function noteTripStep(tx: Tx, { sessionId, kind, at }: Trip): Promise<void> {
  const query = tx.selectFrom('hand_off').selectAll().where('session_id', '=', sessionId);
  const found = await differencesOf(tx).forUpdate(query).executeTakeFirst();
  if (!found) return;
  const row = toRow(found);
  await saveHandOff(tx, { ...row, steps: withStep(row.steps, { kind, at }) });
}

/** The store turned out to be another row of the account: its links go with it. */
export async function moveHandOffs(tx: Reader, { from, to }: { from: string; to: string }): Promise<void> {
  await tx.updateTable('hand_off').set({ store_id: to }).where('store_id', '=', from).execute();
}

/** Forgets what ran out before `before`; how many. */
export async function forgetHandOffs(db: Reader, { before }: { before: number }): Promise<number> {
  const result = await db.deleteFrom('hand_off').where('expires_at', '<', before).executeTakeFirst();
  return Number(result.numDeletedRows);
}

function toRow(t: Selectable<HandOffTable>): HandOffRow {
  return {
    accountId: t.account_id,
    id: t.id,
    storeId: t.store_id,
    sessionId: t.session_id,
    tokenHash: t.token_hash,
    language: t.language as HandOffLanguage,
    recipient: t.recipient,
    sender: t.sender,
    accountName: t.account_name,
    needed: t.needed === 1,
    steps: fromJson<HandOffStep[]>(t.steps),
    openings: t.openings,
    lastOpenedAt: t.last_opened_at,
    createdAt: t.created_at,
    expiresAt: t.expires_at,
    revokedAt: t.revoked_at,
    usedAt: t.used_at,
  };
}

function toTable(row: HandOffRow): Insertable<HandOffTable> {
  return {
    account_id: row.accountId,
    id: row.id,
    store_id: row.storeId,
    session_id: row.sessionId,
    token_hash: row.tokenHash,
    language: row.language,
    recipient: row.recipient,
    sender: row.sender,
    account_name: row.accountName,
    needed: row.needed ? 1 : 0,
    steps: toJson(row.steps),
    openings: row.openings,
    last_opened_at: row.lastOpenedAt,
    created_at: row.createdAt,
    expires_at: row.expiresAt,
    revoked_at: row.revokedAt,
    used_at: row.usedAt,
  };
}
