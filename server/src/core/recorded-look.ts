/**
 * One look as the log keeps it: everything that the judge was given and what it said, so that the same rules, or others, can
 * be run over it again. Quiet looks of a healthy store leave no row: `lastOkAt` in the facts of the next one tells until when
 * all was well.
 */
import type { Verdict } from './connection.ts';
import type { Cause } from './diagnosis.ts';
import type { JudgeInput, Judgement, StoreFacts } from './judgement.ts';
import type { Observation } from './observation.ts';
import type { Before, EventType, Effect, Step } from './transition.ts';
import type { Weather } from './weather.ts';

/**
 * - `look`: judged by the rules, with the open episode before it
 * - `adopted`: new credentials were proven (first connect, repair, move); alarms and episode end with it
 */
export type LookKind = 'look' | 'adopted';

export type RecordedLook = {
  kind: LookKind;
  /** Milliseconds since 1970: when it was judged. */
  now: number;
  /** `marketplace:application:region`. */
  cohort: string;
  /** False: the seller left no address, so that nobody can be told. */
  hasAddress: boolean;
  /** True: asked for by hand; then its answers are kept as evidence whatever they tell. */
  byHand: boolean;
  before: Pick<Before, 'verdict' | 'cause' | 'since'>;
  /** As the judge was given them, the alarm before the look included. */
  facts: StoreFacts;
  weather: Weather;
  /** The answers of this look alone. */
  observations: Observation[];
  outcome: Outcome;
};

export type Outcome = {
  verdict: Verdict;
  cause: Cause | null;
  since: number;
  alarm: { cause: Cause; since: number } | null;
  /** Ids of observations of this look, and of earlier ones of the same store. */
  evidence: string[];
  /** True: the answers were kept as evidence, and are read with the looks after this one. */
  kept: boolean;
  events: EventType[];
  effects: Effect[];
};

export type Looked = Pick<RecordedLook, 'kind' | 'cohort' | 'hasAddress' | 'byHand'> & {
  before: Before;
  input: Pick<JudgeInput, 'store' | 'weather' | 'now'>;
  observations: readonly Observation[];
  judgement: Judgement;
  step: Step;
  kept: boolean;
};

export function recordedLook({ before, input, observations, judgement, step, kept, ...rest }: Looked): RecordedLook {
  const { verdict, alarm, evidence, diagnosis } = judgement;
  return {
    ...rest,
    now: input.now,
    before: { verdict: before.verdict, cause: before.cause, since: before.since },
    facts: input.store,
    weather: input.weather,
    observations: [...observations],
    outcome: {
      verdict,
      cause: diagnosis?.cause ?? null,
      since: step.since,
      alarm: alarm && { cause: alarm.cause, since: alarm.since },
      evidence,
      kept,
      events: step.events,
      effects: step.effects,
    },
  };
}
