import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE, NOW } from './episode.testkit.ts';
import { decide, lotOf, operationOf, STEADY_MS, type Measures, type OpenIncident, type Voice } from './incident.ts';
import { isOrdinary, THIN_COHORT } from './weather.ts';

const CLEAR = { lastOkAt: NOW - MINUTE / 2, lastOkVia: 'store', lastRefusedAt: null, clearSince: null } as const;
const REFUSED = { lastOkAt: NOW - 60 * MINUTE, lastOkVia: 'store', lastRefusedAt: NOW, clearSince: null } as const;
const CLEARED = {
  lastOkAt: NOW,
  lastOkVia: 'store',
  lastRefusedAt: NOW - 10 * MINUTE,
  clearSince: NOW - STEADY_MS,
} as const;

function voice(special: Partial<Voice> = {}): Voice {
  return {
    cause: 'mkt.auth_incident',
    since: NOW - MINUTE,
    failing: ['participations', 'payouts', 'finances'],
    answered: ['token'],
    evidence: ['ob_1'],
    ...special,
  };
}

type Special = Omit<Partial<Measures>, 'weather'> & { weather?: Partial<Measures['weather']> };

function measures({ weather, ...special }: Special = {}): Measures {
  return {
    now: NOW,
    weather: { share: { active: 100, failing: 0 }, control: CLEAR, app: { cause: null, since: null }, ...weather },
    voices: [voice()],
    recovery: { looked: 0, failing: 0, since: null },
    open: null,
    word: null,
    ...special,
  };
}

const OPEN: OpenIncident = {
  by: 'test',
  cause: 'mkt.auth_incident',
  openedAt: NOW - 20 * MINUTE,
  overAt: null,
  operation: null,
  extent: 'all',
};
const MANY = { active: 100, failing: 30 };

describe('an incident is opened', () => {
  test('when more stores fail together than chance explains, with the numbers', () => {
    expect(decide(measures({ weather: { share: MANY, control: REFUSED } }))).toMatchObject({
      do: 'open',
      by: 'test',
      cause: 'mkt.auth_incident',
      extent: 'all',
      operation: null,
      beganAt: NOW - MINUTE,
      evidence: ['ob_1'],
      opening: { ...MANY, control: 'refused', p: expect.closeTo(0, 10) },
    });
  });

  test('when somebody else is refused too, however few there are to compare with', () => {
    const one = { active: 1, failing: 1 };
    const decision = decide(measures({ weather: { share: one, control: REFUSED } }));
    expect(decision).toMatchObject({ do: 'open', by: 'control', opening: one });
    expect(decision).not.toHaveProperty('opening.p');
  });

  test.each<[string, Special]>([
    ['while nobody is held', { voices: [], weather: { share: MANY, control: REFUSED } }],
    ['by one store alone, whose neighbours are answered', {}],
    ['while our own app is at fault', { weather: { share: MANY, app: { cause: 'app.secret_expired', since: NOW } } }],
  ])('not %s', (_when, special) => {
    expect(decide(measures(special))).toEqual({ do: 'nothing' });
  });

  test('naming the one operation that fails, and whether others are answered', () => {
    const tokens = { voices: [voice({ failing: ['token'], answered: [] })] };
    const share = { share: MANY };
    expect(decide(measures({ ...tokens, weather: { ...share, control: REFUSED } }))).toMatchObject({
      operation: 'token',
      extent: 'all',
    });
    expect(decide(measures({ ...tokens, weather: share }))).toMatchObject({ operation: 'token', extent: 'some' });
    const payouts = { voices: [voice({ failing: ['payouts'] }), voice({ failing: ['payouts'] })] };
    expect(decide(measures({ ...payouts, weather: share }))).toMatchObject({ operation: 'payouts', extent: 'all' });
  });

  test('with the cause that most of the held stores have', () => {
    const voices = [voice({ cause: 'mkt.throttle' }), voice({ cause: 'mkt.outage' }), voice({ cause: 'mkt.outage' })];
    expect(decide(measures({ voices, weather: { share: MANY } }))).toMatchObject({ cause: 'mkt.outage' });
  });

  test('by an operator, whatever is measured', () => {
    const word = { say: 'open', cause: null } as const;
    expect(decide(measures({ word, voices: [] }))).toMatchObject({ do: 'open', by: 'operator', cause: 'mkt.outage' });
    expect(decide(measures({ word, open: OPEN }))).toEqual({ do: 'nothing' });
  });
});

