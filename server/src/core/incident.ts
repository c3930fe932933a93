/**
 * When an incident at a marketplace is opened over a cohort and when it is closed. Pure: what was measured goes in, one
 * decision with its numbers comes out. It rests on what the judge holds; it never moves a store's verdict by itself.
 */
import type { Cause } from './diagnosis.ts';
import {
  controlRefused,
  hasRecovered,
  isOrdinary,
  isThin,
  unlikeliness,
  type OpenWeather,
  type Weather,
} from './weather.ts';

/** The control must have been answered for so long before an incident is closed. Milliseconds. */
export const STEADY_MS = 2 * 60_000;
/** What begins again within this after its closing is the same incident. Milliseconds. */
export const REOPEN_MS = 10 * 60_000;

export type Extent = 'all' | 'some';
type By = OpenWeather['by'];

/** One store that the judge holds, as it speaks: what failed in its newest look and what was answered. `since`: milliseconds. */
export type Voice = { cause: Cause; since: number; failing: string[]; answered: string[]; evidence: string[] };

export type OpenIncident = {
  by: By;
  cause: Cause;
  openedAt: number;
  overAt: number | null;
  operation: string | null;
  extent: Extent;
};

export type Measures = {
  now: number;
  weather: Pick<Weather, 'share' | 'control' | 'app'>;
  /** Held stores that were looked at last. */
  voices: readonly Voice[];
  /** Of the incident's stores: those looked at just now, those of them that still fail, and since when one was answered. */
  recovery: { looked: number; failing: number; since: number | null };
  open: OpenIncident | null;
  /** What an operator says just now. */
  word: { say: 'open'; cause: Cause | null } | { say: 'close' } | null;
};

export type Numbers = { active: number; failing: number; baseline?: number; p?: number; control?: string };

export type Opening = {
  do: 'open';
  by: By;
  cause: Cause;
  operation: string | null;
  extent: Extent;
  beganAt: number;
  evidence: string[];
  opening: Numbers;
};
export type Decision =
  | Opening
  | { do: 'close'; by: By; overAt: number }
  /** It goes on; what is known of it may have changed. */
  | { do: 'keep'; overAt: number | null; operation: string | null; extent: Extent }
  | { do: 'nothing' };

const NOTHING: Decision = { do: 'nothing' };

export function decide(measures: Measures): Decision {
  const { open, word, now } = measures;
  if (word?.say === 'close') return open ? { do: 'close', by: 'operator', overAt: open.overAt ?? now } : NOTHING;
  if (word?.say === 'open') return open ? NOTHING : opening(measures, 'operator', word.cause);
  return open ? whileOpen(measures, open) : whileQuiet(measures);
}

/** Held stores alone open nothing: so many must fail that it is no chance, or somebody else must be refused too. */
function whileQuiet(measures: Measures): Decision {
  const { weather, voices } = measures;
  // A fault of our own app is another kind of incident.
  if (voices.length === 0 || weather.app.cause !== null) return NOTHING;
  if (!isOrdinary(weather.share)) return opening(measures, 'test');
  return controlRefused(weather) ? opening(measures, 'control') : NOTHING;
}

function opening({ weather, voices, now }: Measures, by: By, said: Cause | null = null): Opening {
  const operation = operationOf(voices);
  return {
    do: 'open',
    by,
    cause: said ?? mostCommon(voices.map(({ cause }) => cause)) ?? 'mkt.outage',
    operation,
    extent: isSpared({ weather, voices, operation }) ? 'some' : 'all',
    beganAt: Math.min(now, ...voices.map(({ since }) => since)),
    evidence: [...new Set(voices.flatMap(({ evidence }) => evidence))].slice(0, 20),
    opening: numbersOf(weather),
  };
}

function numbersOf({ share, control }: Measures['weather']): Numbers {
  const p = unlikeliness(share);
  return {
    ...share,
    ...(p === null ? {} : { p }),
    control: controlRefused({ control }) ? 'refused' : control.lastOkAt === null ? 'not asked' : 'answered',
  };
}

