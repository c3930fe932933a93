/** What a replay comes to: counted over all stores, with the operator's messages brought together. */
import type { Cause } from '../core/diagnosis.ts';
import type { DifferenceKind, ToldOperator } from '../core/told.ts';
import type { StoreStory } from './stores.ts';

export type Counts = {
  stores: number;
  looks: number;
  observations: number;
  /** Words to sellers. */
  sellers: Record<DifferenceKind, number>;
  /** Words to the operator. */
  operator: Record<DifferenceKind, number>;
  /** Stores whose verdict differed at some time, and how many times. */
  verdicts: { stores: number; spans: number };
  /** Looks that rest on answers older than the log. */
  cut: number;
  evidence: { proven: number; unproven: number; otherRules: number };
};

/** A fault of the operator's on one day, as recorded or as it would have been. Milliseconds; null: not noted. */
export type OperatorWord = { cause: Cause; kind: DifferenceKind; recorded: number | null; replayed: number | null };

const NONE: Record<DifferenceKind, number> = {
  same: 0,
  only_recorded: 0,
  only_replayed: 0,
  other_cause: 0,
  other_time: 0,
};

export class Tally {
  readonly counts: Counts = {
    stores: 0,
    looks: 0,
    observations: 0,
    sellers: { ...NONE },
    operator: { ...NONE },
    verdicts: { stores: 0, spans: 0 },
    cut: 0,
    evidence: { proven: 0, unproven: 0, otherRules: 0 },
  };
  readonly #operator = new Map<string, { cause: Cause; recorded: number | null; replayed: number | null }>();

  add({ story }: StoreStory): void {
    const { counts } = this;
    counts.stores += 1;
    counts.looks += story.looks;
    counts.observations += story.observations;
    for (const { kind } of story.told) counts.sellers[kind] += 1;
    if (story.spans.length > 0) counts.verdicts.stores += 1;
    counts.verdicts.spans += story.spans.length;
    counts.evidence.proven += story.evidence.proven;
    counts.evidence.unproven += story.evidence.unproven.length;
    counts.cut += story.cut;
    counts.evidence.otherRules += story.evidence.otherRules;
    for (const word of story.operator.recorded) this.#hear('recorded', word);
    for (const word of story.operator.replayed) this.#hear('replayed', word);
  }

  /** One fault of one day is told once, by whichever store felt it first. */
  #hear(whose: 'recorded' | 'replayed', { key, cause, at }: ToldOperator): void {
    const word = this.#operator.get(key) ?? { cause, recorded: null, replayed: null };
    word[whose] = Math.min(word[whose] ?? Infinity, at);
    this.#operator.set(key, word);
  }

  /** What the operator was told, oldest first; counts it. Call it once, at the end. */
  operatorWords(): OperatorWord[] {
    const words = [...this.#operator.values()].map((word) => ({ ...word, kind: kindOf(word) }));
    for (const { kind } of words) this.counts.operator[kind] += 1;
    return words.toSorted((a, b) => firstOf(a) - firstOf(b));
  }

  /** True when somebody would have been told something else, or a verdict would have been another. */
  get differs(): boolean {
    const { sellers, operator, verdicts } = this.counts;
    const others = [sellers, operator].flatMap(({ same: _same, ...rest }) => Object.values(rest));
    return verdicts.spans > 0 || others.some((count) => count > 0);
  }
}

type Times = Pick<OperatorWord, 'recorded' | 'replayed'>;

function kindOf({ recorded, replayed }: Times): DifferenceKind {
  if (recorded === null) return 'only_replayed';
  if (replayed === null) return 'only_recorded';
  return recorded === replayed ? 'same' : 'other_time';
}

function firstOf({ recorded, replayed }: Times): number {
  return Math.min(recorded ?? Infinity, replayed ?? Infinity);
}
