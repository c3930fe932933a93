/** The name of this database, made once: files beside it that belong to another database are told apart by it. */
import type { OpenDatabase } from './open.ts';
import { randomToken } from './ids.ts';

const NAME = 'database_id';

export async function databaseId({ db }: Pick<OpenDatabase, 'db'>): Promise<string> {
  const made = randomToken().slice(0, 16);
  await db
    .insertInto('meta')
    .values({ name: NAME, value: made })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await db.selectFrom('meta').select('value').where('name', '=', NAME).executeTakeFirst();
  return row?.value ?? made;
}
