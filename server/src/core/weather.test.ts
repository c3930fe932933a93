import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusedControl, NOW, weather } from './episode.testkit.ts';
import {
  BASELINE_LEAST,
  BASELINE_MOST,
  BASELINE_SHARE,
  baselineOf,
  controlRefused,
  hasRecovered,
  isOrdinary,
  isThin,
  learn,
  mostTelling,
  THIN_COHORT,
  unlikeliness,
  upperTail,
  type Learnt,
} from './weather.ts';

/** P(X ≥ k) term by term in whole numbers where they fit: Pascal's triangle, no logarithms. */
function exactTail({ n, k, p }: { n: number; k: number; p: number }): number {
  let row = [1];
  for (let i = 1; i <= n; i += 1) row = [1, ...row.slice(1).map((value, j) => value + (row[j] ?? 0)), 1];
  return row.reduce((sum, ways, i) => (i >= k ? sum + ways * p ** i * (1 - p) ** (n - i) : sum), 0);
}

describe('the upper tail of the binomial distribution', () => {
  test('equals the sum written out, for every small crowd', () => {
    for (let n = 0; n <= 30; n += 1) {
      for (let k = 0; k <= n; k += 1) {
        for (const p of [0.001, 0.02, 0.3, 0.5, 0.9]) {
          expect(upperTail({ n, k, p })).toBeCloseTo(exactTail({ n, k, p }), 12);
        }
      }
    }
  });

  test('knows its edges', () => {
    expect(upperTail({ n: 10, k: 0, p: 0.02 })).toBe(1);
    expect(upperTail({ n: 10, k: -1, p: 0.02 })).toBe(1);
    expect(upperTail({ n: 10, k: 11, p: 0.02 })).toBe(0);
    expect(upperTail({ n: 10, k: 10, p: 0.5 })).toBeCloseTo(2 ** -10, 15);
  });

  test('falls as more fail and rises as more are asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.nat(3_000), (n, some) => {
        const k = some % (n + 1);
        const tail = upperTail({ n, k, p: BASELINE_SHARE });
        expect(tail).toBeGreaterThanOrEqual(0);
        expect(tail).toBeLessThanOrEqual(1);
        expect(upperTail({ n, k: k + 1, p: BASELINE_SHARE })).toBeLessThanOrEqual(tail + 1e-12);
        expect(upperTail({ n: n + 1, k, p: BASELINE_SHARE })).toBeGreaterThanOrEqual(tail - 1e-12);
      }),
      { numRuns: 300 },
    );
  });

  test('equals it for large crowds as well, where factorials are approached', () => {
    for (const n of [99, 100, 101, 160, 300]) {
      for (const share of [0.2, 0.4, 0.5, 0.6, 0.9]) {
        const k = Math.round(n * share);
        const exact = exactTail({ n, k, p: 0.4 });
        expect(Math.abs(upperTail({ n, k, p: 0.4 }) / exact - 1)).toBeLessThan(1e-10);
      }
    }
  });

  test('is nothing where it is smaller than any number', () => {
    expect(upperTail({ n: 1_000_000, k: 900_000, p: 0.02 })).toBe(0);
  });

  test('stays exact and quick over a crowd of a million', () => {
    // The normal distribution with continuity correction agrees to a percent this near to the middle.
    expect(upperTail({ n: 1_000_000, k: 20_000, p: 0.02 })).toBeCloseTo(0.5, 2);
    expect(upperTail({ n: 1_000_000, k: 25_000, p: 0.02 })).toBeLessThan(1e-100);
  });
});

type Crowd = { active: number; failing: number; ordinary: boolean };

const CROWDS: Crowd[] = [
  { active: 1, failing: 1, ordinary: true },
  { active: 19, failing: 19, ordinary: true },
  { active: 20, failing: 3, ordinary: true },
  { active: 20, failing: 6, ordinary: false },
  { active: 100, failing: 2, ordinary: true },
  { active: 100, failing: 8, ordinary: true },
  { active: 100, failing: 12, ordinary: false },
  { active: 1_000, failing: 20, ordinary: true },
  { active: 1_000, failing: 45, ordinary: false },
  { active: 10_000, failing: 200, ordinary: true },
  { active: 10_000, failing: 260, ordinary: false },
  { active: 10_000, failing: 10_000, ordinary: false },
];

