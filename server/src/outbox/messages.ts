/**
 * From what the outbox carries to a finished mail: what happened, what it means, what to do, one link. The words of a
 * diagnosis come with the payload, as they were when it was queued; what depends on the day of sending is said here.
 */
import type { AlarmPayload, AlarmTopic, Message, OutboxPayload, ReminderPayload } from '../core/message.ts';
import { subjectOf } from '../core/words.ts';
import { daysLeft, longDate } from '../core/words-dates.ts';
import { layOut, oneLine } from './layout.ts';
import { letterMessage } from './letter.ts';
import { noteMessage, operatorMessage, overMessage, secretMessage } from './operator-mails.ts';
import { renewalDayMessage } from './renewal-day.ts';

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
    case 'renewal_day':
      return renewalDayMessage(payload);
    case 'letter':
      return letterMessage(payload, now);
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

type AlarmText = { box: string; button: string; small: readonly string[] };

const ALARM_TEXTS = {
  needs_reconnect: {
    box: 'What to do, about a minute',
    button: 'Reconnect store',
    small: ['We send this once. The store turns green by itself, wherever you put it right.'],
  },
  blocked: {
    box: 'What to do',
    button: 'Show the steps',
    small: ['We send this once. The store turns green by itself when it is open again.'],
  },
  limited: {
    box: 'What happens now',
    button: 'Open the store',
    small: ['We send this once. Everything else of this store goes on as before.'],
  },
} as const satisfies Record<AlarmTopic, AlarmText>;

function alarmMessage(payload: AlarmPayload): Message {
  const text = ALARM_TEXTS[payload.topic];
  const name = oneLine(payload.storeName);
  const subject = subjectOf(payload.cause, { label: payload.label, certain: payload.certain ?? false });
  return layOut({
    subject: `${name}: ${subject}`,
    paragraphs: [payload.sentence, payload.means],
    box: { title: text.box, text: payload.next },
    button: { label: text.button, href: payload.link },
    small: text.small,
  });
}

/** Counts the days anew: a reminder that waited for a mail server must not say what was true when it was queued. */
function reminderMessage({ storeName, label, expiresAt, link, unseen }: ReminderPayload, now: number): Message {
  const name = oneLine(storeName);
  const left = daysLeft(expiresAt, now);
  const soon = expiresAt - now < 2 * DAY;
  return layOut({
    subject: soon ? `${name}: renew now, ${left} left` : `${name}: ${left} left to renew`,
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
