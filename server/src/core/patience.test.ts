/** A refusal without a reason alarms a seller after half a day: trouble at a marketplace passes by then. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DAY,
  DENIED_EVERYWHERE,
  facts,
  fullLook,
  input,
  MINUTE,
  NOW,
  seen,
  PAYOUTS,
  weather,
  type Troubles,
} from './episode.testkit.ts';
import { diagnoseNow, episodeWith, judge } from './judge.ts';
import type { JudgeInput, Judgement, StoreFacts } from './judgement.ts';
import { PATIENCE_MS } from './patience.ts';
import { EPISODE_LIMIT } from './weigh.ts';

const HOUR = 60 * MINUTE;
const FIRST = NOW - PATIENCE_MS;

/** Looks at these instants, all refused alike. */
function lookedAt(instants: readonly number[], troubles: Troubles = DENIED_EVERYWHERE) {
  return instants.flatMap((at) => fullLook(at, troubles));
}

describe('every call refused, the permission accepted', () => {
  test('alarms the seller when it has lasted for thirteen hours, not before', () => {
    for (const lasted of [2 * MINUTE, HOUR, 6 * HOUR, 12 * HOUR, PATIENCE_MS - MINUTE]) {
      const judged = judge(input({ observations: lookedAt([NOW - lasted, NOW - MINUTE * 2, NOW].toSorted()) }));
      expect(judged).toMatchObject({ verdict: 'checking', alarm: null, lacking: expect.arrayContaining(['time']) });
    }
    expect(judge(input({ observations: lookedAt([FIRST, NOW]) }))).toMatchObject({
      verdict: 'store_blocked',
      alarm: { cause: 'store.deactivated', since: FIRST + 4_000 },
    });
  });

  test('shows what it may be, that nothing is to be done, and when it is decided', () => {
    const { diagnosis } = judge(input({ observations: lookedAt([NOW - 2 * MINUTE, NOW]) }));
    expect(diagnosis).toMatchObject({
      cause: 'mkt.auth_incident',
      owner: 'marketplace',
      action: 'wait',
      confidence: 'low',
      until: NOW - 2 * MINUTE + 4_000 + PATIENCE_MS,
    });
    expect(diagnosis?.likely.map(({ cause }) => cause)).toEqual([
      'mkt.auth_incident',
      'store.deactivated',
      'grant.revoked',
      'grant.half_open',
      'grant.role_missing',
    ]);
  });

  test('is found when the last good answer is of data that only some looks ask for', () => {
    const rare = seen({ rung: 'capability', call: 'getReports', capability: 'reports' }, 'ok', FIRST - HOUR);
    const observations = [...fullLook(FIRST - HOUR, { payouts: 'denied' }), rare, ...lookedAt([FIRST, NOW])];
    expect(judge(input({ observations })).alarm?.cause).toBe('store.deactivated');
  });

  test('is shown at once to a person who is looking', () => {
    expect(diagnoseNow(input({ observations: lookedAt([NOW]) }))?.cause).toBe('store.deactivated');
  });
});

const SOON: { what: string; store?: Partial<StoreFacts>; troubles: Troubles; verdict: Judgement['verdict'] }[] = [
  { what: 'the token endpoint refuses', troubles: { grant: 'grant_refused' }, verdict: 'reconnect' },
  {
    what: 'the permission has opened nothing since it was given',
    store: { authorizedAt: NOW - 30 * MINUTE, lastOkAt: NOW - 50 * MINUTE },
    troubles: DENIED_EVERYWHERE,
    verdict: 'reconnect',
  },
  {
    what: 'the marketplace names what is closed',
    troubles: { participations: 'section_denied', payouts: 'section_denied', finances: 'section_denied' },
    verdict: 'limited',
  },
];

