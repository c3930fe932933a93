/** Tells a person once a day that others guess at their password. */
import { sendPersonMail } from './mail.ts';
import type { People } from './room.ts';

export async function tellOfGuesses(people: People, email: string): Promise<void> {
  const person = await people.db
    .selectFrom('person')
    .select(['id', 'name', 'email'])
    .where('email', '=', email.trim().toLowerCase())
    .executeTakeFirst();
  if (person !== undefined) await sendPersonMail(people, { what: 'guesses', person });
}
