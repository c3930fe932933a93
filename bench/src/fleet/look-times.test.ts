import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LookTimes } from './look-times.ts';

const SECOND = 1_000;

test('stores looked at in the last hours are counted as a list would count them', () => {
  const looks = fc.array(fc.record({ store: fc.nat({ max: 9 }), pause: fc.nat({ max: 7_000 }) }), { maxLength: 60 });
  fc.assert(
    fc.property(looks, fc.nat({ max: 9_000 }), (after, ago) => {
      const times = new LookTimes();
      const last = Array.from({ length: 10 }, () => 0);
      for (const at of last) times.add(at);
      let now = 0;
      for (const { store, pause } of after) {
        now += pause * SECOND;
        times.remove(last[store] ?? 0);
        times.add(now);
        last[store] = now;
      }
      const since = Math.max(0, now - ago * SECOND);
      expect(times.since(since)).toBe(last.filter((at) => at >= since).length);
    }),
  );
});
