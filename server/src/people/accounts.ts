/** Accounts: one seller's, agency's or platform's workspace. Nothing crosses it. */
import { randomBytes } from 'node:crypto';
import { Fault } from '../core/fault.ts';
import type { People } from './room.ts';
import { toIso } from './tables.ts';

export type Account = { id: string; name: string; createdAt: string };

/** Makes an account; with `ownerId` that person owns it. Names need not be unique: the id is what counts. */
export async function createAccount(
  people: People,
  wanted: { name: string; ownerId: string | null },
): Promise<Account> {
  const { adapter } = await (await people.auth()).$context;
  const createdAt = new Date(people.now());
  const made = await adapter.create<{ name: string; slug: string; createdAt: Date }, { id: string }>({
    model: 'organization',
    data: { name: wanted.name, slug: randomBytes(12).toString('hex'), createdAt },
  });
  if (wanted.ownerId !== null) {
    await adapter.create({
      model: 'member',
      data: { organizationId: made.id, userId: wanted.ownerId, role: 'owner', createdAt },
    });
  }
  await people.transaction((_tx, audit) =>
    audit({ accountId: made.id, kind: 'account.created', at: people.now(), details: { owner: wanted.ownerId } }),
  );
  return { id: made.id, name: wanted.name, createdAt: createdAt.toISOString() };
}

export async function listAccounts(people: People): Promise<Account[]> {
  const rows = await people.db
    .selectFrom('accounts')
    .select(['id', 'name', 'created_at'])
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({ id: row.id, name: row.name, createdAt: toIso(row.created_at) }));
}

/** Names by id; an account that is gone has none. */
export async function accountNames(people: People, ids: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await people.db.selectFrom('accounts').select(['id', 'name']).where('id', 'in', wanted).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

/**
 * The account with this id, or else with this name.
 * @throws Fault `not-found` when there is none, `invalid-request` when several share the name.
 */
export async function findAccount(people: People, nameOrId: string): Promise<Account> {
  const all = await listAccounts(people);
  const byId = all.find((account) => account.id === nameOrId);
  if (byId !== undefined) return byId;
  const byName = all.filter((account) => account.name.toLowerCase() === nameOrId.toLowerCase());
  const [first, second] = byName;
  if (first === undefined) throw new Fault('not-found', { detail: `There is no account named “${nameOrId}”.` });
  if (second !== undefined) {
    const ids = byName.map((account) => account.id).join(', ');
    throw new Fault('invalid-request', {
      detail: `Several accounts are named “${nameOrId}”. Use one of the ids: ${ids}.`,
    });
  }
  return first;
}

/** What the account is called; empty when there is none with this id. */
export async function accountName(people: People, id: string): Promise<string> {
  const row = await people.db.selectFrom('accounts').select('name').where('id', '=', id).executeTakeFirst();
  return row?.name ?? '';
}

/** The account this person worked in last, else the oldest they belong to, else a new one named after them. */
export async function accountFor(people: People, personId: string): Promise<string> {
  const [first] = await accountsOf(people, personId);
  if (first === undefined) {
    const person = await people.db.selectFrom('person').select('name').where('id', '=', personId).executeTakeFirst();
    return (await createAccount(people, { name: person?.name ?? 'My stores', ownerId: personId })).id;
  }
  const last = await people.db
    .selectFrom('person_session')
    .innerJoin('membership', (join) =>
      join
        .onRef('membership.organization_id', '=', 'person_session.active_organization_id')
        .onRef('membership.user_id', '=', 'person_session.user_id'),
    )
    .select('person_session.active_organization_id as id')
    .where('person_session.user_id', '=', personId)
    .orderBy('person_session.updated_at', 'desc')
    .executeTakeFirst();
  return last?.id ?? first.id;
}

export type Role = 'owner' | 'admin' | 'member';

/** The accounts a person belongs to, oldest membership first. */
export async function accountsOf(
  people: People,
  personId: string,
): Promise<{ id: string; name: string; role: Role }[]> {
  const rows = await people.db
    .selectFrom('membership')
    .innerJoin('accounts', 'accounts.id', 'membership.organization_id')
    .select(['accounts.id', 'accounts.name', 'membership.role'])
    .where('membership.user_id', '=', personId)
    .orderBy('membership.created_at')
    .execute();
  return rows.map((row) => ({ ...row, role: toRole(row.role) }));
}

/** better-auth may keep several roles in one text; the strongest counts, and an unknown one is the weakest. */
export function toRole(stored: string | null): Role {
  const held = (stored ?? '').split(',');
  return held.includes('owner') ? 'owner' : held.includes('admin') ? 'admin' : 'member';
}

/** The e-mail of the account's first owner: where messages go when a store has no address of its own. */
export async function contactOf(people: People, accountId: string): Promise<string | null> {
  const row = await people.db
    .selectFrom('membership')
    .innerJoin('person', 'person.id', 'membership.user_id')
    .select('person.email')
    .where('membership.organization_id', '=', accountId)
    .where('membership.role', 'like', '%owner%')
    .orderBy('membership.created_at')
    .executeTakeFirst();
  return row?.email ?? null;
}
