/** Many healthy stores due at once, after a restart or because their years end together: spread over the interval. */
import { sql } from 'kysely';
import { runAcrossAccounts } from './account-scope.ts';
import type { Reader } from './dialect.ts';

/** Only stores that work wait: whoever is in trouble or being repaired is looked at when due. */
const due = (now: number) => sql`next_at <= ${now} and verdict in ('connected', 'expiring') and phase = 'live'
  and (lease_until is null or lease_until <= ${now})`;

export async function liveStores(r: Reader): Promise<number> {
  const query = sql<{ n: number | string }>`select count(*) as n from store where phase = 'live'`;
  const { rows } = await runAcrossAccounts(() => query.execute(r));
  return Number(rows[0]?.n ?? 0);
}

type Backlog = { now: number; most: number; overMs: number };

/** Spreads what is due beyond `most`, the longest due first, evenly over `overMs`; how many. */
export async function spreadBacklog(db: Reader, { now, most, overMs }: Backlog): Promise<number> {
  const counted = sql<{ n: number | string }>`select count(*) as n from
    (select 1 from store where ${due(now)} limit ${most + 1}) as found`;
  const { rows } = await counted.execute(db);
  if (Number(rows[0]?.n ?? 0) <= most) return 0;
  const spread = sql`update store set next_at = cast(${now} + placed.place * ${overMs} / placed.total as bigint)
    from (select id, row_number() over (order by next_at, id) - 1 as place, count(*) over () as total
      from store where ${due(now)}) as placed
    where store.id = placed.id`;
  const { numAffectedRows } = await spread.execute(db);
  return Number(numAffectedRows ?? 0n);
}
