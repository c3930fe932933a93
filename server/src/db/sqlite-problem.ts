/** Why an embedded database cannot be opened or used, for an operator. */
import { resultCode } from './sqlite-connection.ts';

const RESTORE = 'Restore a backup (npm run storekeeper -- restore FILE), or correct STOREKEEPER_DATABASE_URL.';

/** By SQLite's primary result code. */
const REASONS: Readonly<Record<number, string>> = {
  5: 'is locked by another program. Stop that one first.',
  6: 'is locked by another program. Stop that one first.',
  8: 'cannot be written: the file or its disk is read-only. Change that, or set STOREKEEPER_DATABASE_URL.',
  10: 'cannot be read or written: the disk fails, or a folder is in the way of its -wal or -shm file.',
  11: `is damaged. ${RESTORE}`,
  13: 'cannot grow: the disk is full. Make room there.',
  14: 'cannot be opened. Check that the path is a file, and who may read and write it and its folder.',
  26: `is not an SQLite database, or it is damaged. ${RESTORE}`,
};

/** One sentence; null for an error that does not come from SQLite or that no operator can correct. */
export function sqliteProblem(error: unknown, path?: string): string | null {
  const reason = REASONS[resultCode(error) & 0xff];
  return reason === undefined ? null : `The database${path === undefined ? '' : ` ${path}`} ${reason}`;
}
