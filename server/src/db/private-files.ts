/** Folders and files of ours: readable by the account that runs Storekeeper alone. What cannot be written is one sentence. */
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseProblem } from './problem.ts';
import { sqliteProblem } from './sqlite-problem.ts';

const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const LINKS = 40;

/** Creates the folder with mode 0700. An older data folder of ours that others can read gets this mode too. */
export function privateFolder(path: string): void {
  usePath(path, () => {
    makeFolders(path);
    const isOurs = existsSync(join(path, 'storekeeper.db')) || existsSync(join(path, 'demo.key'));
    // A folder that others may write to, such as /tmp, is shared on purpose.
    if (isOurs && (statSync(path).mode & OTHERS_WRITE) === 0) hide(path, 0o700);
  });
}

/** Node's own recursive way never ends where a folder exists and takes no other (/proc). */
function makeFolders(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(path).isDirectory()) return;
    if (codeOf(error) !== 'ENOENT' || existsSync(dirname(path))) throw error;
    makeFolders(dirname(path));
    makeFolders(path);
  }
}

/** Creates the file with mode 0600, or takes an older file's permissions for others away. */
export function privateFile(path: string): void {
  usePath(path, () => {
    try {
      closeSync(openSync(path, 'wx', 0o600));
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      // Never opened here: closing a file gives back the locks that this process holds on it.
      hide(path, 0o600);
    }
  });
}

/** Takes others' permissions away from a file that exists. */
export function hideFile(path: string): void {
  if (existsSync(path)) hide(path, 0o600);
}

function hide(path: string, mode: number): void {
  const { uid, mode: before } = statSync(path);
  if (uid === process.getuid?.() && (before & OTHERS) !== 0) chmodSync(path, mode);
}

/**
 * The file behind every symbolic link, so that a database has one lock whatever name it is opened by. The file itself
 * need not exist. Throws DatabaseProblem for a file with a second hard link: SQLite would keep two journals for it.
 */
export function canonicalFile(path: string): string {
  return usePath(path, () => {
    let target = path;
    for (let link = 0; link < LINKS && isSymlink(target); link += 1)
      target = resolve(dirname(target), readlinkSync(target));
    const real = join(realpathSync(dirname(target)), basename(target));
    const found = statSync(real, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new DatabaseProblem(`${path} ${IS_FOLDER}`);
    const names = found?.nlink ?? 1;
    if (names === 1) return real;
    throw new DatabaseProblem(
      `The database ${path} has ${names} names (hard links), and two servers could open it at once. ` +
        'Copy the file, and keep one name of the copy.',
    );
  });
}

const IS_FOLDER = 'is a folder. Name a file in STOREKEEPER_DATABASE_URL, for example sqlite:./data/storekeeper.db.';

function isSymlink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is a file and no folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a file with this name is in the way',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
};

/** Why a path cannot be used, in one sentence; null when the error is of another kind. */
export function pathProblem(error: unknown, path?: string): string | null {
  const reason = REASONS[codeOf(error)];
  if (reason === undefined) return null;
  const named = path ?? (error instanceof Error && 'path' in error ? String(error.path) : 'A file');
  return `${named} cannot be used: ${reason}. Check STOREKEEPER_DATA_DIR and STOREKEEPER_DATABASE_URL, and who may write there.`;
}

/** Runs `work` on this path. What the path or SQLite refuses is thrown as a DatabaseProblem of one sentence. */
export function usePath<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const why = pathProblem(error, path) ?? sqliteProblem(error, path);
    throw why === null ? error : new DatabaseProblem(why);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
