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