describe('an incident is closed', () => {
  const over = { weather: { control: CLEARED } };

  test('when failures are ordinary again and the control was answered for some minutes', () => {
    expect(decide(measures({ ...over, open: OPEN }))).toEqual({ do: 'close', by: 'test', overAt: CLEARED.clearSince });
    const thin = { weather: { control: CLEARED, share: { active: 1, failing: 0 } } };
    expect(decide(measures({ ...thin, open: OPEN }))).toMatchObject({ do: 'close', by: 'control' });
  });

  test('not before, but what looks like its end is kept in mind and forgotten when it was none', () => {
    const clearSince = NOW - STEADY_MS + 1;
    const early = measures({ weather: { control: { ...CLEARED, clearSince } }, open: OPEN });
    expect(decide(early)).toMatchObject({ do: 'keep', overAt: clearSince });
    const seeming = { ...OPEN, overAt: clearSince };
    expect(decide({ ...early, open: seeming })).toEqual({ do: 'nothing' });
    const again = measures({ weather: { share: MANY, control: CLEARED }, open: seeming });
    expect(decide(again)).toMatchObject({ do: 'keep', overAt: null });
  });

  test('when so few of the stores that it holds still fail that it cannot be going on', () => {
    const weather = { share: MANY, control: CLEARED };
    const recovery = (looked: number, failing: number) => ({ looked, failing, since: NOW - STEADY_MS });
    expect(decide(measures({ weather, open: OPEN, recovery: recovery(20, 1) }))).toMatchObject({ do: 'close' });
    expect(decide(measures({ weather, open: OPEN, recovery: recovery(20, 5) }))).toEqual({ do: 'nothing' });
    expect(decide(measures({ weather, open: OPEN, recovery: recovery(8, 0) }))).toEqual({ do: 'nothing' });
  });

  test('by an operator alone, when an operator has opened it', () => {
    const open = { ...OPEN, by: 'operator' } as const;
    expect(decide(measures({ ...over, open }))).toEqual({ do: 'nothing' });
    expect(decide(measures({ open, word: { say: 'close' } }))).toMatchObject({ do: 'close', by: 'operator' });
    expect(decide(measures({ word: { say: 'close' } }))).toEqual({ do: 'nothing' });
  });
});

describe('what is said of an open incident', () => {
  const raging = { weather: { share: MANY, control: REFUSED } };

  test('becomes less when more is seen: several operations, and some that were answered', () => {
    const open = { ...OPEN, operation: 'payouts' };
    const spared = voice({ failing: ['finances'], answered: ['payouts'] });
    const voices = [voice({ failing: ['payouts'] }), spared, spared];
    expect(decide(measures({ ...raging, open, voices }))).toMatchObject({
      do: 'keep',
      operation: null,
      extent: 'some',
    });
    expect(decide(measures({ ...raging, open, voices: [] }))).toEqual({ do: 'nothing' });
  });

  test('stays all where one look was answered in part, because it was under way when it began', () => {
    const voices = [voice(), voice(), voice({ failing: ['finances'], answered: ['token', 'payouts'] })];
    expect(decide(measures({ ...raging, open: OPEN, voices }))).toEqual({ do: 'nothing' });
  });

  test('is some, not all, once a neighbour was answered in between', () => {
    const control = { ...REFUSED, lastOkAt: NOW - 5 * MINUTE };
    const decision = (lastOkVia: 'store' | 'app') =>
      decide(measures({ open: OPEN, weather: { share: MANY, control: { ...control, lastOkVia } } }));
    expect(decision('store')).toMatchObject({ do: 'keep', extent: 'some' });
    expect(decision('app')).toEqual({ do: 'nothing' });
  });

  test('names one operation only where it is the same for all', () => {
    expect(operationOf([])).toBeNull();
    expect(operationOf([{ failing: ['token'] }, { failing: ['token'] }])).toBe('token');
    expect(operationOf([{ failing: ['payouts', 'finances'] }])).toBeNull();
  });
});

