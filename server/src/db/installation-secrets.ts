/**
 * Random secrets of this installation, sealed with the vault key and re-wrapped with it. A new version is accepted at once
 * and signs a little later, when every process has read it; the version before stays accepted until its end.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { Secret } from '../core/secret.ts';
import type { SealedIn } from './credentials.ts';
import { differencesOf, type Reader } from './dialect.ts';
import { sealInForce } from './key-check.ts';
import type { OpenDatabase } from './open.ts';
import { unseal, type Binding, type Vault } from './vault.ts';

export type Purpose = 'sign_in' | 'audit';

/** `signs` makes new signatures; every one of `accepted` is a right one. */
export type InstallationSecret = { signs: Secret; accepted: readonly Secret[] };

/** A new version signs after this long. Processes read the versions every two seconds. Milliseconds. */
const SPREAD_MS = 10_000;
const SECRET_BYTES = 32;

export const INSTALLATION_KIND = 'installation_secret:';

export function installationBinding({ purpose, version }: { purpose: string; version: number }): Binding {
  return { account: 'operator', store: 'installation', kind: `${INSTALLATION_KIND}${purpose}`, version };
}

/** Makes the first version unless there is one; `first` is used where an earlier version of the program had another secret. */
export async function ensureSecret(
  { db, vault }: SealedIn,
  { purpose, first }: { purpose: Purpose; first?: Secret | undefined },
): Promise<void> {
  const there = await db.selectFrom('installation_secret').select('version').where('purpose', '=', purpose).execute();
  if (there.length > 0) return;
  await insertVersion({ db, vault }, { purpose, version: 1, secret: first ?? randomSecret(), spreadMs: 0 });
}

/** Null when there is none yet. */
export async function readSecret({ db, vault }: SealedIn, purpose: Purpose): Promise<InstallationSecret | null> {
  const { now } = differencesOf(db);
  const rows = await db
    .selectFrom('installation_secret')
    .select(['version', 'sealed'])
    .select(sql<number>`case when active_at <= ${now} then 1 else 0 end`.as('active'))
    .where('purpose', '=', purpose)
    .where((e) => e.or([e('ends_at', 'is', null), e('ends_at', '>', now)]))
    .orderBy('version', 'desc')
    .execute();
  const opened = rows.map((row) => ({ active: row.active === 1, secret: open(vault, { ...row, purpose }) }));
  const signs = opened.find((one) => one.active) ?? opened[0];
  return signs ? { signs: signs.secret, accepted: opened.map((one) => one.secret) } : null;
}

function open(vault: Vault, row: { purpose: string; version: number; sealed: string }): Secret {
  return unseal(vault, { ...installationBinding(row), sealed: row.sealed });
}

type Rotation = { database: OpenDatabase; vault: Vault; purpose: Purpose; keepMs: number };

/** A new version; the versions before are accepted for `keepMs` more. Gives the new version's number. */
export async function rotateSecret({ database, vault, purpose, keepMs }: Rotation): Promise<number> {
  return database.transaction(async (tx) => {
    const query = tx.selectFrom('installation_secret').select('version').where('purpose', '=', purpose);
    const rows = await differencesOf(tx).forUpdate(query).execute();
    const version = Math.max(0, ...rows.map((row) => row.version)) + 1;
    const ends = sql<number>`${differencesOf(tx).now} + ${keepMs}`;
    await tx
      .updateTable('installation_secret')
      .set({ ends_at: ends })
      .where('purpose', '=', purpose)
      .where('ends_at', 'is', null)
      .execute();
    await insertVersion({ db: tx, vault }, { purpose, version, secret: randomSecret(), spreadMs: SPREAD_MS });
    return version;
  });
}

type Version = { purpose: Purpose; version: number; secret: Secret; spreadMs: number };

async function insertVersion({ db, vault }: SealedIn, { purpose, version, secret, spreadMs }: Version): Promise<void> {
  const { sealed, keyId } = await sealInForce(
    { db, vault },
    { ...installationBinding({ purpose, version }), plain: secret },
  );
  await db
    .insertInto('installation_secret')
    .values({
      purpose,
      version,
      sealed,
      key_id: keyId,
      active_at: sql<number>`${differencesOf(db).now} + ${spreadMs}`,
      ends_at: null,
    })
    .onConflict((conflict) => conflict.columns(['purpose', 'version']).doNothing())
    .execute();
}

/** Forgets versions that ended. */
export async function forgetSecrets(db: Reader): Promise<void> {
  await db.deleteFrom('installation_secret').where('ends_at', '<=', differencesOf(db).now).execute();
}

function randomSecret(): Secret {
  return new Secret(randomBytes(SECRET_BYTES).toString('base64'));
}
