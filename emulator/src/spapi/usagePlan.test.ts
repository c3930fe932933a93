import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { exampleStage } from '../example.testkit.ts';
import { takeToken } from './usagePlan.ts';

test('in any stretch of time no more calls get through than the burst and the rate allow', () => {
  const waits = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(waits, fc.constantFrom(0.016, 0.5, 1, 5), fc.integer({ min: 1, max: 30 }), (gaps, rate, burst) => {
      const { amazon } = exampleStage();
      let now = 0;
      let through = 0;
      for (const gap of gaps) {
        now += gap;
        if (takeToken(amazon, 'one', { plan: { rate, burst }, now })) through += 1;
      }
      expect(through).toBeLessThanOrEqual(burst + (now / 1000) * rate + 1e-6);
      expect(through).toBeGreaterThanOrEqual(Math.min(gaps.length, burst));
    }),
  );
});

test('a caller who keeps to the rate is never throttled', () => {
  const { amazon } = exampleStage();
  for (let call = 0; call < 100; call += 1)
    expect(takeToken(amazon, 'steady', { plan: { rate: 0.5, burst: 1 }, now: call * 2_000 })).toBe(true);
});

test('a clock moved back takes no token away', () => {
  const { amazon } = exampleStage();
  const plan = { rate: 1, burst: 2 };
  expect(takeToken(amazon, 'back', { plan, now: 1_000_000 })).toBe(true);
  expect(takeToken(amazon, 'back', { plan, now: 0 })).toBe(true);
  expect(takeToken(amazon, 'back', { plan, now: 0 })).toBe(false);
});
