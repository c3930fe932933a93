/** A planned absence: the seller said that nobody will act, so nobody is mailed. What is wrong is still looked at and shown. */
import { dayAfter, instantAt, localTime } from './local-time.ts';
import { longDate } from './words-dates.ts';

/**
 * - `holiday`: until the first moment of the day `until` (`YYYY-MM-DD`), which is `endsAt` in milliseconds
 * - `sold`: the store is no longer theirs; it is not watched either, and only a person ends it
 */
export type Absence = { kind: 'holiday'; until: string; endsAt: number } | { kind: 'sold' };

/** A holiday further away than this is no holiday. */
const LONGEST_DAYS = 366;

/** What is wrong with a day to come back on, or null. */
export function holidayProblem(until: string, { now, zone }: { now: number; zone: string }): string | null {
  const today = localTime(now, zone).day;
  if (until <= today) return 'This day has begun or is over. Choose tomorrow or a later day.';
  return until > dayAfter(today, LONGEST_DAYS) ? 'Choose a day within a year from today.' : null;
}

export function holidayUntil(until: string, zone: string): Absence {
  return { kind: 'holiday', until, endsAt: instantAt(until, 0, zone) };
}

/** True while nobody is to be mailed about the store. */
export function isAway(absence: Absence | null, now: number): boolean {
  if (absence === null) return false;
  return absence.kind === 'sold' || now < absence.endsAt;
}

/** The sentence of the row: "Away until 12 January, no mails."; null when nobody is away. */
export function absenceText(absence: Absence | null, now: number): string | null {
  if (absence === null || !isAway(absence, now)) return null;
  if (absence.kind === 'sold') return 'Sold or no longer yours: not watched, no mails.';
  const date = longDate(Date.parse(`${absence.until}T00:00:00Z`));
  const soon = absence.endsAt - now < 300 * 86_400_000;
  return `Away until ${soon ? date.replace(/ \d{4}$/, '') : date}, no mails.`;
}
