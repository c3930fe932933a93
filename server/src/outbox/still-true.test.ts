import { expect, test } from 'vitest';
import { VERDICTS, type Verdict } from '../core/connection.ts';
import { causeRule, type Cause } from '../core/diagnosis.ts';
import type { AlarmPayload, ReminderPayload } from '../core/message.ts';
import { planAlarm, planReminder, type StoreNow } from './still-true.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-23T12:00:00Z');
const END = NOW + 14 * DAY;

const REMINDER: ReminderPayload = {
  topic: 'reminder',
  storeId: 'st_1',
  days: 14,
  expiresAt: END,
  validUntil: NOW + 7 * DAY,
  storeName: 'Blue Bird',
  label: 'Amazon',
  link: 'https://storekeeper.test/stores/st_1',
};

const ALARM: AlarmPayload = {
  topic: 'needs_reconnect',
  storeId: 'st_1',
  cause: 'grant.revoked',
  storeName: 'Blue Bird',
  label: 'Amazon',
  sentence: 'It happened.',
  means: 'It means this.',
  next: 'Do that.',
  link: 'https://storekeeper.test/stores/st_1',
};

function store(
  verdict: Verdict,
  { cause = null, authorizedAt = END - 365 * DAY }: { cause?: Cause | null; authorizedAt?: number | null } = {},
): StoreNow {
  const diagnosis = cause && {
    ...causeRule(cause),
    cause,
    likely: [],
    confidence: 'high' as const,
    evidence: [],
    excluded: [],
    capability: null,
  };
  return { verdict, authorizedAt, alarm: cause && diagnosis && { cause, since: NOW, evidence: [], diagnosis } };
}

const remind = (now: StoreNow, at = NOW) => planReminder(REMINDER, now, at).do;
const tell = (now: StoreNow) => planAlarm(ALARM, now).do;

test('a reminder goes out while the store works', () => {
  expect(['connected', 'expiring', 'limited'].map((verdict) => remind(store(verdict as Verdict)))).toEqual([
    'send',
    'send',
    'send',
  ]);
});

test('a reminder waits while nobody knows whether the store works', () => {
  expect(planReminder(REMINDER, store('checking'), NOW)).toEqual({ do: 'postpone', until: NOW + 15 * 60_000 });
  expect([remind(store('held')), remind(store('operator_problem'))]).toEqual(['postpone', 'postpone']);
});

test('a reminder is dropped when the store broke, is paused or gone, or when the next one is due', () => {
  for (const verdict of ['reconnect', 'repairing', 'store_blocked', 'paused', 'closed'] as const)
    expect(remind(store(verdict))).toBe('drop');
  expect(remind(null)).toBe('drop');
  expect(remind(store('expiring'), REMINDER.validUntil)).toBe('drop');
});

test('a reminder is dropped when the year started anew, and kept when its estimate moved by minutes', () => {
  expect(remind(store('connected', { authorizedAt: NOW }))).toBe('drop');
  expect(remind(store('connected', { authorizedAt: null }))).toBe('drop');
  expect(remind(store('expiring', { authorizedAt: END - 365 * DAY + 60_000 }))).toBe('send');
});

test('an alarm goes out while its own fault stands', () => {
  expect(tell(store('reconnect', { cause: 'grant.revoked' }))).toBe('send');
  expect(tell(store('reconnect', { cause: 'grant.expired' }))).toBe('drop');
});

test('nobody is alarmed under a verdict that tells nobody anything', () => {
  const telling: Verdict[] = ['reconnect', 'wrong_store', 'store_blocked', 'limited'];
  for (const verdict of VERDICTS.filter((v) => !telling.includes(v))) {
    expect(tell(store(verdict, { cause: 'grant.revoked' }))).toBe('drop');
  }
  expect(tell(null)).toBe('drop');
});
