/** The true state of things over one cohort: who answers what, when. Pure; the script says everything. */
import type { StoreFacts } from '../../../server/src/core/judgement.ts';
import type { Answer, LearntFacts } from '../../../server/src/core/observation.ts';
import { toldObservation } from '../../../server/src/db/subscriptions.ts';
import { decided } from './dice.ts';
import {
  faultRule,
  SITES,
  weatherRule,
  type Asking,
  type Fault,
  type WeatherEvent,
  type WeatherKind,
} from './happenings.ts';
import { PartialStorms, type PartialStorm } from './partial-storms.ts';

export type Said = { answer: Answer; facts: LearntFacts };

/** No look takes longer. Milliseconds. */
const LOOK_MS = 5_000;
/** A message this long after bad weather is still its doing. Milliseconds. */
const AFTERMATH_MS = 2 * 3_600_000;

/** Our clock is `ms` ahead of the true one in this span of true time. */
type Skew = { from: number; until: number; ms: number };
type Script = {
  stores: number;
  faults: readonly Fault[];
  weather: readonly WeatherEvent[];
  storms?: readonly PartialStorm[] | undefined;
};

export class World {
  /** By their beginning. */
  readonly #weather: WeatherEvent[];
  /** When the last of these events and of all before them has cleared everywhere. */
  readonly #clearedAt: number[] = [];
  readonly #faults: Fault[][];
  readonly #storms: PartialStorms;
  /** When each store's first fault that has not ended yet begins. */
  readonly #troubled: Float64Array;
  /** A span without any weather that the last question fell into. */
  #clear = { from: 0, to: 0 };
  #skew: Skew = { from: 0, until: 0, ms: 0 };

  constructor({ stores, faults, weather, storms = [] }: Script) {
    this.#storms = new PartialStorms(storms);
    this.#weather = weather.toSorted((a, b) => a.from - b.from);
    for (const { kind, to } of this.#weather)
      this.#clearedAt.push(Math.max(this.#clearedAt.at(-1) ?? 0, to + (weatherRule(kind).lingersMs ?? 0)));
    this.#faults = Array.from({ length: stores }, () => []);
    for (const fault of faults.toSorted((a, b) => a.from - b.from)) this.#faults[fault.store]?.push(fault);
    this.#troubled = Float64Array.from(this.#faults, ([first]) => first?.from ?? Infinity);
  }

  /** True when a look that begins now meets nothing but good answers. */
  isCalm(store: number, at: number): boolean {
    const end = at + LOOK_MS;
    if (at < this.#clear.from || end >= this.#clear.to) this.#clear = this.#clearAround(at);
    if (end >= this.#clear.to || this.#storms.strikes(store, at) || this.#storms.strikes(store, end)) return false;
    return end < (this.#troubled[store] ?? Infinity) || this.#hasEnded(store, at);
  }

  answer(asking: Asking): Said {
    const events = this.#weatherOver(asking);
    for (const { kind } of events) {
      const answer = weatherRule(kind).answers(asking);
      if (answer !== null) return { answer, facts: {} };
    }
    const refused = this.#storms.answer(asking);
    if (refused !== null) return { answer: refused, facts: {} };
    const said = this.#withoutWeather(asking);
    const skewMs = events.length === 0 ? 0 : this.skew(asking.at).ms;
    return skewMs === 0 || said.answer !== 'ok' ? said : { ...said, facts: { ...said.facts, skewMs: -skewMs } };
  }

  /** The fault that stands over a store, or null. Those that ended long before the newest question are forgotten. */
  faultOf(store: number, at: number): Fault | null {
    return this.#faults[store]?.find(({ from, to }) => from <= at && at < to) ?? null;
  }

  /** What the marketplace has said of a store's account by itself, or null. */
  told(store: number, at: number): StoreFacts['told'] {
    const fault = this.faultOf(store, at);
    const standing = fault ? faultRule(fault.kind).unasked : undefined;
    if (!fault || standing === undefined) return null;
    const call = 'ACCOUNT_STATUS_CHANGED';
    const seen = toldObservation({ id: `ob_${store}_told`, at: fault.from, region: 'na', call, facts: { standing } });
    return { standing, seen };
  }

  /** Our clock minus the true one, and until when it stays so. Milliseconds. */
  skew(at: number): Skew {
    if (at < this.#skew.from || at >= this.#skew.until) this.#skew = this.#skewAt(at);
    return this.#skew;
  }

  /** What the weather is, or was a moment ago. */
  weatherAt(at: number): WeatherKind | 'fair' {
    const event = this.#weather[this.#lastBegun(at)];
    return event && at < event.to + AFTERMATH_MS ? event.kind : 'fair';
  }

  /** When the weather over `at` has cleared everywhere; `at` itself or earlier when it is fair. */
  clearAt(at: number): number {
    return this.#clearedAt[this.#lastBegun(at)] ?? at;
  }

  /** Place of the last event that has begun, or -1. */
  #lastBegun(at: number): number {
    let [low, high] = [0, this.#weather.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#weather[middle]?.from ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #clearAround(at: number): { from: number; to: number } {
    const last = this.#lastBegun(at);
    const cleared = this.#clearedAt[last] ?? 0;
    return cleared > at ? { from: at, to: at } : { from: cleared, to: this.#weather[last + 1]?.from ?? Infinity };
  }

  #skewAt(at: number): Skew {
    const skew = { from: at, until: Infinity, ms: 0 };
    for (const { kind, from, to } of this.#weather) {
      const { skewMs = 0 } = weatherRule(kind);
      if (skewMs === 0 || to <= at) continue;
      if (from > at) return { ...skew, until: Math.min(skew.until, from) };
      skew.ms += skewMs;
      skew.until = Math.min(skew.until, to);
    }
    return skew;
  }

  #hasEnded(store: number, at: number): boolean {
    const faults = this.#faults[store] ?? [];
    while (faults[0] && faults[0].to <= at) faults.shift();
    this.#troubled[store] = faults[0]?.from ?? Infinity;
    return at + LOOK_MS < (this.#troubled[store] ?? Infinity);
  }

  #weatherOver({ at, asker }: Asking): WeatherEvent[] {
    const over: WeatherEvent[] = [];
    for (let i = this.#lastBegun(at); i >= 0 && (this.#clearedAt[i] ?? 0) > at; i -= 1) {
      const event = this.#weather[i];
      if (event && at < event.to + lingering(event.kind, asker)) over.push(event);
    }
    return over;
  }

  #withoutWeather(asking: Asking): Said {
    const { asker, at, capability } = asking;
    const fault = typeof asker === 'number' ? this.faultOf(asker, at) : null;
    const rule = fault ? faultRule(fault.kind) : null;
    const answer = rule?.answers(asking) ?? 'ok';
    if (answer !== 'ok') return { answer, facts: {} };
    if (rule?.tells && rule.tells.capability === capability) return { answer, facts: rule.tells.facts };
    return { answer, facts: capability === 'participations' ? { sites: SITES } : {} };
  }
}

function lingering(kind: WeatherKind, asker: Asking['asker']): number {
  const longest = weatherRule(kind).lingersMs ?? 0;
  return longest === 0 || typeof asker !== 'number' ? 0 : longest * decided(asker, 17);
}
