/** What a database knows of its own restores: what happened after the backup is missing in it. */
import type { Reader } from './dialect.ts';

/** In `meta`: the instant of the last restore, ISO 8601 by the machine's clock. */
export const RESTORED_AT = 'restored_at';

export async function noteRestored(db: Reader, at: number): Promise<void> {
  const value = new Date(at).toISOString();
  await db
    .insertInto('meta')
    .values({ name: RESTORED_AT, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/** In `meta`: the restore whose stores were marked already. */
const MARKED = 'restore_marked';

/**
 * After a restore every connected store may lack a newer token. The next refusal of one is then ours first; the first good
 * answer takes the mark away. `now` in milliseconds of the product's clock.
 */
export async function noteRestoreLosses(tx: Reader, now: number): Promise<void> {
  const restored = await valueOf(tx, RESTORED_AT);
  if (restored === null || restored === (await valueOf(tx, MARKED))) return;
  await tx
    .updateTable('store')
    .set({ lost: JSON.stringify({ at: now, how: 'restore' }) })
    .where('phase', '=', 'live')
    .where('alarm', 'is', null)
    .where('lost', 'is', null)
    .execute();
  await tx
    .insertInto('meta')
    .values({ name: MARKED, value: restored })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: restored }))
    .execute();
}

async function valueOf(db: Reader, name: string): Promise<string | null> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? null;
}
