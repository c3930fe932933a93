/** The second line under a status in the *Stores* table: what a person would ask next. Pure. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { awayNote } from '../words/absence.ts';
import { daysLeft, timeOfLook } from '../words/dates.ts';
import { noticesForSeller } from '../words/notices.ts';
import { things } from '../words/counts.ts';

const KIND_WORDS = {
  estimated: 'estimate',
  announced: '',
  recovery: 'to recover what was missed',
  decision: 'until it is decided',
} as const;

function deadlineNote(store: StoreBody, now: number): string {
  if (store.deadline === null) return store.text.sentence ?? '';
  const left = `${things(daysLeft(store.deadline.at, now), 'day')} left`;
  const kind = KIND_WORDS[store.deadline.kind];
  return kind === '' ? left : `${left} · ${kind}`;
}

/** What stands, and that nobody is mailed about it. */
export function statusNote(store: StoreBody, now: number): string {
  const [standing, away] = [standingNote(store, now), awayNote(store, now)];
  // A store that was sold is paused because of it: that says it all.
  if (away !== null && store.verdict === 'paused') return away;
  return [standing, away].filter((part) => part !== null && part !== '').join(' · ');
}

function standingNote(store: StoreBody, now: number): string {
  switch (store.verdict) {
    case 'expiring':
      return deadlineNote(store, now);
    case 'connected':
      // That its way was retired stands beside the name already, and would repeat in every row.
      return noticesForSeller(store).find(({ cause }) => cause !== 'mkt.sunset')?.text ?? '';
    case 'held':
    case 'operator_problem':
    case 'paused':
    case 'closed':
      return store.text.sentence ?? `Since ${timeOfLook(store.since, now)}`;
    case 'setup':
    case 'verifying':
    case 'checking':
    case 'reconnect':
    case 'repairing':
    case 'wrong_store':
    case 'store_blocked':
    case 'limited':
      return store.text.sentence ?? '';
  }
}

/** Milliseconds after which a look is stale: twice the rhythm this store is looked at. Undefined while unknown. */
export function staleAfter(store: Pick<StoreBody, 'as_of' | 'next_look_at'>): number | undefined {
  if (store.as_of === null || store.next_look_at === null) return undefined;
  const rhythm = Date.parse(store.next_look_at) - Date.parse(store.as_of);
  return rhythm > 0 ? 2 * rhythm : undefined;
}
