/** Two more ends of a claimed message, beside those of db/outbox: no longer true, and not yet. */
import { sql } from 'kysely';
import type { Db } from '../db/open.ts';

type Held = { id: string; owner: string };

/** True while the message is still ours to send: leased by this run, and nobody has cancelled it meanwhile. */
export async function isStillOurs(db: Db, { id, owner, now }: Held & { now: number }): Promise<boolean> {
  const row = await db
    .selectFrom('outbox')
    .select('id')
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .where('lease_until', '>', now)
    .where('next_at', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** It is no longer true: cancelled, with the reason. */
export async function dropMessage(
  db: Db,
  { id, owner, now, reason }: Held & { now: number; reason: string },
): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ cancelled_at: now, next_at: null, last_error: reason, lease_owner: null, lease_until: null })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .execute();
}

/** It cannot be said yet: due again at `until`, unless it was cancelled meanwhile. Waiting is not a failed attempt. */
export async function postponeMessage(db: Db, { id, owner, until }: Held & { until: number }): Promise<void> {
  await db
    .updateTable('outbox')
    .set({
      next_at: sql<number | null>`case when cancelled_at is null then cast(${until} as bigint) end`,
      attempt: sql<number>`case when attempt > 0 then attempt - 1 else 0 end`,
      lease_owner: null,
      lease_until: null,
    })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .execute();
}
