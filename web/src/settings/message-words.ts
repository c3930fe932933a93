/** What the message settings say of themselves: the form's values, and the sentence about what leaves next. Pure. */
import type { MessageSettingsBody, NextMessages } from '../../../server/src/http/contract/messages.ts';
import { emailError } from '../sign-in/credentials.ts';
import { weekdayAndClock } from '../words/dates.ts';

/** As the form holds them: texts, and `yes` or nothing for what is ticked. */
export type MessageValues = Record<keyof MessageSettingsBody, string>;

export const MESSAGE_FIELDS: Readonly<Record<string, keyof MessageSettingsBody>> = {
  time_zone: 'time_zone',
  quiet_from: 'quiet_from',
  quiet_to: 'quiet_to',
  weekends_off: 'weekends_off',
  weekly_cap: 'weekly_cap',
  second_email: 'second_email',
  digest: 'digest',
  digest_hour: 'digest_hour',
  digest_email: 'digest_email',
  urgent_too: 'urgent_too',
};

/** `usual`: who reads the digest while nobody was named. */
export function valuesOf(settings: MessageSettingsBody, usual: string): MessageValues {
  return {
    time_zone: settings.time_zone ?? '',
    quiet_from: settings.quiet_from,
    quiet_to: settings.quiet_to,
    weekends_off: settings.weekends_off ? 'yes' : '',
    weekly_cap: String(settings.weekly_cap),
    second_email: settings.second_email ?? '',
    digest: settings.digest,
    digest_hour: String(settings.digest_hour),
    digest_email: settings.digest_email ?? usual,
    urgent_too: settings.urgent_too ? 'yes' : '',
  };
}

export function settingsOf(values: MessageValues): MessageSettingsBody {
  const digest = values.digest === 'daily' || values.digest === 'weekly' ? values.digest : 'off';
  return {
    time_zone: orNull(values.time_zone),
    quiet_from: values.quiet_from,
    quiet_to: values.quiet_to,
    weekends_off: values.weekends_off === 'yes',
    weekly_cap: Number(values.weekly_cap),
    second_email: orNull(values.second_email),
    digest,
    digest_hour: Number(values.digest_hour),
    digest_email: orNull(values.digest_email),
    urgent_too: values.urgent_too === 'yes',
  };
}

function orNull(value: string): string | null {
  return value.trim() === '' ? null : value.trim();
}

export function timeError(value: string): string | undefined {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? undefined : 'Choose a time, for example 21:00.';
}

export function capError(value: string): string | undefined {
  const number = Number(value);
  return /^\d+$/.test(value) && number >= 1 && number <= 50 ? undefined : 'A whole number from 1 to 50.';
}

const LONGEST_QUIET_MINUTES = 16 * 60;

function minutes(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

/** True unless the server would surely refuse these: then there is nothing to look ahead at. */
export function canBeKept(settings: MessageSettingsBody): boolean {
  const { quiet_from, quiet_to, weekly_cap, second_email } = settings;
  if ([timeError(quiet_from), timeError(quiet_to), capError(String(weekly_cap))].some(Boolean)) return false;
  if (second_email !== null && emailError(second_email) !== undefined) return false;
  return quietLasts(settings) <= LONGEST_QUIET_MINUTES && isDigestFit(settings);
}

function quietLasts({ quiet_from, quiet_to }: MessageSettingsBody): number {
  return (minutes(quiet_to) - minutes(quiet_from) + 1440) % 1440;
}

function isDigestFit(settings: MessageSettingsBody): boolean {
  const { digest, digest_hour, digest_email, time_zone, quiet_from } = settings;
  const hasReader = digest_email !== null && emailError(digest_email) === undefined;
  if (digest === 'off') return digest_email === null || hasReader;
  const afterQuietBegan = (digest_hour * 60 - minutes(quiet_from) + 1440) % 1440;
  return hasReader && time_zone !== null && afterQuietBegan >= quietLasts(settings);
}

/** A place by its clock: `Europe/Berlin` → `Berlin`. */
export function zoneWord(zone: string): string {
  return zone === 'UTC' ? 'UTC' : zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

/** A moment before this is now: the server's clock and this one differ by seconds. */
const NOW_MS = 60_000;

/** "Next, by the clock of Berlin: …" */
export function nextWords({ single_at, digest_at, time_zone }: NextMessages, now: number): string {
  const waits = Date.parse(single_at) - now > NOW_MS;
  const single = waits
    ? `a mail that falls due now waits until ${weekdayAndClock(single_at, time_zone)}`
    : 'a mail that falls due now leaves at once';
  const digest = digest_at === null ? '' : `; the digest leaves on ${weekdayAndClock(digest_at, time_zone)}`;
  return `Next, by the clock of ${zoneWord(time_zone)}: ${single}${digest}.`;
}
