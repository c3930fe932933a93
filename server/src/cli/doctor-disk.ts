/** The folders that Storekeeper writes to: whether it may, and whether there is room. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, realpathSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { privateFolder, usePath } from '../db/private-files.ts';
import { explain } from '../explain.ts';

const MIB = 1024 ** 2;
/** The log of an embedded database and the spool of tokens need it. */
const LEAST_BYTES = 200 * MIB;

export type DiskSpace = { bavail: number; bsize: number; files: number; ffree: number };

/** `space` is how the disk of a folder is measured. */
export function diskLines(
  config: Pick<Config, 'dataDir' | 'databaseUrl'>,
  space: (folder: string) => DiskSpace = (folder) => statfsSync(folder),
): string[] {
  const file = databaseFile(config.databaseUrl.reveal());
  const folders = [config.dataDir, ...(file === null ? [] : [dirname(file)])];
  const lines = [...new Set(folders)].map((folder) => folderLine(folder, { file, space }));
  // One folder reached by two names is one line.
  return [...new Set(lines)];
}

function databaseFile(url: string): string | null {
  const path = url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : ':memory:';
  return path === ':memory:' ? null : resolve(path);
}

function folderLine(
  folder: string,
  { file, space }: { file: string | null; space: (folder: string) => DiskSpace },
): string {
  try {
    privateFolder(folder);
    const path = realpathSync(folder);
    tryWriting(path);
    const holdsDatabase = file !== null && realpathSync(dirname(file)) === path;
    const needed = LEAST_BYTES + (holdsDatabase ? sizeOf(file) + sizeOf(`${file}-wal`) : 0);
    const problem = spaceProblem(space(path), needed);
    return problem === null ? `fine   disk: ${path} can be written and has room` : `wrong  disk: ${path} ${problem}`;
  } catch (error) {
    const why = explain(error);
    if (why === null) throw error;
    return `wrong  disk: ${why}`;
  }
}

function tryWriting(folder: string): void {
  const path = join(folder, `.doctor-${randomBytes(6).toString('hex')}`);
  usePath(folder, () => {
    try {
      const file = openSync(path, 'wx', 0o600);
      try {
        writeSync(file, Buffer.alloc(4096));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } finally {
      rmSync(path, { force: true });
    }
  });
}

/** An update copies the database first, so there must be room for a second one. */
function spaceProblem({ bavail, bsize, files, ffree }: DiskSpace, neededBytes: number): string | null {
  const free = bavail * bsize;
  if (free < neededBytes) {
    return `has ${Math.floor(free / MIB)} MiB free and needs ${Math.ceil(neededBytes / MIB)}: room for the log and for a copy of the database. Make room there.`;
  }
  // Some file systems count no files and say 0 of 0.
  if (files > 0 && ffree === 0) return 'can hold no further file (its inodes are used up). Delete files there.';
  return null;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
