/**
 * Which token each store had last, noted in a file beside the database, without the tokens. A database that is put back
 * to an older copy does not know of later ones; this file does.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** `replacedAt`: when the marketplace last replaced the token of this version. Milliseconds. */
export type LedgerEntry = { storeId: string; version: number; replacedAt: number | null; at: number };

export type TokenLedger = {
  note: (entry: LedgerEntry) => Promise<void>;
  /** The last entry of every store. */
  newest: () => Promise<LedgerEntry[]>;
};

/** So many superseded lines are kept before the file is written again without them. */
const SUPERSEDED = 1_000;

export function openTokenLedger(path: string): TokenLedger {
  return {
    note: (entry) => append(path, `${JSON.stringify(entry)}\n`),
    async newest() {
      const lines = (await textOf(path)).split('\n').filter((line) => line !== '');
      const newest = new Map<string, LedgerEntry>();
      for (const entry of lines.flatMap(parsed)) newest.set(entry.storeId, after(newest.get(entry.storeId), entry));
      const entries = [...newest.values()];
      if (lines.length > entries.length + SUPERSEDED) await rewrite(path, entries);
      return entries;
    },
  };
}

function after(before: LedgerEntry | undefined, entry: LedgerEntry): LedgerEntry {
  return before?.version === entry.version ? { ...entry, replacedAt: entry.replacedAt ?? before.replacedAt } : entry;
}

async function append(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** A line that was cut off by a power loss says nothing. */
function parsed(line: string): LedgerEntry[] {
  try {
    return [JSON.parse(line) as LedgerEntry];
  } catch {
    return [];
  }
}

async function rewrite(path: string, entries: readonly LedgerEntry[]): Promise<void> {
  const fresh = `${path}.new`;
  await append(fresh, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  await rename(fresh, path);
}
