/**
 * Dates and times in sentences: "19 November", "19 Nov 2025", "11:38". In UTC, as long as accounts have no zone of their
 * own. English puts the day first and never shortens September to four letters, so months come from one table of Intl's.
 */
import { GRANT_DAYS } from './access.ts';

const DAY = 86_400_000;

const LONG_MONTH = new Intl.DateTimeFormat('en-US', { month: 'long', timeZone: 'UTC' });
const SHORT_MONTH = new Intl.DateTimeFormat('en-US', { month: 'short', timeZone: 'UTC' });
const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

/** "19 November"; with its year when it does not lie inside the twelve months before `now`. Milliseconds. */
export function longDay(at: number, now: number): string {
  return isOfLastYear(at, now) ? dayAndMonth(at, LONG_MONTH) : longDate(at);
}

/** "9 December 2026". */
export function longDate(at: number): string {
  return `${dayAndMonth(at, LONG_MONTH)} ${new Date(at).getUTCFullYear()}`;
}

/** "19 Nov"; with its year when it does not lie inside the twelve months before `now`. */
function shortDay(at: number, now: number): string {
  return isOfLastYear(at, now) ? dayAndMonth(at, SHORT_MONTH) : shortDate(at);
}

/** "9 Dec 2026". */
export function shortDate(at: number): string {
  return `${dayAndMonth(at, SHORT_MONTH)} ${new Date(at).getUTCFullYear()}`;
}

/** "11:38", 24 hours. */
export function clock(at: number): string {
  return CLOCK.format(at);
}

/** "11:38" when it is of the same day as `now`, else "19 Nov, 11:38". */
export function moment(at: number, now: number): string {
  return sameDay(at, now) ? clock(at) : `${shortDay(at, now)}, ${clock(at)}`;
}

/** "at 11:38" when it is of the same day as `now`, else "on 19 Nov, 11:38". */
export function atMoment(at: number, now: number): string {
  return `${sameDay(at, now) ? 'at' : 'on'} ${moment(at, now)}`;
}

/** "16 days", "1 day", "less than a day": what is left until `at`. */
export function daysLeft(at: number, now: number): string {
  const days = Math.floor((at - now) / DAY);
  if (days < 1) return 'less than a day';
  return days === 1 ? '1 day' : `${days} days`;
}

function isOfLastYear(at: number, now: number): boolean {
  return at <= now && now - at < GRANT_DAYS * DAY;
}

function sameDay(at: number, now: number): boolean {
  return Math.floor(at / DAY) === Math.floor(now / DAY);
}

function dayAndMonth(at: number, month: Intl.DateTimeFormat): string {
  return `${new Date(at).getUTCDate()} ${month.format(at)}`;
}
