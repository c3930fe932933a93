/** The words of the ladder: nothing has changed since the alarm; and of the one mail after a holiday. */
import type { AbsenceOverPayload, AlarmPayload, AlarmTopic, Message, RungPayload } from '../core/message.ts';
import { daysToNext } from '../core/message-plan.ts';
import { sellerMustAct } from '../core/diagnosis.ts';
import { subjectOf } from '../core/words.ts';
import { daysLeft, longDate } from '../core/words-dates.ts';
import { layOut, subjectFor } from './layout.ts';

const DAY = 86_400_000;

type AlarmText = { box: string; button: string; green: string };

export const ALARM_TEXTS = {
  needs_reconnect: {
    box: 'What to do, about a minute',
    button: 'Reconnect store',
    green: 'The store turns green by itself, wherever you put it right.',
  },
  blocked: {
    box: 'What to do',
    button: 'Show the steps',
    green: 'The store turns green by itself when it is open again.',
  },
  limited: {
    box: 'What happens now',
    button: 'Open the store',
    green: 'Everything else of this store goes on as before.',
  },
} as const satisfies Record<AlarmTopic, AlarmText>;

/** Where to say that nobody will act: the mails stop, the looking goes on. */
const AWAY = 'On holiday, or the store is sold? Say so on its page, and the mails stop.';

/** What follows an alarm: when the next mail comes, or that this is the only one. Not said in what an older version queued. */
export function followedBy({ topic, again }: Pick<AlarmPayload, 'topic' | 'again'>): string[] {
  const { green } = ALARM_TEXTS[topic];
  if (again === undefined) return [green];
  if (again === null) return [`We send this once. ${green}`];
  return [`${green} While nothing changes we write again in ${days(again)}, then ever more seldom.`, AWAY];
}

function days(n: number): string {
  return n === 1 ? '1 day' : `${n} days`;
}

/** `now`: the moment of sending, milliseconds. */
export function rungMessage(payload: RungPayload, now: number): Message {
  const { about, cause, rung, alarmSince, reader, label, certain } = payload;
  const broken = days(Math.max(1, Math.floor((now - alarmSince) / DAY)));
  const text = ALARM_TEXTS[about];
  const again = daysToNext(cause, rung);
  const next =
    again === null
      ? `This is the last mail about it. We go on looking. ${text.green}`
      : `${text.green} While nothing changes we write again in ${days(again)}.`;
  const why = reader === 'second' ? ['You read this as the second contact of this store.'] : [];
  return layOut({
    subject: subjectFor(
      payload.storeName,
      `still, for ${broken}: ${subjectOf(cause, { label, certain: certain ?? false })}`,
    ),
    paragraphs: [`Nothing has changed for ${broken}. ${payload.sentence}`, payload.means],
    box: boxOf(payload.about, payload),
    button: { label: text.button, href: payload.link },
    small: [next, AWAY, ...why],
  });
}

/** What the seller cannot put right is headed so that nobody looks for a task in it. */
export function boxOf(topic: AlarmTopic, { cause, next }: Pick<AlarmPayload, 'cause' | 'next'>) {
  const title = sellerMustAct(cause) ? ALARM_TEXTS[topic].box : ALARM_TEXTS.limited.box;
  return { title, text: next };
}

export function absenceOverMessage({ storeName, label, until, still, link }: AbsenceOverPayload, now: number): Message {
  const back = `You were away until ${longDate(Date.parse(`${until}T00:00:00Z`))}.`;
  if (still?.is === 'broken') {
    const { alarm } = still;
    const said = subjectOf(alarm.cause, { label, certain: alarm.certain ?? false });
    return layOut({
      subject: subjectFor(storeName, `while you were away, ${said}`),
      paragraphs: [`${back} This is still true: ${alarm.sentence}`, alarm.means],
      box: boxOf(alarm.topic, alarm),
      button: { label: ALARM_TEXTS[alarm.topic].button, href: link },
      small: followedBy(alarm),
    });
  }
  const left = daysLeft(still?.expiresAt ?? now, now);
  return layOut({
    subject: subjectFor(storeName, `${left} left to renew`),
    paragraphs: [
      `${back} ${label}’s yearly permission for this store ends about ${longDate(still?.expiresAt ?? now)}, in ${left}. The day is an estimate.`,
      'The store works until then. Renewing early loses nothing, because the year starts anew that day.',
    ],
    box: {
      title: 'What to do, about a minute',
      text: `Press the button, and sign in at ${label} as the store’s primary user.`,
    },
    button: { label: 'Renew', href: link },
    small: ['The reminders stop as soon as the renewal is seen.'],
  });
}
