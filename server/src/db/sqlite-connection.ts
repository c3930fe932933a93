/** A thin layer over node:sqlite: statements kept prepared, values bound the way PostgreSQL would take them. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

const KEPT_STATEMENTS = 300;

export type Answered = { rows: unknown[]; changes: number; lastId: bigint };

export type SqliteConnection = {
  run: (text: string, parameters: readonly unknown[]) => Answered;
  iterate: (text: string, parameters: readonly unknown[]) => Iterable<unknown>;
  script: (text: string) => void;
  close: () => void;
};

/** `mapped`: reads the file through the memory of the machine, which is quicker for whoever reads all of it. */
export type SqliteOpening = { path: string; readOnly: boolean; mapped?: boolean };

/** While it opens, another process may hold the file for a moment. */
const OPENING_MS = 5_000;
/** More than any log holds; SQLite maps no more than it was built for. */
const MAPPED_BYTES = 64 * 1024 ** 3;

/**
 * Opens one connection. WAL with `synchronous=FULL`: a commit is on the disk when it returns, over power loss too.
 * `secure_delete` overwrites what is deleted, so that a forgotten credential is not left in a free page.
 */
export function openSqlite({ path, readOnly, mapped = false }: SqliteOpening): SqliteConnection {
  const database = new DatabaseSync(path, { timeout: OPENING_MS, enableForeignKeyConstraints: true });
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on');
  database.exec('pragma temp_store = memory; pragma cache_size = -16000; pragma journal_size_limit = 67108864');
  // A writer that waited here would stop the whole process; the driver waits instead, without blocking (sqlite-driver.ts).
  database.exec(readOnly ? 'pragma query_only = on' : 'pragma busy_timeout = 0');
  if (mapped) database.exec(`pragma mmap_size = ${MAPPED_BYTES}`);
  return connectionOf(database);
}

type Prepared = { statement: StatementSync; givesRows: boolean };

function connectionOf(database: DatabaseSync): SqliteConnection {
  const kept = new Map<string, Prepared>();
  const prepare = (text: string): Prepared => {
    const found = kept.get(text);
    if (found) return found;
    const statement = database.prepare(text);
    const prepared = { statement, givesRows: statement.columns().length > 0 };
    const oldest = kept.keys().next();
    if (kept.size >= KEPT_STATEMENTS && !oldest.done) kept.delete(oldest.value);
    kept.set(text, prepared);
    return prepared;
  };
  return {
    run: (text, parameters) => {
      const { statement, givesRows } = prepare(text);
      const values = parameters.map(bindable);
      if (givesRows) return { rows: statement.all(...values), changes: 0, lastId: 0n };
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], changes: Number(changes), lastId: BigInt(lastInsertRowid) };
    },
    // Its own statement: a kept one may be run again while this one is half read.
    iterate: (text, parameters) => database.prepare(text).iterate(...parameters.map(bindable)),
    script: (text) => {
      database.exec(text);
      kept.clear();
    },
    close: () => {
      kept.clear();
      database.close();
    },
  };
}

function bindable(value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return whole(value);
  if (typeof value === 'string' || typeof value === 'bigint') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return value;
  throw new TypeError('A value of this kind cannot be stored in a column');
}

/** Every number in our tables is whole. SQLite would keep a fraction in silence, and the same write fails on PostgreSQL. */
function whole(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`A column holds whole numbers: ${value} cannot be stored`);
}

const BUSY = 5;

/** True when another process is writing just now. */
export function isBusy(error: unknown): boolean {
  return (resultCode(error) & 0xff) === BUSY;
}

/** The extended result code of a node:sqlite error, 0 for any other error. */
export function resultCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error)) return 0;
  return typeof error.errcode === 'number' ? error.errcode : 0;
}
