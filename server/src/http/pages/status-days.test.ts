import { array, assert, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lasted, statusDays } from './status-days.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const NOON = Date.parse('2026-11-23T12:00:00Z');

function incident(from: number, to: number | null) {
  const text = (at: number) => new Date(at).toISOString();
  return { from: text(from), to: to === null ? null : text(to), sentence: '', note: null };
}

describe('the days of a place', () => {
  it('end today, begin ninety days back, and are counted in UTC', () => {
    const days = statusDays([incident(Date.parse('2026-11-22T23:50:00Z'), null)], { now: NOON, days: 90 });
    expect(days).toHaveLength(90);
    expect(days.slice(-3)).toEqual([
      { at: Date.parse('2026-11-21T00:00:00Z'), ms: 0 },
      { at: Date.parse('2026-11-22T00:00:00Z'), ms: 10 * MINUTE },
      { at: Date.parse('2026-11-23T00:00:00Z'), ms: 720 * MINUTE },
    ]);
  });

  it('count every moment once, however incidents overlap, and none outside', () => {
    const minutes = integer({ min: -100 * 1_440, max: 0 });
    const span = tuple(minutes, minutes).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    assert(
      property(array(span, { maxLength: 6 }), (spans) => {
        const list = spans.map(([from, to]) => incident(NOON + from * MINUTE, NOON + to * MINUTE));
        const days = statusDays(list, { now: NOON, days: 90 });
        const start = (Math.floor(NOON / DAY) - 89) * DAY;
        const covered = new Set<number>();
        for (const [from, to] of spans)
          for (let at = from; at < to; at += 1) if (NOON + at * MINUTE >= start) covered.add(at);
        expect(days.reduce((sum, { ms }) => sum + ms, 0)).toBe(covered.size * MINUTE);
        expect(days.every(({ ms }) => ms >= 0 && ms <= DAY)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [20_000, 'less than a minute'],
    [25 * MINUTE, '25 min'],
    [60 * MINUTE, '1 h'],
    [130 * MINUTE, '2 h 10 min'],
    [DAY, '1 day'],
    [3 * DAY + 2 * 60 * MINUTE, '3 days 2 h'],
  ])('%d ms are told as %s', (ms, words) => {
    expect(lasted(ms)).toBe(words);
  });
});
