import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CANARIES, nextLook, REMINDER_DAYS, REPAIR_BUDGET, repairIsLive, type CadenceInput } from './cadence.ts';
import { VERDICTS, type Verdict } from './connection.ts';
import { DAY, MINUTE, NOW, SECOND } from './episode.testkit.ts';
import type { RepairState } from './lifecycle.ts';

const HOUR = 60 * MINUTE;
const ASLEEP: readonly Verdict[] = ['setup', 'paused', 'closed'];
const AWAKE = VERDICTS.filter((verdict) => !ASLEEP.includes(verdict));

function cadence(special: Partial<CadenceInput> = {}): CadenceInput {
  return {
    verdict: 'connected',
    now: NOW,
    intervalMs: HOUR,
    failingSince: null,
    failedLooks: 0,
    repair: null,
    authorizedAt: null,
    before: { dueAt: NOW, failingSince: null },
    roll: 0.5,
    ...special,
  };
}

function pause(special: Partial<CadenceInput>): number {
  const at = nextLook(cadence(special));
  if (at === null) throw new Error('nobody will look');
  return at - NOW;
}

const repair = (ago: number, special: Partial<RepairState> = {}): RepairState => ({
  sessionId: 'cs_1',
  openedAt: NOW - ago,
  sellerCentralOpenedAt: null,
  looks: 0,
  ...special,
});

const anyRepair = fc.option(
  fc.record({
    sessionId: fc.constant('cs_1'),
    openedAt: fc.integer({ min: NOW - 3 * HOUR, max: NOW }),
    sellerCentralOpenedAt: fc.option(fc.integer({ min: NOW - 3 * HOUR, max: NOW })),
    looks: fc.nat(300),
  }),
);

