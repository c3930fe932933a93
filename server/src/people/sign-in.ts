/** Who is signed in, and in which of their accounts they work. */
import { Fault } from '../core/fault.ts';
import { accountFor, accountsOf, type Role } from './accounts.ts';
import type { People } from './room.ts';

export type SignedIn = {
  personId: string;
  name: string;
  email: string;
  /** False: mails to the address may not reach this person. */
  emailVerified: boolean;
  sessionId: string;
  account: { id: string; name: string; role: Role };
  accounts: { id: string; name: string }[];
};

/** The person of a request's session cookie, or null. Membership is looked up each time: a removed person is out at once. */
export async function whoIsSignedIn(people: People, headers: Headers): Promise<SignedIn | null> {
  const found = await (await people.auth()).api.getSession({ headers });
  if (found === null) return null;
  const { user, session } = found;
  let accounts = await accountsOf(people, user.id);
  if (accounts.length === 0) {
    await accountFor(people, user.id);
    accounts = await accountsOf(people, user.id);
  }
  const account = accounts.find((one) => one.id === session.activeOrganizationId) ?? accounts[0];
  if (account === undefined) return null;
  const { id: personId, name, email, emailVerified } = user;
  return { personId, name, email, emailVerified, sessionId: session.id, account, accounts };
}

/** @throws Fault `not-found` for an account the person does not belong to: whether it exists is not told. */
export async function switchAccount(people: People, who: { signedIn: SignedIn; accountId: string }): Promise<SignedIn> {
  const account = (await accountsOf(people, who.signedIn.personId)).find((one) => one.id === who.accountId);
  if (account === undefined) throw new Fault('not-found', { detail: 'You do not belong to an account with this id.' });
  await people.transaction(async (tx, audit) => {
    await tx
      .updateTable('person_session')
      .set({ active_organization_id: account.id })
      .where('id', '=', who.signedIn.sessionId)
      .execute();
    await audit({ accountId: account.id, kind: 'account.switched', at: people.now() });
  });
  return { ...who.signedIn, account };
}

/**
 * Whether a session may begin: the address is confirmed, or the person works in an account already, as those do who signed
 * up before addresses were confirmed.
 */
export async function maySignIn(people: People, personId: string): Promise<boolean> {
  const person = await people.db
    .selectFrom('person')
    .select('email_verified')
    .where('id', '=', personId)
    .executeTakeFirst();
  if (person === undefined) return false;
  return Boolean(person.email_verified) || (await accountsOf(people, personId)).length > 0;
}

/** A session and the account that something open was opened for. */
export type Seat = { sessionId: string; accountId: string };

/** Those whose session still lasts and still belongs to a person of the account: one question for all of them. */
export async function seatsKept<S extends Seat>(people: People, seats: readonly S[]): Promise<Set<S>> {
  const kept = new Set<S>();
  for (let from = 0; from < seats.length; from += SEATS_AT_ONCE) {
    const some = seats.slice(from, from + SEATS_AT_ONCE);
    const rows = await people.db
      .selectFrom('person_session')
      .innerJoin('membership', 'membership.user_id', 'person_session.user_id')
      .select(['person_session.id', 'person_session.expires_at', 'membership.organization_id'])
      .where('person_session.id', 'in', [...new Set(some.map((one) => one.sessionId))])
      .execute();
    const now = people.now();
    const alive = rows.filter((row) => new Date(row.expires_at).getTime() > now);
    const known = new Set(alive.map((row) => `${row.id} ${row.organization_id}`));
    for (const seat of some) if (known.has(`${seat.sessionId} ${seat.accountId}`)) kept.add(seat);
  }
  return kept;
}

/** Far below what one statement takes on either database. */
const SEATS_AT_ONCE = 500;
