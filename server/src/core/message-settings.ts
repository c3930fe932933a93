/** How an account wants to be told: quiet hours, how often, who else, and whether one mail says it all. Pure. */
import { dayAfter, instantAt, localTime, minuteOf, weekdayOf } from './local-time.ts';
import { isQuiet, type QuietHours } from './quiet-hours.ts';
import { zoneOfSite } from './site-zone.ts';

export const DIGESTS = ['off', 'daily', 'weekly'] as const;

export type MessageSettings = {
  /** IANA; null: that of each store's own site. */
  zone: string | null;
  quietFrom: string;
  quietTo: string;
  weekendsOff: boolean;
  /** Seller mails to one address in seven days. */
  weeklyCap: number;
  /** Hears the ladder too, for stores that name nobody of their own. */
  secondEmail: string | null;
  digest: (typeof DIGESTS)[number];
  /** The full hour of the account's zone at which the digest leaves. */
  digestHour: number;
  digestEmail: string | null;
  /** With a digest: the first alarm of a break goes out at once all the same. */
  urgentToo: boolean;
};

export const USUAL_SETTINGS: MessageSettings = {
  zone: null,
  quietFrom: '21:00',
  quietTo: '08:00',
  weekendsOff: false,
  weeklyCap: 5,
  secondEmail: null,
  digest: 'off',
  digestHour: 8,
  digestEmail: null,
  urgentToo: false,
};

/** The weekly digest is Monday's. */
const MONDAY = 1;
const SUNDAY = 0;
const SATURDAY = 6;

/** The clock that counts for a store, or for the account as a whole when no site is given. */
export function zoneFor(settings: MessageSettings, site: string | null): string {
  return settings.zone ?? (site === null ? 'UTC' : zoneOfSite(site));
}

export function quietHoursFor(settings: MessageSettings, site: string | null): QuietHours {
  const { quietFrom: from, quietTo: to, weekendsOff } = settings;
  return { zone: zoneFor(settings, site), from, to, weekendsOff };
}

/** When the next digest leaves, later than `now`; null when there is none. */
export function nextDigest(settings: MessageSettings, now: number): number | null {
  if (settings.digest === 'off') return null;
  const zone = zoneFor(settings, null);
  const today = localTime(now, zone).day;
  const days = Array.from({ length: 9 }, (_, n) => dayAfter(today, n)).filter((day) => isDigestDay(settings, day));
  return days.map((day) => instantAt(day, settings.digestHour * 60, zone)).find((at) => at > now) ?? null;
}

function isDigestDay({ digest, weekendsOff }: MessageSettings, day: string): boolean {
  const weekday = weekdayOf(day);
  if (digest === 'weekly') return weekday === MONDAY;
  return !(weekendsOff && (weekday === SATURDAY || weekday === SUNDAY));
}

/** True when the digest would leave while nobody is to be mailed. */
export function digestIsQuiet(settings: MessageSettings): boolean {
  if (settings.digest === 'off') return false;
  const hour = String(settings.digestHour).padStart(2, '0');
  const { quietFrom: from, quietTo: to } = settings;
  // Any working day will do: only the hour is asked.
  const monday = instantAt('2026-01-05', minuteOf(`${hour}:00`), 'UTC');
  return isQuiet(monday, { zone: 'UTC', from, to, weekendsOff: false });
}
