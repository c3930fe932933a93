/**
 * The rules that others use, as rules over the very observations that ours see. Each is given its best case: a look counts
 * as failed also when all calls are answered and say that the store sells nowhere, whatever they mail counts as the right
 * cause, and who is alarmed already counts as alarmed at once. Sources: what Fivetran, Merge and Airbyte document.
 */
import { saysNothing, type Observation } from '../../../server/src/core/observation.ts';

const HOUR = 3_600_000;

/** A look in which something was not well. Instants in milliseconds. */
export type Failure = {
  at: number;
  /** Only throttled, else well: Fivetran's "rescheduled", which is no failed sync. */
  onlyThrottled: boolean;
  /** Every request for the store's data, or its token, failed. */
  allFailed: boolean;
  /** The last look in which all was well. */
  lastWellAt: number;
  intervalMs: number;
};
/** What a rule remembers of a store since it was last well. */
export type Memory = { strikes: number; countedAt: number };
/** True when the rule would mail. */
type Rule = { name: string; mails: (failure: Failure, memory: Memory) => boolean };

/** A scheduled sync comes once in an interval; what is looked at in between is not one. */
const ONE_SYNC = 0.85;

function strike(memory: Memory, at: number): boolean {
  memory.strikes += 1;
  memory.countedAt = at;
  return memory.strikes >= 3;
}

export const BASELINES = [
  { name: 'naive: one failed look', mails: () => true },
  {
    name: 'three strikes, of any looks',
    mails: ({ at, onlyThrottled }, memory) => !onlyThrottled && strike(memory, at),
  },
  {
    name: 'three strikes, of scheduled looks (Fivetran)',
    mails: ({ at, onlyThrottled, intervalMs }, memory) =>
      !onlyThrottled && at - memory.countedAt >= ONE_SYNC * intervalMs && strike(memory, at),
  },
  { name: 'all requests failed (Merge)', mails: ({ allFailed }) => allFailed },
  {
    name: 'time-based, two intervals (Airbyte)',
    mails: ({ at, lastWellAt, intervalMs }) => at - lastWellAt > 2 * intervalMs,
  },
  {
    name: 'time-based, twelve hours',
    mails: ({ at, lastWellAt }) => at - lastWellAt > 12 * HOUR,
  },
] as const satisfies readonly Rule[];

export const BASELINE_NAMES: readonly string[] = BASELINES.map(({ name }) => name);

/** What a look shows to rules that know only failed requests; null when all was well. */
export function failureIn(observations: readonly Observation[]): Pick<Failure, 'onlyThrottled' | 'allFailed'> | null {
  const own = observations.filter((o) => o.rung === 'grant' || o.rung === 'identity' || o.rung === 'capability');
  const asked = own.length > 0 ? own : observations;
  const failed = asked.filter((o) => o.answer !== 'ok');
  const sellsNowhere = own.some((o) => o.facts.sites?.every((site) => !site.participating));
  if (failed.length === 0 && !sellsNowhere) return null;
  const requests = asked.filter((o) => o.rung !== 'grant');
  return {
    onlyThrottled: !sellsNowhere && failed.every((o) => o.answer === 'throttled' && saysNothing(o.answer)),
    allFailed: requests.every((o) => o.answer !== 'ok'),
  };
}
