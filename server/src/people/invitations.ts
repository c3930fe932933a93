/**
 * Invitations by link. The link's secret is kept as a hash and is not the row's id. It does not prove an address: the inviter
 * sees the link, so only a person who confirmed the invited address joins.
 */
import { randomBytes } from 'node:crypto';
import { Fault } from '../core/fault.ts';
import { hashToken } from '../db/ids.ts';
import { toRole, type Role } from './accounts.ts';
import { requireManager } from './members.ts';
import type { People } from './room.ts';
import type { SignedIn } from './sign-in.ts';
import { toIso, type PeopleDb } from './tables.ts';

export type Invitation = { id: string; email: string; url: string; expiresAt: string };
export type InvitationView = Omit<Invitation, 'url'> & { accountName: string; invitedBy: string; role: Role };

type Invite = { signedIn: SignedIn; email: string; role: 'admin' | 'member' };

const LASTS_MS = 7 * 86_400_000;
/** Open invitations of one account. */
const OPEN_MOST = 100;

export async function invite(people: People, wanted: Invite): Promise<Invitation> {
  requireManager(wanted.signedIn);
  const accountId = wanted.signedIn.account.id;
  const email = wanted.email.toLowerCase();
  await refuseMember(people, { accountId, email });
  const secret = randomBytes(32).toString('base64url');
  const now = people.now();
  const row = {
    id: randomBytes(16).toString('hex'),
    organization_id: accountId,
    email,
    role: wanted.role,
    status: 'pending',
    created_at: new Date(now).toISOString(),
    expires_at: new Date(now + LASTS_MS).toISOString(),
    inviter_id: wanted.signedIn.personId,
    secret_hash: hashToken(secret),
  };
  await people.transaction(async (tx, audit) => {
    // The link before stops working: one address has one open invitation.
    await tx
      .updateTable('invitation')
      .set({ status: 'canceled' })
      .where('organization_id', '=', accountId)
      .where('email', '=', email)
      .where('status', '=', 'pending')
      .execute();
    await refuseTooMany(tx, { accountId, now });
    await tx.insertInto('invitation').values(row).execute();
    const details = { invitation: row.id, role: wanted.role };
    await audit({ accountId, kind: 'invitation.created', at: now, details });
  });
  return { id: row.id, email, url: `${people.publicUrl}/invitation/${secret}`, expiresAt: row.expires_at };
}

async function refuseMember(people: People, { accountId, email }: { accountId: string; email: string }): Promise<void> {
  const taken = await people.db
    .selectFrom('membership')
    .innerJoin('person', 'person.id', 'membership.user_id')
    .select('membership.id')
    .where('membership.organization_id', '=', accountId)
    .where('person.email', '=', email)
    .executeTakeFirst();
  if (taken === undefined) return;
  throw new Fault('invalid-fields', {
    errors: [{ field: 'email', code: 'already_here', message: 'This person belongs to the account already.' }],
  });
}

async function refuseTooMany(tx: PeopleDb, { accountId, now }: { accountId: string; now: number }): Promise<void> {
  const open = await tx
    .selectFrom('invitation')
    .select(['expires_at'])
    .where('organization_id', '=', accountId)
    .where('status', '=', 'pending')
    .execute();
  if (open.filter((one) => new Date(one.expires_at).getTime() > now).length < OPEN_MOST) return;
  throw new Fault('not-allowed', {
    detail: `${OPEN_MOST} invitations are open. Withdraw some of them before you invite more people.`,
  });
}

/** What the invitation's page shows to the holder of the link. @throws Fault `not-found`, also when it ended. */
export async function readInvitation(people: People, secret: string): Promise<InvitationView> {
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
    .where('invitation.secret_hash', '=', hashToken(secret))
    .executeTakeFirst();
  const alive = row?.status === 'pending' && new Date(row.expires_at).getTime() > people.now();
  if (row === undefined || !alive) throw over();
  return {
    id: row.id,
    email: row.email,
    expiresAt: toIso(row.expires_at),
    accountName: row.account_name,
    invitedBy: row.invited_by,
    role: toRole(row.role),
  };
}

function over(): Fault {
  return new Fault('not-found', { detail: 'This invitation was used, withdrawn or ran out. Ask for a new one.' });
}

/**
 * Joins the account and works in it from now on.
 * @throws Fault `not-allowed` when signed in with another address, or with one that is not confirmed.
 */
export async function acceptInvitation(people: People, who: { signedIn: SignedIn; secret: string }): Promise<void> {
  const { signedIn } = who;
  const invitation = await readInvitation(people, who.secret);
  if (invitation.email.toLowerCase() !== signedIn.email.toLowerCase()) {
    throw new Fault('not-allowed', {
      detail: `This invitation is for ${invitation.email}. Sign in with that address to accept it.`,
    });
  }
  if (!signedIn.emailVerified) {
    throw new Fault('not-allowed', {
      detail:
        'Confirm your e-mail address first: use the link in the mail that we send you. Then accept the invitation.',
      extra: { reason: 'email_not_confirmed' },
    });
  }
  const { id } = invitation;
  const now = people.now();
  await people.transaction(async (tx, audit) => {
    const accountId = await join(tx, { id, signedIn, now });
    await audit({ accountId, kind: 'invitation.accepted', at: now, details: { invitation: id } });
  });
}

type Joining = { id: string; signedIn: SignedIn; now: number };

/** Gives the account's id. */
async function join(tx: PeopleDb, { id, signedIn, now }: Joining): Promise<string> {
  // The first change of the row wins: an invitation is used once.
  const taken = await tx
    .updateTable('invitation')
    .set({ status: 'accepted' })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .returning(['organization_id', 'role'])
    .executeTakeFirst();
  if (taken === undefined) throw over();
  await tx
    .insertInto('membership')
    .values({
      id: randomBytes(16).toString('hex'),
      organization_id: taken.organization_id,
      user_id: signedIn.personId,
      role: toRole(taken.role),
      created_at: new Date(now).toISOString(),
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'user_id']).doNothing())
    .execute();
  await tx
    .updateTable('person_session')
    .set({ active_organization_id: taken.organization_id })
    .where('id', '=', signedIn.sessionId)
    .execute();
  return taken.organization_id;
}
