/**
 * Wall clocks: an instant as people in a time zone read it, and back. The zones are Intl's own tables, so that days on which
 * the clock is moved are right. Instants are milliseconds since 1970; `minute` counts from midnight; Sunday is 0.
 */
export type LocalTime = { day: string; weekday: number; minute: number };

const DAY = 86_400_000;
const MINUTE = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  let made = formats.get(zone);
  if (made === undefined) {
    made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(zone, made);
  }
  return made;
}

/** True for a name of the IANA time zone database, such as `Europe/Berlin`; offsets such as `+01:00` know no summer. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    formatFor(zone);
    return true;
  } catch {
    return false;
  }
}

/** The wall clock of the zone read as if it were UTC, to the minute. */
function wallOf(at: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatFor(zone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute);
}

export function localTime(at: number, zone: string): LocalTime {
  const wall = new Date(wallOf(at, zone));
  return {
    day: wall.toISOString().slice(0, 10),
    weekday: wall.getUTCDay(),
    minute: wall.getUTCHours() * 60 + wall.getUTCMinutes(),
  };
}

/** By how much the zone's clock is ahead of UTC at that instant. */
function offsetAt(at: number, zone: string): number {
  return wallOf(at, zone) - Math.floor(at / MINUTE) * MINUTE;
}

/**
 * The instant at which the zone's clock reads this minute of this day, `YYYY-MM-DD`. A time that the clock leaps over
 * counts as the moment after the leap; one that comes twice counts the first time.
 */
export function instantAt(day: string, minute: number, zone: string): number {
  const wall = Date.parse(`${day}T00:00:00Z`) + minute * MINUTE;
  const [early, late] = [wall - offsetAt(wall - DAY, zone), wall - offsetAt(wall + DAY, zone)];
  const fitting = [early, late].filter((at) => wallOf(at, zone) === wall);
  if (fitting.length > 0) return Math.min(...fitting);
  return leapBetween(Math.min(early, late) - DAY / 2, Math.max(early, late) + DAY / 2, zone);
}

/** The minute in which the zone's offset changes, by halving. */
function leapBetween(from: number, to: number, zone: string): number {
  let [before, after] = [Math.floor(from / MINUTE), Math.ceil(to / MINUTE)];
  const was = offsetAt(before * MINUTE, zone);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle * MINUTE, zone) === was) before = middle;
    else after = middle;
  }
  return after * MINUTE;
}

/** The calendar day `days` later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/** "21:00" → 1260. */
export function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
