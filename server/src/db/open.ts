/** Opens the database: embedded SQLite by default, PostgreSQL in production. One shape for both. */
import { dirname, isAbsolute, resolve } from 'node:path';
import { Kysely } from 'kysely';
import type { Acting, Actor } from '../core/audit.ts';
import { runAcrossAccounts, runInAccount } from './account-scope.ts';
import { identifyActor, runActing } from './acting-scope.ts';
import { setDifferences, type Db, type DialectName, type Differences, type Tx } from './dialect.ts';
import { postgresDifferences } from './dialect-postgres.ts';
import { sqliteDifferences } from './dialect-sqlite.ts';
import { insideTransaction, isInsideTransaction } from './inside.ts';
import { takeLock } from './lock-file.ts';
import { createPostgresDialect } from './postgres-pool.ts';
import { canonicalFile, hideFile, privateFile, privateFolder, usePath } from './private-files.ts';
import { DatabaseProblem } from './problem.ts';
import type { Database } from './schema.ts';
import { openSqlite } from './sqlite-connection.ts';
import { createSqliteDialect } from './sqlite-driver.ts';

export type { Db, Tx } from './dialect.ts';

export type OpenDatabase = {
  db: Db;
  dialect: DialectName;
  /** The file of an embedded database, its real path; null in memory and for PostgreSQL. */
  file: string | null;
  /**
   * Runs `work` in one transaction: all of it or nothing. SQLite lets one transaction run at a time, so `work` must not
   * wait for anything outside the database. It may run more than once (deadlock, busy): it must have no other effect.
   */
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /**
   * Runs `work` for one account, in however many queries and transactions: on PostgreSQL the database itself then shows
   * and takes only that account's rows. Work for all accounts (the watch, the outbox) runs outside.
   */
  inAccount: <T>(accountId: string, work: () => Promise<T>) => Promise<T>;
  /** Inside `inAccount`: runs `work` as if outside, for what all accounts share. */
  acrossAccounts: <T>(work: () => Promise<T>) => Promise<T>;
  /** Runs `work` on behalf of this actor: the audit log names it. */
  acting: <T>(acting: Acting, work: () => T) => T;
  /** Inside `acting`: names the actor, once it is known. */
  identify: (actor: Actor) => void;
  /** Lets running work end, then closes everything and gives the lock back. Closing twice does no harm. */
  close: () => Promise<void>;
};

export type OpenSettings = {
  /** `sqlite:<path>`, `sqlite::memory:` or `postgres://…`. A relative path counts from the working directory. */
  url: string;
  dataDir: string;
  /** False for a short tool beside a running server: it takes no lock and starts no work of its own. */
  exclusive?: boolean;
  /** True for a tool that reads all of an embedded file. */
  mapped?: boolean;
  /** Hears of connections that broke while nobody used them. The pool replaces them by itself. */
  onProblem?: (error: Error) => void;
  /** PostgreSQL connections at most. */
  poolSize?: number;
  /** How long PostgreSQL may take to connect, and to answer. Milliseconds. */
  patience?: { connectMs: number; answerMs: number };
};

/** Opens, without migrating. Throws DatabaseProblem when the URL is unknown or another process has the database. */
export async function openDatabase(settings: OpenSettings): Promise<OpenDatabase> {
  if (/^postgres(ql)?:\/\//.test(settings.url)) return openPostgres(settings);
  if (settings.url.startsWith('sqlite:')) return openEmbedded(settings);
  throw new DatabaseProblem(
    'STOREKEEPER_DATABASE_URL must begin with sqlite: or postgres://, for example sqlite:./data/storekeeper.db.',
  );
}

function openEmbedded({ url, dataDir, exclusive = true, mapped = false }: OpenSettings): OpenDatabase {
  const named = sqlitePath(url);
  if (named === ':memory:')
    return embedded(
      { writer: openSqlite({ path: named, readOnly: false }), reader: null, file: null },
      () => undefined,
    );
  privateFolder(dataDir);
  privateFolder(dirname(named));
  const path = canonicalFile(named);
  const lock = exclusive ? takeLock(path) : { release: () => undefined };
  try {
    // The journals get the mode of the database; those of an older version may have another.
    privateFile(path);
    for (const ending of ['-wal', '-shm']) hideFile(`${path}${ending}`);
    const writer = usePath(path, () => openSqlite({ path, readOnly: false }));
    const reader = usePath(path, () => openSqlite({ path, readOnly: true, mapped }));
    return embedded({ writer, reader, file: path }, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

type Connection = ReturnType<typeof openSqlite>;
type Embedded = { writer: Connection; reader: Connection | null; file: string | null };

function embedded({ writer, reader, file }: Embedded, release: () => void): OpenDatabase {
  const db = new Kysely<Database>({ dialect: createSqliteDialect({ writer, reader: reader ?? writer }) });
  const differences = sqliteDifferences(async (_tx, script) => writer.script(script));
  const close = async (): Promise<void> => {
    await db.destroy();
    release();
  };
  return assemble({ db, differences, file, close });
}

function openPostgres({ url, onProblem, poolSize, patience }: OpenSettings): OpenDatabase {
  const dialect = createPostgresDialect({
    url,
    onProblem: onProblem ?? (() => undefined),
    poolSize: poolSize ?? 10,
    patience,
  });
  const db = new Kysely<Database>({ dialect });
  return assemble({ db, differences: postgresDifferences, file: null, close: () => db.destroy() });
}

type Parts = { db: Db; differences: Differences; file: string | null; close: () => Promise<void> };

function assemble({ db, differences, file, close }: Parts): OpenDatabase {
  setDifferences(db, differences);
  let closed: Promise<void> | null = null;
  return {
    db,
    dialect: differences.name,
    file,
    transaction: (work) => runTransaction(db, differences, work),
    inAccount: runInAccount,
    acrossAccounts: runAcrossAccounts,
    acting: runActing,
    identify: identifyActor,
    close: () => (closed ??= close()),
  };
}

const ATTEMPTS = 6;

async function runTransaction<T>(db: Db, differences: Differences, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (isInsideTransaction())
    throw new Error('A transaction inside a transaction: hand the outer one (tx) down instead');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute((tx) => insideTransaction(() => work(tx)));
    } catch (error) {
      if (attempt === ATTEMPTS || !differences.isRetryable(error)) throw error;
      await pause(Math.random() * 10 * 2 ** attempt);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function sqlitePath(url: string): string {
  const path = url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '');
  if (path === ':memory:') return path;
  if (path === '')
    throw new DatabaseProblem('STOREKEEPER_DATABASE_URL names no file: write sqlite:./data/storekeeper.db.');
  return isAbsolute(path) ? path : resolve(path);
}
