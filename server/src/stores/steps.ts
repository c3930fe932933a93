/** The ladder as a person watches it: every rung with its outcome, also those that were not asked. */
import type { Connector } from '../connectors/connector.ts';
import type { Observation } from '../core/observation.ts';
import { stepText, stepTitle } from '../core/words.ts';
import type { LadderStep } from '../http/contract/connect.ts';

type Watching = {
  connector: Connector;
  /** True when the ladder has ended: what was not asked will not be. */
  done: boolean;
  /** The step that is being asked just now. */
  running?: string | null;
};

export function stepsOf(observations: readonly Observation[], watching: Watching): LadderStep[] {
  return stepNames(watching.connector).map((name) =>
    stepOf(name, observations.findLast((o) => stepName(o) === name) ?? null, watching),
  );
}

/** The steps in the order of the ladder, under the names the API gives them: rungs, then what every look asks for. */
function stepNames({ grant, dataCalls }: Connector): string[] {
  const asked = dataCalls.filter((call) => call.everyLook).map((call) => call.capability);
  return ['self', 'app', 'control', ...(grant.kind === 'exchange' ? ['grant'] : []), ...new Set(asked)];
}

/** The name of the step that an observation, or a question not yet answered, belongs to. */
export function stepName(o: Pick<Observation, 'rung' | 'capability'>): string {
  return o.capability !== null && (o.rung === 'identity' || o.rung === 'capability') ? o.capability : o.rung;
}

function stepOf(name: string, seen: Observation | null, { connector, done, running }: Watching): LadderStep {
  const { label } = connector;
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

function unseen(name: string, done: boolean, running: string | null): LadderStep['outcome'] {
  if (running === name) return 'running';
  return done ? 'not_asked' : 'waiting';
}

function outcomeOf(seen: Observation): LadderStep['outcome'] {
  if (seen.answer === 'ok') return 'passed';
  // A control that nobody could give, or a throttled question, tells nothing: that is not a failure of the store.
  return seen.answer === 'throttled' || seen.answer === 'token_stale' ? 'cannot_be_asked' : 'failed';
}
