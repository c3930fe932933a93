/** Whole copies of the embedded database, made while it is in use, and how many of them are kept. */
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sql } from 'kysely';
import type { Db } from './dialect.ts';

const KEPT = 3;

/** Writes a copy that only we may read. `file` is a path that does not exist yet. */
export async function copyInto(db: Db, file: string): Promise<void> {
  // It begins as an empty file of ours: SQLite itself would give it the process's usual mode.
  closeSync(openSync(file, 'wx', 0o600));
  try {
    await sql`vacuum into ${file}`.execute(db);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/** `storekeeper.db` and a word become `storekeeper.db.before-update-20261130T235900123Z`. */
export function datedName(file: string, { word, at }: { word: string; at: number }): string {
  return `${file}.${word}-${new Date(at).toISOString().replaceAll(/[-:.]/g, '')}`;
}

/** Deletes the oldest copies of this word and keeps the newest three. */
export function dropOldCopies(file: string, word: string): void {
  const prefix = `${basename(file)}.${word}-`;
  const names = readdirSync(dirname(file)).filter((name) => name.startsWith(prefix) && /\dZ$/.test(name));
  for (const name of names.sort().slice(0, -KEPT)) {
    for (const ending of ['', '-wal']) rmSync(join(dirname(file), `${name}${ending}`), { force: true });
  }
}
