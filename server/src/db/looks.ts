/** The log of looks: append-only, read again store by store, oldest first, for the replay of rules over it. */
import { sql } from 'kysely';
import { packLook, unpackLook } from '../core/packed-look.ts';
import type { RecordedLook } from '../core/recorded-look.ts';
import type { Reader } from './dialect.ts';
import { newId } from './ids.ts';

type Appending = { accountId: string; storeId: string; look: RecordedLook };

/** Written in the transaction that commits what the look changed. */
export async function appendLook(tx: Reader, { accountId, storeId, look }: Appending): Promise<void> {
  const row = { account_id: accountId, store_id: storeId, at: look.now, id: newId('lk'), body: packLook(look) };
  await tx.insertInto('look').values(row).execute();
}

/**
 * Stores with a log, in the order of their ids: the next `limit` after `after`. Without `accountId` those of every account.
 * From one store to the next through the index: the rows between them are not read.
 */
export async function storesWithLooks(
  r: Reader,
  { after, limit, accountId }: { after: string; limit: number; accountId?: string | undefined },
): Promise<{ id: string; accountId: string }[]> {
  const whose = accountId === undefined ? sql`` : sql`account_id = ${accountId} and`;
  const { rows } = await sql<{ id: string; account: string }>`
    with recursive store_with (id) as (
      select (select min(store_id) from look where ${whose} store_id > ${after})
      union all
      select (select min(store_id) from look where ${whose} store_id > store_with.id) from store_with where id is not null
    )
    select id, (select account_id from look where store_id = store_with.id order by at, id limit 1) as account
    from store_with where id is not null limit ${limit}`.execute(r);
  return rows.map(({ id, account }) => ({ id, accountId: account }));
}

/** How many rows there are, counted no further than `atMost`. */
export async function countLooks(r: Reader, { atMost }: { atMost: number }): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (select 1 from look limit ${atMost}) as counted`.execute(r);
  return Number(rows[0]?.n ?? 0);
}

/** Instants in milliseconds; `from` and `to` inclusive. */
export type LooksOf = { storeId: string; from: number; to: number };

const PAGE = 500;

/**
 * A store's looks in pages, oldest first. Where the first of them found an episode open, the looks since that began come
 * before it, so that what it cites is there.
 */
export async function* readLooks(r: Reader, { storeId, from, to }: LooksOf): AsyncGenerator<RecordedLook[]> {
  let place = { at: await episodeBefore(r, { storeId, from, to }), id: '' };
  for (;;) {
    const rows = await r
      .selectFrom('look')
      .select(['at', 'id', 'body'])
      .where('store_id', '=', storeId)
      .where(sql<boolean>`(at, id) > (${place.at}, ${place.id})`)
      .where('at', '<=', to)
      .orderBy('at')
      .orderBy('id')
      .limit(PAGE)
      .execute();
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => unpackLook(row.at, row.body));
    if (rows.length < PAGE) return;
    place = { at: last.at, id: last.id };
  }
}

async function episodeBefore(r: Reader, { storeId, from, to }: LooksOf): Promise<number> {
  if (from <= 0) return 0;
  const first = await r
    .selectFrom('look')
    .select(['at', 'body'])
    .where('store_id', '=', storeId)
    .where('at', '>=', from)
    .where('at', '<=', to)
    .orderBy('at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (!first) return to;
  return Math.min(unpackLook(first.at, first.body).facts.lastOkAt ?? 0, first.at - 1);
}

/** Forgets looks from before `before` (milliseconds); gives how many. */
export async function forgetLooks(r: Reader, { before }: { before: number }): Promise<number> {
  const { numDeletedRows } = await r.deleteFrom('look').where('at', '<', before).executeTakeFirst();
  return Number(numDeletedRows);
}
