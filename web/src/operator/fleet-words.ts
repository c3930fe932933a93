/** How far the fleet is on its way out of MWS, in words and shares. Pure. */
import type { Fleet } from '../../../server/src/http/contract/app.ts';
import { InWords, things } from '../words/counts.ts';

type Progress = Pick<Fleet['mws'], 'total' | 'moved' | 'left'>;

/** The first line of the page. */
export function fleetHeadline({ total, moved, left }: Progress): string {
  if (total === 0) return 'No store is on MWS';
  if (left === 0) return total === 1 ? 'The one store has left MWS' : `All ${things(total, 'store')} have left MWS`;
  if (moved === 0) return `${InWords(left)} ${left === 1 ? 'store is' : 'stores are'} on MWS, none has moved yet`;
  return `${moved} of ${things(total, 'store')} ${moved === 1 ? 'has' : 'have'} left MWS`;
}

/** `67 %`, rounded down, so that it never says that all is done before it is. */
export function share({ total, moved }: Progress): string {
  return total === 0 ? '' : `${Math.floor((moved / total) * 100)} %`;
}

export type Day = Fleet['mws']['by_day'][number];

/** Days that are shown at least, so that a beginning looks like one, and at most. */
const LEAST = 30;
const MOST = 60;
const DAY_MS = 86_400_000;

/** The days up to the last move, with none left out: a day without a move is a day too. */
export function everyDay(days: readonly Day[]): Day[] {
  const known = new Map(days.map(({ day, moved }) => [day, moved]));
  const sorted = [...known.keys()].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const end = Date.parse(last);
  const count = Math.min(MOST, Math.max(LEAST, Math.round((end - Date.parse(first)) / DAY_MS) + 1));
  return Array.from({ length: count }, (_, place) => {
    const day = new Date(end - (count - 1 - place) * DAY_MS).toISOString().slice(0, 10);
    return { day, moved: known.get(day) ?? 0 };
  });
}
