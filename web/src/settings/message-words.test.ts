import { describe, expect, test } from 'vitest';
import type { MessageSettingsBody } from '../../../server/src/http/contract/messages.ts';
import { canBeKept, capError, nextWords, settingsOf, timeError, valuesOf, zoneWord } from './message-words.ts';

const NOW = Date.parse('2026-11-23T21:00:00Z');

const SETTINGS: MessageSettingsBody = {
  time_zone: null,
  quiet_from: '21:00',
  quiet_to: '08:00',
  weekends_off: true,
  weekly_cap: 5,
  second_email: null,
  digest: 'weekly',
  digest_hour: 9,
  digest_email: 'mira@example.test',
  urgent_too: false,
};

test('what was kept comes out of the form as it went in', () => {
  expect(settingsOf(valuesOf(SETTINGS, 'me@example.test'))).toEqual(SETTINGS);
});

test('a digest that nobody was named for is offered to whoever looks', () => {
  expect(valuesOf({ ...SETTINGS, digest_email: null }, 'me@example.test').digest_email).toBe('me@example.test');
});

describe('what leaves next', () => {
  test('is said by the clock that counts', () => {
    const next = { single_at: '2026-11-24T07:00:00Z', digest_at: '2026-11-30T08:00:00Z', time_zone: 'Europe/Berlin' };
    expect(nextWords(next, NOW)).toBe(
      'Next, by the clock of Berlin: a mail that falls due now waits until Tue 24 Nov 2026, 08:00; the digest leaves on Mon 30 Nov 2026, 09:00.',
    );
  });

  test('leaves at once outside the quiet hours, whatever the clocks differ by', () => {
    const next = { single_at: '2026-11-23T21:00:20Z', digest_at: null, time_zone: 'America/New_York' };
    expect(nextWords(next, NOW)).toBe('Next, by the clock of New York: a mail that falls due now leaves at once.');
  });
});

test('a place is called by its own name', () => {
  expect(['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'UTC'].map(zoneWord)).toEqual([
    'Berlin',
    'Buenos Aires',
    'UTC',
  ]);
});

test('times and numbers say what right looks like', () => {
  expect([timeError('21:00'), timeError(''), timeError('24:00')]).toEqual([
    undefined,
    'Choose a time, for example 21:00.',
    'Choose a time, for example 21:00.',
  ]);
  expect(['1', '50', '0', '51', '2.5', ''].map((value) => capError(value) === undefined)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

describe('what would be refused', () => {
  const fit = { ...SETTINGS, time_zone: 'Europe/Berlin' };

  test.each<[Partial<MessageSettingsBody>, boolean]>([
    [{}, true],
    [{ time_zone: null }, false],
    [{ time_zone: null, digest: 'off' }, true],
    [{ digest_hour: 7 }, false],
    [{ digest_hour: 8 }, true],
    [{ digest_hour: 22 }, false],
    [{ quiet_from: '08:00', quiet_to: '07:00' }, false],
    [{ quiet_from: '07:00', quiet_to: '07:00', digest_hour: 7 }, true],
    [{ digest_email: null }, false],
    [{ second_email: 'nobody' }, false],
    [{ weekly_cap: 0 }, false],
  ])('%o: asked what follows from it: %s', (special, asked) => {
    expect(canBeKept({ ...fit, ...special })).toBe(asked);
  });
});
