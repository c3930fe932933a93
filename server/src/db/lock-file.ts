/**
 * The embedded database belongs to one server at a time. The operating system keeps the lock (a file lock that SQLite
 * takes and that dies with its process), so a lock left by a killed process is free at once, whatever process number
 * the next one gets, in a container too. A second small file names the holder for the message.
 * Never open the `.lock` file by other means: closing it anywhere in this process would let go of the lock.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { privateFile, usePath } from './private-files.ts';
import { DatabaseProblem } from './problem.ts';
import { isBusy } from './sqlite-connection.ts';

const PATIENCE_MS = 300;
const STEP_MS = 20;

/** A lock that nobody refers to any more would be collected as garbage, and given back while its process still lives. */
const held = new Set<DatabaseSync>();

/**
 * Takes the lock beside the database, or throws DatabaseProblem naming the process that has it, within half a second.
 * `databasePath` is canonical (`canonicalFile`): a second name of the file must find the same lock.
 */
export function takeLock(databasePath: string): { release: () => void } {
  const lockPath = `${databasePath}.lock`;
  const namePath = `${databasePath}.pid`;
  privateFile(lockPath);
  const lock = usePath(lockPath, () => new DatabaseSync(lockPath, { timeout: 0 }));
  try {
    usePath(lockPath, () => begin(lock, { databasePath, namePath }));
    usePath(namePath, () => writeFileSync(namePath, `${process.pid}\n`, { mode: 0o600 }));
  } catch (error) {
    lock.close();
    throw error;
  }
  held.add(lock);
  return {
    release: () => {
      if (!held.delete(lock)) return;
      rmSync(namePath, { force: true });
      lock.close();
    },
  };
}

function begin(lock: DatabaseSync, { databasePath, namePath }: { databasePath: string; namePath: string }): void {
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    if (!isBusy(error)) throw error;
    throw new DatabaseProblem(
      `The database ${databasePath} is in use by another Storekeeper (process ${holderOf(namePath)}). ` +
        'Stop that one first, or give this one a data directory of its own (STOREKEEPER_DATA_DIR).',
    );
  }
}

/** The holder writes its number right after it took the lock: a file that is missing or names a dead process gets a moment. */
function holderOf(namePath: string): string {
  const until = Date.now() + PATIENCE_MS;
  let named = readName(namePath);
  while ((named === null || !isAlive(named)) && Date.now() < until) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_MS);
    named = readName(namePath);
  }
  return named === null ? 'unknown' : String(named);
}

function readName(namePath: string): number | null {
  try {
    const pid = Number(readFileSync(namePath, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
