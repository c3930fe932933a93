/** Who is signed in, and in which of their accounts they work. */
import { Fault } from '../core/fault.ts';
import { accountFor, accountsOf, type Role } from './accounts.ts';
import type { People } from './room.ts';

export type SignedIn = {
  personId: string;
  name: string;
  email: string;
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
  return { personId: user.id, name: user.name, email: user.email, sessionId: session.id, account, accounts };
}

/** @throws Fault `not-found` for an account the person does not belong to: whether it exists is not told. */
export async function switchAccount(people: People, who: { signedIn: SignedIn; accountId: string }): Promise<SignedIn> {
  const account = (await accountsOf(people, who.signedIn.personId)).find((one) => one.id === who.accountId);
  if (account === undefined) throw new Fault('not-found', { detail: 'You do not belong to an account with this id.' });
  await people.db
    .updateTable('person_session')
    .set({ active_organization_id: account.id })
    .where('id', '=', who.signedIn.sessionId)
    .execute();
  return { ...who.signedIn, account };
}
