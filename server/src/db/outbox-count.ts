/** The outbox as one address sees it: what it was sent in a week, and what was left to another mail. */
import type { Reader } from './dialect.ts';
import { fromJson } from './json.ts';
import type { OutboxPayload } from '../core/message.ts';

type Address = { accountId: string; recipient: string };
type Held = { id: string; owner: string; now: number };

/** Mails that were let through since then and did not stay at home; the earliest of them makes room again first. */
export async function lettersSince(
  r: Reader,
  { accountId, recipient, since }: Address & { since: number },
): Promise<{ sent: number; earliest: number | null }> {
  const row = await r
    .selectFrom('outbox')
    .select((select) => [select.fn.countAll<number>().as('sent'), select.fn.min('counted_at').as('earliest')])
    .where('account_id', '=', accountId)
    .where('recipient', '=', recipient)
    .where('counted_at', '>', since)
    .where((where) => where.or([where('sent_at', 'is not', null), where('next_at', 'is not', null)]))
    .executeTakeFirst();
  return { sent: Number(row?.sent ?? 0), earliest: row?.earliest == null ? null : Number(row.earliest) };
}

/** It may go out, and counts from now on. */
export async function countLetter(tx: Reader, { id, owner, now }: Held): Promise<void> {
  await tx
    .updateTable('outbox')
    .set({ counted_at: now })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .execute();
}

/** It does not go out singly: a digest says it, or a summary. False when the lease was lost or it was cancelled meanwhile. */
export async function foldLetter(
  tx: Reader,
  { id, owner, now, into }: Held & { into: 'digest' | 'summary' },
): Promise<boolean> {
  const result = await tx
    .updateTable('outbox')
    .set({ folded_at: now, folded_into: into, next_at: null, lease_owner: null, lease_until: null })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .where('next_at', 'is not', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export type Folded = { id: string; storeId: string; topic: string };

/** What was left to a summary that has not gone out yet, oldest first. */
export async function foldedLetters(r: Reader, { accountId, recipient }: Address): Promise<Folded[]> {
  const rows = await r
    .selectFrom('outbox')
    .select(['id', 'store_id', 'topic'])
    .where('account_id', '=', accountId)
    .where('recipient', '=', recipient)
    .where('folded_at', 'is not', null)
    .where('folded_into', '=', 'summary')
    .where('sent_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .orderBy('folded_at')
    .orderBy('id')
    .execute();
  return rows.flatMap(({ id, store_id, topic }) => (store_id === null ? [] : [{ id, storeId: store_id, topic }]));
}

/** The summary with these in it has gone out, or there was nothing left of them to say. */
export async function endFolded(
  tx: Reader,
  { ids, now, said }: { ids: readonly string[]; now: number; said: boolean },
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('outbox')
    .set(said ? { sent_at: now } : { cancelled_at: now })
    .where('id', 'in', ids)
    .where('sent_at', 'is', null)
    .execute();
}

/** The address's summaries: whether one waits (another than `butNot`), and when the last one went out. */
export async function summariesOf(
  r: Reader,
  { accountId, recipient, butNot }: Address & { butNot?: string },
): Promise<{ waits: boolean; lastAt: number | null }> {
  const rows = await r
    .selectFrom('outbox')
    .select(['id', 'next_at', 'sent_at'])
    .where('account_id', '=', accountId)
    .where('recipient', '=', recipient)
    .where('topic', '=', 'summary')
    .orderBy('created_at', 'desc')
    .limit(5)
    .execute();
  const sent = rows.flatMap(({ sent_at }) => (sent_at === null ? [] : [Number(sent_at)]));
  return {
    waits: rows.some(({ id, next_at }) => id !== butNot && next_at !== null),
    lastAt: sent.length === 0 ? null : Math.max(...sent),
  };
}

export type Said = { topic: string; payload: OutboxPayload; at: number };

/** What was said of a store since then, singly or in another mail, oldest first; and whether something still waits. */
export async function saidOf(
  r: Reader,
  { storeId, topics, since }: { storeId: string; topics: readonly string[]; since: number },
): Promise<{ said: Said[]; waits: boolean }> {
  const rows = await r
    .selectFrom('outbox')
    .select(['topic', 'payload', 'sent_at', 'folded_at', 'next_at', 'cancelled_at'])
    .where('store_id', '=', storeId)
    .where('topic', 'in', topics)
    // What is said after a holiday was queued when the holiday was planned.
    .where((e) =>
      e.or([
        e('created_at', '>=', since),
        e('sent_at', '>=', since),
        e('folded_at', '>=', since),
        e('next_at', 'is not', null),
      ]),
    )
    .orderBy('created_at')
    .execute();
  const said = rows.flatMap(({ topic, payload, sent_at, folded_at, cancelled_at }) => {
    // What was left to another mail and cancelled before that one went out was never said.
    const at = sent_at === null && cancelled_at !== null ? null : (folded_at ?? sent_at);
    return at === null ? [] : [{ topic, payload: fromJson<OutboxPayload>(payload), at: Number(at) }];
  });
  return { said, waits: rows.some(({ next_at }) => next_at !== null) };
}
