/**
 * Due rows and their leases, one mechanism for stores, connect sessions and the outbox. A lease is a row's `lease_owner`
 * until `lease_until`; an expired one may be taken by anybody. `attempt` counts takings that were never given back.
 */
import { sql, type RawBuilder } from 'kysely';
import { differencesOf, type Reader } from './dialect.ts';
import type { Database } from './schema.ts';

export const LEASED_TABLES = ['store', 'connect_session', 'outbox'] as const;
export type LeasedTable = (typeof LEASED_TABLES)[number];

/**
 * Instants and durations in milliseconds. `owner` names who will hold the leases: one claim or taking, not a whole process
 * (stores/lease.ts), because a task must not take the lease of a later task for its own.
 */
/** `also`: a further condition of the rows that are taken. */
export type Claim = { now: number; owner: string; limit: number; leaseMs: number; also?: RawBuilder<unknown> };
export type Taking = { id: string; owner: string; now: number; leaseMs: number };
export type Holding = { id: string; owner: string; now: number; attempt?: number };

/** Leases up to `limit` due rows and gives them, longest due first. No two claimers ever get the same row. */
export async function claimDue<T extends LeasedTable>(db: Reader, table: T, claim: Claim): Promise<ReturnedRow<T>[]> {
  const due = differencesOf(db).dueIds({ table, now: claim.now, limit: claim.limit, also: claim.also ?? sql`` });
  const { rows } = await takeWhere<T>(table, claim, due).execute(db);
  return rows.sort((a, b) => Number(a.next_at) - Number(b.next_at));
}

/** Leases one row by id, due or not; null while another lease on it runs. */
export async function takeLease<T extends LeasedTable>(
  db: Reader,
  table: T,
  taking: Taking,
): Promise<ReturnedRow<T> | null> {
  const free = sql`id = ${taking.id} and (lease_until is null or lease_until <= ${taking.now})`;
  const { rows } = await takeWhere<T>(table, taking, free).execute(db);
  return rows[0] ?? null;
}

/** Gives the lease back; false when it was no longer this owner's. */
export async function releaseLease(
  db: Reader,
  table: LeasedTable,
  { id, owner, also = sql`` }: { id: string; owner: string; also?: RawBuilder<unknown> },
): Promise<boolean> {
  const result = await sql`update ${sql.table(table)} set lease_owner = null, lease_until = null, attempt = 0 ${also}
    where id = ${id} and lease_owner = ${owner}`.execute(db);
  return (result.numAffectedRows ?? 0n) > 0n;
}

/** Makes the row due at `nextAt`; false when the lease is no longer this owner's. */
export async function postponeHeld(
  db: Reader,
  table: LeasedTable,
  { id, owner, nextAt }: { id: string; owner: string; nextAt: number },
): Promise<boolean> {
  const result = await sql`update ${sql.table(table)} set next_at = ${nextAt}
    where id = ${id} and lease_owner = ${owner}`.execute(db);
  return (result.numAffectedRows ?? 0n) > 0n;
}

/** True while the lease is this owner's and runs; with `attempt`, only for that very taking. */
export async function holdsLease(
  r: Reader,
  table: LeasedTable,
  { id, owner, now, attempt }: Holding,
): Promise<boolean> {
  const same = attempt === undefined ? sql`` : sql`and attempt = ${attempt}`;
  const { rows } = await sql`select 1 from ${sql.table(table)}
    where id = ${id} and lease_owner = ${owner} and lease_until > ${now} ${same}`.execute(r);
  return rows.length > 0;
}

type ReturnedRow<T extends LeasedTable> = Database[T];

function takeWhere<T extends LeasedTable>(
  table: T,
  { owner, now, leaseMs }: { owner: string; now: number; leaseMs: number },
  where: RawBuilder<unknown>,
): RawBuilder<ReturnedRow<T>> {
  return sql<ReturnedRow<T>>`update ${sql.table(table)}
    set lease_owner = ${owner}, lease_until = ${now + leaseMs}, attempt = attempt + 1
    where ${where} returning *`;
}
