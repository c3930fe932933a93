/**
 * Dates and times as the pages write them (look: "Numbers, money, dates"): `19 Nov 2026`, 24 hours, the reader's own
 * time zone. All functions take instants as RFC 3339 text or milliseconds since 1970 and never invent one: null reads "unknown".
 */
export type Moment = string | number;

const LANGUAGE = 'en-GB';
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(options: Intl.DateTimeFormatOptions, zone: string | undefined): Intl.DateTimeFormat {
  const key = JSON.stringify([options, zone]);
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat(LANGUAGE, zone === undefined ? options : { ...options, timeZone: zone });
    formats.set(key, made);
  }
  return made;
}

/** Intl writes "Sept"; every other month has three letters, so this one gets them too. */
function threeLetters(text: string): string {
  return text.replace('Sept', 'Sep');
}

export function toMs(moment: Moment): number {
  return typeof moment === 'number' ? moment : Date.parse(moment);
}

/** `19 Nov 2026` */
export function day(moment: Moment, zone?: string): string {
  return threeLetters(format({ day: 'numeric', month: 'short', year: 'numeric' }, zone).format(toMs(moment)));
}

/** `19 Nov`, for lists of the last twelve months. */
export function shortDay(moment: Moment, zone?: string): string {
  return threeLetters(format({ day: 'numeric', month: 'short' }, zone).format(toMs(moment)));
}

/** `19 Nov`, with the year as soon as it is not within the last or the next twelve months. */
export function listDay(moment: Moment, now: number, zone?: string): string {
  return Math.abs(now - toMs(moment)) < 360 * DAY_MS ? shortDay(moment, zone) : day(moment, zone);
}

/** `23 November`, or `Today, 23 November`: the heading of a day. */
export function dayHeading(moment: Moment, now: number, zone?: string): string {
  const options = { day: 'numeric', month: 'long' } as const;
  const sameYear =
    format({ year: 'numeric' }, zone).format(toMs(moment)) === format({ year: 'numeric' }, zone).format(now);
  const text = format(sameYear ? options : { ...options, year: 'numeric' }, zone).format(toMs(moment));
  return sameDay(moment, now, zone) ? `Today, ${text}` : text;
}

/** `12:04` */
export function clock(moment: Moment, zone?: string): string {
  return format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, zone).format(toMs(moment));
}

/** `12:04:31`, for evidence and live states only. */
export function clockSeconds(moment: Moment, zone?: string): string {
  return format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }, zone).format(toMs(moment));
}

/** `23 Nov 2026, 12:04` */
export function dayAndClock(moment: Moment, zone?: string): string {
  return `${day(moment, zone)}, ${clock(moment, zone)}`;
}

/** `Mon 23 Nov 2026, 12:04` */
export function weekdayAndClock(moment: Moment, zone?: string): string {
  return `${format({ weekday: 'short' }, zone).format(toMs(moment))} ${dayAndClock(moment, zone)}`;
}

/** The full time with its zone, shown on hover and focus. */
export function fullTime(moment: Moment, zone?: string): string {
  return threeLetters(
    format(
      {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
        timeZoneName: 'short',
      },
      zone,
    ).format(toMs(moment)),
  );
}

export function sameDay(a: Moment, b: Moment, zone?: string): boolean {
  return day(a, zone) === day(b, zone);
}

/** `12:04` today, `19 Nov, 03:12` on another day, "unknown" when there is none. */
export function timeOfLook(moment: Moment | null, now: number, zone?: string): string {
  if (moment === null) return 'unknown';
  return sameDay(moment, now, zone) ? clock(moment, zone) : `${listDay(moment, now, zone)}, ${clock(moment, zone)}`;
}

/** `as of 12:04` */
export function asOf(moment: Moment | null, now: number, zone?: string): string {
  return `as of ${timeOfLook(moment, now, zone)}`;
}

function counted(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'}`;
}

/** A span as a second line: `4 days`, `3 hours`, `2 min`, `40 s`. Negative spans count as none. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return counted(Math.floor(seconds / 3600), 'hour');
  return counted(Math.floor(seconds / 86_400), 'day');
}

/** A downtime, two units deep: `4 d 8 h`, `2 h 5 min`, `38 min`. */
export function downtime(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** Whole days from `now` to `moment`, never below zero. */
export function daysLeft(moment: Moment, now: number): number {
  return Math.max(0, Math.ceil((toMs(moment) - now) / DAY_MS));
}

/** `38 ms`, `1.4 s`, and nothing where no time was taken. */
export function took(ms: number | null): string {
  if (ms === null) return '';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The marketplace's date in the drawn row: `19 Nov 2026`, or a word when nobody knows it. */
export function dayOrUnknown(moment: Moment | null, zone?: string): string {
  return moment === null ? 'unknown' : day(moment, zone);
}
