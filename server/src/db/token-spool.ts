/**
 * Tokens on the way into the database, sealed, one file each. A slot is written to the disk before the call that may bring
 * a token, so that keeping the token needs no new disk space. Files are 0600 in a folder 0700.
 */
import { constants, writeSync } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseProblem } from './problem.ts';

/** A token between its arrival and its commit. Instants in milliseconds. */
export type SpoolEntry = {
  /** Of the intent that it answers. */
  id: string;
  kind: 'code' | 'refresh' | 'control';
  accountId: string;
  /** For `control` the app and its region, `application|region`. */
  storeId: string;
  sessionId: string | null;
  version: number;
  /** Fingerprint of the token that it replaces (`control`: of the one in the apps file); null for a code. */
  sent: string | null;
  at: number;
  sealed: string;
};

export type Slot = {
  /** Writes the entry and waits until the disk has it. The slot stays until it is removed. */
  fill: (entry: SpoolEntry) => Promise<void>;
  /** Gives the slot back. Removing it twice does no harm. */
  remove: () => Promise<void>;
};

export type TokenSpool = {
  /** Throws DatabaseProblem when the disk has no room or the spool is full. */
  reserve: (id: string) => Promise<Slot>;
  /** The entries that wait, oldest first. Empty slots of processes that died are removed. */
  waiting: () => Promise<SpoolEntry[]>;
  remove: (id: string) => Promise<void>;
};

/** Larger than the longest sealed token, and a whole number of disk blocks. */
const SLOT_BYTES = 16_384;
/** Files at once. More means that nothing empties the spool. */
const LIMIT = 1_000;
/** No call lasts as long: an empty slot this old belongs to a process that died. Machine time, milliseconds. */
const ABANDONED_MS = 15 * 60_000;
const SLOT = '.slot';
const TOKEN = '.token';

export function openTokenSpool(folder: string): TokenSpool {
  const pathOf = (id: string, ending: string): string => join(folder, `${id}${ending}`);
  const remove = async (id: string): Promise<void> => {
    for (const ending of [SLOT, TOKEN]) await rm(pathOf(id, ending), { force: true });
  };
  return {
    remove,
    async reserve(id) {
      await makeFolder(folder);
      if ((await readdir(folder)).length >= LIMIT) throw new DatabaseProblem(`The token spool ${folder} is full.`);
      const path = pathOf(id, SLOT);
      const file = await allocate(path);
      const state = { open: true };
      const close = async (): Promise<void> => {
        if (!state.open) return;
        state.open = false;
        await file.close();
      };
      return {
        async fill(entry) {
          try {
            await write(file, entry);
          } finally {
            await close();
          }
          await rename(path, pathOf(id, TOKEN));
          await syncFolder(folder);
        },
        async remove() {
          await close();
          await remove(id);
        },
      };
    },
    async waiting() {
      const entries: SpoolEntry[] = [];
      for (const name of await namesIn(folder)) {
        const entry = await readEntry(join(folder, name));
        if (entry) entries.push(entry);
      }
      return entries.sort((a, b) => a.at - b.at);
    },
  };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

/** Every block of the slot is on the disk when this returns. */
async function allocate(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600);
  try {
    await file.writeFile(Buffer.alloc(SLOT_BYTES));
    await file.sync();
    return file;
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
}

/** Written at once, without a pause in which the process could be killed with the token in its memory alone. */
async function write(file: FileHandle, entry: SpoolEntry): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(entry)}\n`, 'utf8');
  if (bytes.length > SLOT_BYTES) throw new DatabaseProblem('A token is too long for the spool.');
  writeSync(file.fd, bytes, 0, bytes.length, 0);
  await file.sync();
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(SLOT) || name.endsWith(TOKEN));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A process that died between writing and renaming left its token in the slot. */
async function readEntry(path: string): Promise<SpoolEntry | null> {
  try {
    const text = await readFile(path, 'utf8');
    const end = text.indexOf('\n');
    if (end > 0) return JSON.parse(text.slice(0, end)) as SpoolEntry;
    if (Date.now() - (await stat(path)).mtimeMs > ABANDONED_MS) await rm(path, { force: true });
    return null;
  } catch (error) {
    // Another process emptied it, or is writing it just now.
    if (isMissing(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
