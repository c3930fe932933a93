import { describe, expect, it } from 'vitest';
import type { RenewalPlace, RenewalStore } from '../../../server/src/http/contract/renewals.ts';
import { exampleStore } from '../store-manager/example-store.ts';
import { inOrder, withNewOnes } from './held-order.ts';
import { comingDay, hasBegunEarly, planHeadline, planUnderline, stateFace } from './plan-words.ts';
import { endingSoon, soonWords } from './soon.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');

function aRow(different: Partial<RenewalStore> = {}): RenewalStore {
  return {
    id: 'st_1',
    name: 'Blue Bird',
    site: 'amazon.com',
    seller_id: null,
    email: null,
    verdict: 'connected',
    state: 'due',
    ends_on: '2026-12-17',
    days_left: 24,
    renewed_on: null,
    ...different,
  };
}

function aPlace(key: string, ...stores: RenewalStore[]): RenewalPlace {
  const host = 'sellercentral.amazon.com';
  return {
    key,
    marketplace: 'amazon',
    host,
    label: 'Amazon',
    button: 'Renew',
    way: 'apps',
    opens: null,
    seen: true,
    steps: [],
    stores,
  };
}

const plan = { today: '2026-11-23', day: '2026-12-10', chosen: false, new_end: '2027-12-10', done: 0, of: 3 };

describe('the first line of the renewal day', () => {
  it.each([
    ['Renew 3 stores on Thu 10 Dec 2026', plan],
    ['3 stores to renew today', { ...plan, day: '2026-11-23' }],
    ['1 of 3 stores left to renew', { ...plan, day: '2026-11-23', done: 2 }],
    ['3 stores to renew today', { ...plan, day: '2026-11-20' }],
    ['All 3 stores are renewed', { ...plan, day: '2026-11-23', done: 3 }],
    ['Your store is renewed', { ...plan, done: 1, of: 1 }],
    ['No store can be renewed just now', { ...plan, day: null, of: 0 }],
  ])('%s', (words, given) => {
    expect(planHeadline(given)).toBe(words);
  });

  it('is followed by the new end, an estimate, and why this day', () => {
    expect(planUnderline(plan)).toBe(
      'What is renewed that day ends about 10 Dec 2027, all on one day. Amazon tells nobody the end: it is an estimate. It is a week before the earliest end.',
    );
    expect(planUnderline({ ...plan, chosen: true })).not.toContain('a week before');
    expect(planUnderline({ ...plan, done: 3 })).toContain('next year they are renewed on one day again');
  });
});

describe('a row', () => {
  it.each<[string, Partial<RenewalStore>]>([
    ['warn 24 days left', {}],
    ['warn 1 day left', { days_left: 1 }],
    ['warn Ends today', { days_left: 0 }],
    ['calm 300 days left', { days_left: 300 }],
    ['good Renewed, next end 23 Nov 2027', { state: 'renewed', ends_on: '2027-11-23' }],
    ['good Renewed today, next end 23 Nov 2027', { state: 'renewed_early', ends_on: '2027-11-23' }],
    ['act Reconnect store', { state: 'ended' }],
    ['calm End unknown', { state: 'unknown_end', ends_on: null }],
    ['calm Renewing will not help', { state: 'blocked' }],
  ])('%s', (words, different) => {
    const { tone, text } = stateFace(aRow(different));
    expect(`${tone} ${text}`).toBe(words);
  });

  it('keeps its place when it is renewed, and new stores come last', () => {
    const first = [aPlace('a', aRow({ id: '1' }), aRow({ id: '2' })), aPlace('b', aRow({ id: '3' }))];
    const known = withNewOnes([], first);
    const later = [
      aPlace('b', aRow({ id: '4' }), aRow({ id: '3' })),
      aPlace('a', aRow({ id: '2' }), aRow({ id: '1' })),
    ];
    const order = withNewOnes(known, later);
    expect(inOrder(later, order).map(({ stores }) => stores.map(({ id }) => id))).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(withNewOnes(order, later)).toBe(order);
  });
});

it('today is offered as the day once somebody has begun before it', () => {
  const begun = [aPlace('a', aRow({ state: 'renewed_early' }))];
  expect(hasBegunEarly({ ...plan, places: begun })).toBe(true);
  expect(hasBegunEarly({ ...plan, day: plan.today, places: begun })).toBe(false);
  expect(hasBegunEarly({ ...plan, places: [aPlace('a', aRow())] })).toBe(false);
});

it('a day is the same in every time zone', () => {
  expect(comingDay('2026-12-10')).toBe('Thu 10 Dec 2026');
});

describe('the notice on Store Manager', () => {
  const ends = (expires_at: string | null, different = {}) => exampleStore({ expires_at, ...different });

  it('names the only store', () => {
    const soon = endingSoon([ends('2026-12-17T12:00:00Z'), ends('2027-05-01T00:00:00Z')], NOW);
    expect(soon && soonWords(soon)).toBe('Renew Blue Bird before 17 Dec 2026 (an estimate).');
  });

  it('counts several and tells the first day', () => {
    const soon = endingSoon([ends('2026-12-17T12:00:00Z'), ends('2026-11-30T12:00:00Z')], NOW);
    expect(soon && soonWords(soon)).toBe('Renew 2 stores, the first before 30 Nov 2026 (an estimate).');
  });

  it('stays away when nothing that works ends within thirty days', () => {
    const others = [
      ends(null),
      ends('2026-12-24T12:00:00Z'),
      ends('2026-11-20T12:00:00Z', { verdict: 'reconnect', pending: true }),
      ends('2026-12-01T12:00:00Z', { verdict: 'paused' }),
    ];
    expect(endingSoon(others, NOW)).toBeNull();
  });
});