describe('some calls refused without a reason, the others answered', () => {
  const alternating = (at: number) => fullLook(at, (at / MINUTE) % 2 === 0 ? { payouts: 'denied' } : {});

  test('limits the store when the refusal has lasted for thirteen hours, not before', () => {
    for (const lasted of [2 * MINUTE, HOUR, 12 * HOUR, PATIENCE_MS - MINUTE]) {
      const observations = lookedAt([NOW - lasted, NOW - MINUTE, NOW].toSorted(), { payouts: 'denied' });
      expect(judge(input({ observations }))).toMatchObject({ verdict: 'checking', alarm: null });
    }
    const observations = lookedAt([FIRST, NOW], { payouts: 'denied' });
    expect(judge(input({ observations }))).toMatchObject({
      verdict: 'limited',
      alarm: { cause: 'grant.role_missing', since: FIRST + 5_000 },
    });
  });

  test('shows which kind of data is refused, what it may be, and when it is decided', () => {
    const { diagnosis } = judge(input({ observations: lookedAt([NOW - 2 * MINUTE, NOW], { payouts: 'denied' }) }));
    expect(diagnosis).toMatchObject({ cause: 'mkt.auth_incident', owner: 'marketplace', capability: 'payouts' });
    expect(diagnosis?.likely.map(({ cause }) => cause)).toEqual(['mkt.auth_incident', 'grant.role_missing']);
    expect(diagnosis?.until).toBe(NOW - 2 * MINUTE + 5_000 + PATIENCE_MS);
  });

  test('alarms at the second look when the marketplace names one of the refused kinds of data', () => {
    const troubles = { payouts: 'denied', finances: 'section_denied' } as const;
    const judged = judge(input({ observations: lookedAt([NOW - 2 * MINUTE, NOW], troubles) }));
    expect(judged).toMatchObject({ verdict: 'limited', diagnosis: { capability: 'finances' } });
  });

  test('raises no alarm while good answers to the same call lie between the refusals, however long it lasts', () => {
    let open = input();
    for (let at = NOW - 3 * DAY; at <= NOW; at += 7 * MINUTE) {
      open = episodeWith({ ...open, now: at }, alternating(at));
      expect(judge(open).alarm).toBeNull();
    }
  });

  test('finds a call that is refused throughout within a day while the answers to another call alternate', () => {
    let open = input();
    let alarmedAfter = Infinity;
    for (let at = NOW; at <= NOW + DAY; at += 15 * MINUTE) {
      const finances = (at / (15 * MINUTE)) % 2 === 0 ? 'denied' : 'ok';
      open = episodeWith({ ...open, now: at }, fullLook(at, { payouts: 'denied', finances }));
      open = { ...open, observations: open.observations.slice(-EPISODE_LIMIT) };
      if (judge(open).alarm) alarmedAfter = Math.min(alarmedAfter, at - NOW);
    }
    expect(alarmedAfter).toBe(PATIENCE_MS);
  });
});

test.each(SOON)('alarms the seller at the second look when $what', ({ store = {}, troubles, verdict }) => {
  const observations = lookedAt([NOW - 2 * MINUTE, NOW], troubles);
  expect(judge(input({ store: facts(store), observations })).verdict).toBe(verdict);
});

test('changes the alarm of a store at once while its seller repairs it, and after thirteen hours otherwise', () => {
  const { alarm } = judge(input({ observations: lookedAt([NOW - DAY, NOW - DAY + HOUR], { grant: 'grant_refused' }) }));
  const observations = lookedAt([NOW - 2 * MINUTE, NOW]);
  const repair = { sessionId: 'cs_1', openedAt: NOW - HOUR, sellerCentralOpenedAt: null, looks: 0 };
  expect(judge(input({ store: facts({ alarm, repair }), observations })).alarm?.cause).toBe('store.deactivated');
  expect(judge(input({ store: facts({ alarm }), observations })).alarm?.cause).toBe('grant.revoked');
  const later = input({ store: facts({ alarm }), observations: lookedAt([FIRST, NOW]) });
  expect(judge(later).alarm?.cause).toBe('store.deactivated');
});

test('raises no alarm in a storm of up to twelve hours, and raises one within a day when the refusal goes on', () => {
  const minutes = fc.integer({ min: 1, max: 60 });
  const property = fc.property(
    fc.integer({ min: 10, max: 12 * 60 }),
    fc.array(minutes, { minLength: 40, maxLength: 80 }),
    (lastsMin, pauses) => {
      let open: JudgeInput = input({ observations: [], weather: weather() });
      let at = NOW;
      for (const pause of pauses) {
        const isOver = at - NOW > lastsMin * MINUTE;
        open = episodeWith({ ...open, now: at }, fullLook(at, DENIED_EVERYWHERE));
        const { alarm } = judge(open);
        if (!isOver) expect(alarm).toBeNull();
        if (at - NOW > 23 * HOUR) expect(alarm).not.toBeNull();
        at += pause * MINUTE;
      }
    },
  );
  fc.assert(property, { numRuns: 100 });
});

test('a good answer in between begins the patience again', () => {
  const observations = [...lookedAt([FIRST]), seen(PAYOUTS, 'ok', NOW - 6 * HOUR), ...lookedAt([NOW - 5 * HOUR, NOW])];
  expect(judge(input({ observations })).alarm).toBeNull();
});
