/** The letter after an incident at a marketplace: what it was, that nothing is to be done, and that the data is answered again. */
import type { LetterPayload, Message } from '../core/message.ts';
import { clock, moment, shortDate } from '../core/words-dates.ts';
import { fromTo, happenedThen } from '../core/words-incidents.ts';
import { readIncident } from '../db/incident-course.ts';
import type { Db } from '../db/open.ts';
import { layOut, oneLine } from './layout.ts';
import type { Plan } from './still-true.ts';

/** Dropped when the incident went on after all: then another letter says how it ended. */
export async function planLetter(
  db: Db,
  { incidentId, closedAt, site }: LetterPayload,
): Promise<Plan & { site?: string }> {
  const incident = await readIncident(db, incidentId);
  if (!incident) return { do: 'drop', reason: 'The incident is not known any more.' };
  if (incident.closedAt !== closedAt) return { do: 'drop', reason: 'The incident went on after all.' };
  return { do: 'send', ...(site === undefined ? {} : { site }) };
}

export function letterMessage(letter: LetterPayload, now: number): Message {
  const { from, to, stores, more, label, link } = letter;
  const one = stores.length + more === 1;
  const yours = one ? 'Your store was' : 'Your stores were';
  const all = one ? '' : ' for all of them';
  return layOut({
    subject: `${shortDate(from)}, ${clock(from)}: ${happenedThen(letter)}; nothing for you to do`,
    paragraphs: [
      `${fromTo(from, to, now)} ${happenedThen(letter)}. ${yours} not affected: nothing was to be done, and nothing is.`,
      `Every kind of data that we ask for was answered again${all} by ${moment(letter.completeAt, to)} UTC.`,
      `${one ? 'The store' : 'The stores'}: ${stores.map(oneLine).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    ],
    box: { title: 'What to do', text: `Nothing. The trouble was ${label}’s, and every permission is as it was.` },
    button: { label: 'Open Storekeeper', href: link },
    small: ['We send this once, after it is over.'],
  });
}
