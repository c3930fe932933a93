/** What is to become of a message, asked of the store or the account as it stands now. */
import type { OperatorsPayload, OutboxPayload } from '../core/message.ts';
import type { OpenDatabase } from '../db/open.ts';
import type { OutboxRow } from '../db/outbox.ts';
import { readStore, type StoreRow } from '../db/stores.ts';
import { planAbsenceOver } from './absence-over.ts';
import { planDigest, planSummary, queueNextDigest } from './digest.ts';
import { secondContact } from './ladder.ts';
import { planLetter } from './letter.ts';
import type { Manners } from './manners.ts';
import { planPerson } from './person-mails.ts';
import { planRenewalDay } from './renewal-day.ts';
import { planAlarm, planReminder, planRung, unlessAway, type Plan } from './still-true.ts';

/** `site`: the store's, whose zone may count. `folded`: the messages that a summary says, or need not say any more. */
export type Planned = Plan & { site?: string; folded?: readonly string[] };

type Planning = { row: OutboxRow; now: number; manners: Manners | null };

/** How long a mail for many stores waits where nobody can write it: in a process without manners. */
const ELSEWHERE_MS = 60 * 60_000;

export async function planMessage(database: OpenDatabase, { row, now, manners }: Planning): Promise<Planned> {
  const { payload, accountId } = row;
  switch (payload.topic) {
    case 'operator':
    case 'operator_over':
    case 'operator_secret':
    case 'operator_note':
      return { do: 'send' };
    case 'person':
      return planPerson(payload, { manners, now });
    case 'letter':
      return planLetter(database.db, payload);
    case 'renewal_day':
      return planRenewalDay(database.db, { payload, accountId, now });
    case 'digest':
      if (manners === null) return { do: 'postpone', until: now + ELSEWHERE_MS };
      await database.transaction((tx) => queueNextDigest(tx, { row, now }));
      return planDigest(database.db, { row, now, manners });
    case 'summary':
      return manners === null
        ? { do: 'postpone', until: now + ELSEWHERE_MS }
        : planSummary(database.db, { row, now, manners });
    default:
      return planAboutStore(database, { row, payload, now });
  }
}

type AboutStore = Exclude<
  OutboxPayload,
  OperatorsPayload | { topic: 'renewal_day' | 'digest' | 'summary' | 'letter' | 'person' }
>;
type Asked = { row: OutboxRow; payload: AboutStore; now: number };

async function planAboutStore(database: OpenDatabase, { row, payload, now }: Asked): Promise<Planned> {
  const store = await readStore(database.db, { id: payload.storeId, accountId: row.accountId });
  const plan = planFor(payload, store, now);
  if (plan.do !== 'send' || store === null) return plan;
  if (payload.topic === 'still_broken' && payload.reader === 'second') {
    const second = await secondContact(database.db, store);
    if (second !== row.recipient) return { do: 'drop', reason: 'The second contact is another one now.' };
  }
  return { ...plan, site: store.site };
}

function planFor(payload: AboutStore, store: StoreRow | null, now: number): Plan {
  switch (payload.topic) {
    case 'reminder':
      return unlessAway(planReminder(payload, store, now), store, now);
    case 'still_broken':
      return planRung(payload, store, now);
    case 'absence_over':
      return planAbsenceOver(payload, store, now);
    default:
      return unlessAway(planAlarm(payload, store), store, now);
  }
}
