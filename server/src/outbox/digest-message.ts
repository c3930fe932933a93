/** The words of a mail for many stores: the digest, and the summary of what was too much for one address. */
import type { DigestPayload, ListedStore, Message, StoreList } from '../core/message.ts';
import { longDate } from '../core/words-dates.ts';
import { layOut, oneLine, type Item, type Section } from './layout.ts';

/** `now`: the moment of sending, milliseconds. */
export function digestMessage(payload: DigestPayload, now: number): Message {
  const { topic, broken, expiring, held, repaired, away, link } = payload;
  const toDo = count(broken) + count(expiring) > 0;
  return layOut({
    subject: subjectOf(payload),
    paragraphs: [whatHappened(payload, now), meansFor(payload), ...awayText(away)],
    sections: [
      section('Need you', broken, { link: 'Show the steps', dated: true }),
      section('To be renewed within 30 days', expiring, { link: 'Renew this store', dated: false }),
      section('Held by a fault that is not yours', held, { link: 'Open this store', dated: true }),
      section('Repaired since the last digest', repaired, { link: 'Open this store', dated: false }),
    ].flat(),
    box: toDo
      ? {
          title: 'What to do, about a minute for each',
          text: 'Open a store by its link and follow the steps there. It turns green by itself, and then no more is said of it.',
        }
      : { title: 'What to do', text: 'Nothing for you to do.' },
    button: { label: 'Open Storekeeper', href: link },
    small: [topic === 'digest' ? WHY_DIGEST : WHY_SUMMARY],
  });
}

const WHY_DIGEST = 'You asked for this digest. Its hour, and whether it comes at all, is under Settings, Messages.';
const WHY_SUMMARY =
  'One address gets only so many mails in seven days, so these stores are told together. The number is under Settings, Messages.';

function count({ stores, left }: StoreList): number {
  return stores.length + left;
}

function stores(n: number): string {
  return n === 1 ? '1 store' : `${n} stores`;
}

function subjectOf({ topic, broken, expiring, held, repaired }: DigestPayload): string {
  const [need, renew, waiting, done] = [broken, expiring, held, repaired].map(count) as [
    number,
    number,
    number,
    number,
  ];
  const more = topic === 'summary' ? ' more' : '';
  const parts = [
    ...(need > 0 ? [`${need}${more} ${need === 1 ? 'store needs' : 'stores need'} you`] : []),
    ...(renew > 0 ? [`${renew} to renew`] : []),
  ];
  if (parts.length > 0) return `Storekeeper: ${parts.join(', ')}`;
  const calm = [...(done > 0 ? [`${done} repaired`] : []), ...(waiting > 0 ? [`${waiting} held`] : [])];
  return `Storekeeper: nothing to do, ${calm.join(', ')}`;
}

function whatHappened({ topic, broken, expiring, held, repaired }: DigestPayload, now: number): string {
  const parts = [
    ...(count(broken) > 0 ? [`${stores(count(broken))} ${count(broken) === 1 ? 'needs' : 'need'} you`] : []),
    ...(count(expiring) > 0 ? [`${stores(count(expiring))} to renew`] : []),
    ...(count(held) > 0 ? [`${stores(count(held))} held by a fault that is not yours`] : []),
    ...(count(repaired) > 0 ? [`${stores(count(repaired))} repaired`] : []),
  ];
  const what = parts.join(', ');
  return topic === 'digest' ? `On ${longDate(now)}: ${what}.` : `Beside what you were told already: ${what}.`;
}

function meansFor({ broken, expiring }: DigestPayload): string {
  if (count(broken) > 0) {
    return 'From a store that needs you nothing new arrives until it is put right. Your history and your settings stay as they are.';
  }
  if (count(expiring) > 0)
    return 'Every store works. Those to be renewed stop on their day unless they are renewed before it.';
  return 'Your stores are watched as before, and nothing is lost.';
}

function awayText(away: number): string[] {
  if (away === 0) return [];
  return [`${stores(away)} ${away === 1 ? 'is' : 'are'} left out because you said that you are away.`];
}

/** `dated`: since when it is so belongs to what is said. */
type Manner = { link: string; dated: boolean };

function section(title: string, list: StoreList, manner: Manner): Section[] {
  if (list.stores.length === 0) return [];
  const more = list.left === 0 ? null : `and ${list.left} more`;
  return [{ title, items: list.stores.map((store) => itemOf(store, manner)), more }];
}

function itemOf({ name, site, since, sentence, next, link }: ListedStore, manner: Manner): Item {
  return {
    title: `${oneLine(name)}, ${site}`,
    lines: [manner.dated ? `${sentence} Since ${longDate(since)}.` : sentence, next],
    link: { label: manner.link, href: link },
  };
}
