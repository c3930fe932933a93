/**
 * Changing the key without stopping. First every running process learns the new key, then the key is put in force, then
 * every data key is wrapped with it, batch by batch, while others read and write. The progress is the rows' own key id, so
 * a rotation that was killed continues where it was. An old key is retired when nothing is sealed with it any more.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db, Reader } from './dialect.ts';
import { checkKeys, keysInUse, lockInForce, noteKey, putInForce, retireKey } from './key-check.ts';
import type { VaultKey } from './keys.ts';
import type { OpenDatabase } from './open.ts';
import { DatabaseProblem } from './problem.ts';
import { runningProcesses, type ProcessRow } from './processes.ts';
import { proposeKey, withdrawKey } from './proposed-key.ts';
import { SOURCES, type Rewrapped, type SealedRow, type Source } from './rotate-sources.ts';
import { rewrap, type Vault } from './vault.ts';

export type Rotation = {
  db: OpenDatabase;
  /** Opens everything that is sealed now. */
  vault: Vault;
  /** The key to change to; without it the vault's own first key. */
  newKey?: VaultKey;
  /** Rows in one statement. */
  batch?: number;
  /** How long running processes may take to read the new key. Milliseconds. */
  patienceMs?: number;
  onProgress?: (rewrapped: number) => void;
};

export type Rotated = { keyId: string; rewrapped: number; retired: string[] };

type Run = { db: Db; vault: Vault; batch: number; onProgress: (rewrapped: number) => void };

/** A killed process counts as running for 30 s, and the others read a proposed key every two seconds. */
const PATIENCE_MS = 45_000;
const STEP_MS = 250;

/**
 * Seals everything with the new key. Throws DatabaseProblem, with the old keys still in use, when a key is missing, when
 * a running process does not learn the new key, or when a sealed value does not open.
 */
export async function rotateKeys(rotation: Rotation): Promise<Rotated> {
  const { db, vault, newKey, batch = 500, onProgress, patienceMs = PATIENCE_MS } = rotation;
  const next = newKey ? vault.withCurrent(newKey) : vault;
  await db.transaction((tx) => checkKeys({ db: tx, vault: next }));
  await takeInForce(db, { vault: next, patienceMs });
  const run: Run = { db: db.db, vault: next, batch, onProgress: onProgress ?? (() => undefined) };
  let rewrapped = 0;
  for (;;) {
    for (const source of SOURCES) rewrapped += await rewrapSource(run, source);
    const retired = await retireOldKeys(db, next.keyId);
    if (retired) return { keyId: next.keyId, rewrapped, retired };
  }
}

/** The key seals from now on, once every running process can open what is sealed with it. */
async function takeInForce(db: OpenDatabase, given: { vault: Vault; patienceMs: number }): Promise<void> {
  const { vault, patienceMs } = given;
  const until = Date.now() + patienceMs;
  await proposeKey(db.db, vault.keyId);
  try {
    for (;;) {
      const lacking = await db.transaction(async (tx) => {
        await lockInForce(tx, 'update');
        const without = (await runningProcesses(tx)).filter(({ keyIds }) => !keyIds.includes(vault.keyId));
        if (without.length > 0) return without;
        await noteKey({ db: tx, vault });
        await putInForce(tx, vault.keyId);
        return [];
      });
      if (lacking.length === 0) return;
      if (Date.now() >= until || lacking.some(({ rereads }) => !rereads)) throw notKnown(vault.keyId, lacking);
      await sleep(STEP_MS);
    }
  } finally {
    await withdrawKey(db.db, vault.keyId);
  }
}

function notKnown(keyId: string, lacking: readonly ProcessRow[]): DatabaseProblem {
  const names = lacking.map(({ id, role }) => `${id} (${role})`).join(', ');
  return new DatabaseProblem(
    `Nothing was changed: the key ${keyId} is not known to the running process ${names}. ` +
      'Write it behind the current key in the STOREKEEPER_SECRET_KEY of that process and restart it, then run key rotate again. ' +
      'With file: or command: the process reads it without a restart.',
  );
}

async function rewrapSource({ db, vault, batch, onProgress }: Run, source: Source): Promise<number> {
  let count = 0;
  let after: SealedRow | null = null;
  for (;;) {
    const rows: SealedRow[] = await source.read(db, { keyId: vault.keyId, after, limit: batch });
    after = rows[rows.length - 1] ?? null;
    if (after === null) return count;
    await source.write(
      db,
      rows.map((row) => rewrapRow(vault, row)),
    );
    count += rows.length;
    onProgress(count);
  }
}

function rewrapRow(vault: Vault, { binding, sealed }: SealedRow): Rewrapped {
  try {
    const fresh = rewrap(vault, { ...binding, sealed });
    return { ...binding, was: sealed, sealed: fresh.sealed, key: fresh.keyId };
  } catch (error) {
    if (!(error instanceof DatabaseProblem)) throw error;
    throw new DatabaseProblem(
      `The rotation stopped at the ${binding.kind} of ${binding.store}, version ${binding.version}; everything before it is done. ${error.message}`,
    );
  }
}

/** Null when somebody sealed with an old key meanwhile: then another round is needed. */
async function retireOldKeys(db: OpenDatabase, keyId: string): Promise<string[] | null> {
  const old = (await keysInUse(db.db)).filter((id) => id !== keyId);
  try {
    await db.transaction(async (tx) => {
      // Waits for every open transaction that seals with these keys (assertKeyInUse) …
      for (const id of old) await retireKey(tx, id);
      // … so that what they sealed is seen here.
      if (await hasOthers(tx, keyId)) throw new StillInUse();
    });
    return old;
  } catch (error) {
    if (error instanceof StillInUse) return null;
    throw error;
  }
}

class StillInUse extends DatabaseProblem {
  constructor() {
    super('A credential is still sealed with an older key');
  }
}

async function hasOthers(tx: Reader, keyId: string): Promise<boolean> {
  for (const source of SOURCES) {
    const rows = await source.read(tx, { keyId, after: null, limit: 1 });
    if (rows.length > 0) return true;
  }
  return false;
}
