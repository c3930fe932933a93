/** Mails to a person about their own sign-in: queued like every mail, with the one-time link sealed until it leaves. */
import type { PersonPayload } from '../core/message.ts';
import { newId } from '../db/ids.ts';
import { enqueue, PEOPLE_ACCOUNT } from '../db/outbox.ts';
import { keyFor } from './cookies.ts';
import type { People } from './room.ts';

export type PersonMail = {
  what: PersonPayload['what'];
  person: { id: string; name: string; email: string };
  /** The secret of the link, for `confirm` and `reset`. */
  token?: string;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Mails that anybody can ask for, to one address in an hour. */
const ASKED_MOST = 5;

/** Queues the mail. What anybody can ask for is left out silently once the address has had enough of it. */
export async function sendPersonMail(people: People, { what, person, token }: PersonMail): Promise<void> {
  const now = people.productNow();
  const mayBeAsked = what !== 'guesses' && what !== 'password_changed';
  if (mayBeAsked && (await mailsSince(people, person.email, now - HOUR_MS)) >= ASKED_MOST) return;
  const id = newId('om');
  await enqueue(people.mails, {
    id,
    accountId: PEOPLE_ACCOUNT,
    storeId: null,
    // The kind that no quiet hours and no weekly cap hold back.
    kind: 'operator_email',
    topic: 'person',
    dedupeKey: what === 'guesses' ? `person:guesses:${person.id}:${Math.floor(now / DAY_MS)}` : `person:${id}`,
    recipient: person.email,
    payload: { topic: 'person', what, name: person.name, link: await linkOf(people, what, token) },
    nextAt: now,
    createdAt: now,
  });
}

async function mailsSince(people: People, recipient: string, since: number): Promise<number> {
  const row = await people.db
    .selectFrom('outbox')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('account_id', '=', PEOPLE_ACCOUNT)
    .where('recipient', '=', recipient)
    .where('created_at', '>', since)
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

async function linkOf(people: People, what: PersonMail['what'], token = ''): Promise<PersonPayload['link']> {
  switch (what) {
    case 'confirm':
      return { sealed: await sealLink(people, confirmUrl(people, token)) };
    case 'reset':
      return { sealed: await sealLink(people, resetUrl(people, token)) };
    case 'known':
    case 'guesses':
    case 'password_changed':
      return { href: `${people.publicUrl}/forgot-password` };
  }
}

/** The secret stands behind the #, which browsers send to no server. */
export function confirmUrl(people: People, token: string): string {
  return `${people.publicUrl}/confirm#${token}`;
}

export function resetUrl(people: People, token: string): string {
  return `${people.publicUrl}/reset-password#${token}`;
}

async function sealLink({ cookies }: People, link: string): Promise<string> {
  const { symmetricEncrypt } = await import('better-auth/crypto');
  return symmetricEncrypt({ key: keyFor('mailed links', cookies.signs()), data: link });
}

/** @throws when it was sealed with a secret that counts no more. */
export async function openLink({ cookies }: People, sealed: string): Promise<string> {
  const { symmetricDecrypt } = await import('better-auth/crypto');
  const tries = cookies
    .accepted()
    .map((secret) => symmetricDecrypt({ key: keyFor('mailed links', secret), data: sealed }));
  return Promise.any(tries);
}
