/** Faults that break a part of a connection: the rest goes on, and the store is limited, with the remedy that fits. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CONTROL,
  DAY,
  FINANCES,
  facts,
  fullLook,
  GRANT,
  input,
  MINUTE,
  NOW,
  PARTICIPATIONS,
  PAYOUTS,
  SECOND,
  seen,
  weather,
} from './episode.testkit.ts';
import { episodeWith, judge } from './judge.ts';
import type { Judgement } from './judgement.ts';
import type { Answer, Observation } from './observation.ts';
import { PATIENCE_MS } from './patience.ts';

const HOUR = 60 * MINUTE;
const REPORTS = { rung: 'capability', call: 'getReports', capability: 'reports' } as const;

const lookWithReports = (at: number, answer: Answer) => [...fullLook(at), seen(REPORTS, answer, at + 8 * SECOND)];

/** A look in which everything answers, and balances come with rows or without. */
function look(at: number, rows: 'some' | 'none'): Observation[] {
  return [
    seen(CONTROL, 'ok', at),
    seen(GRANT, 'ok', at + SECOND),
    seen(PARTICIPATIONS, 'ok', at + 2 * SECOND),
    seen(PAYOUTS, 'ok', at + 3 * SECOND),
    seen(FINANCES, 'ok', { at: at + 4 * SECOND, facts: { rows } }),
  ];
}

const sold = facts({ rowsSeen: ['finances'] });

describe('one kind of report that is refused', () => {
  const REFUSED_TWICE = [...lookWithReports(NOW - PATIENCE_MS, 'denied'), ...lookWithReports(NOW, 'denied')];
  const worked = facts({ everOk: ['participations', 'payouts', 'finances', 'reports'] });

  test('limits a store whose reports came before, and is the operator’s to put right', () => {
    expect(judge(input({ store: worked, observations: REFUSED_TWICE }))).toMatchObject({
      verdict: 'limited',
      diagnosis: { cause: 'grant.role_missing', capability: 'reports', owner: 'operator', action: 'wait' },
      axes: { capability: { reports: 'denied', finances: 'ok', payouts: 'ok' } },
    });
  });

  test('is no loss where reports never came: an app need not ask for them', () => {
    const judged = judge(input({ observations: REFUSED_TWICE }));
    expect(judged).toMatchObject({ verdict: 'connected', diagnosis: null, alarm: null });
    expect(judged.axes.capability.reports).toBe('unsupported');
  });

  test('is over with the first report that comes again', () => {
    const limited = judge(input({ store: worked, observations: REFUSED_TWICE }));
    const before = input({ store: { ...worked, alarm: limited.alarm }, observations: REFUSED_TWICE, now: NOW + HOUR });
    expect(judge(episodeWith(before, lookWithReports(NOW + HOUR, 'ok')))).toMatchObject({ verdict: 'connected' });
  });
});

describe('a report that was asked for in its turn, during an incident', () => {
  const ALL_DENIED = { participations: 'denied', payouts: 'denied', finances: 'denied' } as const;

  test.each(['refusal_for_all', 'unknown'] as const)(
    'and answered %s then, hides no trouble that every later look meets',
    (answer) => {
      const incident = lookWithReports(NOW - PATIENCE_MS - 10 * MINUTE, answer);
      const later = [...fullLook(NOW - PATIENCE_MS, ALL_DENIED), ...fullLook(NOW, ALL_DENIED)];
      const judged = judge(input({ observations: [...incident, ...later] }));
      expect(judged.diagnosis?.cause).toBe('store.deactivated');
      expect(judged.alarm).not.toBeNull();
    },
  );

  test('is believed while no later look has ended', () => {
    const refused = [4, 2].flatMap((minutes) => lookWithReports(NOW - minutes * MINUTE, 'refusal_for_all'));
    const observations = [...refused, seen(GRANT, 'ok', NOW)];
    expect(judge(input({ observations }))).toMatchObject({
      verdict: 'held',
      diagnosis: { cause: 'mkt.auth_incident' },
    });
  });
});

describe('success without rows', () => {
  const judged = (observations: Observation[], special = {}): Judgement =>
    judge(input({ store: sold, observations, ...special }));

  test('of a store that always had some is looked at again for half a day, and nobody is told', () => {
    for (const apart of [2 * MINUTE, HOUR, 11 * HOUR]) {
      const both = [...look(NOW - apart, 'none'), ...look(NOW, 'none')];
      expect(judged(both)).toMatchObject({ verdict: 'checking', alarm: null, diagnosis: null });
    }
  });

  test('limits it after half a day, and asks its owner to look', () => {
    expect(judged([...look(NOW - 13 * HOUR, 'none'), ...look(NOW, 'none')])).toMatchObject({
      verdict: 'limited',
      diagnosis: { cause: 'data.silent_empty', capability: 'finances', owner: 'seller', action: 'contact' },
    });
  });

  test('is no fault of a store that never had any', () => {
    expect(judge(input({ observations: [...look(NOW - DAY, 'none'), ...look(NOW, 'none')] }))).toMatchObject({
      verdict: 'connected',
      alarm: null,
    });
  });

  test('that everybody gets is the marketplace’s', () => {
    const everybody = { weather: weather({ share: { active: 1_000, failing: 700 } }) };
    expect(judged([...look(NOW - 13 * HOUR, 'none'), ...look(NOW, 'none')], everybody)).toMatchObject({
      verdict: 'held',
      diagnosis: { cause: 'mkt.outage', owner: 'marketplace' },
      alarm: null,
    });
  });

  test('begins anew whenever rows came in between', () => {
    const whole = [...look(NOW - 14 * HOUR, 'none'), ...look(NOW - HOUR, 'some'), ...look(NOW, 'none')];
    expect(judged(whole)).toMatchObject({ verdict: 'checking', alarm: null });
  });

  test('never tells a seller anything while the newest answer has rows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('some', 'none'), fc.integer({ min: 1, max: 2_000 }))), (days) => {
        let at = NOW - 3_000 * HOUR;
        const seenSoFar: Observation[] = [];
        for (const [rows, minutes] of days) {
          at += minutes * MINUTE;
          seenSoFar.push(...look(at, rows));
          const { alarm } = judged(seenSoFar, { now: at });
          if (rows === 'some') expect(alarm).toBeNull();
        }
      }),
    );
  });

  test('is not what is spoken of while something is refused', () => {
    const refused = [NOW - 13 * HOUR, NOW].flatMap((at) => [
      ...look(at, 'none').filter(({ rung }) => rung !== 'grant'),
      seen(GRANT, 'grant_refused', at + 9 * SECOND),
    ]);
    expect(judged(refused).diagnosis?.cause).toBe('grant.revoked');
  });
});
