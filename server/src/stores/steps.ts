/** The ladder as a person watches it: every rung with its outcome, also those that were not asked. */
import type { Observation } from '../core/observation.ts';
import { stepText, stepTitle } from '../core/words.ts';
import type { LadderStep } from '../http/contract/connect.ts';

/** Rungs in the order of the ladder, under the names the API gives them. */
const STEPS = ['self', 'app', 'control', 'grant', 'participations', 'payouts', 'finances'] as const;
type StepName = (typeof STEPS)[number];

type Watching = {
  label: string;
  /** True when the ladder has ended: what was not asked will not be. */
  done: boolean;
  /** The step that is being asked just now. */
  running?: string | null;
};

export function stepsOf(observations: readonly Observation[], watching: Watching): LadderStep[] {
  return STEPS.map((name) => stepOf(name, observations.findLast((o) => stepName(o) === name) ?? null, watching));
}

/** The name of the step that an observation, or a question not yet answered, belongs to. */
export function stepName(o: Pick<Observation, 'rung' | 'capability'>): string {
  return o.capability !== null && (o.rung === 'identity' || o.rung === 'capability') ? o.capability : o.rung;
}

function stepOf(name: StepName, seen: Observation | null, { label, done, running }: Watching): LadderStep {
  return {
    name,
    title: stepTitle(name),
    call: seen?.call ?? null,
    outcome: seen ? outcomeOf(seen) : unseen(name, done, running ?? null),
    text: seen ? stepText(seen, label) : '',
    ms: seen?.ms ?? null,
    observation_id: seen?.id ?? null,
  };
}

function unseen(name: StepName, done: boolean, running: string | null): LadderStep['outcome'] {
  if (running === name) return 'running';
  return done ? 'not_asked' : 'waiting';
}

function outcomeOf(seen: Observation): LadderStep['outcome'] {
  if (seen.answer === 'ok') return 'passed';
  // A control that nobody could give, or a throttled question, tells nothing: that is not a failure of the store.
  return seen.answer === 'throttled' || seen.answer === 'token_stale' ? 'cannot_be_asked' : 'failed';
}
