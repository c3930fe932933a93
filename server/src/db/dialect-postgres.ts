/** PostgreSQL's side of the differences: rows are locked, and rows that another process is taking are skipped. */
import { sql } from 'kysely';
import type { Differences } from './dialect.ts';
import { checkGuard, checkRoles, guardAccounts } from './postgres-policies.ts';

/** Any number will do, as long as every version of Storekeeper uses the same. */
const MIGRATION_LOCK = 7_431_902;

const UNIQUE_VIOLATION = '23505';
/** serialization_failure · deadlock_detected: the database undid everything, so the whole transaction may run again. */
const RETRYABLE = new Set(['40001', '40P01']);

export const postgresDifferences: Differences = {
  name: 'postgres',
  identity: 'bigint generated always as identity primary key',
  now: sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
  forUpdate: (query) => query.forUpdate(),
  // As an array the inner query runs once, whatever plan is chosen for the update around it.
  dueIds: ({ table, now, limit, also }) => sql`
    id = any(array(select id from ${sql.table(table)}
      where next_at <= ${now} and (lease_until is null or lease_until <= ${now}) ${also}
      order by next_at limit ${limit} for update skip locked))`,
  rowsFromJson: (json, columns) => {
    const fields = Object.entries(columns).map(([column, type]) => sql`${sql.ref(column)} ${sql.raw(type)}`);
    return sql`json_to_recordset(${json}::json) as v(${sql.join(fields)})`;
  },
  runScript: async (tx, script) => {
    await sql.raw(script).execute(tx);
  },
  lockForMigration: async (tx) => {
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx);
  },
  beforeMigration: checkRoles,
  afterMigration: guardAccounts,
  checkGuard,
  hasTable: async (r, name) => {
    const found = await sql`
      select 1 from pg_class where relname = ${name} and relkind = 'r' and pg_table_is_visible(oid)`.execute(r);
    return found.rows.length > 0;
  },
  isRetryable: (error) => RETRYABLE.has(sqlState(error)),
  isUniqueViolation: (error) => sqlState(error) === UNIQUE_VIOLATION,
};

function sqlState(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
