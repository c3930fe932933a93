import { assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantAt, isTimeZone, localTime } from './local-time.ts';
import { afterQuiet, isQuiet, LONGEST_QUIET_MINUTES, type QuietHours } from './quiet-hours.ts';

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);

function hours(zone: string, special: Partial<QuietHours> = {}): QuietHours {
  return { zone, from: '21:00', to: '08:00', weekendsOff: false, ...special };
}

function leaves(from: string, quiet: QuietHours): string {
  return new Date(afterQuiet(at(from), quiet)).toISOString();
}

describe('a mail that falls due', () => {
  test.each<[string, string, QuietHours, string]>([
    ['in the day leaves at once', '2026-11-23T12:00:00Z', hours('Europe/Berlin'), '2026-11-23T12:00:00.000Z'],
    [
      'at nine in the evening waits for the morning',
      '2026-11-23T20:00:00Z',
      hours('Europe/Berlin'),
      '2026-11-24T07:00:00.000Z',
    ],
    ['a minute before nine still leaves', '2026-11-23T19:59:00Z', hours('Europe/Berlin'), '2026-11-23T19:59:00.000Z'],
    [
      'after midnight waits for the same morning',
      '2026-11-24T02:10:00Z',
      hours('Europe/Berlin'),
      '2026-11-24T07:00:00.000Z',
    ],
    ['at eight sharp leaves', '2026-11-24T07:00:00Z', hours('Europe/Berlin'), '2026-11-24T07:00:00.000Z'],
    [
      'in Tokyo’s night waits for Tokyo’s morning',
      '2026-11-23T15:00:00Z',
      hours('Asia/Tokyo'),
      '2026-11-23T23:00:00.000Z',
    ],
    [
      'on Friday night with weekends off waits for Monday',
      '2026-11-27T21:30:00Z',
      hours('Europe/Berlin', { weekendsOff: true }),
      '2026-11-30T07:00:00.000Z',
    ],
    [
      'on Sunday noon with weekends off waits for Monday',
      '2026-11-29T11:00:00Z',
      hours('Europe/Berlin', { weekendsOff: true }),
      '2026-11-30T07:00:00.000Z',
    ],
    [
      'on a weekend without quiet nights waits for Monday’s first minute',
      '2026-11-28T11:00:00Z',
      hours('Europe/Berlin', { from: '00:00', to: '00:00', weekendsOff: true }),
      '2026-11-29T23:00:00.000Z',
    ],
    [
      'with no quiet hours leaves at any hour',
      '2026-11-24T02:10:00Z',
      hours('Europe/Berlin', { from: '05:00', to: '05:00' }),
      '2026-11-24T02:10:00.000Z',
    ],
    [
      'in a quiet noon waits for its end',
      '2026-11-24T12:10:00Z',
      hours('UTC', { from: '12:00', to: '14:00' }),
      '2026-11-24T14:00:00.000Z',
    ],
  ])('%s', (...[, from, quiet, expected]) => {
    expect(leaves(from, quiet)).toBe(expected);
  });
});

describe('on the night the clock is moved', () => {
  test.each<[string, string, QuietHours, string]>([
    ['Berlin loses an hour', '2026-03-28T22:00:00Z', hours('Europe/Berlin'), '2026-03-29T06:00:00.000Z'],
    ['Berlin gains an hour', '2026-10-24T22:00:00Z', hours('Europe/Berlin'), '2026-10-25T07:00:00.000Z'],
    ['New York loses an hour', '2026-03-08T04:00:00Z', hours('America/New_York'), '2026-03-08T12:00:00.000Z'],
    ['New York gains an hour', '2026-11-01T03:00:00Z', hours('America/New_York'), '2026-11-01T13:00:00.000Z'],
    ['Tokyo moves none', '2026-03-28T14:00:00Z', hours('Asia/Tokyo'), '2026-03-28T23:00:00.000Z'],
    [
      'quiet hours end in the hour that Berlin leaps over',
      '2026-03-28T22:00:00Z',
      hours('Europe/Berlin', { to: '02:30' }),
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'quiet hours end in the hour that Berlin has twice',
      '2026-10-24T22:00:00Z',
      hours('Europe/Berlin', { to: '02:30' }),
      '2026-10-25T00:30:00.000Z',
    ],
  ])('%s, and the mail leaves when its clock reads the end', (...[, from, quiet, expected]) => {
    expect(leaves(from, quiet)).toBe(expected);
  });
});

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Tokyo',
  'UTC',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Pacific/Apia',
];
const minutes = integer({ min: 0, max: 1439 });
const clock = (minute: number) => {
  const [hour, rest] = [Math.floor(minute / 60), minute % 60].map((n) => String(n).padStart(2, '0'));
  return `${hour}:${rest}`;
};
const anyHours = record({
  zone: constantFrom(...ZONES),
  begin: minutes,
  long: integer({ min: 0, max: LONGEST_QUIET_MINUTES }),
  weekendsOff: boolean(),
}).map(({ zone, begin, long, weekendsOff }) =>
  hours(zone, { from: clock(begin), to: clock((begin + long) % 1440), weekendsOff }),
);
/** Two years, so that every day on which a clock is moved is met. */
const anyInstant = integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') });

test('no mail is ever planned into quiet hours, and none is more than three days late', () => {
  assert(
    property(anyHours, anyInstant, (quiet, due) => {
      const planned = afterQuiet(due, quiet);
      expect(isQuiet(planned, quiet)).toBe(false);
      expect(planned).toBeGreaterThanOrEqual(due);
      expect(planned - due).toBeLessThanOrEqual(72 * HOUR);
    }),
    { numRuns: 3_000 },
  );
});

test('no mail waits longer than it must: every quarter of an hour before was quiet', () => {
  assert(
    property(anyHours, anyInstant, (quiet, due) => {
      const planned = afterQuiet(due, quiet);
      for (let earlier = planned - 60_000; earlier > due; earlier -= 15 * 60_000)
        expect(isQuiet(earlier, quiet)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test('an instant made from a wall clock reads that clock, wherever the clock does not leap', () => {
  assert(
    property(constantFrom(...ZONES), anyInstant, (zone, instant) => {
      const { day, minute } = localTime(instant, zone);
      const made = instantAt(day, minute, zone);
      expect(localTime(made, zone)).toMatchObject({ day, minute });
      expect(made).toBeLessThanOrEqual(instant);
    }),
    { numRuns: 2_000 },
  );
});

test('a time zone is a name that the world’s tables know; an offset knows no summer and is none', () => {
  expect(['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia'].map(isTimeZone)).toEqual([true, true, true]);
  expect(['', 'Berlin', '+01:00', 'Europe/Atlantis', '../etc'].map(isTimeZone)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
