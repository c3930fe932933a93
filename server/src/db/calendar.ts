/** What belongs to the yearly renewal of an account's stores: the day it chose, its calendar's address, and the stores' ends. */
import { sql, type Selectable } from 'kysely';
import type { Reader } from './dialect.ts';
import type { CalendarFeedTable, StoreTable } from './schema.ts';
import type { StoreRow } from './stores.ts';

/** A store as far as its renewal goes. */
export type RenewalRow = Pick<
  StoreRow,
  | 'id'
  | 'name'
  | 'marketplace'
  | 'applicationId'
  | 'region'
  | 'site'
  | 'sellerId'
  | 'email'
  | 'verdict'
  | 'since'
  | 'version'
  | 'authorizedAt'
  | 'createdAt'
>;

const COLUMNS = [
  'id',
  'name',
  'marketplace',
  'application_id',
  'region',
  'site',
  'seller_id',
  'email',
  'verdict',
  'since',
  'version',
  'authorized_at',
  'created_at',
] as const satisfies (keyof StoreTable)[];

/**
 * The account's stores that are watched, the one that ends first at the top; those without a known end come last. With
 * `limit`, no more than that.
 */
export async function renewalStores(
  r: Reader,
  { accountId, limit }: { accountId: string; limit?: number },
): Promise<RenewalRow[]> {
  const query = r
    .selectFrom('store')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('phase', '=', 'live')
    .orderBy(sql`case when authorized_at is null then 1 else 0 end`)
    .orderBy('authorized_at')
    .orderBy('id');
  const rows = await (limit === undefined ? query : query.limit(limit)).execute();
  return rows.map(toRenewalRow);
}

function toRenewalRow(t: Pick<Selectable<StoreTable>, (typeof COLUMNS)[number]>): RenewalRow {
  return {
    id: t.id,
    name: t.name,
    marketplace: t.marketplace as RenewalRow['marketplace'],
    applicationId: t.application_id,
    region: t.region as RenewalRow['region'],
    site: t.site,
    sellerId: t.seller_id,
    email: t.email,
    verdict: t.verdict as RenewalRow['verdict'],
    since: t.since,
    version: t.version,
    authorizedAt: t.authorized_at,
    createdAt: t.created_at,
  };
}

/** The day that the account chose, `YYYY-MM-DD`; null when it chose none. */
export async function readRenewalDay(r: Reader, { accountId }: { accountId: string }): Promise<string | null> {
  const row = await r.selectFrom('renewal_plan').select('day').where('account_id', '=', accountId).executeTakeFirst();
  return row?.day ?? null;
}

/** Keeps the chosen day; null forgets it. */
export async function keepRenewalDay(
  tx: Reader,
  { accountId, day, now }: { accountId: string; day: string | null; now: number },
): Promise<void> {
  if (day === null) {
    await tx.deleteFrom('renewal_plan').where('account_id', '=', accountId).execute();
    return;
  }
  await tx
    .insertInto('renewal_plan')
    .values({ account_id: accountId, day, chosen_at: now })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ day, chosen_at: now }))
    .execute();
}

/** Instants in milliseconds. `readAt`: when a calendar last read it, to the hour. */
export type CalendarFeed = { accountId: string; madeAt: number; readAt: number | null };

export async function readFeed(r: Reader, { accountId }: { accountId: string }): Promise<CalendarFeed | null> {
  const row = await r.selectFrom('calendar_feed').selectAll().where('account_id', '=', accountId).executeTakeFirst();
  return row ? toFeed(row) : null;
}

/** Whose calendar the token opens; null when it opens none. Ask outside an account: whose it is, is the question. */
export async function findFeed(r: Reader, { tokenHash }: { tokenHash: string }): Promise<CalendarFeed | null> {
  const row = await r.selectFrom('calendar_feed').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
  return row ? toFeed(row) : null;
}

/** A new address; the one before opens nothing from then on. */
export async function putFeed(
  tx: Reader,
  { accountId, tokenHash, now }: { accountId: string; tokenHash: string; now: number },
): Promise<void> {
  const made = { token_hash: tokenHash, made_at: now, read_at: null };
  await tx
    .insertInto('calendar_feed')
    .values({ account_id: accountId, ...made })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(made))
    .execute();
}

/** False when there was none. */
export async function dropFeed(tx: Reader, { accountId }: { accountId: string }): Promise<boolean> {
  const result = await tx.deleteFrom('calendar_feed').where('account_id', '=', accountId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

const HOUR_MS = 3_600_000;

/** Calendars read several times a day: it is written down at most once an hour. */
export async function noteFeedRead(db: Reader, { accountId, now }: { accountId: string; now: number }): Promise<void> {
  await db
    .updateTable('calendar_feed')
    .set({ read_at: now })
    .where('account_id', '=', accountId)
    .where((where) => where.or([where('read_at', 'is', null), where('read_at', '<', now - HOUR_MS)]))
    .execute();
}

function toFeed(t: Selectable<CalendarFeedTable>): CalendarFeed {
  return { accountId: t.account_id, madeAt: t.made_at, readAt: t.read_at };
}
