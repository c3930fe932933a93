/** Events: what happened to a store, in one order for everybody who follows along with a cursor. */
import { Fault } from '../core/fault.ts';
import { differencesOf, type Reader } from './dialect.ts';
import { newId } from './ids.ts';
import { fromJson, toJson } from './json.ts';

export type EventRow = {
  /** Grows with every event; a later commit never shows a smaller one. */
  seq: number;
  id: string;
  accountId: string;
  /** Empty for what is about no single store (`incident.opened`, `incident.closed`). */
  storeId: string;
  type: string;
  at: number;
  /** The store's version that the event brought about. */
  version: number;
  /** The whole store as the API says it, at that version; for an incident what the account is told of it. */
  snapshot: unknown;
};

export function isAboutIncident({ storeId }: Pick<EventRow, 'storeId'>): boolean {
  return storeId === '';
}

export type NewEvent = Omit<EventRow, 'seq' | 'id'>;

/**
 * Appends the event in the transaction that changes the store. Events are appended one transaction at a time: without
 * that, number 7 could be committed before number 6, and whoever read 7 would never see 6.
 */
export async function appendEvent(tx: Reader, event: NewEvent): Promise<{ id: string; seq: number }> {
  const order = tx.selectFrom('meta').selectAll().where('name', '=', 'event_order');
  await differencesOf(tx).forUpdate(order).execute();
  const id = newId('ev');
  const row = await tx
    .insertInto('event')
    .values({
      id,
      account_id: event.accountId,
      store_id: event.storeId,
      type: event.type,
      at: event.at,
      version: event.version,
      snapshot: toJson(event.snapshot),
    })
    .returning('seq')
    .executeTakeFirstOrThrow();
  return { id, seq: row.seq };
}

type EventFilter = { accountId: string; storeId?: string | undefined; cursor?: string | null; limit: number };

/**
 * An account's events, oldest first. `nextCursor` is given with every page that has rows, the last one too, so that a
 * consumer can come back with it for what happens next; null only for an empty page without a cursor.
 * Throws Fault `invalid-request` for a foreign cursor.
 */
export async function listEvents(
  r: Reader,
  { accountId, storeId, cursor, limit }: EventFilter,
): Promise<{ rows: EventRow[]; nextCursor: string | null }> {
  let query = r.selectFrom('event').selectAll().where('account_id', '=', accountId).where('seq', '>', readSeq(cursor));
  if (storeId !== undefined) query = query.where('store_id', '=', storeId);
  const rows = await query.orderBy('seq').limit(limit).execute();
  const last = rows[rows.length - 1];
  return { rows: rows.map(toEventRow), nextCursor: last ? seqCursor(last.seq) : (cursor ?? null) };
}

/** Every account's events after a number, oldest first. */
export async function eventsAfter(r: Reader, { seq, limit }: { seq: number; limit: number }): Promise<EventRow[]> {
  const rows = await r.selectFrom('event').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute();
  return rows.map(toEventRow);
}

/** The number of the newest event, 0 when there is none. */
export async function lastSeq(r: Reader): Promise<number> {
  const row = await r
    .selectFrom('event')
    .select((e) => e.fn.max('seq').as('seq'))
    .executeTakeFirst();
  return row?.seq ?? 0;
}

function seqCursor(seq: number): string {
  return Buffer.from(`e${seq}`, 'utf8').toString('base64url');
}

function readSeq(cursor: string | null | undefined): number {
  if (cursor === null || cursor === undefined || cursor === '') return 0;
  const [, digits] = /^e(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new Fault('invalid-request', {
    detail: 'This cursor is not one that the list of events gave out. Start again without a cursor.',
  });
}

type StoredEvent = Omit<EventRow, 'accountId' | 'storeId' | 'snapshot'> & {
  account_id: string;
  store_id: string;
  snapshot: string;
};

function toEventRow({ account_id, store_id, snapshot, ...rest }: StoredEvent): EventRow {
  return { ...rest, accountId: account_id, storeId: store_id, snapshot: fromJson<unknown>(snapshot) };
}
