/** Apps of which the marketplace was seen to replace a lasting token on use: from then on such calls are journalled. */
import type { Reader } from './dialect.ts';

const PREFIX = 'replaces_tokens:';

export async function replacesTokens(r: Reader, applicationId: string): Promise<boolean> {
  const row = await r
    .selectFrom('meta')
    .select('name')
    .where('name', '=', `${PREFIX}${applicationId}`)
    .executeTakeFirst();
  return row !== undefined;
}

/** Noting it twice does no harm. */
export async function noteReplacing(tx: Reader, applicationId: string): Promise<void> {
  await tx
    .insertInto('meta')
    .values({ name: `${PREFIX}${applicationId}`, value: '1' })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}
