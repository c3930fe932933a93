/**
 * Who runs this instance and may see all accounts at once. Only somebody with the machine's command line can name them: an
 * address in the settings would make whoever signs up with it first the operator.
 */
import { Fault } from '../core/fault.ts';
import { OPERATOR_ACCOUNT } from '../db/outbox.ts';
import { findPerson } from './persons.ts';
import type { People } from './room.ts';

const PREFIX = 'operator:';

type Person = { id: string; email: string };

/**
 * `who`: the person's id, or their address once it is confirmed. Anybody can sign up with an address that is not theirs.
 * @throws Fault `not-found` for an unknown person, `not-allowed` for an address that is not confirmed.
 */
export async function addOperator(people: People, who: string): Promise<Person> {
  const { id, email, verified } = await findPerson(people, who);
  if (!verified && who.trim() !== id) {
    throw new Fault('not-allowed', {
      detail:
        `The address ${email} is not confirmed, so another person may have signed up with it. ` +
        `Run person confirm ${email} and give them the link, or name the person by id: operator add ${id}`,
    });
  }
  await people.transaction(async (tx, audit) => {
    await tx
      .insertInto('meta')
      .values({ name: `${PREFIX}${id}`, value: '' })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    await audit({ ...ofOperators(people, id), kind: 'operator.added' });
  });
  return { id, email };
}

/** @throws Fault `not-found` for an unknown person. */
export async function removeOperator(people: People, who: string): Promise<Person> {
  const { id, email } = await findPerson(people, who);
  await people.transaction(async (tx, audit) => {
    await tx.deleteFrom('meta').where('name', '=', `${PREFIX}${id}`).execute();
    await audit({ ...ofOperators(people, id), kind: 'operator.removed' });
  });
  return { id, email };
}

function ofOperators(people: People, person: string) {
  return { accountId: OPERATOR_ACCOUNT, at: people.now(), details: { person } };
}

/** The e-mail of every operator as it is now, in alphabetical order. */
export async function listOperators(people: People): Promise<string[]> {
  const rows = await people.db.selectFrom('meta').select('name').where('name', 'like', `${PREFIX}%`).execute();
  const ids = rows.map(({ name }) => name.slice(PREFIX.length));
  if (ids.length === 0) return [];
  const found = await people.db.selectFrom('person').select('email').where('id', 'in', ids).orderBy('email').execute();
  return found.map(({ email }) => email);
}

export async function isOperator(people: People, personId: string): Promise<boolean> {
  const row = await people.db
    .selectFrom('meta')
    .select('name')
    .where('name', '=', `${PREFIX}${personId}`)
    .executeTakeFirst();
  return row !== undefined;
}
