import { describe, expect, test } from 'vitest';
import { certaintyText } from './words.ts';
import { closedWords, fromTo, happenedThen, happensNow, openedWords, type Told } from './words-incidents.ts';

const told = (special: Partial<Told> = {}): Told => ({
  cause: 'mkt.auth_incident',
  operation: null,
  extent: 'all',
  label: 'Amazon',
  ...special,
});

describe('what an incident is called', () => {
  test.each<[Partial<Told>, string, string]>([
    [{}, 'Amazon refuses all calls', 'Amazon refused all calls'],
    [{ extent: 'some' }, 'Amazon refuses many calls', 'Amazon refused many calls'],
    [{ operation: 'token' }, 'Amazon refuses all permissions', 'Amazon refused all permissions'],
    [
      { operation: 'payouts', extent: 'some' },
      'Amazon refuses many questions for payouts',
      'Amazon refused many questions for payouts',
    ],
    [{ cause: 'mkt.outage' }, 'Amazon does not answer', 'Amazon did not answer'],
    [
      { cause: 'mkt.outage', operation: 'finances' },
      'Amazon answers all questions for balances with errors',
      'Amazon answered all questions for balances with errors',
    ],
    [{ cause: 'mkt.throttle' }, 'Amazon takes almost no calls', 'Amazon took almost no calls'],
    [{ cause: 'own.network' }, 'Our connection to Amazon is disturbed', 'Our connection to Amazon was disturbed'],
  ])('%o', (special, now, then) => {
    expect(happensNow(told(special))).toBe(now);
    expect(happenedThen(told(special))).toBe(then);
  });
});

describe('from when to when', () => {
  const at = (text: string) => Date.parse(`${text}Z`);
  test.each([
    ['2026-11-23T21:30', '2026-11-23T21:55', '2026-11-23T22:10', 'From 21:30 to 21:55 UTC'],
    ['2026-11-23T21:30', '2026-11-23T21:55', '2026-11-24T08:00', 'From 23 Nov, 21:30 to 21:55 UTC'],
    ['2026-11-23T23:50', '2026-11-24T00:20', '2026-11-24T08:00', 'From 23 Nov, 23:50 to 00:20 UTC'],
  ])('%s to %s, read at %s', (...[from, to, now, words]) => {
    expect(fromTo(at(from), at(to), at(now))).toBe(words);
  });
});

describe('why it was opened and closed', () => {
  test('is said with its numbers', () => {
    expect(openedWords({ by: 'test', active: 42, failing: 41, baseline: 0.012 })).toBe(
      '41 of the 42 stores looked at last failed together; usual is 1.2 %.',
    );
    expect(openedWords({ by: 'control', active: 3 })).toContain('we have only few stores to compare with');
    expect(openedWords({ by: 'control', active: 300 })).not.toContain('few stores');
    for (const by of ['test', 'control', 'app', 'operator'] as const) {
      expect(openedWords({ by })).toMatch(/\.$/);
      expect(closedWords(by)).toMatch(/\.$/);
    }
  });
});

describe('how certain a diagnosis is', () => {
  const likely = (count: number) => Array.from({ length: count }, () => ({ cause: 'unknown' as const, reason: '' }));
  test('is said only where it is not', () => {
    expect(certaintyText({ confidence: 'high', likely: likely(2) })).toBeNull();
    expect(certaintyText({ confidence: 'medium', likely: [] })).toBe('We are fairly sure, not certain.');
    expect(certaintyText({ confidence: 'low', likely: [] })).toBe(
      'We are fairly sure, not certain: we have only few stores to compare with.',
    );
    expect(certaintyText({ confidence: 'low', likely: likely(2) })).toContain('more than one cause');
  });
});
