import { describe, expect, it } from 'vitest';
import {
  queueState,
  runway,
  runwayAdvice,
  secretStatus,
  secretTrial,
  subscriptionsState,
  type AppRow,
} from './apps-words.ts';

const SECRET: AppRow['secrets'][number] = {
  fingerprint: '0123456789ab',
  source: 'file',
  status: 'live',
  since: '2026-11-23T12:00:00Z',
  ends_at: null,
  canary: null,
};
const QUEUE: NonNullable<AppRow['queue']> = {
  last_message_at: null,
  handled: 0,
  repeated: 0,
  unknown: 0,
  malformed: 0,
  failures: 0,
  last_failure: null,
  last_failure_at: null,
  subscribed: 3,
  not_subscribed: 0,
};
const APP: AppRow = {
  application_id: 'amzn1.sellerapps.app.x',
  name: 'Storekeeper',
  marketplace: 'amazon',
  label: 'Amazon',
  draft: false,
  secrets: [SECRET],
  runway_days: 120,
  can_rotate: false,
  rotates_itself: false,
  rotation: null,
  queue: null,
  faults: [],
};

describe('an app of the operator’s', () => {
  it.each<[number | null, string]>([
    [120, 'Its secret lives 120 more days.'],
    [1, 'Its secret ends within a day.'],
    [0, 'Its secret has ended.'],
    [null, 'When its secret ends is not known.'],
  ])('with %s days left says so', (days, words) => {
    expect(runway({ ...APP, runway_days: days })).toBe(words);
  });

  it('says what there is to do, and where there is nothing', () => {
    expect(runwayAdvice(APP)).toContain('developer console');
    expect(runwayAdvice({ ...APP, can_rotate: true })).toContain('one click');
    expect(runwayAdvice({ ...APP, can_rotate: true, rotates_itself: true })).toContain('by itself');
    expect(runwayAdvice({ ...APP, runway_days: null })).toContain('secretExpiresAt');
    expect(runwayAdvice({ ...APP, secrets: [] })).toContain('nothing to do');
  });

  it('tells how trying a new secret ended', () => {
    const tried = (answer: string) => ({ ...SECRET, canary: { at: SECRET.since, on: 'store' as const, answer } });
    expect(secretTrial(SECRET)).toBeNull();
    expect(['ok', 'app_refused', 'no_answer'].map((answer) => secretTrial(tried(answer)))).toEqual([
      'Tried on one store: taken',
      'Tried on one store: refused',
      'Tried on one store: no answer that tells',
    ]);
    expect(secretStatus(SECRET)).toBe('In use');
  });

  it('tells how its queue is', () => {
    expect(queueState(QUEUE, null)).toBe('It is read. Nothing has come yet.');
    expect(queueState(QUEUE, '4 min ago')).toBe('It is read. The last message came 4 min ago.');
    expect(queueState({ ...QUEUE, failures: 2, last_failure: 'QueueDoesNotExist' }, null)).toContain(
      'QueueDoesNotExist',
    );
    expect(subscriptionsState(QUEUE)).toMatch(/subscriptions of stores\.$/);
    expect(subscriptionsState({ ...QUEUE, not_subscribed: 2 })).toContain('2 could not be made');
  });
});
