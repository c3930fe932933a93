/** What should happen after a break, and how it is seen that it did. */
import type { Verdict } from '../core/connection.ts';
import type { Cause } from '../core/diagnosis.ts';
import type { Observation } from '../core/observation.ts';
import type { StoreRow } from '../db/stores.ts';

/** What was seen since the drill began. `mails` are messages for sellers. */
export type Seen = {
  /** When the drill began. */
  since: number;
  rows: StoreRow[];
  events: { type: string; at: number }[];
  observations: Observation[];
  mails: number;
};
export type Expectation = { text: string; detail: string | null; done: (seen: Seen) => boolean };

const troubled = (seen: Seen) => seen.observations.some((o) => o.answer !== 'ok');

export function noticed(detail: string | null = null): Expectation {
  return { text: 'The next look sees it.', detail, done: troubled };
}

/** One refusal proves nothing. */
export const patience: Expectation = {
  text: 'Nobody is alarmed yet: the row says “Connected · checking”.',
  detail: 'One refusal proves nothing. A healthy store of the same region is asked as a witness.',
  done: (seen) => seen.events.some(({ type }) => type === 'store.checking' || TOLD.has(type)),
};

const TOLD: ReadonlySet<string> = new Set(['store.needs_reconnect', 'store.blocked', 'store.limited']);

export function becomes(verdicts: Verdict[], words: string): Expectation {
  return {
    text: `The row says “${words}”.`,
    detail:
      'It takes a second look at least 90 seconds after the first. Move the clock by 2 minutes if you do not want to wait.',
    done: (seen) => seen.rows.length > 0 && seen.rows.every((row) => verdicts.includes(row.verdict)),
  };
}

/** The same of what trouble at the marketplace looks like as well. */
export function becomesSlowly(verdicts: Verdict[], words: string): Expectation {
  return {
    ...becomes(verdicts, words),
    detail:
      'Amazon refuses some sellers for hours at times, with the same answer. So it must last for thirteen hours. Move the clock by a day if you do not want to wait.',
  };
}

export function names(causes: Cause[], words: string): Expectation {
  return {
    text: words,
    detail: 'Where one answer fits several causes, the diagnosis names them in order and says why.',
    done: (seen) => seen.rows.some((row) => speaksOf(row, causes)),
  };
}

function speaksOf(row: StoreRow, causes: Cause[]): boolean {
  const likely = row.judgement?.diagnosis?.likely.map(({ cause }) => cause) ?? [];
  const notices = row.judgement?.notices.map(({ cause }) => cause) ?? [];
  return [row.cause, ...likely, ...notices].some((cause) => cause !== null && causes.includes(cause));
}

export const oneMail: Expectation = {
  text: 'The seller gets a mail, with the way to repair it.',
  detail: null,
  done: (seen) => seen.mails > 0,
};

/** Holds from the first trouble on, for as long as nobody was told. */
export const nobodyTold: Expectation = {
  text: 'No seller is told, and no store says “Reconnect store”.',
  detail: 'What the seller cannot put right is not the seller’s to hear.',
  done: (seen) => troubled(seen) && seen.mails === 0 && !seen.events.some(({ type }) => TOLD.has(type)),
};

export const stillConnected: Expectation = {
  text: 'The store stays connected.',
  detail: null,
  // A look that changes no belief is not kept as evidence: its time alone tells that there was one.
  done: ({ rows, since }) =>
    rows.length > 0 &&
    rows.every((row) => (row.lastLookAt ?? 0) >= since && (row.verdict === 'connected' || row.verdict === 'expiring')),
};

const VERDICT_EVENTS: ReadonlySet<string> = new Set([...TOLD, 'store.held', 'store.operator_problem']);

/** Seconds of the product's clock from the break to the first verdict; null while there is none. */
export function secondsToVerdict(seen: Seen, startedAt: number): number | null {
  const first = seen.events.find(({ type }) => VERDICT_EVENTS.has(type));
  return first === undefined ? null : Math.max(0, Math.round((first.at - startedAt) / 1000));
}
