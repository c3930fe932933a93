/** What an opened database goes through before anything is read or written: keys, kind, version, in this order. */
import type { Config } from './config.ts';
import { copyInto, datedName, dropOldCopies } from './db/copies.ts';
import { verifyKeys } from './db/key-check.ts';
import { takeLock } from './db/lock-file.ts';
import { migrate, schemaState, type SchemaState } from './db/migrate.ts';
import type { OpenDatabase } from './db/open.ts';
import { pathProblem } from './db/private-files.ts';
import { DatabaseProblem } from './db/problem.ts';
import type { Vault } from './db/vault.ts';
import { checkDemo, closeDemoSignIn, markDemo } from './demo/mark.ts';
import type { AppLog } from './log.ts';

const COPY = 'before-update';

export type Preparing = {
  config: Pick<Config, 'demo' | 'migrate'>;
  database: OpenDatabase;
  vault: Vault;
  log: AppLog;
  /** The server, which alone brings older tables up to date. */
  exclusive: boolean;
};

/** @throws DatabaseProblem, having written nothing, when the keys, the kind or the version do not fit. */
export async function prepareDatabase(preparing: Preparing): Promise<void> {
  const { config, database, vault, exclusive, log } = preparing;
  const { db } = database;
  const state = await schemaState(database);
  if (state.kind !== 'empty') {
    await verifyKeys({ db, vault });
    await checkDemo(db, config.demo);
  }
  if (state.kind === 'empty' && !exclusive) await createTables(database);
  else if (exclusive) await update(preparing, state);
  else if (state.kind === 'older') throw olderThanTool(state);
  if (config.demo) await markDemo(db);
  else if (exclusive && (await closeDemoSignIn(db))) {
    log.warn({}, 'the demo’s person was found in this database; its sign-in with the public password is deleted');
  }
}

/** A tool may create the tables of an empty database, as long as no server does the same. */
async function createTables(database: OpenDatabase): Promise<void> {
  const lock = database.file === null ? null : takeLock(database.file);
  try {
    await migrate(database);
  } finally {
    lock?.release();
  }
}

function olderThanTool({ last }: { last: string }): DatabaseProblem {
  return new DatabaseProblem(
    `The tables are older than this tool (${last}). Start the server of this version first: it keeps a copy and brings ` +
      'them up to date. While an older server runs, use the tool of that version.',
  );
}

async function update({ config, database, log }: Preparing, state: SchemaState): Promise<void> {
  if (state.kind === 'older') {
    if (config.migrate === 'off') throw updateIsOff(database, state);
    log.warn(
      { from: state.last, steps: state.missing, copy: await keepCopy(database) },
      'the tables are brought up to date',
    );
    if (database.dialect === 'postgres') {
      log.warn({}, 'Storekeeper makes no copy of PostgreSQL: keep a pg_dump from before each update');
    }
  }
  await migrate(database);
}

function updateIsOff({ dialect }: OpenDatabase, { missing }: { missing: string[] }): DatabaseProblem {
  const copy = dialect === 'postgres' ? 'Make a copy with pg_dump' : 'Make a backup';
  return new DatabaseProblem(
    `The tables are older than this version (missing: ${missing.join(', ')}), and STOREKEEPER_MIGRATE is off. ` +
      `${copy}, then start once with STOREKEEPER_MIGRATE=auto.`,
  );
}

async function keepCopy({ db, file }: OpenDatabase): Promise<string | null> {
  if (file === null) return null;
  const copy = datedName(file, { word: COPY, at: Date.now() });
  try {
    await copyInto(db, copy);
  } catch (error) {
    const why = pathProblem(error, copy) ?? (error instanceof Error ? error.message : String(error));
    throw new DatabaseProblem(
      `Before an update Storekeeper copies the database to ${copy}, and that failed: ${why} ` +
        'Nothing was changed. Make room there, then start again.',
    );
  }
  dropOldCopies(file, COPY);
  return copy;
}
