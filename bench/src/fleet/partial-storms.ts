/**
 * Storms over a part of the sellers: the marketplace refuses some stores for minutes or hours, answers all others, and heals
 * without anything that a seller does. Pure; each storm and each store decide alone who is struck.
 */
import type { Answer } from '../../../server/src/core/observation.ts';
import { decided } from './dice.ts';
import type { Asking } from './happenings.ts';

const isData = ({ rung }: Asking) => rung === 'identity' || rung === 'capability';
const half = ({ at, call, asker }: Asking) => decided(at + call.length * 7_919, Number(asker)) < 0.5;

/** What a struck store is answered. */
export const STORM_ANSWERS = {
  calls_403: { what: 'every call answers 403', answers: (a: Asking) => (isData(a) ? 'denied' : null) },
  calls_401: { what: 'every call answers 401', answers: (a: Asking) => (isData(a) ? 'token_stale' : null) },
  calls_flickering: {
    what: 'every second call answers 403',
    answers: (a: Asking) => (isData(a) && half(a) ? 'denied' : null),
  },
  one_operation: {
    what: 'one operation answers 403',
    answers: (a: Asking) => (isData(a) && a.capability === 'payouts' ? 'denied' : null),
  },
  permissions: {
    what: 'the token endpoint answers invalid_grant',
    answers: (a: Asking) => (a.rung === 'grant' ? 'grant_refused' : null),
  },
} as const satisfies Record<string, { what: string; answers: (asking: Asking) => Answer | null }>;

export type StormAnswer = keyof typeof STORM_ANSWERS;

/** Instants in milliseconds of true time. `first`: one store that is struck for certain. */
export type PartialStorm = { answer: StormAnswer; share: number; first: number; from: number; to: number };

/** The stores of one storm begin to be refused within this. Milliseconds. */
const STAGGER_MS = 8 * 60_000;

/** Storms that do not overlap. */
export class PartialStorms {
  readonly #storms: readonly PartialStorm[];
  /** The span that the last question fell into, and the storm over it. */
  #span: { from: number; to: number; storm: PartialStorm | null } = { from: 0, to: 0, storm: null };

  constructor(storms: readonly PartialStorm[]) {
    this.#storms = storms.toSorted((a, b) => a.from - b.from);
  }

  strikes(store: number, at: number): boolean {
    const storm = this.#over(at);
    if (!storm) return false;
    const isStruck = store === storm.first || decided(storm.from, store) < storm.share;
    return isStruck && at >= storm.from + STAGGER_MS * decided(storm.from + 1, store);
  }

  answer(asking: Asking): Answer | null {
    const { asker, at } = asking;
    const storm = typeof asker === 'number' && this.strikes(asker, at) ? this.#over(at) : null;
    return storm ? STORM_ANSWERS[storm.answer].answers(asking) : null;
  }

  #over(at: number): PartialStorm | null {
    if (at < this.#span.from || at >= this.#span.to) this.#span = this.#spanAt(at);
    return this.#span.storm;
  }

  #spanAt(at: number): { from: number; to: number; storm: PartialStorm | null } {
    const storm = this.#storms.find(({ from, to }) => from <= at && at < to);
    if (storm) return { from: storm.from, to: storm.to, storm };
    const from = this.#storms.findLast(({ to }) => to <= at)?.to ?? 0;
    return { from, to: this.#storms.find((one) => one.from > at)?.from ?? Infinity, storm: null };
  }
}
