/**
 * What a judgement cites: so little of an episode that a person can read it, and so much that the same rules, reading
 * nothing else, come to the same verdict and the same cause (proven over generated episodes, and over a whole log by
 * `replay --check-evidence`).
 */
import { appFaultCause, isData, ONE_LOOK_MS, saysNothing, type Observation } from './observation.ts';
import { clearedAt, type Weather } from './weather.ts';

/** First and last failure, and one of another call where both are of the same; between them more of the same proves nothing more. */
export function endsOf(failures: readonly Observation[]): Observation[] {
  const first = failures[0];
  const last = failures[failures.length - 1];
  if (!first || !last) return [];
  if (first.id === last.id) return [first];
  const other = failures.findLast((o) => o.call !== first.call && o.id !== last.id);
  return last.call === first.call && other ? [first, other, last] : [first, last];
}

/** `weather`: only what failed after it cleared counts, so its first and last are cited too. */
type Episode = { evidence: readonly Observation[]; all: readonly Observation[]; weather: Weather };

/**
 * `telling` and whatever keeps cited data answers from being read otherwise: the newest answer of a question that changed
 * its answer since, the good answer after which older refusals no longer count, and the one that took our own key again.
 */
export function besidesData(
  telling: readonly (Observation | null | undefined)[],
  { evidence, all, weather }: Episode,
): Observation[] {
  const from = clearedAt(weather);
  const ends = [...endsOf(evidence), ...endsOf(evidence.filter((o) => o.at > from))];
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
  const timed = cited.flatMap((o) => tellingItsTime(o, cited, all));
  return [...newest, ...timed, ...(lastOk && cited.some(isOlder) ? [lastOk] : []), ...(taken ? [taken] : [])];
}

/** Said of the marketplace's machinery, or in words that nobody knows: of no store alone. */
function isStrange({ answer }: Observation): boolean {
  return answer === 'refusal_for_all' || answer === 'unknown';
}

/**
 * True when what an answer said of the marketplace's machinery is over: every other kind of data was answered in a later
 * look. `newest` holds the newest telling answer of each question.
 */
export function isPast(one: Observation, newest: readonly Observation[]): boolean {
  return isStrange(one) && newest.every((other) => other === one || other.at - one.at > ONE_LOOK_MS);
}

/**
 * The answers of the newest look, oldest first. What has its turn in one look of four is not asked again while other data
 * is refused: its good answer belongs to a look that is over. `newest` holds the newest telling answer of each question.
 */
export function newestLook(newest: readonly Observation[]): Observation[] {
  const last = Math.max(...newest.map(({ at }) => at));
  return newest.filter(({ at }) => last - at <= ONE_LOOK_MS).toSorted((a, b) => a.at - b.at);
}

/** What an answer that may be over has to be read beside: one of its own look, or else the later ones of what is cited. */
function tellingItsTime(o: Observation, cited: readonly Observation[], all: readonly Observation[]): Observation[] {
  if (!isStrange(o) || newestOf(o, all) !== o) return [];
  const others = newestOfEach(all).filter((other) => other !== o);
  const beside = others.filter((other) => other.at - o.at <= ONE_LOOK_MS);
  const [first] = beside;
  if (!first) return others.filter((other) => cited.some(({ call }) => call === other.call));
  if (beside.some((other) => cited.includes(other))) return [];
  // A good answer has to be read beside nothing else.
  return [beside.find(({ answer }) => answer === 'ok') ?? first];
}

function newestOfEach(all: readonly Observation[]): Observation[] {
  const telling = all.filter((o) => isData(o) && !saysNothing(o.answer));
  return [...new Map(telling.map((o) => [o.call, o])).values()];
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
