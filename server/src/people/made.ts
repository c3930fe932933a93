/** Who made a link that opens something of the account without a sign-in: it ends when they are removed. */
import type { People } from './room.ts';

type Made = { accountId: string; personId: string | null } & (
  | { what: 'calendar_feed' }
  | { what: 'connect_session' | 'hand_off'; id: string }
);

/** Notes the maker; a program (`personId` null) makes links that last. */
export async function noteMaker(people: People, made: Made): Promise<void> {
  const { accountId, personId } = made;
  if (made.what === 'calendar_feed') {
    await people.db
      .updateTable('calendar_feed')
      .set({ made_by: personId })
      .where('account_id', '=', accountId)
      .execute();
    return;
  }
  if (personId === null) return;
  await people.db
    .updateTable(made.what)
    .set({ made_by: personId })
    .where('account_id', '=', accountId)
    .where('id', '=', made.id)
    .execute();
}
