/**
 * What a judgement cites: so little of an episode that a person can read it, and so much that the same rules, reading
 * nothing else, come to the same verdict and the same cause (proven over generated episodes, and over a whole log by
 * `replay --check-evidence`).
 */
import { appFaultCause, isData, saysNothing, type Observation } from './observation.ts';

/** First and last failure, and one of another call where both are of the same; between them more of the same proves nothing more. */
export function endsOf(failures: readonly Observation[]): Observation[] {
  const first = failures[0];
  const last = failures[failures.length - 1];
  if (!first || !last) return [];
  if (first.id === last.id) return [first];
  const other = failures.findLast((o) => o.call !== first.call && o.id !== last.id);
  return last.call === first.call && other ? [first, other, last] : [first, last];
}

type Episode = { evidence: readonly Observation[]; all: readonly Observation[] };

/**
 * `telling` and whatever keeps cited data answers from being read otherwise: the newest answer of a question that changed
 * its answer since, the good answer after which older refusals no longer count, and the one that took our own key again.
 */
export function besidesData(
  telling: readonly (Observation | null | undefined)[],
  { evidence, all }: Episode,
): Observation[] {
  const ends = endsOf(evidence);
  const cited = new Set([...ends, ...telling.filter((o) => o !== null && o !== undefined)]);
  // What is cited beside may itself be read otherwise alone.
  for (let known = 0; known < cited.size;) {
    known = cited.size;
    for (const o of missingBeside([...cited], all)) cited.add(o);
  }
  return all.filter((o) => cited.has(o) && !ends.includes(o));
}

function missingBeside(cited: readonly Observation[], all: readonly Observation[]): Observation[] {
  const newest = cited.flatMap((o) => newestOtherwise(o, all) ?? []);
  const lastOk = all.findLast((o) => isData(o) && o.answer === 'ok');
  const isOlder = (o: Observation) => isData(o) && o.answer !== 'ok' && lastOk !== undefined && o.at < lastOk.at;
  const blamesUs = cited.findLast((o) => appFaultCause(o.answer) !== null);
  const taken = blamesUs && all.findLast((o) => o.rung !== 'self' && o.answer === 'ok' && o.at > blamesUs.at);
  return [...newest, ...(lastOk && cited.some(isOlder) ? [lastOk] : []), ...(taken ? [taken] : [])];
}

/** The newest answer to the same question, where it says something else. */
function newestOtherwise(o: Observation, all: readonly Observation[]): Observation | null {
  const newest = isData(o) ? newestOf(o, all) : undefined;
  return newest && !readsAlike(newest, o) ? newest : null;
}

function newestOf({ call }: Observation, all: readonly Observation[]): Observation | undefined {
  return all.findLast((o) => o.call === call && isData(o) && !saysNothing(o.answer));
}

/** Two answers to one question that every rule reads the same way. */
function readsAlike(a: Observation, b: Observation): boolean {
  return a === b || (a.answer === b.answer && !statesFacts(a) && !statesFacts(b));
}

function statesFacts({ facts }: Observation): boolean {
  return facts.sites !== undefined || facts.sellerId !== undefined;
}
