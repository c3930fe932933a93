/** The benchmark of the judge, run small: its figures are there, its limits hold, and its script is the same every time. */
import { beforeAll, describe, expect, test } from 'vitest';
import { benchAccuracy } from './accuracy.ts';
import { benchDetection } from './detection.ts';
import { BASELINE_NAMES } from './fleet/baselines.ts';
import { realConnector, runCohort } from './fleet/run.ts';
import { ALL_WEATHER, scriptOf, type Season } from './fleet/scripts.ts';
import type { Measured } from './judge.ts';
import { benchPartialStorms } from './partial-storms.ts';
import { plotSvg } from './plot.ts';
import type { Result } from './result.ts';
import { benchStorms } from './storms.ts';

const PATIENCE_MS = 300_000;
const HOUR = 3_600_000;

type Figures = Measured & { of: (name: string) => Result };

function read(measured: Measured): Figures {
  return {
    ...measured,
    of(name) {
      const result = measured.results.find((one) => one.name === name);
      if (!result) throw new Error(`there is no figure ${name}`);
      return result;
    },
  };
}

function expectLimitsHold({ results }: Measured): void {
  const limited = results.filter(({ limit }) => limit !== undefined);
  expect(limited.length).toBeGreaterThan(1);
  for (const { name, value, limit } of limited)
    expect({ name, over: value > (limit ?? 0) }).toEqual({ name, over: false });
}

describe('a few thousand store-days of bad weather', () => {
  let storms: Figures;
  beforeAll(async () => {
    storms = read(await benchStorms({ quick: true }));
  }, PATIENCE_MS);

  test('nobody is told of what is not theirs, and nobody who should be is missed', () => {
    expectLimitsHold(storms);
    expect(storms.of('judge/store-days').value).toBeGreaterThan(5_000);
    expect(storms.of('judge/faults injected').value).toBeGreaterThan(50);
  });

  test('the naive rule tells thousands for nothing, and waiting half a day tells nobody', () => {
    expect(storms.of('judge/false alarms, naive: one failed look').value).toBeGreaterThan(1_000);
    expect(storms.of('judge/false alarms, time-based, twelve hours').value).toBe(0);
  });

  test('every rule of others has its column', () => {
    for (const name of BASELINE_NAMES) expect(storms.text).toContain(name);
  });
});

test(
  'raises no alarm in storms of 403 over a part of the sellers, and finds every loss inside them within a day',
  { timeout: PATIENCE_MS },
  async () => {
    const storms = await benchPartialStorms({ quick: true });
    expectLimitsHold(storms);
    const { of } = read(storms);
    for (const share of [1, 5, 20]) {
      const name = `judge/storms, every call answers 403, ${share} % of sellers`;
      expect(of(`${name}: losses inside`).value).toBeGreaterThan(20);
      expect(of(`${name}: false alarms`).peer).toBeGreaterThan(50);
    }
  },
);

describe('time to detect', () => {
  test(
    'the first failed look is shown at once, and told when it was looked at again',
    { timeout: PATIENCE_MS },
    async () => {
      const detection = await benchDetection({ quick: true });
      expectLimitsHold(detection);
      const { of } = read(detection);
      const later = of('judge/detect, 60 min between looks: p95 until the seller is told, beyond the naive rule').value;
      expect(later).toBeGreaterThan(1.5);
      expect(later).toBeLessThan(4);
      expect(plotSvg(detection.plotted)).toMatch(/^<svg[\s\S]*Storekeeper: seller told[\s\S]*<\/svg>\n$/);
    },
  );
});

test(
  'the matrix of small fleets has no wrong cell, and its confusion matrix is printed',
  { timeout: PATIENCE_MS },
  async () => {
    const accuracy = await benchAccuracy({ quick: true });
    expectLimitsHold(accuracy);
    expect(accuracy.text).toMatch(/grant\.half_open .*store\.deactivated/);
  },
);

test('the same seed tells the same story, another one another', () => {
  const season: Season = {
    seed: 5,
    stores: 20,
    days: 12,
    intervalMs: HOUR,
    weatherEveryDays: 1,
    kinds: ALL_WEATHER,
    faultEveryDays: 20,
  };
  const connector = realConnector();
  const tell = (seed: number) => runCohort(scriptOf({ ...season, seed }), connector);
  expect(tell(5)).toEqual(tell(5));
  expect(tell(6)).not.toEqual(tell(5));
});
