/** Many stores that come back at once, after a standstill of ours or bad weather of theirs, do not stay a herd. */
import { describe, expect, test } from 'vitest';
import { inSimulation, type Asked } from './support/crowd-simulation.ts';
import { isData, PATIENCE_MS } from './support/incident.ts';

const HOUR_MS = 3_600_000;

function peakToMean(counts: number[]): number {
  return Math.max(...counts) / (counts.reduce((sum, count) => sum + count, 0) / counts.length);
}

describe('looks are even again at once', () => {
  test('after a restart to which every store was overdue', { timeout: PATIENCE_MS }, async () => {
    const wish = { stores: 2_000, answer: () => 'ok' as const, lookedBefore: () => 3 * HOUR_MS };
    await inSimulation(wish, async ({ runTo, looks, looksPer }) => {
      await runTo(45);
      expect(new Set(looks.map(({ seller }) => seller)).size).toBe(2_000);
      await runTo(240);
      expect(peakToMean(looksPer(5, [0, 240]))).toBeLessThanOrEqual(2);
    });
  });

  test('after an incident that everybody felt', { timeout: PATIENCE_MS }, async () => {
    const answer = (asked: Asked) => (asked.minute < 70 && isData(asked) ? 'refusal_for_all' : 'ok');
    await inSimulation({ stores: 400, answer }, async ({ runTo, verdicts, looksPer }) => {
      await runTo(70);
      expect(await verdicts()).toEqual({ held: 400 });
      await runTo(73);
      expect(await verdicts()).toEqual({ connected: 400 });
      await runTo(313);
      expect(peakToMean(looksPer(10, [73, 313]))).toBeLessThanOrEqual(2);
    });
  });
});

describe('stores that fall due in one second', () => {
  test(
    'are looked at within their interval, at twice the ordinary rate at most',
    { timeout: PATIENCE_MS },
    async () => {
      const wish = { stores: 2_000, answer: () => 'ok' as const, lookedBefore: () => HOUR_MS };
      await inSimulation(wish, async ({ runTo, looks, looksPer }) => {
        await runTo(60);
        expect(new Set(looks.map(({ seller }) => seller)).size).toBe(2_000);
        await runTo(180);
        expect(peakToMean(looksPer(5, [0, 180]))).toBeLessThanOrEqual(2);
      });
    },
  );
});

describe('two hundred stores whose answers never come', () => {
  test('delay the others by less than a twentieth', { timeout: PATIENCE_MS }, async () => {
    const minutesFor = (takes: (asked: Asked) => number) =>
      inSimulation(
        {
          stores: 1_500,
          answer: ({ asker }) => (isHung(asker) ? 'no_answer' : 'ok'),
          takes,
          lookedBefore: () => 3 * HOUR_MS,
        },
        async ({ runTo, looks }) => {
          await runTo(45);
          const others = looks.filter(({ seller }) => !isHung(seller)).slice(0, 1_300);
          expect(others).toHaveLength(1_300);
          return others.reduce((sum, { minute }) => sum + minute, 0) / others.length;
        },
      );
    const isHung = (seller: Asked['asker']) => typeof seller === 'number' && seller < 200;
    const slowed = await minutesFor(({ asker }) => (isHung(asker) ? 12_000 : 200));
    expect(slowed).toBeLessThanOrEqual(1.05 * (await minutesFor(() => 200)));
  });
});

describe('a store whose answers never come', () => {
  test('delays a backlog of the others by less than a twentieth', { timeout: PATIENCE_MS }, async () => {
    const minutesFor = (takes: (asked: Asked) => number) =>
      inSimulation(
        { stores: 1_500, answer: answerOf, takes, lookedBefore: () => 3 * HOUR_MS },
        async ({ runTo, looks }) => {
          await runTo(45);
          return looks.filter(({ seller }) => seller !== SLOW).at(1_498)?.minute ?? Infinity;
        },
      );
    const SLOW = 7;
    const answerOf = ({ asker }: Asked) => (asker === SLOW ? 'no_answer' : 'ok');
    const slowed = await minutesFor(({ asker }) => (asker === SLOW ? 12_000 : 200));
    expect(slowed).toBeLessThanOrEqual(1.05 * (await minutesFor(() => 200)));
  });
});
