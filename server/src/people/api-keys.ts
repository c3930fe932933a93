/** API keys: owned by an account, shown once, stored as a hash. */
import { createHash, randomBytes } from 'node:crypto';
import { Fault } from '../core/fault.ts';
import { Secret } from '../core/secret.ts';
import type { People } from './room.ts';
import { toIso } from './tables.ts';

export type ApiKey = { id: string; name: string; start: string; createdAt: string; lastUsedAt: string | null };

const PREFIX = 'sk_';
/** How long a look-up is believed: a key deleted by another process works this much longer. Milliseconds. */
const BELIEVED_MS = 5_000;
const BELIEVED_MOST = 10_000;

export async function createApiKey(
  people: People,
  wanted: { accountId: string; name: string },
): Promise<ApiKey & { key: Secret }> {
  const [{ adapter }, { hashApiKey }] = await Promise.all([
    people.auth().then((auth) => auth.$context),
    import('./auth.ts'),
  ]);
  const key = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  const createdAt = new Date(people.now());
  const made = await adapter.create<Record<string, unknown>, { id: string }>({
    model: 'apikey',
    data: {
      configId: 'default',
      name: wanted.name,
      start: key.slice(0, 8),
      prefix: PREFIX,
      key: await hashApiKey(key),
      referenceId: wanted.accountId,
      enabled: true,
      // Our own limit counts (http/limits.ts): a bulk import must not run into a second one.
      rateLimitEnabled: false,
      requestCount: 0,
      createdAt,
      updatedAt: createdAt,
    },
  });
  return {
    id: made.id,
    name: wanted.name,
    start: key.slice(0, 8),
    createdAt: createdAt.toISOString(),
    lastUsedAt: null,
    key: new Secret(key),
  };
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
  const done = await people.db
    .deleteFrom('api_key')
    .where('id', '=', which.id)
    .where('reference_id', '=', which.accountId)
    .executeTakeFirst();
  if (done.numDeletedRows === 0n) throw new Fault('not-found');
  believed.get(people)?.clear();
}

type Belief = { until: number; accountId: string | null };
const believed = new WeakMap<People, Map<string, Belief>>();

/** The account a key belongs to; null when the key is unknown. One look-up serves every request of the next seconds. */
export async function accountOfKey(people: People, key: string): Promise<string | null> {
  if (!key.startsWith(PREFIX) || key.length > 200) return null;
  const known = beliefs(people);
  const hash = createHash('sha256').update(key).digest('base64url');
  const belief = known.get(hash);
  if (belief !== undefined && belief.until > people.now()) return belief.accountId;
  const checked = await (await people.auth()).api.verifyApiKey({ body: { key } });
  const accountId = checked.valid && checked.key !== null ? checked.key.referenceId : null;
  if (known.size >= BELIEVED_MOST) known.clear();
  known.set(hash, { until: people.now() + BELIEVED_MS, accountId });
  return accountId;
}

function beliefs(people: People): Map<string, Belief> {
  const known = believed.get(people) ?? new Map<string, Belief>();
  believed.set(people, known);
  return known;
}
