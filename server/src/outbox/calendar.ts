/** The calendar of renewals as iCalendar text (RFC 5545): one whole-day event for each store. A pure function of its stores. */
import ical, { ICalAlarmType, ICalEventTransparency, type ICalCalendar } from 'ical-generator';
import { REMINDER_DAYS } from '../core/cadence.ts';
import { dayOf, daysAfter, startOfDay } from '../core/renewal-day.ts';
import { longDate } from '../core/words-dates.ts';
import { oneLine } from './layout.ts';

export type CalendarStore = {
  id: string;
  name: string;
  /** The marketplace as a person says it: "Amazon". */
  label: string;
  /** Grows with every change of the store. */
  version: number;
  /** The estimated end of its yearly permission, milliseconds since 1970. */
  endsAt: number;
  /** When what is said about it last changed, milliseconds. */
  changedAt: number;
  /** Opens the repair dialog of this very store. Absolute. */
  link: string;
};

const DAY_SECONDS = 86_400;
/** How often a calendar is asked to look again. Many look less often than they are asked to. */
const REFRESH_SECONDS = 6 * 3_600;

/**
 * `accountName` stands in the calendar's name. A renewal moves the same event: its UID stays, its SEQUENCE grows. Nothing
 * depends on the moment of asking, so the same stores give the same text.
 */
export function calendarText(accountName: string, stores: readonly CalendarStore[]): string {
  const calendar = ical({
    name: `Store renewals, ${plain(accountName)}`,
    prodId: { company: 'Storekeeper', product: 'Store renewals', language: 'EN' },
    ttl: REFRESH_SECONDS,
  });
  for (const store of stores) addEvent(calendar, store);
  // Every line ends with CRLF, the last one too (RFC 5545, 3.1).
  return `${calendar.toString()}\r\n`;
}

function addEvent(calendar: ICalCalendar, store: CalendarStore): void {
  const name = plain(store.name);
  const day = dayOf(store.endsAt);
  const changed = new Date(store.changedAt);
  const event = calendar.createEvent({
    id: `${store.id}@storekeeper`,
    sequence: store.version,
    stamp: changed,
    lastModified: changed,
    start: new Date(startOfDay(day)),
    end: new Date(startOfDay(daysAfter(day, 1))),
    allDay: true,
    summary: `Renew ${name} at ${store.label}`,
    description: describe(store, name),
    url: store.link,
    transparency: ICalEventTransparency.TRANSPARENT,
  });
  for (const days of REMINDER_DAYS) {
    event.createAlarm({
      type: ICalAlarmType.display,
      trigger: days * DAY_SECONDS,
      description: `Renew ${name} at ${store.label}: ${days === 1 ? '1 day' : `${days} days`} left`,
    });
  }
}

function describe({ label, endsAt, link }: CalendarStore, name: string): string {
  return [
    `${label}’s yearly permission for ${name} ends about ${longDate(endsAt)}. The day is an estimate: ${label} does not tell it.`,
    'Renew on any day before. Renewing early loses nothing, because the year starts anew that day.',
    `Renew: ${link}`,
  ].join('\n');
}

/** Names are typed by strangers: one line, and only characters that exist. */
function plain(name: string): string {
  return oneLine(name.toWellFormed());
}
