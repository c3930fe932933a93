/**
 * Puts a backup in the place of the embedded database. A copy of the backup is checked first: it is whole, of this version
 * or an older one, ours, of the same kind, and the secret key opens it. The database that was there is kept.
 */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Config } from '../config.ts';
import { Fault } from '../core/fault.ts';
import { appendAudit } from '../db/audit.ts';
import { OPERATOR_ACCOUNT } from '../db/outbox.ts';
import { schemaDifferences } from '../db/compare-schema.ts';
import { datedName, dropOldCopies } from '../db/copies.ts';
import { verifyKeys } from '../db/key-check.ts';
import { takeLock } from '../db/lock-file.ts';
import { schemaState } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { canonicalFile, hideFile, pathProblem, privateFolder } from '../db/private-files.ts';
import { noteRestored } from '../db/restored.ts';
import { openVault } from '../db/vault.ts';
import { checkDemo } from '../demo/mark.ts';
import { keysOf } from '../rooms.ts';
import { atCommandLine } from './actor.ts';
import { embeddedPath } from './embedded.ts';

const REPLACED = 'replaced';
const ENDINGS = ['', '-wal', '-shm'];

/** @throws Fault or DatabaseProblem when the file does not fit or the server runs. Until then nothing is changed. */
export async function restore(config: Config, words: string[]): Promise<string[]> {
  const [named] = words;
  if (named === undefined) throw new Fault('invalid-request', { detail: 'This verb needs a file: restore FILE.' });
  const target = embeddedPath(config, 'pg_restore, then the verb restored');
  const file = resolve(named);
  if (!existsSync(file)) throw new Fault('not-found', { detail: `${file} is not there.` });
  privateFolder(dirname(target));
  const path = canonicalFile(target);
  const lock = takeLock(path);
  const incoming = `${path}.incoming`;
  try {
    remove(incoming);
    copy(file, incoming);
    await check(config, { file, incoming });
    const kept = exchange(path, incoming);
    return [
      `Restored ${file}. Start the server again, with the secret key of that time.`,
      ...(kept === null ? [] : [`The database before it is kept as ${kept}.`]),
    ];
  } finally {
    remove(incoming);
    lock.release();
  }
}

/** Reads the backup's journal too, when it lies beside it, and never writes to the backup. */
function copy(file: string, incoming: string): void {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const sound = database.prepare('pragma integrity_check').get();
      if (sound?.['integrity_check'] !== 'ok') throw new Error('It is damaged.');
      database.prepare('vacuum into ?').run(incoming);
    } finally {
      database.close();
    }
    hideFile(incoming);
  } catch (error) {
    const why = pathProblem(error) ?? (error instanceof Error ? error.message : String(error));
    throw new Fault('invalid-request', {
      detail: `${file} is no whole backup of Storekeeper (${why}). Nothing was changed.`,
    });
  }
}

async function check(config: Config, { file, incoming }: { file: string; incoming: string }): Promise<void> {
  const database = await openDatabase({ url: `sqlite:${incoming}`, dataDir: config.dataDir, exclusive: false });
  try {
    const { db } = database;
    const { kind } = await schemaState(database);
    const differences = kind === 'empty' ? ['no table of Storekeeper'] : await schemaDifferences(db);
    if (differences.length > 0) {
      const some = differences.slice(0, 3).join(', ');
      throw new Fault('invalid-request', {
        detail: `${file} is no whole backup of Storekeeper: its tables differ (${some}). Nothing was changed.`,
      });
    }
    await verifyKeys({ db, vault: openVault({ keys: await keysOf(config) }) });
    await checkDemo(db, config.demo);
    await noteRestored(db, Date.now());
    const restored = { accountId: OPERATOR_ACCOUNT, kind: 'backup.restored', at: Date.now() } as const;
    await database.acting(atCommandLine(), () => database.transaction((tx) => appendAudit(tx, restored)));
  } finally {
    await database.close();
  }
}

/**
 * The new file takes the old one's name in one step, so that a kill leaves one of the two. The old journal goes before: beside
 * the new pages it would spoil them. Gives the name under which the old file is kept.
 */
function exchange(path: string, incoming: string): string | null {
  flush(incoming);
  const kept = existsSync(path) ? datedName(path, { word: REPLACED, at: Date.now() }) : null;
  if (kept !== null) {
    foldJournal(path);
    // What is left of a journal belongs to a file that SQLite could not read.
    if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${kept}-wal`);
    linkSync(path, kept);
  }
  for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
  renameSync(incoming, path);
  flush(dirname(path));
  dropOldCopies(path, REPLACED);
  return kept;
}

function foldJournal(path: string): void {
  try {
    const database = new DatabaseSync(path);
    database.exec('pragma wal_checkpoint(truncate)');
    database.close();
  } catch {
    // It is replaced because it is broken.
  }
}

function flush(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function remove(file: string): void {
  for (const ending of ENDINGS) rmSync(`${file}${ending}`, { force: true });
}
