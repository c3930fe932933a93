/**
 * Who runs this instance and may see all accounts at once. Only somebody with the machine's command line can name them: an
 * address in the settings would make whoever signs up with it first the operator.
 */
import { Fault } from '../core/fault.ts';
import type { People } from './room.ts';

const PREFIX = 'operator:';

type Person = { id: string; email: string };

/** @throws Fault `not-found` when nobody has signed up with this e-mail. */
export async function addOperator(people: People, email: string): Promise<Person> {
  const person = await personBy(people, email);
  await people.db
    .insertInto('meta')
    .values({ name: `${PREFIX}${person.id}`, value: person.email })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  return person;
}

/** @throws Fault `not-found` when nobody has signed up with this e-mail. */
export async function removeOperator(people: People, email: string): Promise<Person> {
  const person = await personBy(people, email);
  await people.db.deleteFrom('meta').where('name', '=', `${PREFIX}${person.id}`).execute();
  return person;
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

async function personBy(people: People, email: string): Promise<Person> {
  const person = await people.db
    .selectFrom('person')
    .select(['id', 'email'])
    .where('email', '=', email.trim().toLowerCase())
    .executeTakeFirst();
  if (person) return person;
  throw new Fault('not-found', {
    detail: `Nobody has signed up with ${email.trim().slice(0, 254)} yet. Sign up first.`,
  });
}
