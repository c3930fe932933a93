/** The key that a rotation is about to put in force: running processes read their keys again when they lack it. */
import type { Reader } from './dialect.ts';

const NAME = 'vault_key_next';

export async function proposeKey(db: Reader, keyId: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ name: NAME, value: keyId })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: keyId }))
    .execute();
}

export async function withdrawKey(db: Reader, keyId: string): Promise<void> {
  await db.deleteFrom('meta').where('name', '=', NAME).where('value', '=', keyId).execute();
}

export async function proposedKey(db: Reader): Promise<string | null> {
  return (await db.selectFrom('meta').select('value').where('name', '=', NAME).executeTakeFirst())?.value ?? null;
}
