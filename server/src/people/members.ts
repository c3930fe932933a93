/** The people of an account. */
import { Fault } from '../core/fault.ts';
import { toRole, type Role } from './accounts.ts';
import type { People } from './room.ts';
import type { SignedIn } from './sign-in.ts';
import type { PeopleDb } from './tables.ts';

export type Member = { id: string; name: string; email: string; role: Role; you: boolean; invited: boolean };

/**
 * Those who joined, oldest first, then those who are invited. `id` is the membership's or the invitation's. Only those who
 * manage people see who is invited.
 */
export async function listPeople(people: People, signedIn: SignedIn): Promise<Member[]> {
  const joined = await people.db
    .selectFrom('membership')
    .innerJoin('person', 'person.id', 'membership.user_id')
    .select(['membership.id', 'person.name', 'person.email', 'membership.role', 'membership.user_id'])
    .where('membership.organization_id', '=', signedIn.account.id)
    .orderBy('membership.created_at')
    .execute();
  const invited = signedIn.account.role === 'member' ? [] : await openInvitations(people, signedIn.account.id);
  return [
    ...joined.map((row) => ({
      id: row.id,
      name: row.name,
      email: row.email,
      role: toRole(row.role),
      you: row.user_id === signedIn.personId,
      invited: false,
    })),
    ...invited
      .filter((row) => new Date(row.expires_at).getTime() > people.now())
      .map((row) => ({ id: row.id, name: '', email: row.email, role: toRole(row.role), you: false, invited: true })),
  ];
}

function openInvitations(people: People, accountId: string) {
  return people.db
    .selectFrom('invitation')
    .select(['id', 'email', 'role', 'expires_at'])
    .where('organization_id', '=', accountId)
    .where('status', '=', 'pending')
    .orderBy('created_at')
    .execute();
}

/** Removes a member or withdraws an invitation of the signed-in person's account. The last owner stays. */
export async function removePerson(people: People, who: { signedIn: SignedIn; id: string }): Promise<void> {
  const accountId = who.signedIn.account.id;
  const membership = await people.db
    .selectFrom('membership')
    .select(['id', 'role', 'user_id'])
    .where('id', '=', who.id)
    .where('organization_id', '=', accountId)
    .executeTakeFirst();
  if (membership === undefined) return withdraw(people, who);
  if (membership.user_id !== who.signedIn.personId) requireManager(who.signedIn);
  if (toRole(membership.role) === 'owner') await keepOneOwner(people, who.signedIn);
  const personId = membership.user_id;
  await people.transaction(async (tx, audit) => {
    await tx.deleteFrom('membership').where('id', '=', membership.id).execute();
    await endWhatTheyMade(tx, { accountId, personId, now: people.productNow() });
    const details = { person: personId, role: toRole(membership.role) };
    await audit({ accountId, kind: 'member.removed', at: people.now(), details });
  });
}

type Removed = { accountId: string; personId: string; now: number };

/** The links that a removed person made or may have read: each opens something of the account without a sign-in. */
async function endWhatTheyMade(tx: PeopleDb, { accountId, personId, now }: Removed): Promise<void> {
  await tx
    .deleteFrom('calendar_feed')
    .where('account_id', '=', accountId)
    // Null: made before its maker was noted, so it may be theirs.
    .where((where) => where.or([where('made_by', '=', personId), where('made_by', 'is', null)]))
    .execute();
  await tx
    .updateTable('connect_session')
    .set((set) => ({ status: 'expired', next_at: null, ended_at: now, version: set('version', '+', 1) }))
    .where('account_id', '=', accountId)
    .where('made_by', '=', personId)
    .where('status', 'in', ['open', 'at_marketplace'])
    .execute();
  await tx
    .updateTable('hand_off')
    .set({ revoked_at: now })
    .where('account_id', '=', accountId)
    .where('made_by', '=', personId)
    .where('revoked_at', 'is', null)
    .where('used_at', 'is', null)
    .execute();
}

async function withdraw(people: People, who: { signedIn: SignedIn; id: string }): Promise<void> {
  requireManager(who.signedIn);
  const accountId = who.signedIn.account.id;
  await people.transaction(async (tx, audit) => {
    const done = await tx
      .updateTable('invitation')
      .set({ status: 'canceled' })
      .where('id', '=', who.id)
      .where('organization_id', '=', accountId)
      .where('status', '=', 'pending')
      .executeTakeFirst();
    if (done.numUpdatedRows === 0n) throw new Fault('not-found');
    await audit({ accountId, kind: 'invitation.withdrawn', at: people.now(), details: { invitation: who.id } });
  });
}

async function keepOneOwner(people: People, signedIn: SignedIn): Promise<void> {
  if (signedIn.account.role !== 'owner') {
    throw new Fault('not-allowed', { detail: 'Only an owner can remove an owner.' });
  }
  const owners = (await listPeople(people, signedIn)).filter((one) => one.role === 'owner' && !one.invited);
  if (owners.length < 2) {
    throw new Fault('not-allowed', { detail: 'The last owner of an account cannot leave it.' });
  }
}

/** Owners and admins manage people and keys; members work with stores. */
export function requireManager(signedIn: SignedIn): void {
  if (signedIn.account.role === 'member') {
    throw new Fault('not-allowed', { detail: 'Ask an owner or admin of this account to do that.' });
  }
}