const instants = fc.option(fc.integer({ min: NOW - 120 * MINUTE, max: NOW }));
const anyControl = fc.record({
  lastOkAt: instants,
  lastOkVia: fc.option(fc.constantFrom('store' as const, 'app' as const)),
  lastRefusedAt: instants,
  clearSince: instants,
});
const anyShare = fc
  .record({
    active: fc.nat(400),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
    baseline: fc.constantFrom(0.005, 0.02, 0.05),
  })
  .map(({ active, part, baseline }) => ({ active, failing: Math.round(active * part), baseline }));
const anyMeasures = fc.record({
  now: fc.constant(NOW),
  weather: fc.record({ share: anyShare, control: anyControl, app: fc.constant({ cause: null, since: null }) }),
  voices: fc.array(fc.constant(voice()), { maxLength: 3 }),
  recovery: fc
    .record({ looked: fc.nat(100), failing: fc.nat(100), since: instants })
    .map((r) => ({ ...r, failing: Math.min(r.failing, r.looked) })),
  open: fc.option(fc.record({ ...fromConstants(OPEN), overAt: instants })),
  word: fc.constant(null),
});

function fromConstants(open: OpenIncident) {
  return {
    by: fc.constantFrom('test' as const, 'control' as const),
    cause: fc.constant(open.cause),
    openedAt: fc.constant(open.openedAt),
    operation: fc.constant(open.operation),
    extent: fc.constant(open.extent),
  };
}

const refused = ({ weather: { control } }: Measures) =>
  control.lastRefusedAt !== null && (control.lastOkAt === null || control.lastRefusedAt > control.lastOkAt);

describe('whatever is measured', () => {
  test('nothing is closed while the control is refused, or while it was answered for less than the time', () => {
    fc.assert(
      fc.property(anyMeasures, (measured) => {
        if (decide(measured).do !== 'close') return;
        expect(refused(measured)).toBe(false);
        const { clearSince, lastRefusedAt } = measured.weather.control;
        if (lastRefusedAt !== null) expect(NOW - Number(clearSince)).toBeGreaterThanOrEqual(STEADY_MS);
      }),
      { numRuns: 2_000 },
    );
  });

  test('nothing is opened without significance or a refused control, nor over a thin cohort by its share', () => {
    fc.assert(
      fc.property(anyMeasures, (measured) => {
        const decision = decide(measured);
        if (decision.do !== 'open') return;
        const { share } = measured.weather;
        if (decision.by === 'test') {
          expect(isOrdinary(share)).toBe(false);
          expect(share.active).toBeGreaterThanOrEqual(THIN_COHORT);
        } else expect(refused(measured)).toBe(true);
        expect(measured.voices.length).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('one more failing store never closes what was open, nor keeps shut what was to be opened', () => {
    fc.assert(
      fc.property(anyMeasures, (measured) => {
        const { share } = measured.weather;
        const failing = Math.min(share.active, share.failing + 1);
        const worse = { ...measured, weather: { ...measured.weather, share: { ...share, failing } } };
        if (decide(measured).do === 'open') expect(decide(worse).do).toBe('open');
        if (decide(measured).do !== 'close') expect(decide(worse).do).not.toBe('close');
      }),
      { numRuns: 2_000 },
    );
  });
});

test('lots are spread evenly, and every store keeps its own', () => {
  const lots = Array.from({ length: 2_000 }, (_, i) => lotOf(`st_01hzx${i}`));
  expect(lots).toEqual(Array.from({ length: 2_000 }, (_, i) => lotOf(`st_01hzx${i}`)));
  const tenths = Map.groupBy(lots, (lot) => Math.floor(lot * 10));
  expect([...tenths.keys()].toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const inside of tenths.values()) expect(Math.abs(inside.length - 200)).toBeLessThan(60);
});
