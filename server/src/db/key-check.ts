/**
 * The stored key check: one small sealed text in `meta` for every key in use. A process that lacks one of these keys, or
 * brings another key under the same id, is refused at the start, before it could write anything.
 */
import { sql } from 'kysely';
import { Secret } from '../core/secret.ts';
import { differencesOf, type Reader } from './dialect.ts';
import { DatabaseProblem } from './problem.ts';
import { seal, unseal, type Vault } from './vault.ts';

const PREFIX = 'key_check:';
const WITNESS = 'Storekeeper opens what it sealed';

type SealedIn = { db: Reader; vault: Vault };

/**
 * Call it after migrating and before anything else. On an empty database it notes the current key. Throws DatabaseProblem,
 * having written nothing, when a key that sealed something is missing or wrong.
 */
export async function checkKeys({ db, vault }: SealedIn): Promise<void> {
  const checks = await readChecks(db);
  for (const { keyId, sealed } of checks) openCheck(vault, { keyId, sealed });
  if (checks.length === 0 && (await hasSealedRows(db))) {
    throw new DatabaseProblem(
      'The database has sealed credentials but no key check: it was tampered with. Restore a backup.',
    );
  }
  if (!checks.some((check) => check.keyId === vault.keyId)) await noteKey({ db, vault });
}

/** Notes the vault's current key as one in use. Noting it twice does no harm. */
async function noteKey({ db, vault }: SealedIn): Promise<void> {
  const { sealed } = seal(vault, { ...bindingOf(vault.keyId), plain: new Secret(WITNESS) });
  await db
    .insertInto('meta')
    .values({ name: `${PREFIX}${vault.keyId}`, value: sealed })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}

/**
 * Throws DatabaseProblem when the key has been retired by a rotation since this process started: what it seals now nobody
 * could open later. In a transaction it also keeps a rotation from retiring the key before the transaction ends.
 */
export async function assertKeyInUse(db: Reader, keyId: string): Promise<void> {
  const query = db.selectFrom('meta').selectAll().where('name', '=', `${PREFIX}${keyId}`);
  const locked = differencesOf(db).name === 'postgres' ? query.forShare() : query;
  if (!(await locked.executeTakeFirst())) {
    throw new DatabaseProblem(
      `The key ${keyId} is not in use in this database: it was retired by a rotation, or never noted. Restart with the current key.`,
    );
  }
}

/** The ids of every key that something may still be sealed with. */
export async function keysInUse(db: Reader): Promise<string[]> {
  return (await readChecks(db)).map((check) => check.keyId);
}

export async function retireKey(db: Reader, keyId: string): Promise<void> {
  await db.deleteFrom('meta').where('name', '=', `${PREFIX}${keyId}`).execute();
}

async function readChecks(db: Reader): Promise<{ keyId: string; sealed: string }[]> {
  const rows = await db.selectFrom('meta').selectAll().where('name', 'like', `${PREFIX}%`).orderBy('name').execute();
  return rows.map((row) => ({ keyId: row.name.slice(PREFIX.length), sealed: row.value }));
}

function openCheck(vault: Vault, { keyId, sealed }: { keyId: string; sealed: string }): void {
  if (!vault.has(keyId)) {
    throw new DatabaseProblem(
      `The credentials in this database are sealed with the key ${keyId}, but STOREKEEPER_SECRET_KEY is ${vault.keyId}. ` +
        `Set the right key. To change keys, write the new one first and ${keyId} behind it, then run: npm run storekeeper -- key rotate`,
    );
  }
  const text = unseal(vault, { ...bindingOf(keyId), sealed });
  if (text.reveal() !== WITNESS) throw new DatabaseProblem(`The key check of ${keyId} is damaged. Restore a backup.`);
}

async function hasSealedRows(db: Reader): Promise<boolean> {
  const { rows } = await sql`select 1 from credential limit 1`.execute(db);
  return rows.length > 0;
}

function bindingOf(keyId: string) {
  return { account: '', store: 'meta', kind: `${PREFIX}${keyId}`, version: 0 };
}
