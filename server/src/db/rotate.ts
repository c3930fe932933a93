/**
 * Changing the key without stopping: every data key is wrapped anew, batch by batch, while others read and write. The
 * progress is the rows' own key id, so a rotation that was killed goes on where it was. An old key is retired when nothing
 * is sealed with it any more; until then a start without it is refused (key-check.ts).
 */
import { sql } from 'kysely';
import { differencesOf, type Db, type Reader } from './dialect.ts';
import { APP_SECRET_KIND, appSecretBinding } from './app-secrets.ts';
import { checkKeys, keysInUse, retireKey } from './key-check.ts';
import type { VaultKey } from './keys.ts';
import type { OpenDatabase } from './open.ts';
import { DatabaseProblem } from './problem.ts';
import { codeBinding } from './sessions.ts';
import { rewrap, type Binding, type Vault } from './vault.ts';

export type Rotation = {
  db: OpenDatabase;
  /** Opens everything that is sealed now. */
  vault: Vault;
  /** The key to change to; without it the vault's own first key. */
  newKey?: VaultKey;
  /** Rows in one statement. */
  batch?: number;
  onProgress?: (rewrapped: number) => void;
};

export type Rotated = { keyId: string; rewrapped: number; retired: string[] };

type Run = { db: Db; vault: Vault; batch: number; onProgress: (rewrapped: number) => void };

/**
 * Wraps everything with the new key. Throws DatabaseProblem, with the old keys still in use, when a key is missing or a
 * sealed value does not open. Running processes must already know the new key (it may stand behind the old one).
 */
export async function rotateKeys({ db, vault, newKey, batch = 500, onProgress }: Rotation): Promise<Rotated> {
  const next = newKey ? vault.withCurrent(newKey) : vault;
  await checkKeys({ db: db.db, vault: next });
  const run: Run = { db: db.db, vault: next, batch, onProgress: onProgress ?? (() => undefined) };
  let rewrapped = 0;
  for (;;) {
    for (const source of SOURCES) rewrapped += await rewrapSource(run, source);
    const retired = await retireOldKeys(db, next.keyId);
    if (retired) return { keyId: next.keyId, rewrapped, retired };
  }
}

type SealedRow = { binding: Binding; sealed: string };

/** A column that holds sealed values. `write` changes only rows that still hold what was read. */
type Source = {
  read: (db: Reader, page: { keyId: string; after: SealedRow | null; limit: number }) => Promise<SealedRow[]>;
  write: (db: Reader, rows: readonly Rewrapped[]) => Promise<void>;
};
type Rewrapped = {
  account: string;
  store: string;
  kind: string;
  version: number;
  was: string;
  sealed: string;
  key: string;
};

const ROW_COLUMNS = {
  account: 'text',
  store: 'text',
  kind: 'text',
  version: 'bigint',
  was: 'text',
  sealed: 'text',
  key: 'text',
} as const;

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

const CREDENTIALS: Source = {
  read: async (db, { keyId, after, limit }) => {
    let query = db.selectFrom('credential').selectAll().where('key_id', '<>', keyId);
    if (after) {
      const { account, store, version } = after.binding;
      query = query.where(sql<boolean>`(account_id, store_id, version) > (${account}, ${store}, ${version})`);
    }
    const rows = await query.orderBy('account_id').orderBy('store_id').orderBy('version').limit(limit).execute();
    return rows.map((row) => ({
      binding: { account: row.account_id, store: row.store_id, kind: row.kind, version: row.version },
      sealed: row.sealed,
    }));
  },
  write: async (db, rows) => {
    await sql`update credential set sealed = v.sealed, key_id = v.key
      from ${differencesOf(db).rowsFromJson(JSON.stringify(rows), ROW_COLUMNS)}
      where credential.account_id = v.account and credential.store_id = v.store and credential.version = v.version
        and credential.kind = v.kind and credential.sealed = v.was`.execute(db);
  },
};

const CONSENT_CODES: Source = {
  read: async (db, { keyId, after, limit }) => {
    let query = db
      .selectFrom('connect_session')
      .select(['account_id', 'id', 'code_sealed'])
      .where('code_key_id', 'is not', null)
      .where('code_key_id', '<>', keyId);
    if (after) query = query.where('id', '>', after.binding.store);
    const rows = await query.orderBy('id').limit(limit).execute();
    return rows.flatMap((row) =>
      row.code_sealed === null
        ? []
        : [{ binding: codeBinding({ accountId: row.account_id, id: row.id }), sealed: row.code_sealed }],
    );
  },
  write: async (db, rows) => {
    await sql`update connect_session set code_sealed = v.sealed, code_key_id = v.key
      from ${differencesOf(db).rowsFromJson(JSON.stringify(rows), ROW_COLUMNS)}
      where connect_session.account_id = v.account and connect_session.id = v.store
        and connect_session.code_sealed = v.was`.execute(db);
  },
};

const APP_SECRETS: Source = {
  read: async (db, { keyId, after, limit }) => {
    let query = db
      .selectFrom('app_secret')
      .select(['application_id', 'fingerprint', 'sealed'])
      .where('key_id', 'is not', null)
      .where('key_id', '<>', keyId);
    if (after) {
      const { store, kind } = after.binding;
      query = query.where(
        sql<boolean>`(application_id, fingerprint) > (${store}, ${kind.slice(APP_SECRET_KIND.length)})`,
      );
    }
    const rows = await query.orderBy('application_id').orderBy('fingerprint').limit(limit).execute();
    return rows.flatMap((row) =>
      row.sealed === null
        ? []
        : [
            {
              binding: appSecretBinding({ applicationId: row.application_id, fingerprint: row.fingerprint }),
              sealed: row.sealed,
            },
          ],
    );
  },
  write: async (db, rows) => {
    await sql`update app_secret set sealed = v.sealed, key_id = v.key
      from ${differencesOf(db).rowsFromJson(JSON.stringify(rows), ROW_COLUMNS)}
      where app_secret.application_id = v.store and app_secret.sealed = v.was`.execute(db);
  },
};

const SOURCES: readonly Source[] = [CREDENTIALS, CONSENT_CODES, APP_SECRETS];
