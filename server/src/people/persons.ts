/** Persons, for the command line and the demo: who signed up, and links that the operator hands over where no mail is sent. */
import { Fault } from '../core/fault.ts';
import { confirmUrl, resetUrl, sendPersonMail } from './mail.ts';
import type { People } from './room.ts';
import { toIso } from './tables.ts';

export type KnownPerson = { id: string; name: string; email: string; verified: boolean; signedUpAt: string };

const COLUMNS = ['id', 'name', 'email', 'email_verified', 'created_at'] as const;

export async function listPersons(people: People): Promise<KnownPerson[]> {
  const rows = await people.db.selectFrom('person').select(COLUMNS).orderBy('created_at').execute();
  return rows.map(toPerson);
}

/** The person with this id or address. @throws Fault `not-found`. */
export async function findPerson(people: People, idOrEmail: string): Promise<KnownPerson> {
  const wanted = idOrEmail.trim();
  const row = await people.db
    .selectFrom('person')
    .select(COLUMNS)
    .where((where) => where.or([where('id', '=', wanted), where('email', '=', wanted.toLowerCase())]))
    .executeTakeFirst();
  if (row) return toPerson(row);
  throw new Fault('not-found', { detail: `No person has signed up as ${wanted.slice(0, 254)} yet. Sign up first.` });
}

type Row = Pick<KnownPerson, 'id' | 'name' | 'email'> & { email_verified: boolean | number; created_at: string | Date };

function toPerson({ id, name, email, email_verified, created_at }: Row): KnownPerson {
  return { id, name, email, verified: Boolean(email_verified), signedUpAt: toIso(created_at) };
}

const DAY_SECONDS = 86_400;
const HOUR_MS = 3_600_000;

/**
 * The link that confirms the address, as the mail would carry it. It asks for the password of the sign-up, so it is of no
 * use to another person who signed up with the same address before.
 */
export async function makeConfirmLink(people: People, idOrEmail: string): Promise<string> {
  return confirmUrl(people, await confirmToken(people, await findPerson(people, idOrEmail)));
}

/** The link to choose a new password, for an hour and once. It confirms the address too. */
export async function makeResetLink(people: People, idOrEmail: string): Promise<string> {
  const { id } = await findPerson(people, idOrEmail);
  const { internalAdapter } = await (await people.auth()).$context;
  const { generateRandomString } = await import('better-auth/crypto');
  const token = generateRandomString(32);
  const expiresAt = new Date(people.now() + HOUR_MS);
  await internalAdapter.createVerificationValue({ value: id, identifier: `reset-password:${token}`, expiresAt });
  return resetUrl(people, token);
}

/** A person whose address needs no proof: the demo's own. */
export async function makePerson(
  people: People,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<string> {
  const { internalAdapter, password: passwords } = await (await people.auth()).$context;
  const made = await internalAdapter.createUser({ name, email, emailVerified: true }, { method: 'email-password' });
  await internalAdapter.linkAccount({
    userId: made.id,
    providerId: 'credential',
    accountId: made.id,
    password: await passwords.hash(password),
  });
  return made.id;
}

/** The person with this address, or null. */
export async function findByEmail(people: People, email: string): Promise<KnownPerson | null> {
  const row = await people.db
    .selectFrom('person')
    .select(COLUMNS)
    .where('email', '=', email.trim().toLowerCase())
    .executeTakeFirst();
  return row ? toPerson(row) : null;
}

/** Mails the link that confirms the address, unless it is confirmed. */
export async function mailConfirmation(people: People, person: KnownPerson): Promise<void> {
  if (person.verified) return;
  await sendPersonMail(people, { what: 'confirm', person, token: await confirmToken(people, person) });
}

async function confirmToken(people: People, { id, email }: KnownPerson): Promise<string> {
  const { secret } = await (await people.auth()).$context;
  const { createEmailVerificationToken } = await import('better-auth/api');
  return createEmailVerificationToken(secret, email, undefined, DAY_SECONDS, { userId: id });
}

type Confirmed = 'confirmed' | 'wrong_password' | 'over';

/** The address that a link confirms; null when the link is not ours or has ended. */
export async function emailOfLink({ cookies }: People, token: string): Promise<string | null> {
  const { verifyJWT } = await import('better-auth/crypto');
  for (const secret of cookies.accepted()) {
    const payload = await verifyJWT<{ email?: unknown; updateTo?: unknown }>(token, secret.reveal());
    if (typeof payload?.email === 'string' && payload.updateTo === undefined) return payload.email;
  }
  return null;
}

/**
 * Confirms the address of a link: the link proves that the mail arrived, the password that it is the person who signed up.
 * Without the second, a stranger could sign up with an address and wait for its owner to open the link.
 */
export async function confirmAddress(
  people: People,
  { email, password }: { email: string; password: string },
): Promise<Confirmed> {
  const { internalAdapter, password: passwords } = await (await people.auth()).$context;
  const found = await internalAdapter.findUserByEmail(email, { includeAccounts: true });
  if (!found) return 'over';
  const hash = found.accounts.find((one) => one.providerId === 'credential')?.password ?? null;
  if (hash === null || !(await passwords.verify({ hash, password }))) return 'wrong_password';
  if (!found.user.emailVerified) await noteConfirmed(people, found.user.id);
  return 'confirmed';
}

export async function noteConfirmed(people: People, personId: string): Promise<void> {
  await people.db.updateTable('person').set({ email_verified: true }).where('id', '=', personId).execute();
}
