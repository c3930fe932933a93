/** Puts a backup in the place of the embedded database. It is checked first, and a running server is never robbed of its own. */
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Config } from '../config.ts';
import { Fault } from '../core/fault.ts';
import { takeLock } from '../db/lock-file.ts';
import { canonicalFile, hideFile, privateFolder } from '../db/private-files.ts';
import { embeddedPath } from './embedded.ts';

/** @throws Fault when the file is no backup, DatabaseProblem when the server runs. Until then nothing is changed. */
export function restore(config: Config, words: string[]): string[] {
  const [file] = words;
  if (file === undefined) throw new Fault('invalid-request', { detail: 'This verb needs a file: restore FILE.' });
  const named = embeddedPath(config, 'pg_restore');
  check(file);
  privateFolder(dirname(named));
  const path = canonicalFile(named);
  const lock = takeLock(path);
  try {
    const incoming = `${path}.incoming`;
    copyFileSync(file, incoming);
    hideFile(incoming);
    // The old journal belongs to the old pages: beside the new ones it would spoil them.
    for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
    renameSync(incoming, path);
  } finally {
    lock.release();
  }
  return [`Restored ${file}. Start the server again, with the secret key of that time.`];
}

function check(file: string): void {
  if (!existsSync(file)) throw new Fault('not-found', { detail: `${file} is not there.` });
  if (!isSound(file)) {
    throw new Fault('invalid-request', { detail: `${file} is no whole backup of Storekeeper. Nothing was changed.` });
  }
}

function isSound(file: string): boolean {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const sound = database.prepare('pragma integrity_check').get();
      const migrations = database.prepare('select count(*) as n from migration').get();
      return sound?.['integrity_check'] === 'ok' && Number(migrations?.['n']) > 0;
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}
