/** Mails to the operator: what is wrong with the app or the machine, and that it is over. Sellers never read these. */
import type {
  Message,
  OperatorNotePayload,
  OperatorOverPayload,
  OperatorPayload,
  OperatorSecretPayload,
} from '../core/message.ts';
import { daysLeft, longDate } from '../core/words-dates.ts';
import { layOut, oneLine } from './layout.ts';
import { operatorText } from './operator-texts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function operatorMessage({ cause, sentence, link, app }: OperatorPayload): Message {
  const text = operatorText(cause);
  return layOut({
    subject: `Storekeeper: ${text.subject}`,
    paragraphs: [
      ...(app == null ? [] : [`The app is ${oneLine(app)}.`]),
      text.happened,
      text.means,
      `Sellers read meanwhile: “${oneLine(sentence)}”`,
    ],
    box: { title: 'What to do', text: text.next },
    button: { label: 'Open Storekeeper', href: link },
    small: ['We send this once, and once more when it is over.'],
  });
}

export function overMessage({ cause, app, lastedMs, link }: OperatorOverPayload): Message {
  const text = operatorText(cause);
  return layOut({
    subject: `Storekeeper: it is over (${text.subject})`,
    paragraphs: [
      ...(app == null ? [] : [`The app is ${oneLine(app)}.`]),
      `A fault is over that we told you of: ${text.subject}. It lasted ${lasted(lastedMs)}.`,
      'Stores that waited because of it turn green by themselves.',
    ],
    box: { title: 'What to do', text: 'Nothing.' },
    button: { label: 'Open Storekeeper', href: link },
    small: ['Should it come back, we tell you once more.'],
  });
}

/** `now`: the moment of sending; the days are counted from it. */
export function secretMessage(payload: OperatorSecretPayload, now: number): Message {
  return payload.what === 'ends' ? endsMessage(payload, now) : refusedMessage(payload);
}

function endsMessage({ app, endsAt, automatic, link }: Extract<OperatorSecretPayload, { what: 'ends' }>, now: number) {
  const left = daysLeft(endsAt, now);
  return layOut({
    subject: `Storekeeper: the app’s secret ends in ${left}`,
    paragraphs: [
      `The client secret of ${oneLine(app)} ends on ${longDate(endsAt)}, in ${left}.`,
      'All is well until that day; after it every call of this app is refused. Sellers need do nothing, before or after.',
    ],
    box: {
      title: 'What to do',
      text: automatic
        ? 'Nothing, as long as the queue works: the secret is rotated by itself two weeks before its end. The page says how the queue is.'
        : 'Rotate it in the marketplace’s developer console. Put the new secret into the file named by STOREKEEPER_APPS_FILE as clientSecret, with the present one as previousClientSecret. The file is read anew by itself.',
    },
    button: { label: 'Open Storekeeper', href: link },
    small: ['We say this 90, 30, 7 and 1 days before, and stop when a new secret is in use.'],
  });
}

function refusedMessage({ app, fingerprint, link }: Extract<OperatorSecretPayload, { what: 'refused' }>): Message {
  return layOut({
    subject: 'Storekeeper: the new secret was not taken',
    paragraphs: [
      `The marketplace refused the new client secret of ${oneLine(app)} (fingerprint ${fingerprint}) when it was tried on one store.`,
      'Everybody goes on with the secret before. No store was touched and no seller was mailed.',
    ],
    box: {
      title: 'What to do',
      text: 'Compare the new secret with the developer console, letter by letter, and put the right one into the file named by STOREKEEPER_APPS_FILE.',
    },
    button: { label: 'Open Storekeeper', href: link },
    small: ['We send this once for each secret.'],
  });
}

const NOTES = {
  apps_file: {
    subject: 'the apps file has a mistake',
    happened: 'The file named by STOREKEEPER_APPS_FILE was changed and cannot be used as it is now.',
    means: 'Everything goes on with what stood in it before. A restart would be refused.',
    next: 'Put it right; it is read anew by itself.',
  },
  clock: {
    subject: 'the clock of this machine was set',
    happened: 'The clock of a machine that runs Storekeeper jumped.',
    means:
      'Checks and messages that were planned by the wrong time are planned again from now on. Nothing waits for the jump.',
    next: 'Have the clock kept by a time service. After a standby of the machine nothing is to be done.',
  },
  audit: {
    subject: 'the audit log was changed',
    happened: 'An entry of the audit log was changed or removed in the database.',
    means: 'The program itself never does that. Somebody may have acted in the database directly.',
    next: 'Find out who can write to the database. Run audit verify on the command line for the entry, and compare with a backup.',
  },
  malformed: {
    subject: 'a message in the queue is unreadable',
    happened: 'A message came through the app’s queue that is no notification of the marketplace’s.',
    means: 'It was left in the queue, so that the queue’s own rule for such messages applies. All others are read.',
    next: 'Look into the queue’s dead letters. Whoever may send to the queue should be the marketplace alone.',
  },
  queue: {
    subject: 'the app’s queue does not answer',
    happened: 'The queue of the app could not be read for an hour.',
    means: 'No notification comes in. Stores are looked at as always, so nothing is missed; it is seen later.',
    next: 'Compare queueUrl, region and keys in the file named by STOREKEEPER_APPS_FILE with the queue.',
  },
  rotation: {
    subject: 'the secret was not rotated',
    happened: 'The marketplace refused to make a new client secret.',
    means: 'The present secret goes on being used until its end.',
    next: 'Say under Notification Preferences in the developer console that the app takes rotation notices in its queue, or rotate the secret there by hand.',
  },
} as const satisfies Record<OperatorNotePayload['what'], Record<'subject' | 'happened' | 'means' | 'next', string>>;

export function noteMessage({ what, detail, app, link }: OperatorNotePayload): Message {
  const text = NOTES[what];
  return layOut({
    subject: `Storekeeper: ${text.subject}`,
    paragraphs: [
      ...(app === null ? [] : [`The app is ${oneLine(app)}.`]),
      text.happened,
      ...(detail === '' ? [] : [oneLine(detail)]),
      text.means,
    ],
    box: { title: 'What to do', text: text.next },
    button: { label: 'Open Storekeeper', href: link },
    small: [
      what === 'apps_file'
        ? 'We send this once for each change of the file.'
        : 'We send this once a day at most while it lasts.',
    ],
  });
}

/** "35 minutes", "4 hours", "2 days": as exact as a person needs it. */
function lasted(ms: number): string {
  const [size, unit] = ms < HOUR ? [MINUTE, 'minute'] : ms < 2 * DAY ? [HOUR, 'hour'] : [DAY, 'day'];
  const count = Math.max(1, Math.round(ms / size));
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
