/** Where a store stands for the person looking: seven groups, in order of urgency. Pure. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import type { IconName } from '../parts/icon.tsx';
import { InWords, figure, things } from '../words/counts.ts';
import { span, toMs } from '../words/dates.ts';
import { sellerActs } from '../words/seller-acts.ts';
import type { Tone } from '../words/verdicts.ts';

export const GROUPS = [
  'needs_you',
  'repairing',
  'checking',
  'to_finish',
  'worth_a_look',
  'not_your_fault',
  'connected',
  'put_away',
] as const;
export type Group = (typeof GROUPS)[number];

type GroupFace = { tone: Tone; icon: IconName; legend: string; one: string; filter: string };

export const GROUP_FACES = {
  needs_you: { tone: 'act', icon: 'plug', legend: 'need you', one: 'needs you', filter: 'Needs you' },
  repairing: {
    tone: 'info',
    icon: 'hourglass',
    legend: 'repairs running',
    one: 'repair running',
    filter: 'Repair running',
  },
  checking: { tone: 'info', icon: 'arc', legend: 'being checked', one: 'being checked', filter: 'Being checked' },
  to_finish: { tone: 'calm', icon: 'dashedCircle', legend: 'to finish', one: 'to finish', filter: 'To finish' },
  worth_a_look: { tone: 'warn', icon: 'clock', legend: 'worth a look', one: 'worth a look', filter: 'Worth a look' },
  not_your_fault: {
    tone: 'calm',
    icon: 'cloud',
    legend: 'not your fault',
    one: 'not your fault',
    filter: 'Not your fault',
  },
  connected: { tone: 'good', icon: 'tick', legend: 'connected', one: 'connected', filter: 'Connected' },
  put_away: {
    tone: 'calm',
    icon: 'bars',
    legend: 'paused or disconnected',
    one: 'paused or disconnected',
    filter: 'Paused or disconnected',
  },
} as const satisfies Record<Group, GroupFace>;

const GROUP_OF = {
  reconnect: 'needs_you',
  store_blocked: 'needs_you',
  wrong_store: 'needs_you',
  repairing: 'repairing',
  verifying: 'checking',
  setup: 'to_finish',
  expiring: 'worth_a_look',
  limited: 'worth_a_look',
  held: 'not_your_fault',
  operator_problem: 'not_your_fault',
  connected: 'connected',
  checking: 'connected',
  paused: 'put_away',
  closed: 'put_away',
} as const satisfies Record<StoreBody['verdict'], Group>;

/** The group of a store. A fault that only somebody else can put right is never "needs you". */
export function groupOf(store: Pick<StoreBody, 'verdict' | 'owner' | 'action'>): Group {
  const group = GROUP_OF[store.verdict];
  return group === 'needs_you' && !sellerActs(store) ? 'not_your_fault' : group;
}

export type Counts = Record<Group, number>;

export function countGroups(stores: readonly StoreBody[]): Counts {
  const counts: Counts = {
    needs_you: 0,
    repairing: 0,
    checking: 0,
    to_finish: 0,
    worth_a_look: 0,
    not_your_fault: 0,
    connected: 0,
    put_away: 0,
  };
  for (const store of stores) counts[groupOf(store)] += 1;
  return counts;
}

/** Stores that count: paused and disconnected ones stand aside. */
export function totalOf(counts: Counts): number {
  return GROUPS.reduce((sum, group) => (group === 'put_away' ? sum : sum + counts[group]), 0);
}

/** The first line of the page: how things stand, in words. */
export function headline(counts: Counts): string {
  const total = totalOf(counts);
  const need = counts.needs_you;
  if (total === 0) return 'No store is being watched';
  if (need > 0) return `${figure(need)} of ${things(total, 'store')} ${need === 1 ? 'needs' : 'need'} you`;
  if (counts.connected === total)
    return total === 1 ? 'Your store is connected' : `All ${figure(total)} stores are connected`;
  return 'No store needs you';
}

/** What is said of each group in the second line, in order; the verb follows the count. */
const SAID: readonly { group: Group; one: string; many: string }[] = [
  { group: 'repairing', one: 'repair is running.', many: 'repairs are running.' },
  { group: 'checking', one: 'is being checked.', many: 'are being checked.' },
  { group: 'to_finish', one: 'waits to be finished.', many: 'wait to be finished.' },
  { group: 'worth_a_look', one: 'is worth a look.', many: 'are worth a look.' },
  {
    group: 'not_your_fault',
    one: 'has a fault that is not yours: nothing for you to do there.',
    many: 'have a fault that is not yours: nothing for you to do there.',
  },
];

/** The second line: what else is going on, one sentence each. */
export function underline(counts: Counts): string {
  const parts = SAID.filter(({ group }) => counts[group] > 0).map(
    ({ group, one, many }) => `${InWords(counts[group])} ${counts[group] === 1 ? one : many}`,
  );
  return parts.length === 0 ? 'Nothing to do. We keep watching.' : parts.join(' ');
}

/** The text alternative of the shelf: `17 stores: 2 need you, 1 repair running, …`. */
export function shelfSentence(counts: Counts): string {
  const parts = GROUPS.filter((group) => group !== 'put_away' && counts[group] > 0).map(
    (group) => `${figure(counts[group])} ${groupWord(group, counts[group])}`,
  );
  return `${things(totalOf(counts), 'store')}: ${parts.join(', ')}`;
}

export function groupWord(group: Group, count: number): string {
  return count === 1 ? GROUP_FACES[group].one : GROUP_FACES[group].legend;
}

export type Longest = { store: StoreBody; waited: string };

/** The store that has waited longest for its seller. */
export function longestWaiting(stores: readonly StoreBody[], now: number): Longest | null {
  let oldest: StoreBody | null = null;
  for (const store of stores) {
    if (groupOf(store) !== 'needs_you') continue;
    if (oldest === null || store.since < oldest.since) oldest = store;
  }
  return oldest === null ? null : { store: oldest, waited: span(now - toMs(oldest.since)) };
}

/** The store whose permission runs out next, among those that work. An estimate, and called one. */
export function nextRenewal(stores: readonly StoreBody[], now: number): StoreBody | null {
  let next: StoreBody | null = null;
  for (const store of stores) {
    if (store.expires_at === null || store.pending || groupOf(store) === 'put_away') continue;
    if (toMs(store.expires_at) < now) continue;
    if (next === null || next.expires_at === null || store.expires_at < next.expires_at) next = store;
  }
  return next;
}
