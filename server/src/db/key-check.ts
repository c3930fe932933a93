/**
 * The stored key check: one small sealed text in `meta` for every key in use, and the id of the key in force. A process
 * that lacks one of these keys, or brings another key under the same id, is refused at the start and has written nothing.
 */
import { sql } from 'kysely';
import { Secret } from '../core/secret.ts';
import { differencesOf, type Reader } from './dialect.ts';
import { DatabaseProblem } from './problem.ts';
import { seal, unseal, type Binding, type Vault } from './vault.ts';

const PREFIX = 'key_check:';
/** The row of `meta` that names the key which seals. */
const IN_FORCE = 'vault_key';
const WITNESS = 'Storekeeper opens what it sealed';

type SealedIn = { db: Reader; vault: Vault };

/**
 * Call it after migrating and before anything else, in a transaction. On an empty database it notes the current key and
 * puts it in force. Throws DatabaseProblem, having written nothing, when a key that sealed something is missing or wrong.
 */
export async function checkKeys({ db, vault }: SealedIn): Promise<void> {
  const said = await lockInForce(db, 'share');
  const checks = await verifyKeys({ db, vault });
  if (checks.length === 0 || said === null) {
    const first = await beginInForce(db, firstInForce(vault, checks));
    if (!vault.has(first)) throw missingKey(vault, first);
  }
  if (checks.length === 0) await noteKey({ db, vault });
}

/** Reads only. Throws DatabaseProblem when a key that sealed something is missing or wrong; gives the checks. */
export async function verifyKeys({ db, vault }: SealedIn): Promise<{ keyId: string }[]> {
  const checks = await readChecks(db);
  for (const { keyId, sealed } of checks) openCheck(vault, { keyId, sealed });
  if (checks.length === 0 && (await hasSealedRows(db))) {
    throw new DatabaseProblem(
      'The database has sealed credentials but no key check: it was tampered with. Restore a backup.',
    );
  }
  return checks;
}

/** Databases of earlier versions named no key in force: there it was the first key of the setting. */
function firstInForce(vault: Vault, checks: readonly { keyId: string }[]): string {
  const [other] = checks;
  return other === undefined || checks.some((check) => check.keyId === vault.keyId) ? vault.keyId : other.keyId;
}

/** Notes the vault's first key as one in use. Noting it twice does no harm. */
export async function noteKey({ db, vault }: SealedIn): Promise<void> {
  const { sealed } = seal(vault, { ...bindingOf(vault.keyId), plain: new Secret(WITNESS) });
  await db
    .insertInto('meta')
    .values({ name: `${PREFIX}${vault.keyId}`, value: sealed })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}

/**
 * The id of the key in force; null on an empty database. A rotation locks it for `update`, a start for `share`, so that a
 * starting process either sees the new key or is seen by the rotation.
 */
export async function lockInForce(tx: Reader, lock: 'share' | 'update'): Promise<string | null> {
  const query = tx.selectFrom('meta').select('value').where('name', '=', IN_FORCE);
  const isPostgres = differencesOf(tx).name === 'postgres';
  const locked = isPostgres ? (lock === 'share' ? query.forShare() : query.forUpdate()) : query;
  return (await locked.executeTakeFirst())?.value ?? null;
}

async function beginInForce(db: Reader, keyId: string): Promise<string> {
  await db
    .insertInto('meta')
    .values({ name: IN_FORCE, value: keyId })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  return (await lockInForce(db, 'share')) ?? keyId;
}

export async function putInForce(tx: Reader, keyId: string): Promise<void> {
  await tx.updateTable('meta').set({ value: keyId }).where('name', '=', IN_FORCE).execute();
}

/**
 * Seals with the key in force in the database, whatever key the setting names first. A process that does not have it yet
 * uses another key that is still in use. In a transaction the key is not retired before the transaction ends.
 */
export async function sealInForce(
  { db, vault }: SealedIn,
  value: Binding & { plain: Secret },
): Promise<{ sealed: string; keyId: string }> {
  return seal(vault, { ...value, keyId: await keyToSealWith({ db, vault }) });
}

/** The key that `sealInForce` takes, for a value that has to be sealed later without a question to the database. */
export async function keyToSealWith({ db, vault }: SealedIn): Promise<string> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', IN_FORCE).executeTakeFirst();
  const wanted = [...(row ? [row.value] : []), ...vault.keyIds()];
  for (const keyId of new Set(wanted)) {
    if (vault.has(keyId) && (await holdKey(db, keyId))) return keyId;
  }
  throw new DatabaseProblem(
    `None of the keys ${vault.keyIds().join(', ')} is in use in this database: a rotation retired them. Restart with the current key.`,
  );
}

async function holdKey(db: Reader, keyId: string): Promise<boolean> {
  const query = db.selectFrom('meta').select('name').where('name', '=', `${PREFIX}${keyId}`);
  const held = differencesOf(db).name === 'postgres' ? query.forShare() : query;
  return (await held.executeTakeFirst()) !== undefined;
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
  if (!vault.has(keyId)) throw missingKey(vault, keyId);
  const text = unseal(vault, { ...bindingOf(keyId), sealed });
  if (text.reveal() !== WITNESS) throw new DatabaseProblem(`The key check of ${keyId} is damaged. Restore a backup.`);
}

function missingKey(vault: Vault, keyId: string): DatabaseProblem {
  return new DatabaseProblem(
    `The credentials in this database are sealed with the key ${keyId}, but STOREKEEPER_SECRET_KEY is ${vault.keyId}. ` +
      `Set the right key. To change keys, write the new one first and ${keyId} behind it, then run: npm run storekeeper -- key rotate`,
  );
}

async function hasSealedRows(db: Reader): Promise<boolean> {
  const { rows } = await sql`select 1 from credential limit 1`.execute(db);
  return rows.length > 0;
}

function bindingOf(keyId: string) {
  return { account: '', store: 'meta', kind: `${PREFIX}${keyId}`, version: 0 };
}
