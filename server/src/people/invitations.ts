/** Invitations by link: the person who holds it signs in or up with the invited e-mail address and joins. */
import { Fault } from '../core/fault.ts';
import { toRole, type Role } from './accounts.ts';
import { requireManager } from './members.ts';
import type { People } from './room.ts';
import type { SignedIn } from './sign-in.ts';
import { toIso } from './tables.ts';

export type Invitation = { id: string; email: string; url: string; expiresAt: string };
export type InvitationView = Invitation & { accountName: string; invitedBy: string; role: Role };

type Invite = { signedIn: SignedIn; headers: Headers; email: string; role: 'admin' | 'member' };

export async function invite(people: People, wanted: Invite): Promise<Invitation> {
  requireManager(wanted.signedIn);
  const email = wanted.email.toLowerCase();
  const taken = await people.db
    .selectFrom('membership')
    .innerJoin('person', 'person.id', 'membership.user_id')
    .select('membership.id')
    .where('membership.organization_id', '=', wanted.signedIn.account.id)
    .where('person.email', '=', email)
    .executeTakeFirst();
  if (taken !== undefined) {
    throw new Fault('invalid-fields', {
      errors: [{ field: 'email', code: 'already_here', message: 'This person belongs to the account already.' }],
    });
  }
  const made = await (
    await people.auth()
  ).api.createInvitation({
    headers: wanted.headers,
    body: { email, role: wanted.role, organizationId: wanted.signedIn.account.id },
  });
  return { id: made.id, email, url: linkTo(people, made.id), expiresAt: toIso(made.expiresAt) };
}

/** What the invitation page shows to whoever holds the link. @throws Fault `not-found`, also when it ended. */
export async function readInvitation(people: People, id: string): Promise<InvitationView> {
  const row = await people.db
    .selectFrom('invitation')
    .innerJoin('accounts', 'accounts.id', 'invitation.organization_id')
    .innerJoin('person', 'person.id', 'invitation.inviter_id')
    .select([
      'invitation.id',
      'invitation.email',
      'invitation.role',
      'invitation.status',
      'invitation.expires_at',
      'accounts.name as account_name',
      'person.name as invited_by',
    ])
    .where('invitation.id', '=', id)
    .executeTakeFirst();
  const alive = row?.status === 'pending' && new Date(row.expires_at).getTime() > people.now();
  if (row === undefined || !alive) {
    throw new Fault('not-found', { detail: 'This invitation was used, withdrawn or ran out. Ask for a new one.' });
  }
  return {
    id: row.id,
    email: row.email,
    url: linkTo(people, row.id),
    expiresAt: toIso(row.expires_at),
    accountName: row.account_name,
    invitedBy: row.invited_by,
    role: toRole(row.role),
  };
}

/** Joins the account and works in it from now on. @throws Fault `not-allowed` when signed in with another address. */
export async function acceptInvitation(
  people: People,
  who: { signedIn: SignedIn; headers: Headers; id: string },
): Promise<void> {
  const invitation = await readInvitation(people, who.id);
  if (invitation.email.toLowerCase() !== who.signedIn.email.toLowerCase()) {
    throw new Fault('not-allowed', {
      detail: `This invitation is for ${invitation.email}. Sign in with that address to accept it.`,
    });
  }
  await (await people.auth()).api.acceptInvitation({ headers: who.headers, body: { invitationId: who.id } });
}

function linkTo(people: People, id: string): string {
  return `${people.publicUrl}/invitation/${id}`;
}
