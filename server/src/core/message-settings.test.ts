import { assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absenceText, holidayProblem, holidayUntil, isAway } from './absence.ts';
import { localTime } from './local-time.ts';
import { digestIsQuiet, nextDigest, quietHoursFor, USUAL_SETTINGS, type MessageSettings } from './message-settings.ts';
import { hasRoom, type MailClass } from './weekly-cap.ts';

const DAY = 86_400_000;
const at = (text: string) => Date.parse(text);
const NOON = at('2026-11-23T12:00:00Z');

function settings(special: Partial<MessageSettings>): MessageSettings {
  return { ...USUAL_SETTINGS, digestEmail: 'agency@example.test', ...special };
}

describe('the digest', () => {
  test.each<[string, Partial<MessageSettings>, string, string | null]>([
    ['leaves every day at its hour', { digest: 'daily' }, '2026-11-23T07:00:00Z', '2026-11-23T08:00:00.000Z'],
    ['that has just left leaves tomorrow', { digest: 'daily' }, '2026-11-23T08:00:00Z', '2026-11-24T08:00:00.000Z'],
    [
      'leaves by the account’s own clock',
      { digest: 'daily', zone: 'Asia/Tokyo' },
      '2026-11-23T12:00:00Z',
      '2026-11-23T23:00:00.000Z',
    ],
    [
      'keeps its hour when Berlin’s clock is moved',
      { digest: 'daily', zone: 'Europe/Berlin' },
      '2026-10-24T12:00:00Z',
      '2026-10-25T07:00:00.000Z',
    ],
    ['of a week leaves on Monday', { digest: 'weekly' }, '2026-11-23T12:00:00Z', '2026-11-30T08:00:00.000Z'],
    [
      'leaves out a free weekend',
      { digest: 'daily', weekendsOff: true },
      '2026-11-27T12:00:00Z',
      '2026-11-30T08:00:00.000Z',
    ],
    ['that nobody wants never leaves', { digest: 'off' }, '2026-11-23T12:00:00Z', null],
  ])('%s', (...[, special, now, expected]) => {
    const next = nextDigest(settings(special), at(now));
    expect(next === null ? null : new Date(next).toISOString()).toBe(expected);
  });

  test('is always still to come, at its hour, and never more than a week and a day away', () => {
    const instant = integer({ min: NOON, max: NOON + 800 * DAY });
    const wish = record({
      digest: constantFrom('daily' as const, 'weekly' as const),
      digestHour: integer({ min: 3, max: 23 }),
      zone: constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Tokyo', null),
      weekendsOff: boolean(),
    });
    assert(
      property(wish, instant, (special, now) => {
        const next = nextDigest(settings(special), now) ?? 0;
        expect(next).toBeGreaterThan(now);
        expect(next - now).toBeLessThanOrEqual(8 * DAY);
        expect(localTime(next, special.zone ?? 'UTC').minute).toBe(special.digestHour * 60);
      }),
    );
  });

  test('may not be ordered for an hour in which nobody is to be mailed', () => {
    expect(digestIsQuiet(settings({ digest: 'daily', digestHour: 7 }))).toBe(true);
    expect(digestIsQuiet(settings({ digest: 'daily', digestHour: 8 }))).toBe(false);
    expect(digestIsQuiet(settings({ digest: 'off', digestHour: 7 }))).toBe(false);
  });
});

test('without a zone of its own an account goes by the clock of each store’s country', () => {
  const zones = ['amazon.de', 'amazon.co.jp', 'amazon.com.mx', 'amazon.com', 'market.example'].map(
    (site) => quietHoursFor(USUAL_SETTINGS, site).zone,
  );
  expect(zones).toEqual(['Europe/Berlin', 'Asia/Tokyo', 'America/Mexico_City', 'America/Chicago', 'UTC']);
  expect(quietHoursFor(settings({ zone: 'Asia/Dubai' }), 'amazon.de').zone).toBe('Asia/Dubai');
});

describe('the weekly cap', () => {
  const most = (kind: MailClass, cap: number) => {
    let sent = 0;
    while (hasRoom(kind, { sent, cap })) sent += 1;
    return sent;
  };

  test.each([
    [5, { alarm: 3, other: 2, summary: 5 }],
    [1, { alarm: 0, other: 0, summary: 1 }],
    [2, { alarm: 1, other: 0, summary: 2 }],
    [10, { alarm: 6, other: 5, summary: 10 }],
  ])(
    'of %i leaves room for one mail that tells the rest, and reminders never take an alarm’s place',
    (cap, expected) => {
      expect({ alarm: most('alarm', cap), other: most('other', cap), summary: most('summary', cap) }).toEqual(expected);
    },
  );

  test('is never passed, and its last place always belongs to a mail that says it all', () => {
    for (let cap = 1; cap <= 50; cap += 1) {
      expect(most('summary', cap)).toBe(cap);
      expect(most('alarm', cap)).toBeLessThan(cap);
      expect(most('other', cap)).toBeLessThanOrEqual(most('alarm', cap));
    }
  });
});

describe('a planned absence', () => {
  const zone = 'Europe/Berlin';
  const holiday = holidayUntil('2027-01-12', zone);

  test('ends with the first minute of the day that was named, by the store’s clock', () => {
    expect(isAway(holiday, at('2027-01-11T22:59:59Z'))).toBe(true);
    expect(isAway(holiday, at('2027-01-11T23:00:00Z'))).toBe(false);
    expect(absenceText(holiday, NOON)).toBe('Away until 12 January, no mails.');
    expect(absenceText(holiday, at('2027-01-12T09:00:00Z'))).toBeNull();
  });

  test('of a store that was sold ends by a person only', () => {
    expect(isAway({ kind: 'sold' }, NOON + 9_000 * DAY)).toBe(true);
    expect(absenceText({ kind: 'sold' }, NOON)).toBe('Sold or no longer yours: not watched, no mails.');
  });

  test.each([
    ['2026-11-23', 'This day has begun or is over. Choose tomorrow or a later day.'],
    ['2026-11-24', null],
    ['2027-11-24', null],
    ['2027-11-25', 'Choose a day within a year from today.'],
  ])('until %s: %s', (until, problem) => {
    expect(holidayProblem(until, { now: NOON, zone })).toBe(problem);
  });
});
