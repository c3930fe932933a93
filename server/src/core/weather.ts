/** The weather over a crowd of stores: whose fault it is when many fail together. */
import type { Cause } from './diagnosis.ts';

/** Who answered in the store's place: a healthy neighbour, the operator's own store, or our app without any seller. */
export const CONTROL_VIAS = ['store', 'operator_store', 'app'] as const;
export type ControlVia = (typeof CONTROL_VIAS)[number];

export type Weather = {
  /**
   * The last control of the cohort that was answered, and the last of another store that was refused; `clearSince`: the
   * first that was answered after it. Milliseconds.
   */
  control: {
    lastOkAt: number | null;
    lastOkVia: ControlVia | null;
    lastRefusedAt: number | null;
    clearSince: number | null;
  };
  /** An operator's fault that is open for the whole app. */
  app: { cause: Cause | null; since: number | null };
  /**
   * Stores of the cohort looked at lately, and those of them whose trouble began lately: the most telling of several spans.
   * `baseline`: the share that is ordinary for this very cohort, where it was learnt.
   */
  share: { active: number; failing: number; baseline?: number };
  /** The incident at the marketplace that is open over this cohort. */
  incident?: OpenWeather | null;
};

/** `by`: what opened it. `held`: how many stores it holds now. */
export type OpenWeather = {
  id: string;
  cause: Cause;
  since: number;
  by: 'test' | 'control' | 'app' | 'operator';
  held: number;
  /** Since when it looks as if it were over; null while it does not. */
  overAt: number | null;
};

/** Stores counted in ordinary half hours, and those of them whose trouble was new, older half hours counting less. */
export type Learnt = { active: number; failing: number };

/** Under this many active stores the share proves nothing: the control decides alone and the confidence is low. */
export const THIN_COHORT = 20;
/**
 * Share of stores that newly fail in any half hour of ordinary life, before a cohort has told its own. Generous on purpose:
 * holding back is cheap.
 */
export const BASELINE_SHARE = 0.02;
/** So many stores counted weigh as much as what was believed before any was. */
const BELIEVED_BEFORE = 1_000;
/** A quiet cohort does not take four stores of a hundred for an incident at once; a sick one still sees its incidents. */
export const BASELINE_LEAST = 0.005;
export const BASELINE_MOST = 0.05;
/** What was learnt counts half after a week of half hours. */
const FADING = 0.5 ** (1 / (7 * 48));
/** How unlikely a share must be under the baseline before we believe in an incident. */
const SIGNIFICANCE = 1e-4;

/**
 * Upper tail of the binomial distribution, exact: P(X ≥ k) for n trials at probability p.
 * Terms are summed from k upwards in logarithms until they no longer count (or are too small for a number at all).
 */
export function upperTail({ n, k, p }: { n: number; k: number; p: number }): number {
  if (k <= 0) return 1;
  if (k > n) return 0;
  let logTerm = logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
  let sum = 0;
  for (let i = k; i <= n; i += 1) {
    const term = Math.exp(logTerm);
    sum += term;
    if (term <= sum * 1e-12 && i > n * p) break;
    logTerm += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return Math.min(1, sum);
}

/** Lower tail: P(X ≤ k). */
function lowerTail({ n, k, p }: { n: number; k: number; p: number }): number {
  return upperTail({ n, k: n - k, p: 1 - p });
}

function logChoose(n: number, k: number): number {
  const small = Math.min(k, n - k);
  if (small >= STIRLING_FROM) return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  let sum = 0;
  for (let i = 1; i <= small; i += 1) sum += Math.log((n - small + i) / i);
  return sum;
}

/** From here on Stirling's series with three terms differs from the factorial by less than a number can hold. */
const STIRLING_FROM = 50;

function logFactorial(n: number): number {
  const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + series;
}

export function isThin(share: Weather['share']): boolean {
  return share.active < THIN_COHORT;
}

/** True when so many fail at once is still ordinary, or when the cohort is too thin to tell. */
export function isOrdinary(share: Weather['share']): boolean {
  const { active, failing, baseline = BASELINE_SHARE } = share;
  if (isThin(share) || failing <= active * baseline) return true;
  return upperTail({ n: active, k: failing, p: baseline }) >= SIGNIFICANCE;
}

/** How unlikely it is that so many fail by chance; null where the cohort is too thin to tell. */
export function unlikeliness(share: Weather['share']): number | null {
  const { active, failing, baseline = BASELINE_SHARE } = share;
  return isThin(share) ? null : upperTail({ n: active, k: failing, p: baseline });
}

/** The share that is ordinary for a cohort: what it has told, beside what was believed before, within bounds. */
export function baselineOf({ active, failing }: Learnt): number {
  const share = (BELIEVED_BEFORE * BASELINE_SHARE + failing) / (BELIEVED_BEFORE + active);
  return Math.min(BASELINE_MOST, Math.max(BASELINE_LEAST, share));
}

/** One more ordinary half hour. */
export function learn(learnt: Learnt, { active, failing }: Weather['share']): Learnt {
  return { active: learnt.active * FADING + active, failing: learnt.failing * FADING + failing };
}

/** Fewer than this share of the stores that an incident holds still fail: then it is over. */
const HALF = 0.5;

/** True when of the held stores that were looked at just now so few fail that the incident cannot be what it was. */
export function hasRecovered({ looked, failing }: { looked: number; failing: number }): boolean {
  return looked > 0 && lowerTail({ n: looked, k: failing, p: HALF }) < SIGNIFICANCE;
}

/** Of shares over spans that reach ever further back: the first that is out of the ordinary, else the last, which knows most stores. */
export function mostTelling(shares: readonly Weather['share'][]): Weather['share'] {
  return shares.find((share) => !isOrdinary(share)) ?? shares.at(-1) ?? { active: 0, failing: 0 };
}

/** What failed up to then belongs to the weather that cleared; -Infinity when there was none. Milliseconds. */
export function clearedAt({ control: { lastRefusedAt, clearSince } }: Weather): number {
  return lastRefusedAt === null || clearSince === null ? -Infinity : clearSince;
}

/** True when the newest control was refused: the neighbour fails too. */
export function controlRefused({ control }: Pick<Weather, 'control'>): boolean {
  if (control.lastRefusedAt === null) return false;
  return control.lastOkAt === null || control.lastRefusedAt > control.lastOkAt;
}

/** An operator has said that the marketplace has an incident here: until they say that it is over, failures are held. */
export function isSaidByOperator({ incident }: Weather): boolean {
  return incident?.by === 'operator';
}
