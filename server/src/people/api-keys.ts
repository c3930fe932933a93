/** API keys: owned by an account, shown once, stored as a hash. */
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { Fault } from '../core/fault.ts';
import { Secret } from '../core/secret.ts';
import { noticeOutages } from '../database-outage.ts';
import type { People } from './room.ts';
import { toIso, type StoredInstant } from './tables.ts';

export type ApiKey = { id: string; name: string; start: string; createdAt: string; lastUsedAt: string | null };

const PREFIX = 'sk_';
/** The time of the last use is kept to this precision. Milliseconds. */
const USE_NOTED_MS = 60_000;

export async function createApiKey(
  people: People,
  wanted: { accountId: string; name: string },
): Promise<ApiKey & { key: Secret }> {
  const key = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  const createdAt = new Date(people.now()).toISOString();
  const row = { id: randomBytes(24).toString('base64url'), name: wanted.name, start: key.slice(0, 8) };
  await people.transaction(async (tx, audit) => {
    await tx
      .insertInto('api_key')
      .values({
        ...row,
        config_id: 'default',
        prefix: PREFIX,
        key: hashOf(key),
        reference_id: wanted.accountId,
        enabled: sql<boolean>`true`,
        expires_at: null,
        created_at: createdAt,
        updated_at: createdAt,
        last_request: null,
      })
      .execute();
    const news = { accountId: wanted.accountId, kind: 'api_key.created', at: people.now() } as const;
    await audit({ ...news, details: { key: row.id } });
  });
  return { ...row, createdAt, lastUsedAt: null, key: new Secret(key) };
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

export async function listApiKeys(people: People, accountId: string): Promise<ApiKey[]> {
  const rows = await people.db
    .selectFrom('api_key')
    .select(['id', 'name', 'start', 'created_at', 'last_request'])
    .where('reference_id', '=', accountId)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name ?? '',
    start: row.start ?? PREFIX,
    createdAt: toIso(row.created_at),
    lastUsedAt: row.last_request === null ? null : toIso(row.last_request),
  }));
}

export async function deleteApiKey(people: People, which: { accountId: string; id: string }): Promise<void> {
  await people.transaction(async (tx, audit) => {
    const done = await tx
      .deleteFrom('api_key')
      .where('id', '=', which.id)
      .where('reference_id', '=', which.accountId)
      .executeTakeFirst();
    if (done.numDeletedRows === 0n) throw new Fault('not-found');
    const news = { accountId: which.accountId, kind: 'api_key.deleted', at: people.now() } as const;
    await audit({ ...news, details: { key: which.id } });
  });
}

export type KnownKey = { id: string; accountId: string };
/** The account a key belongs to; null when the key is unknown. */
export async function accountOfKey(people: People, key: string): Promise<string | null> {
  return (await findApiKey(people, key))?.accountId ?? null;
}

/**
 * A key and the account it belongs to; null when the key is unknown. Every request asks the database once, by the index on
 * the hash: a key that any process deleted is refused at once. A database error is thrown, so it never counts as a wrong key.
 */
export async function findApiKey(people: People, key: string): Promise<KnownKey | null> {
  if (!key.startsWith(PREFIX) || key.length > 200) return null;
  const row = await people.db
    .selectFrom('api_key')
    .select(['id', 'reference_id', 'enabled', 'expires_at', 'last_request'])
    .where('key', '=', hashOf(key))
    .executeTakeFirst();
  if (row === undefined || row.enabled === false || row.enabled === 0) return null;
  if (row.expires_at !== null && Date.parse(toIso(row.expires_at)) <= people.now()) return null;
  await noteUse(people, row);
  return { id: row.id, accountId: row.reference_id };
}

/** A database that takes no writes still opens the door: the time of use is worth less than the request. */
async function noteUse(people: People, row: { id: string; last_request: StoredInstant | null }): Promise<void> {
  const now = people.now();
  if (row.last_request !== null && now - Date.parse(toIso(row.last_request)) < USE_NOTED_MS) return;
  const noting = people.db
    .updateTable('api_key')
    .set({ last_request: new Date(now).toISOString() })
    .where('id', '=', row.id);
  await noticeOutages({ outage: null }, () => noting.execute()).catch(() => undefined);
}
