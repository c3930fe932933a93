/** The outbox: messages queued in the transaction that causes them, sent afterwards, each at least once, none twice on purpose. */
import { sql, type Selectable } from 'kysely';
import type { OutboxPayload } from '../core/message.ts';
import type { Reader } from './dialect.ts';
import { fromJson, toJson } from './json.ts';
import { claimDue, type Claim } from './leases.ts';
import type { OutboxTable } from './schema.ts';

/** Stands as the account of mails to the operator: they belong to no seller's account. */
export const OPERATOR_ACCOUNT = 'operator';

/** Stands as the account of mails to a person about their own sign-in. */
export const PEOPLE_ACCOUNT = 'people';

export type OutboxRow = {
  id: string;
  accountId: string;
  storeId: string | null;
  kind: 'email' | 'operator_email';
  topic: string;
  dedupeKey: string;
  recipient: string;
  payload: OutboxPayload;
  /** When to send it; null once it is sent, cancelled or given up. */
  nextAt: number | null;
  leaseOwner: string | null;
  leaseUntil: number | null;
  attempt: number;
  createdAt: number;
  sentAt: number | null;
  cancelledAt: number | null;
  failedAt: number | null;
  lastError: string | null;
  /** When it was let through by the weekly cap; null before, and for mails that do not count. */
  countedAt: number | null;
};

export type NewMessage = Pick<
  OutboxRow,
  'id' | 'accountId' | 'storeId' | 'kind' | 'topic' | 'dedupeKey' | 'recipient' | 'payload' | 'createdAt'
> & { nextAt: number };

/**
 * Queues the message unless its dedupe key was queued before; true when it now waits. One that was cancelled before it
 * went out waits again, under its old id, with the new text and time.
 */
export async function enqueue(tx: Reader, message: NewMessage): Promise<boolean> {
  const result = await tx
    .insertInto('outbox')
    .values({
      id: message.id,
      account_id: message.accountId,
      store_id: message.storeId,
      kind: message.kind,
      topic: message.topic,
      dedupe_key: message.dedupeKey,
      recipient: message.recipient,
      payload: toJson(message.payload),
      next_at: message.nextAt,
      created_at: message.createdAt,
      attempt: 0,
    })
    .onConflict((conflict) =>
      conflict
        .column('dedupe_key')
        .doUpdateSet((set) => ({
          next_at: set.ref('excluded.next_at'),
          payload: set.ref('excluded.payload'),
          recipient: set.ref('excluded.recipient'),
          cancelled_at: null,
          counted_at: null,
          folded_at: null,
          folded_into: null,
          attempt: 0,
        }))
        .where('outbox.cancelled_at', 'is not', null)
        .where('outbox.sent_at', 'is', null)
        .where('outbox.failed_at', 'is', null),
    )
    .returning('outbox.id')
    .executeTakeFirst();
  return result !== undefined;
}

/** Cancels what has not gone out yet; how many. A message that is just being sent is marked too and stays sent. */
export async function cancelFor(
  tx: Reader,
  { storeId, topics, now }: { storeId: string; topics: readonly string[]; now: number },
): Promise<number> {
  if (topics.length === 0) return 0;
  const result = await tx
    .updateTable('outbox')
    .set({ cancelled_at: now, next_at: null })
    .where('store_id', '=', storeId)
    .where('topic', 'in', topics)
    .where('cancelled_at', 'is', null)
    .where((where) =>
      where.or([
        where('next_at', 'is not', null),
        // Left to another mail that has not gone out: it is not to say it either.
        where.and([where('folded_at', 'is not', null), where('sent_at', 'is', null)]),
      ]),
    )
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** What waits for an address that was changed goes to the new one; without a new one it is cancelled. */
export async function readdress(
  tx: Reader,
  { storeId, from, to, now }: { storeId: string; from: string; to: string | null; now: number },
): Promise<void> {
  await tx
    .updateTable('outbox')
    .set(to === null ? { cancelled_at: now, next_at: null } : { recipient: to })
    .where('store_id', '=', storeId)
    .where('recipient', '=', from)
    .where('next_at', 'is not', null)
    .execute();
}

/** Cancels what concerns the account as a whole and has not gone out yet. */
export async function cancelForAccount(
  tx: Reader,
  { accountId, topic, now }: { accountId: string; topic: string; now: number },
): Promise<void> {
  await tx
    .updateTable('outbox')
    .set({ cancelled_at: now, next_at: null })
    .where('account_id', '=', accountId)
    .where('store_id', 'is', null)
    .where('topic', '=', topic)
    .where('next_at', 'is not', null)
    .execute();
}

export async function claimDueMessages(db: Reader, claim: Claim): Promise<OutboxRow[]> {
  const rows = await claimDue(db, 'outbox', claim);
  return rows.map(toOutboxRow);
}

type Held = { id: string; owner: string };
const RELEASED = { lease_owner: null, lease_until: null } as const;

/** The three ends of a sending. False when the lease was lost meanwhile: then somebody else decides. */
export function markSent(db: Reader, { id, owner, now }: Held & { now: number }): Promise<boolean> {
  return mark(db, { id, owner }, { sent_at: now, next_at: null, attempt: 0, last_error: null });
}

/** It will be tried again at `nextAt`, unless it was cancelled meanwhile. `attempt` goes on counting. */
export async function markRetry(
  db: Reader,
  { id, owner, nextAt, error }: Held & { nextAt: number; error: string },
): Promise<boolean> {
  const result = await db
    .updateTable('outbox')
    .set({
      next_at: sql<number | null>`case when cancelled_at is null then cast(${nextAt} as bigint) end`,
      last_error: error,
      ...RELEASED,
    })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** It will not be tried again. */
export function markFailed(
  db: Reader,
  { id, owner, now, error }: Held & { now: number; error: string },
): Promise<boolean> {
  return mark(db, { id, owner }, { failed_at: now, next_at: null, last_error: error });
}

/** What a message carries is completed with what was said in its place, so that it can be read again. */
export async function keepPayload(tx: Reader, { id, payload }: { id: string; payload: OutboxPayload }): Promise<void> {
  await tx
    .updateTable('outbox')
    .set({ payload: toJson(payload) })
    .where('id', '=', id)
    .execute();
}

type Marks = Partial<Pick<OutboxTable, 'sent_at' | 'failed_at' | 'next_at' | 'attempt' | 'last_error'>>;

async function mark(db: Reader, { id, owner }: Held, marks: Marks): Promise<boolean> {
  const result = await db
    .updateTable('outbox')
    .set({ ...marks, ...RELEASED })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Everything that was queued about a store, oldest first, sent or not. */
export async function mailsFor(r: Reader, { storeId }: { storeId: string }): Promise<OutboxRow[]> {
  const rows = await r
    .selectFrom('outbox')
    .selectAll()
    .where('store_id', '=', storeId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(toOutboxRow);
}

function toOutboxRow(t: Selectable<OutboxTable>): OutboxRow {
  return {
    id: t.id,
    accountId: t.account_id,
    storeId: t.store_id,
    kind: t.kind as OutboxRow['kind'],
    topic: t.topic,
    dedupeKey: t.dedupe_key,
    recipient: t.recipient,
    payload: fromJson<OutboxPayload>(t.payload),
    nextAt: t.next_at,
    leaseOwner: t.lease_owner,
    leaseUntil: t.lease_until,
    attempt: t.attempt,
    createdAt: t.created_at,
    sentAt: t.sent_at,
    cancelledAt: t.cancelled_at,
    failedAt: t.failed_at,
    lastError: t.last_error,
    countedAt: t.counted_at,
  };
}
