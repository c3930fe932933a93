/** Quiet hours: when nobody is to be mailed, in the reader's own time zone. Pure; instants in milliseconds since 1970. */
import { dayAfter, instantAt, localTime, minuteOf, weekdayOf } from './local-time.ts';

/** `from` and `to` as `HH:MM` of the zone's clock; the same for both means that no hour is quiet. */
export type QuietHours = { zone: string; from: string; to: string; weekendsOff: boolean };

/** The longest quiet stretch of a day: with weekends off, a message is then never three days late. Minutes. */
export const LONGEST_QUIET_MINUTES = 16 * 60;

const SUNDAY = 0;
const SATURDAY = 6;

/** How long the quiet hours of one day are. Minutes. */
export function quietMinutes({ from, to }: Pick<QuietHours, 'from' | 'to'>): number {
  return (minuteOf(to) - minuteOf(from) + 1440) % 1440;
}

/** True while nothing is to be sent. `from` belongs to the quiet hours, `to` does not. */
export function isQuiet(at: number, hours: QuietHours): boolean {
  const { weekday, minute } = localTime(at, hours.zone);
  return (hours.weekendsOff && isWeekend(weekday)) || isQuietMinute(minute, hours);
}

function isQuietMinute(minute: number, { from, to }: QuietHours): boolean {
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  return begin <= end ? minute >= begin && minute < end : minute >= begin || minute < end;
}

function isWeekend(weekday: number): boolean {
  return weekday === SATURDAY || weekday === SUNDAY;
}

/** The first instant from `at` on that is not quiet. */
export function afterQuiet(at: number, hours: QuietHours): number {
  if (!isQuiet(at, hours)) return at;
  const { day } = localTime(at, hours.zone);
  // Quiet hours end at `to`; where a weekend ends, at midnight. One of both is the first moment of every quiet stretch's end.
  const ends = [0, 1, 2, 3, 4].flatMap((days) => endsOn(dayAfter(day, days), hours));
  return ends.find((end) => end > at && !isQuiet(end, hours)) ?? at;
}

function endsOn(day: string, { zone, to, weekendsOff }: QuietHours): number[] {
  if (weekendsOff && isWeekend(weekdayOf(day))) return [];
  const midnight = weekendsOff ? [instantAt(day, 0, zone)] : [];
  return [...midnight, instantAt(day, minuteOf(to), zone)];
}
