/** The pool of PostgreSQL connections: survives broken connections, gives whole numbers as numbers, waits for nothing for ever. */
import type { Dialect, PostgresPool } from 'kysely';
import { Pool, types, type PoolClient } from 'pg';
import { asOutage, isConnectionLost } from '../database-outage.ts';
import { createScopedDialect } from './postgres-scope.ts';

export type PoolSettings = {
  url: string;
  onProblem: (error: Error) => void;
  poolSize: number;
  patience?: { connectMs: number; answerMs: number } | undefined;
};

const INT8_OID = 20;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 30_000;
/** The server ends a statement in time, unless it is the server that hangs: then the client stops waiting. */
const ANSWER_MS = 35_000;

export function createPostgresDialect({ url, onProblem, poolSize, patience }: PoolSettings): Dialect {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'storekeeper',
    connectionTimeoutMillis: patience?.connectMs ?? CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: patience?.answerMs ?? ANSWER_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
    types: { getTypeParser: typeParser },
  });
  // Every connection needs a listener of its own for as long as it lives: without one, a connection that breaks while it
  // is idle, or just handed out, ends the process (measured). The pool tells of idle ones a second time.
  pool.on('connect', (client) => client.on('error', onProblem));
  pool.on('error', () => undefined);
  return createScopedDialect(classified(pool));
}

/** Outages leave as faults, and a connection that was lost goes out of the pool. */
function classified(pool: Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      try {
        return borrowed(await pool.connect());
      } catch (error) {
        throw asOutage(error);
      }
    },
  };
}

type Borrowed = Awaited<ReturnType<PostgresPool['connect']>>;

function borrowed(client: PoolClient): Borrowed {
  let lost = false;
  const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, [...parameters]);
    } catch (error) {
      lost ||= isConnectionLost(error);
      throw asOutage(error);
    }
  };
  return {
    query: query as Borrowed['query'],
    release: (destroy) => client.release(destroy === true || lost),
  };
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
