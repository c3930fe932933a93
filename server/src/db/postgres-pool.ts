/** The pool of PostgreSQL connections: survives broken connections, gives whole numbers as numbers, waits for nothing for ever. */
import type { Dialect } from 'kysely';
import { Pool, types } from 'pg';
import { createScopedDialect } from './postgres-scope.ts';

export type PoolSettings = { url: string; onProblem: (error: Error) => void; poolSize: number };

const INT8_OID = 20;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 30_000;

export function createPostgresDialect({ url, onProblem, poolSize }: PoolSettings): Dialect {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'storekeeper',
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
    types: { getTypeParser: typeParser },
  });
  // Every connection needs a listener of its own for as long as it lives: without one, a connection that breaks while it
  // is idle, or just handed out, ends the process (measured). The pool tells of idle ones a second time.
  pool.on('connect', (client) => client.on('error', onProblem));
  pool.on('error', () => undefined);
  return createScopedDialect(pool);
}

/** Instants and counts are bigint columns; all of them are far below 2^53, so they are read as numbers. */
const typeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (oid === INT8_OID && format !== 'binary') return wholeNumber;
  return format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid, 'text');
};

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('A whole number in the database is larger than 2^53');
  return value;
}
