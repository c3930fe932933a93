/** What is written down of one simulation: its story, what was wrong in it, and the hash of its events. */
import { createHash } from 'node:crypto';
import type { OpenDatabase } from '../../server/src/db/open.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import type { OutgoingMail } from '../../server/src/outbox/transport.ts';

export type Counts = {
  stores: number;
  steps: number;
  calls: number;
  deaths: number;
  events: number;
  mails: number;
  /** From the end of the bad times until all was well. */
  minutesToWell: number;
};

export type Books = {
  counts: Counts;
  /** What was wrong, in the order in which it was seen. */
  wrong: string[];
  story: string[];
  tell: (what: string) => void;
  complain: (what: string) => void;
  mail: (mail: OutgoingMail) => void;
};

export function openBooks(now: () => number): Books {
  const wrong: string[] = [];
  const story: string[] = [];
  const tell = (what: string): void => void story.push(`${clock(now())} ${what}`);
  const counts: Counts = { stores: 0, steps: 0, calls: 0, deaths: 0, events: 0, mails: 0, minutesToWell: 0 };
  return {
    counts,
    wrong,
    story,
    tell,
    complain(what) {
      tell(`WRONG: ${what}`);
      wrong.push(`${clock(now())} ${what}`);
    },
    mail(mail) {
      counts.mails += 1;
      tell(`a mail to ${mail.recipient}: ${mail.subject}`);
    },
  };
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(0, 23);
}

type Told = { at: number; what: string };

/** Every event and every mail in order: instant, store, what, verdict, cause. Ids are left out: they are random. */
export async function eventHash({ db }: OpenDatabase, books: Books): Promise<{ hash: string; story: string[] }> {
  const rows = await db
    .selectFrom('event')
    .leftJoin('store', 'store.id', 'event.store_id')
    .select(['event.at', 'event.type', 'event.snapshot', 'store.name'])
    .orderBy('event.seq')
    .execute();
  const events = rows.map(({ at, type, snapshot, name }): Told => {
    const { verdict, cause } = JSON.parse(snapshot) as Pick<StoreBody, 'verdict' | 'cause'>;
    return { at, what: `${name ?? 'a store that is gone'}: ${type}, ${verdict}, ${cause ?? 'no cause'}` };
  });
  books.counts.events = events.length;
  const lines = events.map(({ at, what }) => `${clock(at)} ${what}`);
  const mails = books.story.filter((line) => line.includes(' a mail to '));
  const hash = createHash('sha256')
    .update([...lines, ...mails].join('\n'))
    .digest('hex');
  return { hash, story: [...lines, ...books.story].toSorted((a, b) => (a.slice(0, 23) < b.slice(0, 23) ? -1 : 1)) };
}
