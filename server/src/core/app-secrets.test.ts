import { constantFrom, array, integer, property, assert } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arrange,
  canaryDue,
  canarySays,
  inOrder,
  warningDue,
  type Arrangement,
  type KnownSecret,
  type SecretStatus,
} from './app-secrets.ts';
import { ANSWERS } from './observation.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;

function known(fingerprint: string, status: SecretStatus, special: Partial<KnownSecret> = {}): KnownSecret {
  const usual = { source: 'file', statusAt: NOW - DAY, endsAt: null, knownAt: NOW - DAY, available: true } as const;
  return { fingerprint, status, ...usual, ...special };
}

describe('what the secrets of the settings become', () => {
  type File = [current: string, previous: string | null];
  type Row = [what: string, known: KnownSecret[], file: File, Arrangement[]];
  test.each<Row>([
    ['the very first is used at once', [], ['a', null], [{ fingerprint: 'a', status: 'live' }]],
    [
      'the very first of two waits behind the one before',
      [],
      ['b', 'a'],
      [
        { fingerprint: 'a', status: 'live' },
        { fingerprint: 'b', status: 'candidate' },
      ],
    ],
    ['one that is in use stays', [known('a', 'live')], ['a', null], []],
    ['a new one waits', [known('a', 'live')], ['b', 'a'], [{ fingerprint: 'b', status: 'candidate' }]],
    [
      'a new one alone is used at once: nobody has the one before any more',
      [known('a', 'live', { available: false })],
      ['b', null],
      [{ fingerprint: 'b', status: 'live' }],
    ],
    ['one that waits goes on waiting', [known('a', 'live'), known('b', 'candidate')], ['b', 'a'], []],
    [
      'one that waits is used where nothing is left to fall back on',
      [known('a', 'live', { available: false }), known('b', 'canary')],
      ['b', null],
      [{ fingerprint: 'b', status: 'live' }],
    ],
    ['a refused one is left alone', [known('a', 'live'), known('b', 'refused', { statusAt: NOW - 1 })], ['b', 'a'], []],
    [
      'a refused one that still stands there is tried again the next day',
      [known('a', 'live'), known('b', 'refused')],
      ['b', 'a'],
      [{ fingerprint: 'b', status: 'candidate' }],
    ],
    [
      'the file’s own is not taken back once a newer one came by notification',
      [known('a', 'retired'), known('b', 'live')],
      ['a', null],
      [],
    ],
  ])('%s', (...[, before, [current, previous], expected]) => {
    expect(arrange(before, { current, previous }, NOW)).toEqual(expected);
  });
});

test('the one in use is tried first, then the new one, then what may still be taken', () => {
  const all = [
    known('refused', 'refused'),
    known('ended', 'retired', { endsAt: NOW - 1 }),
    known('older', 'retired', { endsAt: NOW + DAY }),
    known('new', 'candidate'),
    known('live', 'live'),
    known('elsewhere', 'live', { available: false }),
  ];
  expect(inOrder(all, NOW).map((one) => one.fingerprint)).toEqual(['live', 'new', 'older', 'refused', 'ended']);
});

test('nothing new is tried where there is nothing to go back to', () => {
  expect(canaryDue([known('b', 'candidate')])).toBeNull();
  expect(canaryDue([known('a', 'live'), known('b', 'candidate')])).toMatchObject({ fingerprint: 'b' });
});

test('only an answer that speaks of the secret itself decides about it', () => {
  const decided = ANSWERS.filter((answer) => canarySays(answer) !== 'ask_again');
  expect(decided).toEqual(['ok', 'app_refused', 'app_secret_expired']);
  expect([canarySays('ok'), canarySays('app_refused'), canarySays('marketplace_error')]).toEqual([
    'adopt',
    'roll_back',
    'ask_again',
  ]);
});

describe('the warnings before a secret’s end', () => {
  const END = NOW + 200 * DAY;
  const warningsOver = (days: readonly number[]): number[] => {
    let warned: number | null = null;
    const given: number[] = [];
    for (const left of days.toSorted((a, b) => b - a)) {
      const due = warningDue(END, warned, END - left * DAY);
      if (due === null) continue;
      given.push(due);
      warned = due;
    }
    return given;
  };

  test('come 90, 30, 7 and 1 days before it, one each', () => {
    expect(warningsOver([120, 91, 90, 89, 31, 30, 29, 8, 7, 6, 2, 1, 0.5, 0, -1])).toEqual([90, 30, 7, 1]);
  });

  test('are not made up for: who sleeps through one gets the most urgent alone', () => {
    expect(warningsOver([120, 5, 4])).toEqual([7]);
    expect(warningDue(null, null, NOW)).toBeNull();
  });

  test('are at most four and ever more urgent, whenever somebody looks', () => {
    assert(
      property(array(integer({ min: -20, max: 200 }), { maxLength: 60 }), (days) => {
        const given = warningsOver(days);
        expect(given.length).toBeLessThanOrEqual(4);
        expect(given).toEqual([...new Set(given)].toSorted((a, b) => b - a));
      }),
    );
  });
});

test('there is never a second secret in use, and never none, whatever the settings say one after the other', () => {
  const name = constantFrom('a', 'b', 'c');
  assert(
    property(array(name, { minLength: 1, maxLength: 12 }), (files) => {
      let all: KnownSecret[] = [];
      let before: string | null = null;
      for (const current of files) {
        const previous: string | null = before === current ? null : before;
        for (const { fingerprint, status } of arrange(all, { current, previous }, NOW)) {
          const others = all.filter((one) => one.fingerprint !== fingerprint);
          const rest =
            status === 'live'
              ? others.map((one) => (one.status === 'live' ? known(one.fingerprint, 'retired') : one))
              : others;
          all = [...rest, known(fingerprint, status)];
        }
        before = current;
        expect(all.filter((one) => one.status === 'live')).toHaveLength(1);
      }
    }),
  );
});
