import { describe, expect, test } from 'vitest';
import { MINUTE, NOW } from './episode.testkit.ts';
import { differencesOf, toldToOperator, toldToSeller, type Told } from './told.ts';

const word = (special: Partial<Told> = {}): Told => ({
  at: NOW,
  what: 'needs_reconnect',
  cause: 'grant.revoked',
  alarmSince: NOW - MINUTE,
  ...special,
});

const kinds = (recorded: Told[], replayed: Told[]) => differencesOf(recorded, replayed).map(({ kind }) => kind);

describe('two tellings of one story', () => {
  const later = { at: NOW + 5 * MINUTE };
  const ROWS: { what: string; recorded: Told[]; replayed: Told[]; expected: string[] }[] = [
    { what: 'the same word at the same time', recorded: [word()], replayed: [word()], expected: ['same'] },
    { what: 'nothing by other rules', recorded: [word()], replayed: [], expected: ['only_recorded'] },
    { what: 'something by other rules alone', recorded: [], replayed: [word()], expected: ['only_replayed'] },
    { what: 'the same break, later', recorded: [word()], replayed: [word(later)], expected: ['other_time'] },
    {
      what: 'another cause at the same time',
      recorded: [word()],
      replayed: [word({ cause: 'grant.expired' })],
      expected: ['other_cause'],
    },
    {
      what: 'another cause of the same break, later',
      recorded: [word()],
      replayed: [word({ ...later, cause: 'store.deactivated', what: 'blocked' })],
      expected: ['other_cause'],
    },
    {
      what: 'another break altogether',
      recorded: [word()],
      replayed: [word({ at: NOW + 90 * MINUTE, alarmSince: NOW + 80 * MINUTE })],
      expected: ['only_recorded', 'only_replayed'],
    },
    {
      what: 'begun by one, over by the other',
      recorded: [word()],
      replayed: [word({ what: 'alarm_over' })],
      expected: ['only_recorded', 'only_replayed'],
    },
    {
      what: 'what fits best goes together, whatever stands first',
      recorded: [word(), word({ ...later, what: 'alarm_over' })],
      replayed: [word({ ...later, what: 'alarm_over' }), word({ at: NOW - MINUTE })],
      expected: ['other_time', 'same'],
    },
  ];

  test.each(ROWS)('$what: $expected', ({ recorded, replayed, expected }) => {
    expect(kinds(recorded, replayed)).toEqual(expected);
  });

  test('hundreds of words that are the same are all the same', () => {
    const words = Array.from({ length: 400 }, (_, i) => word({ at: NOW + i * MINUTE, alarmSince: NOW + i * MINUTE }));
    expect(new Set(kinds(words, words))).toEqual(new Set(['same']));
  });
});

describe('who is told', () => {
  const telling = {
    at: NOW,
    cohort: 'amazon:app:1:eu',
    cause: 'grant.revoked',
    before: null,
    hasAddress: true,
    effects: [{ type: 'tell_seller', topic: 'needs_reconnect', alarmSince: NOW }],
  } as const;

  test('a seller without an address is told nothing', () => {
    expect(toldToSeller(telling)).toMatchObject([{ what: 'needs_reconnect', cause: 'grant.revoked' }]);
    expect(toldToSeller({ ...telling, hasAddress: false })).toEqual([]);
  });

  test('what was never told is not over', () => {
    const over = { ...telling, effects: [{ type: 'cancel_alarms' }] } as const;
    expect(toldToSeller(over)).toEqual([]);
    expect(toldToSeller({ ...over, before: { cause: 'grant.revoked', since: NOW } })).toMatchObject([
      { what: 'alarm_over', alarmSince: NOW },
    ]);
  });

  test('a fault of the app is one for all its regions, one of this machine one for all, anything else one a cohort', () => {
    const keys = (cause: 'app.secret_expired' | 'own.clock' | 'unknown') =>
      ['amazon:app:1:eu', 'amazon:app:1:na'].flatMap((cohort) =>
        toldToOperator({ ...telling, cohort, effects: [{ type: 'tell_operator', cause }] }).map(({ key }) => key),
      );
    expect(
      ['app.secret_expired', 'own.clock', 'unknown'].map((cause) => new Set(keys(cause as 'unknown')).size),
    ).toEqual([1, 1, 2]);
  });
});
