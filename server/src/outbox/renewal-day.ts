/** The mail of the renewal day: one for the whole account, naming the stores that are still to be renewed when it leaves. */
import type { DueStore, Message, RenewalDayPayload } from '../core/message.ts';
import { isOpen, renewalState, startOfDay } from '../core/renewal-day.ts';
import { longDate } from '../core/words-dates.ts';
import { readRenewalDay, renewalStores } from '../db/calendar.ts';
import type { Db } from '../db/open.ts';
import { endAfter } from '../core/renewal-day.ts';
import { layOut, oneLine } from './layout.ts';
import type { Plan } from './still-true.ts';

const DAY_MS = 86_400_000;
/** More names than this make no mail easier to read. */
const NAMED = 40;

type Planning = { payload: RenewalDayPayload; accountId: string; now: number };

/** Dropped when the day was changed, is over, or nothing is left to renew. */
export async function planRenewalDay(db: Db, { payload, accountId, now }: Planning): Promise<Plan & { site?: string }> {
  const { day } = payload;
  if (now >= startOfDay(day) + DAY_MS) return { do: 'drop', reason: 'Too late: the renewal day is over.' };
  if ((await readRenewalDay(db, { accountId })) !== day) return { do: 'drop', reason: 'Another day was chosen.' };
  const rows = await renewalStores(db, { accountId });
  const stores = rows
    .filter((row) => isOpen(renewalState(row, { day, now })))
    .map(({ name, site }) => ({ name, site }));
  const [first] = stores;
  if (!first) return { do: 'drop', reason: 'Every store is renewed already.' };
  return { do: 'send', payload: { ...payload, stores }, site: first.site };
}

export function renewalDayMessage({ day, stores, link }: RenewalDayPayload): Message {
  const count = stores.length === 1 ? '1 store' : `${stores.length} stores`;
  return layOut({
    subject: `Renewal day: ${count} to renew`,
    paragraphs: [
      `Today, ${longDate(startOfDay(day))}, is the renewal day you chose. What you renew today ends about ${longDate(startOfDay(endAfter(day)))}, all on one day. The end is an estimate.`,
      ...listed(stores),
    ],
    box: {
      title: 'What to do, about a minute for each',
      text: 'Press the button. The list there opens the right page for every store and ticks off each renewal.',
    },
    button: { label: 'Open the renewal day', href: link },
    small: [
      'Stores that are renewed already are not named here. You can choose another day, or none, on the same page.',
    ],
  });
}

/** One line per site: whoever signs in there renews those stores in one go. */
function listed(stores: readonly DueStore[]): string[] {
  const named = stores.slice(0, NAMED);
  const sites = [...new Set(named.map(({ site }) => site))];
  const lines = sites.map((site) => {
    const names = named.filter((store) => store.site === site).map(({ name }) => oneLine(name));
    return `${site}: ${names.join(', ')}`;
  });
  return stores.length > NAMED ? [...lines, `and ${stores.length - NAMED} more`] : lines;
}
