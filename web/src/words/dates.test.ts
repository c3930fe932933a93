import { describe, expect, it } from 'vitest';
import {
  asOf,
  dayAndClock,
  dayHeading,
  daysLeft,
  downtime,
  listDay,
  span,
  timeOfLook,
  took,
  weekdayAndClock,
} from './dates.ts';

const NOW = Date.parse('2026-11-23T12:04:00Z');
const ZONE = 'UTC';

describe('dates', () => {
  it('are written as 19 Nov 2026, and every month has three letters', () => {
    expect(dayAndClock('2026-11-19T03:12:00Z', ZONE)).toBe('19 Nov 2026, 03:12');
    expect(dayAndClock('2026-09-05T23:59:00Z', ZONE)).toBe('5 Sep 2026, 23:59');
    expect(weekdayAndClock('2026-11-23T12:04:00Z', ZONE)).toBe('Mon 23 Nov 2026, 12:04');
  });

  it('follow the reader’s own zone', () => {
    expect(dayAndClock('2026-11-23T23:30:00Z', 'Asia/Tokyo')).toBe('24 Nov 2026, 08:30');
  });

  it('carry the year in a list only when they are about a year away', () => {
    expect(listDay('2026-11-19T00:00:00Z', NOW, ZONE)).toBe('19 Nov');
    expect(listDay('2024-11-19T00:00:00Z', NOW, ZONE)).toBe('19 Nov 2024');
  });

  it('head a day with Today when it is', () => {
    expect(dayHeading('2026-11-23T01:00:00Z', NOW, ZONE)).toBe('Today, 23 November');
    expect(dayHeading('2026-11-19T01:00:00Z', NOW, ZONE)).toBe('19 November');
    expect(dayHeading('2025-11-19T01:00:00Z', NOW, ZONE)).toBe('19 November 2025');
  });
});

describe('as of', () => {
  it('is a time today and a day before', () => {
    expect(asOf('2026-11-23T12:02:00Z', NOW, ZONE)).toBe('as of 12:02');
    expect(asOf('2026-11-19T03:12:00Z', NOW, ZONE)).toBe('as of 19 Nov, 03:12');
  });

  it('is unknown where nobody has looked', () => {
    expect(timeOfLook(null, NOW, ZONE)).toBe('unknown');
  });
});

describe('spans', () => {
  it('are said in their largest unit', () => {
    expect(span(8_000)).toBe('8 s');
    expect(span(3 * 60_000)).toBe('3 min');
    expect(span(3_600_000)).toBe('1 hour');
    expect(span(4 * 86_400_000 + 5)).toBe('4 days');
    expect(span(-5_000)).toBe('0 s');
  });

  it('of a downtime go two units deep', () => {
    expect(downtime((4 * 24 + 8) * 3_600_000)).toBe('4 d 8 h');
    expect(downtime(125 * 60_000)).toBe('2 h 5 min');
    expect(downtime(20_000)).toBe('less than a minute');
  });

  it('of a call are milliseconds, then seconds, and nothing when it was not made', () => {
    expect(took(38)).toBe('38 ms');
    expect(took(1400)).toBe('1.4 s');
    expect(took(null)).toBe('');
  });

  it('until a deadline never go below zero days', () => {
    expect(daysLeft('2026-12-09T00:00:00Z', NOW)).toBe(16);
    expect(daysLeft('2026-11-01T00:00:00Z', NOW)).toBe(0);
  });
});
