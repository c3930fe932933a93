/** Entries of the audit log about signing in: in every account that the person belongs to. */
import type { AuditKind } from '../core/audit.ts';
import { accountsOf } from './accounts.ts';
import type { People } from './room.ts';

type Tried = { kind: AuditKind; personId: string };

export async function auditSignIn(people: People, { kind, personId }: Tried): Promise<void> {
  const accounts = await accountsOf(people, personId);
  await people.transaction(async (_tx, audit) => {
    const ids = accounts.map(({ id }) => id).sort();
    const details = { person: personId };
    for (const accountId of ids) await audit({ accountId, kind, at: people.now(), details });
  });
}

/** The person with this e-mail; null when nobody signed up with it. */
export async function personWith(people: People, email: string): Promise<string | null> {
  const row = await people.db
    .selectFrom('person')
    .select('id')
    .where('email', '=', email.trim().toLowerCase())
    .executeTakeFirst();
  return row?.id ?? null;
}
