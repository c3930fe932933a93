/** What differs between the two databases, as one small set of named pieces; each dialect has its own file. */
import type { Kysely, RawBuilder, SelectQueryBuilder, Transaction } from 'kysely';
import type { Database } from './schema.ts';

export type DialectName = 'sqlite' | 'postgres';

export type Db = Kysely<Database>;
export type Tx = Transaction<Database>;
/** Either: what only reads takes this. A `Tx` is a `Kysely` too. */
export type Reader = Kysely<Database>;

type ClaimPieces = { table: string; now: number; limit: number; also: RawBuilder<unknown> };

export type Differences = {
  name: DialectName;
  /** Column type of a whole-number primary key that grows by itself. */
  identity: string;
  /** The database's own clock in milliseconds: one clock for all processes. */
  now: RawBuilder<number>;
  /** Locks the selected rows until the transaction ends. One writer at a time needs no lock. */
  forUpdate: <T, O>(
    query: SelectQueryBuilder<Database, T & keyof Database, O>,
  ) => SelectQueryBuilder<Database, T & keyof Database, O>;
  /** `id …` condition that picks due rows nobody has leased, oldest first, and skips rows that another claimer is taking. */
  dueIds: (pieces: ClaimPieces) => RawBuilder<unknown>;
  /** A JSON list of objects as rows `v(<columns>)`, for one statement over many rows. */
  rowsFromJson: (json: string, columns: Record<string, 'text' | 'bigint'>) => RawBuilder<unknown>;
  /** Runs a text of several statements inside the transaction. */
  runScript: (tx: Tx, script: string) => Promise<void>;
  /** Keeps two processes from migrating at once, until the transaction ends. */
  lockForMigration: (tx: Tx) => Promise<void>;
  /** Before migrations: throws DatabaseProblem when this process may do more in the database than it should. */
  beforeMigration: (r: Reader) => Promise<void>;
  /** In the transaction of the last migration: puts in force what the database itself guards. */
  afterMigration: (tx: Tx) => Promise<void>;
  /** At every start: throws DatabaseProblem when that is no longer in force. */
  checkGuard: (r: Reader) => Promise<void>;
  hasTable: (r: Reader, name: string) => Promise<boolean>;
  /** True when the whole transaction may simply be run again. */
  isRetryable: (error: unknown) => boolean;
  isUniqueViolation: (error: unknown) => boolean;
};

const known = new WeakMap<object, Differences>();

/** Remembers the differences of an opened database by its adapter, which its transactions share. */
export function setDifferences(db: Db, differences: Differences): void {
  known.set(db.getExecutor().adapter, differences);
}

export function differencesOf(r: Reader): Differences {
  const differences = known.get(r.getExecutor().adapter);
  if (!differences) throw new Error('This database was not opened by openDatabase');
  return differences;
}