const anyInput = fc.record({
  verdict: fc.constantFrom(...AWAKE),
  now: fc.constant(NOW),
  intervalMs: fc.integer({ min: MINUTE, max: 24 * HOUR }),
  failingSince: fc.option(fc.integer({ min: NOW - 400 * DAY, max: NOW })),
  failedLooks: fc.nat(100_000),
  repair: anyRepair,
  authorizedAt: fc.option(fc.integer({ min: NOW - 800 * DAY, max: NOW })),
  before: fc.record({
    dueAt: fc.option(fc.integer({ min: NOW - 30 * DAY, max: NOW + HOUR })),
    failingSince: fc.option(fc.integer({ min: NOW - 400 * DAY, max: NOW })),
  }),
  roll: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

describe('probing slows, it never stops', () => {
  test('whatever happened to a live store, there is a next look: later than now, within a day and a tenth', () => {
    fc.assert(
      fc.property(anyInput, (whole) => {
        const at = nextLook(whole);
        expect(at).not.toBeNull();
        expect(at).toBeGreaterThan(NOW);
        expect(at).toBeLessThanOrEqual(NOW + Math.max(whole.intervalMs, DAY) * 1.1);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(ASLEEP)('a %s store is not looked at', (verdict) => {
    expect(nextLook(cadence({ verdict }))).toBeNull();
  });

  const STEPS: [looks: number, minutes: number][] = [
    [0, 1],
    [2, 1],
    [3, 2],
    [4, 5],
    [5, 15],
    [6, 30],
    [7, 60],
    [8, 120],
    [9, 240],
    [10, 360],
    [500, 360],
  ];
  test.each(STEPS)('after %i failed looks a broken store is looked at in %i minutes', (failedLooks, minutes) => {
    expect(pause({ verdict: 'reconnect', failingSince: NOW - DAY, failedLooks })).toBeCloseTo(minutes * MINUTE, 0);
  });

  test('after thirty days of failing, daily', () => {
    expect(pause({ verdict: 'reconnect', failingSince: NOW - 31 * DAY, failedLooks: 90 })).toBeCloseTo(DAY, 0);
  });
});

test('the second look comes when the two failures are far enough apart to count', () => {
  for (const roll of [0, 0.5, 0.999]) {
    const wait = pause({ verdict: 'checking', failedLooks: 1, roll });
    expect(wait).toBeGreaterThanOrEqual(90 * SECOND);
    expect(wait).toBeLessThanOrEqual(105 * SECOND);
  }
});

test('in bad weather a store is looked at every other minute, so that the end is not missed', () => {
  for (const verdict of ['held', 'operator_problem'] as const) {
    expect(pause({ verdict, failedLooks: 999 })).toBeLessThanOrEqual(2 * MINUTE);
  }
});

test('healthy stores spread by a tenth either way around their interval', () => {
  expect(pause({ roll: 0 })).toBeCloseTo(0.9 * HOUR, 0);
  expect(pause({ roll: 1 - 1e-9 })).toBeCloseTo(1.1 * HOUR, 0);
});

test.each([
  { who: 'late', before: { dueAt: NOW - 7 * MINUTE, failingSince: null } },
  { who: 'from trouble', before: { dueAt: NOW, failingSince: NOW - MINUTE } },
])('a store that comes back $who is looked at anywhere in its interval: many may come with it', ({ before }) => {
  expect(pause({ before, roll: 0 })).toBeCloseTo(0.1 * HOUR, 0);
  expect(pause({ before, roll: 0.5 })).toBeCloseTo(0.55 * HOUR, 0);
  expect(pause({ before, roll: 1 - 1e-9 })).toBeCloseTo(HOUR, 0);
});

test('a store that comes a little late, or before its time, keeps its pace', () => {
  for (const dueAt of [NOW - 5 * MINUTE, NOW + 30 * MINUTE, null])
    expect(pause({ before: { dueAt, failingSince: null } })).toBeCloseTo(HOUR, 0);
});

describe('while somebody repairs', () => {
  const BROKEN = ['reconnect', 'repairing', 'wrong_store', 'checking', 'held', 'operator_problem'] as const;

  test.each(BROKEN)(
    'a store that is %s is looked at within 4 s for 75 s, and within 15 s for half an hour',
    (verdict) => {
      for (const ago of [0, 30 * SECOND, 74 * SECOND])
        expect(pause({ verdict, failedLooks: 50, repair: repair(ago) })).toBeLessThanOrEqual(4 * SECOND);
      for (const ago of [75 * SECOND, 5 * MINUTE, 29 * MINUTE])
        expect(pause({ verdict, failedLooks: 50, repair: repair(ago) })).toBeLessThanOrEqual(15 * SECOND);
    },
  );

  test('going to the marketplace makes the looking quick again', () => {
    const again = repair(20 * MINUTE, { sellerCentralOpenedAt: NOW - 10 * SECOND });
    expect(pause({ verdict: 'repairing', failedLooks: 50, repair: again })).toBeLessThanOrEqual(4 * SECOND);
  });

  test('after half an hour, or when its looks are spent, the ordinary pace returns', () => {
    expect(pause({ verdict: 'reconnect', failedLooks: 5, repair: repair(31 * MINUTE) })).toBeGreaterThan(10 * MINUTE);
    expect(
      pause({ verdict: 'reconnect', failedLooks: 5, repair: repair(0, { looks: REPAIR_BUDGET }) }),
    ).toBeGreaterThan(10 * MINUTE);
  });

  test('the budget covers the whole half hour of one opening', () => {
    let now = NOW;
    let looks = 0;
    const opened = repair(0);
    while (repairIsLive({ ...opened, looks }, now)) {
      const next = nextLook(cadence({ now, verdict: 'reconnect', failedLooks: 50, repair: { ...opened, looks } }));
      now = next ?? Infinity;
      looks += 1;
    }
    expect(now - NOW).toBeGreaterThanOrEqual(30 * MINUTE);
    expect(looks).toBeLessThanOrEqual(REPAIR_BUDGET);
  });

  test('a store that waits for the marketplace itself is asked once a minute', () => {
    expect(pause({ verdict: 'store_blocked', failedLooks: 50, repair: repair(0) })).toBe(MINUTE);
    expect(pause({ verdict: 'limited', failedLooks: 50, repair: repair(0) })).toBe(MINUTE);
  });

  test('a connected store keeps its pace', () => {
    expect(pause({ repair: repair(0) })).toBeCloseTo(HOUR, 0);
  });
});

test('there is a look right after the estimated end of the year', () => {
  expect(pause({ verdict: 'expiring', intervalMs: 6 * HOUR, authorizedAt: NOW - 365 * DAY + HOUR })).toBe(
    HOUR + MINUTE,
  );
  expect(pause({ verdict: 'expiring', intervalMs: HOUR, authorizedAt: NOW - 365 * DAY - 1 })).toBeCloseTo(HOUR, 0);
});

test('a check that waits for the weather comes back within ten minutes', () => {
  expect(pause({ verdict: 'verifying', failedLooks: 0 })).toBe(5 * SECOND);
  expect(pause({ verdict: 'verifying', failedLooks: 1_000 })).toBe(10 * MINUTE);
});

test('reminders are due 30, 14, 7, 3 and 1 days before', () => {
  expect(REMINDER_DAYS).toEqual([30, 14, 7, 3, 1]);
});

describe('a store that an incident holds', () => {
  const held = (incident: NonNullable<CadenceInput['incident']> | null, roll = 0.5) =>
    pause({ verdict: 'held', incident, roll });

  test('is looked at every other minute while few are held, and within a quarter of an hour while many are', () => {
    for (const lot of [0, 0.5, 0.999])
      expect(held({ held: CANARIES, over: false, lot })).toBeLessThanOrEqual(2 * MINUTE);
    expect(held({ held: 10_000, over: false, lot: 0.003 })).toBeLessThanOrEqual(2 * MINUTE);
    for (const roll of [0, 0.5, 0.999]) {
      const rare = held({ held: 10_000, over: false, lot: 0.5 }, roll);
      expect(rare).toBeGreaterThan(10 * MINUTE);
      expect(rare).toBeLessThanOrEqual(15 * MINUTE);
    }
  });

  test('is looked at as often as ever once the incident seems to be over, or where none is open', () => {
    expect(held({ held: 10_000, over: true, lot: 0.5 })).toBeLessThanOrEqual(2 * MINUTE);
    expect(held(null)).toBeLessThanOrEqual(2 * MINUTE);
  });
});
