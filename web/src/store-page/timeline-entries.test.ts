import { describe, expect, it } from 'vitest';
import { byDay, faceOf } from './timeline-entries.ts';

const entry = (at: string, title = 'Connected again') => ({
  at,
  kind: 'event' as const,
  title,
  text: '',
  observation_ids: [],
});

describe('the timeline', () => {
  it('stands under days, newest first', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    const days = byDay(
      [entry('2026-11-19T09:00:00Z'), entry('2026-11-23T08:00:00Z'), entry('2026-11-23T10:00:00Z')],
      now,
    );
    expect(days.map((day) => day.entries.map((each) => each.at))).toEqual([
      ['2026-11-23T10:00:00Z', '2026-11-23T08:00:00Z'],
      ['2026-11-19T09:00:00Z'],
    ]);
  });

  it('shows no alarm beside a first odd answer', () => {
    expect(faceOf(entry('2026-11-23T10:00:00Z', 'One odd answer, nobody told')).tone).toBe('calm');
    expect(faceOf(entry('2026-11-23T10:00:00Z', 'Reconnect store')).tone).toBe('act');
    expect(faceOf(entry('2026-11-23T10:00:00Z', 'Something new')).tone).toBe('calm');
  });
});
