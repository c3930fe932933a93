/**
 * From what the outbox carries to a finished mail: what happened, what it means, what to do, one link. The words of a
 * diagnosis come with the payload, as they were when it was queued; what depends on the day of sending is said here.
 */
import type { AlarmPayload, Message, OutboxPayload, ReminderPayload } from '../core/message.ts';
import { subjectOf } from '../core/words.ts';
import { daysLeft, longDate } from '../core/words-dates.ts';
import { digestMessage } from './digest-message.ts';
import { layOut, oneLine, subjectFor } from './layout.ts';
import { letterMessage } from './letter.ts';
import { noteMessage, operatorMessage, overMessage, secretMessage } from './operator-mails.ts';
import { personMessage } from './person-mails.ts';
import { renewalDayMessage } from './renewal-day.ts';
import { absenceOverMessage, ALARM_TEXTS, boxOf, followedBy, rungMessage } from './still-broken.ts';

const DAY = 86_400_000;

/** `now`: the moment of sending, milliseconds since 1970. */
export function messageFor(payload: OutboxPayload, now: number): Message {
  switch (payload.topic) {
    case 'needs_reconnect':
    case 'blocked':
    case 'limited':
      return alarmMessage(payload);
    case 'reminder':
      return reminderMessage(payload, now);
    case 'still_broken':
      return rungMessage(payload, now);
    case 'absence_over':
      return absenceOverMessage(payload, now);
    case 'digest':
    case 'summary':
      return digestMessage(payload, now);
    case 'renewal_day':
      return renewalDayMessage(payload);
    case 'letter':
      return letterMessage(payload, now);
    case 'person':
      return personMessage(payload);
    case 'operator':
      return operatorMessage(payload);
    case 'operator_over':
      return overMessage(payload);
    case 'operator_secret':
      return secretMessage(payload, now);
    case 'operator_note':
      return noteMessage(payload);
  }
}

function alarmMessage(payload: AlarmPayload): Message {
  const said = subjectOf(payload.cause, { label: payload.label, certain: payload.certain ?? false });
  return layOut({
    subject: subjectFor(payload.storeName, said),
    paragraphs: [payload.sentence, payload.means],
    box: boxOf(payload.topic, payload),
    button: { label: ALARM_TEXTS[payload.topic].button, href: payload.link },
    small: followedBy(payload),
  });
}

/** Counts the days anew: a reminder that waited for a mail server must not say what was true when it was queued. */
function reminderMessage({ storeName, label, expiresAt, link, unseen }: ReminderPayload, now: number): Message {
  const name = oneLine(storeName);
  const left = daysLeft(expiresAt, now);
  const soon = expiresAt - now < 2 * DAY;
  return layOut({
    subject: subjectFor(storeName, soon ? `renew now, ${left} left` : `${left} left to renew`),
    paragraphs: [
      `${label}’s yearly permission for ${name} ends about ${longDate(expiresAt)}, in ${left}. The day is an estimate: ${label} does not tell it.`,
      'The store works until then. Renewing early loses nothing, because the year starts anew that day.',
    ],
    box: {
      title: 'What to do, about a minute',
      text: `Press the button, sign in at ${label} as the store’s primary user and ${unseen === true ? 'click Renew on Manage your apps. The same token goes on, so nothing is to be copied.' : 'confirm.'}`,
    },
    button: { label: 'Renew', href: link },
    small: [unseen === true ? notSeen(label) : SEEN],
  });
}

const SEEN = 'The reminders stop as soon as the renewal is seen, also when you renew at the marketplace itself.';

function notSeen(label: string): string {
  return `${label} does not tell us of a renewal before the old year is over. Say under Renewals in Storekeeper that it is done, and the reminders stop.`;
}
