/** The stores that an incident holds: noted once, released once. */
import { sql } from 'kysely';
import { runAcrossAccounts } from './account-scope.ts';
import type { Reader } from './dialect.ts';

type Holding = { incidentId: string; accountId: string; storeId: string; at: number };

/** The incident holds this store; noted once, however often it is looked at meanwhile. True when it was not held before. */
export async function holdStore(tx: Reader, { incidentId, accountId, storeId, at }: Holding): Promise<boolean> {
  const held = await tx
    .insertInto('incident_store')
    .values({ incident_id: incidentId, account_id: accountId, store_id: storeId, held_at: at, released_at: null })
    .onConflict((conflict) =>
      conflict
        .columns(['incident_id', 'store_id'])
        .doUpdateSet({ released_at: null, ended: null })
        .where('incident_store.released_at', 'is not', null),
    )
    .returning('store_id')
    .executeTakeFirst();
  return held !== undefined;
}

export type HeldCounts = { incidentId: string; held: number; released: number };

/** For each of these incidents that held any: the stores it still holds, and those it has released. */
export async function heldCounts(r: Reader, incidentIds: readonly string[]): Promise<HeldCounts[]> {
  if (incidentIds.length === 0) return [];
  const query = r
    .selectFrom('incident_store')
    .select(['incident_id', (e) => e.fn.countAll<number | string>().as('all')])
    .select(sql<number | string>`sum(case when released_at is null then 1 else 0 end)`.as('held'))
    .where('incident_id', 'in', incidentIds)
    .groupBy('incident_id');
  const rows = await runAcrossAccounts(() => query.execute());
  return rows.map((row) => ({
    incidentId: row.incident_id,
    held: Number(row.held),
    released: Number(row.all) - Number(row.held),
  }));
}
