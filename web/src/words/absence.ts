/** A planned absence in the words of a row; nothing once it is over. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

/** "Away until 12 January, no mails", without its full stop; null when nobody is away. */
export function awayNote({ absence }: Pick<StoreBody, 'absence'>, now: number): string | null {
  if (absence === null) return null;
  if (absence.ends_at !== null && Date.parse(absence.ends_at) <= now) return null;
  return absence.text.replace(/\.$/, '');
}
