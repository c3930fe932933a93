import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VERDICTS } from './connection.ts';
import { CAUSES, sellerMustAct, type Cause } from './diagnosis.ts';
import { asksTheSame, daysToNext, nextMessage, RUNG_DAYS, topicUnder, type Told } from './message-plan.ts';
import { isQuiet, type QuietHours } from './quiet-hours.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** A Monday noon in Berlin. */
const NOON = Date.parse('2026-11-23T11:00:00Z');
const ALWAYS: QuietHours = { zone: 'UTC', from: '00:00', to: '00:00', weekendsOff: false };
const NIGHT: QuietHours = { zone: 'Europe/Berlin', from: '21:00', to: '08:00', weekendsOff: true };
const CAUSE_NAMES = Object.keys(CAUSES) as Cause[];

type Days = number[];

/** Follows the plan for so many days, as if every message went out when it was planned. */
function follow(
  cause: Cause,
  { days, hours = ALWAYS, from = NOON }: { days: number; hours?: QuietHours; from?: number },
) {
  const told: Told[] = [];
  for (let now = from; ;) {
    const next = nextMessage({ cause, told, now, hours });
    if (next === null || next.at > from + days * DAY) return told;
    told.push({ at: next.at, rung: next.rung, cause });
    now = next.at;
  }
}

const daysOf = (told: Told[]): Days => told.map(({ at }) => (at - NOON) / DAY);

describe('the ladder of one break', () => {
  test('an alarm, then after 3, 7, 14 and 30 days, then once a month, and after half a year no more', () => {
    expect(daysOf(follow('grant.revoked', { days: 40 }))).toEqual([0, 3, 7, 14, 30]);
    expect(daysOf(follow('grant.revoked', { days: 3650 }))).toEqual([0, ...RUNG_DAYS]);
  });

  test('the second contact is told from the second message on', () => {
    const told: Told[] = [];
    const first = nextMessage({ cause: 'grant.revoked', told, now: NOON, hours: ALWAYS });
    expect(first?.to).toEqual(['contact']);
    const second = nextMessage({
      cause: 'grant.revoked',
      told: [{ at: NOON, rung: 0, cause: 'grant.revoked' }],
      now: NOON,
      hours: ALWAYS,
    });
    expect(second?.to).toEqual(['contact', 'second']);
  });

  test('the last one knows that it is the last', () => {
    const told = follow('grant.revoked', { days: 179 });
    expect(nextMessage({ cause: 'grant.revoked', told, now: NOON, hours: ALWAYS })).toMatchObject({ rung: 9 });
    expect(daysToNext('grant.revoked', 9)).toBeNull();
    expect(daysToNext('grant.revoked', 0)).toBe(3);
  });

  test.each(CAUSE_NAMES.filter((cause) => !sellerMustAct(cause)))(
    '%s, which no seller can put right, is told once and never again',
    (cause) => {
      expect(follow(cause, { days: 3650 })).toHaveLength(1);
    },
  );

  test('what a standstill kept from being said is not made up for: one message, then the ladder as before', () => {
    const told: Told[] = [{ at: NOON, rung: 0, cause: 'grant.revoked' }];
    const next = nextMessage({ cause: 'grant.revoked', told, now: NOON + 20 * DAY, hours: ALWAYS });
    expect(next).toMatchObject({ rung: 3, at: NOON + 20 * DAY });
    const after = nextMessage({
      cause: 'grant.revoked',
      told: [...told, { at: NOON + 20 * DAY, rung: 3, cause: 'grant.revoked' }],
      now: NOON + 20 * DAY,
      hours: ALWAYS,
    });
    expect(after).toMatchObject({ rung: 4, at: NOON + 30 * DAY });
  });
});

describe('another cause in the same break', () => {
  const told: Told[] = [
    { at: NOON, rung: 0, cause: 'grant.revoked' },
    { at: NOON + 3 * DAY, rung: 1, cause: 'grant.revoked' },
  ];

  test('begins anew when something else must be done', () => {
    expect(asksTheSame('grant.revoked', 'store.deactivated')).toBe(false);
    expect(nextMessage({ cause: 'store.deactivated', told, now: NOON + 4 * DAY, hours: ALWAYS })).toMatchObject({
      rung: 0,
      at: NOON + 4 * DAY,
    });
  });

  test('goes on with the ladder when the same must be done', () => {
    const wrong: Told[] = told.map((one) => ({ ...one, cause: 'cred.wrong_pair' }));
    expect(asksTheSame('cred.wrong_pair', 'cred.wrong_app')).toBe(true);
    expect(nextMessage({ cause: 'cred.wrong_app', told: wrong, now: NOON + 4 * DAY, hours: ALWAYS })).toMatchObject({
      rung: 2,
      at: NOON + 7 * DAY,
    });
  });

  test('that comes and goes does not bring the first alarm twice', () => {
    const between: Told[] = [...told, { at: NOON + 4 * DAY, rung: 0, cause: 'store.deactivated' }];
    expect(nextMessage({ cause: 'grant.revoked', told: between, now: NOON + 5 * DAY, hours: ALWAYS })).toMatchObject({
      rung: 2,
      at: NOON + 7 * DAY,
    });
  });
});

test('whatever was told and whenever it is asked, no message falls into quiet hours, two are two days apart, and none comes early', () => {
  const instant = integer({ min: NOON, max: NOON + 730 * DAY });
  assert(
    property(constantFrom(...CAUSE_NAMES), instant, (cause, from) => {
      const told = follow(cause, { days: 400, hours: NIGHT, from });
      for (const [n, { at, rung }] of told.entries()) {
        expect(isQuiet(at, NIGHT)).toBe(false);
        const before = told[n - 1];
        if (before) expect(at - before.at).toBeGreaterThanOrEqual(2 * DAY);
        const due = (told[0]?.at ?? 0) + (RUNG_DAYS[rung - 1] ?? 0) * DAY;
        expect(at).toBeGreaterThanOrEqual(due);
        expect(at - due).toBeLessThanOrEqual(72 * HOUR);
      }
    }),
    { numRuns: 300 },
  );
});

test('nobody is told anything under a verdict that asks nothing of anybody', () => {
  const told = VERDICTS.filter((verdict) => topicUnder(verdict) !== null);
  expect(told.toSorted()).toEqual(['limited', 'reconnect', 'store_blocked', 'wrong_store']);
});
