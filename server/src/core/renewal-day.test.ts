import { describe, expect, test } from 'vitest';
import type { Verdict } from './connection.ts';
import {
  dayInForce,
  endAfter,
  isOpen,
  renewalState,
  suggestedDay,
  type RenewableStore,
  type RenewalState,
} from './renewal-day.ts';

const DAY = 86_400_000;
/** A Monday. */
const NOW = Date.parse('2026-11-23T12:00:00Z');
const YEAR = 365 * DAY;

/** A store whose permission ends so many days from now. */
const endingIn = (days: number, verdict: Verdict = 'connected'): RenewableStore => ({
  verdict,
  authorizedAt: NOW + days * DAY - YEAR,
});
const UNKNOWN: RenewableStore = { verdict: 'connected', authorizedAt: null };

describe('the suggested day', () => {
  test.each<[string, RenewableStore[], string | null]>([
    ['lies a week before the earliest end', [endingIn(300), endingIn(24)], '2026-12-10'],
    ['moves from a Saturday to the Friday before', [endingIn(26)], '2026-12-11'],
    ['moves from a Sunday to the Friday before', [endingIn(27)], '2026-12-11'],
    ['is today when the earliest end is nearer than a week', [endingIn(3), endingIn(300)], '2026-11-23'],
    ['does not wait for a store that is over already', [endingIn(-2, 'reconnect'), endingIn(24)], '2026-12-10'],
    ['is today when every store is over', [endingIn(-2, 'reconnect')], '2026-11-23'],
    ['is today when nobody knows an end', [UNKNOWN], '2026-11-23'],
    ['leaves out a store that the marketplace has closed', [endingIn(5, 'store_blocked'), endingIn(24)], '2026-12-10'],
    ['is none without stores', [], null],
    ['is none when renewing would help no store', [endingIn(5, 'store_blocked')], null],
  ])('%s', (_what, stores, day) => {
    expect(suggestedDay(stores, NOW)).toBe(day);
  });
});

describe('the day in force', () => {
  const at = { stores: [endingIn(24)], now: NOW };

  test.each<[string, string | null, string, boolean]>([
    ['is the chosen one', '2027-01-15', '2027-01-15', true],
    ['is the suggested one where none was chosen', null, '2026-12-10', false],
    ['stays when it has just passed, so that what is left can be finished', '2026-11-20', '2026-11-20', true],
    ['stays for sixty days', '2026-09-24', '2026-09-24', true],
    ['gives way to the next year’s after that', '2026-09-23', '2026-12-10', false],
  ])('%s', (...[, chosen, day, isChosen]) => {
    expect(dayInForce(chosen, at)).toEqual({ day, chosen: isChosen });
  });
});

describe('where a store stands', () => {
  const on = (day: string) => ({ day, now: NOW });

  test.each<[string, RenewableStore, string, RenewalState]>([
    ['renewed on the day itself', endingIn(365), '2026-11-23', 'renewed'],
    ['renewed the day after', endingIn(365), '2026-11-22', 'renewed'],
    ['renewed today while the day is still to come', endingIn(365), '2026-12-10', 'renewed_early'],
    ['renewed yesterday counts as any other', endingIn(364), '2026-11-23', 'due'],
    ['working', endingIn(40), '2026-11-23', 'due'],
    ['about to end', endingIn(3, 'expiring'), '2026-11-23', 'due'],
    ['held by weather', endingIn(3, 'held'), '2026-11-23', 'due'],
    ['over, and not yet noticed', endingIn(-1), '2026-11-23', 'ended'],
    ['refused', endingIn(40, 'reconnect'), '2026-11-23', 'ended'],
    ['refused although it was authorized today', endingIn(365, 'repairing'), '2026-11-23', 'ended'],
    ['without a known beginning', UNKNOWN, '2026-11-23', 'unknown_end'],
    ['closed by the marketplace', endingIn(40, 'store_blocked'), '2026-11-23', 'blocked'],
  ])('%s', (...[, store, day, state]) => {
    expect(renewalState(store, on(day))).toBe(state);
  });

  test('what is renewed or cannot be helped is nothing to renew any more', () => {
    const states: RenewalState[] = ['renewed', 'renewed_early', 'due', 'ended', 'unknown_end', 'blocked'];
    expect(states.filter(isOpen)).toEqual(['due', 'ended', 'unknown_end']);
  });
});

test('everything renewed on one day ends on one day, 365 days later', () => {
  expect(endAfter('2026-11-23')).toBe('2027-11-23');
  expect(endAfter('2027-11-23')).toBe('2028-11-22');
  expect(endAfter('2028-02-29')).toBe('2029-02-28');
});
