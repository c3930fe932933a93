/** Cursors of lists: opaque to callers, the sort key of the last row they saw. */
import { Fault } from '../core/fault.ts';

/** `[instant, id]`: where the next page begins (exclusive). */
export type Place = { at: number; id: string };

export type Page<T> = { rows: T[]; nextCursor: string | null };

function toCursor(place: Place): string {
  return Buffer.from(JSON.stringify([place.at, place.id]), 'utf8').toString('base64url');
}

/** Throws Fault `invalid-request` for a cursor that no list of ours gave out. */
export function readCursor(cursor: string | null | undefined): Place | null {
  if (cursor === null || cursor === undefined || cursor === '') return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && Number.isSafeInteger(parsed[0]) && typeof parsed[1] === 'string') {
      return { at: Number(parsed[0]), id: parsed[1] };
    }
  } catch {
    // Falls through: not one of our cursors.
  }
  throw new Fault('invalid-request', {
    detail: 'This cursor is not one that a list gave out. Start again without a cursor.',
  });
}

/** Cuts a list that was read one row longer than asked: the extra row says that there is a next page. */
export function cutPage<T>(rows: T[], limit: number, placeOf: (row: T) => Place): Page<T> {
  const page = rows.slice(0, limit);
  const last = page[page.length - 1];
  return { rows: page, nextCursor: rows.length > limit && last ? toCursor(placeOf(last)) : null };
}