test.each(CROWDS)('$failing failing of $active is ordinary: $ordinary', ({ active, failing, ordinary }) => {
  expect(isOrdinary({ active, failing })).toBe(ordinary);
});

test('a crowd is thin below twenty', () => {
  expect(isThin({ active: THIN_COHORT - 1, failing: 0 })).toBe(true);
  expect(isThin({ active: THIN_COHORT, failing: 0 })).toBe(false);
});

describe('of several spans', () => {
  const ordinary = { active: 1_000, failing: 20 };
  const large = { active: 4_000, failing: 60 };
  const odd = { active: 100, failing: 12 };

  test('the first that is out of the ordinary tells', () => {
    expect(mostTelling([ordinary, odd, { active: 1_000, failing: 999 }, large])).toBe(odd);
  });

  test('the longest tells while all are ordinary, or too thin to tell', () => {
    expect(mostTelling([ordinary, large])).toBe(large);
    expect(mostTelling([{ active: 19, failing: 19 }, ordinary])).toBe(ordinary);
  });

  test('none tells of nobody', () => {
    expect(mostTelling([])).toEqual({ active: 0, failing: 0 });
  });
});

test('the newest control speaks: a later refusal counts, a later answer takes it back', () => {
  expect(controlRefused(weather())).toBe(false);
  expect(controlRefused(weather({ control: refusedControl() }))).toBe(true);
  const answered = { ...refusedControl(), lastOkAt: NOW + 1 };
  expect(controlRefused(weather({ control: answered }))).toBe(false);
  const never = { lastOkAt: null, lastOkVia: null, lastRefusedAt: null, clearSince: null };
  expect(controlRefused(weather({ control: never }))).toBe(false);
  expect(controlRefused(weather({ control: { ...never, lastRefusedAt: NOW } }))).toBe(true);
});

describe('what is ordinary for a cohort', () => {
  const after = (halfHours: number, share: { active: number; failing: number }) => {
    let learnt: Learnt = { active: 0, failing: 0 };
    for (let i = 0; i < halfHours; i += 1) learnt = learn(learnt, share);
    return baselineOf(learnt);
  };

  test('is believed to be two in a hundred until it has told its own', () => {
    expect(baselineOf({ active: 0, failing: 0 })).toBe(BASELINE_SHARE);
    expect(after(1, { active: 30, failing: 0 })).toBeCloseTo(BASELINE_SHARE, 2);
  });

  test('falls in a quiet cohort and rises in a sick one, within bounds', () => {
    expect(after(200, { active: 300, failing: 0 })).toBe(BASELINE_LEAST);
    expect(after(200, { active: 300, failing: 90 })).toBe(BASELINE_MOST);
    expect(after(200, { active: 300, failing: 9 })).toBeCloseTo(0.03, 3);
  });

  test('forgets a bad week in a few good ones', () => {
    let learnt: Learnt = { active: 0, failing: 0 };
    for (let i = 0; i < 336; i += 1) learnt = learn(learnt, { active: 100, failing: 4 });
    const bad = baselineOf(learnt);
    for (let i = 0; i < 3 * 336; i += 1) learnt = learn(learnt, { active: 100, failing: 1 });
    expect(baselineOf(learnt)).toBeLessThan(bad / 2);
  });

  test('decides what is out of the ordinary', () => {
    const share = { active: 100, failing: 6 };
    expect(isOrdinary(share)).toBe(true);
    expect(isOrdinary({ ...share, baseline: BASELINE_LEAST })).toBe(false);
    expect(isOrdinary({ ...share, failing: 12 })).toBe(false);
    expect(isOrdinary({ ...share, failing: 12, baseline: BASELINE_MOST })).toBe(true);
    expect(unlikeliness({ ...share, baseline: BASELINE_LEAST })).toBeLessThan(1e-3);
    expect(unlikeliness({ active: 5, failing: 5 })).toBeNull();
  });
});

describe('the stores that an incident holds have recovered', () => {
  test.each([
    [0, 0, false],
    [13, 0, false],
    [14, 0, true],
    [20, 1, true],
    [20, 3, false],
    [400, 120, true],
    [400, 190, false],
  ])('of %i looked at just now %i fail: %s', (looked, failing, recovered) => {
    expect(hasRecovered({ looked, failing })).toBe(recovered);
  });
});
