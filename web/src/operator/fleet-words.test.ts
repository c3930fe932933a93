import { describe, expect, it } from 'vitest';
import { everyDay, fleetHeadline, share } from './fleet-words.ts';

describe('the fleet’s way out of MWS', () => {
  it('is said in one sentence', () => {
    expect(fleetHeadline({ total: 0, moved: 0, left: 0 })).toBe('No store is on MWS');
    expect(fleetHeadline({ total: 7, moved: 0, left: 7 })).toBe('Seven stores are on MWS, none has moved yet');
    expect(fleetHeadline({ total: 7, moved: 1, left: 6 })).toBe('1 of 7 stores has left MWS');
    expect(fleetHeadline({ total: 7, moved: 7, left: 0 })).toBe('All 7 stores have left MWS');
  });

  it('is never rounded up to done', () => {
    expect(share({ total: 1000, moved: 999, left: 1 })).toBe('99 %');
  });

  it('shows the days between two moves as well', () => {
    const days = everyDay([
      { day: '2026-11-20', moved: 2 },
      { day: '2026-11-23', moved: 1 },
    ]);
    expect(days.slice(-5).map(({ moved }) => moved)).toEqual([0, 2, 0, 0, 1]);
    expect([days.length, days.at(-1)?.day]).toEqual([30, '2026-11-23']);
    expect(everyDay([])).toEqual([]);
  });

  it('shows the last sixty days of a long way', () => {
    const days = everyDay([
      { day: '2026-01-01', moved: 5 },
      { day: '2026-11-23', moved: 1 },
    ]);
    expect([days.length, days[0]?.day]).toEqual([60, '2026-09-25']);
  });
});