/** An operator's incident is closed by an operator alone. */
function whileOpen(measures: Measures, open: OpenIncident): Decision {
  if (open.by === 'operator') return NOTHING;
  if (!looksOver(measures)) return kept(open, null, learnt(measures, open));
  const overAt = open.overAt ?? endOf(measures, open);
  if (measures.now - overAt < STEADY_MS || !isSteady(measures)) return kept(open, overAt, open);
  return { do: 'close', by: isThin(measures.weather.share) ? 'control' : 'test', overAt };
}

function kept(open: OpenIncident, overAt: number | null, { operation, extent }: Scope): Decision {
  const same = open.overAt === overAt && open.operation === operation && open.extent === extent;
  return same ? NOTHING : { do: 'keep', overAt, operation, extent };
}

/** Both ways by an exact test: failures are ordinary again, or so few of the held stores fail that they cannot be held by it. */
function looksOver({ weather, recovery }: Measures): boolean {
  if (controlRefused(weather)) return false;
  return isOrdinary(weather.share) || hasRecovered(recovery);
}

/** Answered, and not refused again, for as long. */
function isSteady({ weather: { control }, now }: Measures): boolean {
  const { lastOkAt, clearSince, lastRefusedAt } = control;
  if (lastOkAt === null) return false;
  return lastRefusedAt === null || (clearSince !== null && now - clearSince >= STEADY_MS);
}

/** The first good answer that was seen after the incident: the control's, or a held store's, whichever came later. */
function endOf({ weather, recovery, now }: Measures, { openedAt }: OpenIncident): number {
  const seen = [weather.control.clearSince, recovery.since].filter((at) => at !== null && at > openedAt);
  return seen.length === 0 ? now : Math.max(...seen.map(Number));
}

type Scope = { operation: string | null; extent: Extent };

/** What is said of an incident only ever becomes less: one operation turns out to be several, all turn out to be some. */
function learnt({ weather, voices }: Measures, open: OpenIncident): Scope {
  const several = voices.length > 0 && operationOf(voices) !== open.operation;
  const operation = several ? null : open.operation;
  const { lastOkAt, lastOkVia } = weather.control;
  // Somebody was answered, and then nobody again: it was never all.
  const relapsed = lastOkAt !== null && lastOkAt > open.openedAt && lastOkVia !== 'app' && controlAsks(operation);
  const spared = areAnswered(voices, operation) || (relapsed && controlRefused(weather));
  return { operation, extent: spared ? 'some' : open.extent };
}

/** The one operation that fails for all of them; null when it is more than one. */
export function operationOf(voices: readonly Pick<Voice, 'failing'>[]): string | null {
  const failing = new Set(voices.flatMap((voice) => voice.failing));
  const [only] = failing;
  return failing.size === 1 && only !== undefined ? only : null;
}

/** Others were answered the very question that these are refused, and not only before it began. */
function isSpared({
  weather,
  voices,
  operation,
}: Pick<Measures, 'weather' | 'voices'> & Pick<Scope, 'operation'>): boolean {
  const { lastOkAt, lastOkVia } = weather.control;
  const since = Math.min(...voices.map((voice) => voice.since));
  const control = lastOkAt !== null && lastOkAt > since && lastOkVia !== 'app' && !controlRefused(weather);
  return (control && controlAsks(operation)) || areAnswered(voices, operation);
}

/** A control asks for a token and for balances. */
function controlAsks(operation: string | null): boolean {
  return operation === null || operation === 'token' || operation === 'finances';
}

/** A look that was under way when it began was still answered in part: so few tell nothing. */
const FEW = 0.2;

function areAnswered(voices: readonly Voice[], operation: string | null): boolean {
  const answered = voices.filter((voice) => wasAnswered(voice, operation)).length;
  return answered >= 2 && answered >= voices.length * FEW;
}

function wasAnswered({ answered }: Voice, operation: string | null): boolean {
  return operation === null ? answered.some((one) => one !== 'token') : answered.includes(operation);
}

function mostCommon<T>(values: readonly T[]): T | null {
  const counts = [...Map.groupBy(values, (value) => value)].map(([value, all]) => ({ value, count: all.length }));
  return counts.toSorted((a, b) => b.count - a.count)[0]?.value ?? null;
}

/** A store's lot in [0, 1), the same whenever it is drawn: which stores are asked often while an incident holds many (FNV-1a). */
export function lotOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  // Ids of neighbours differ in their last letters alone, which this spreads over all bits.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
