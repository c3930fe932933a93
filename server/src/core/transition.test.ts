import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TELLING_VERDICTS, VERDICTS, type Verdict } from './connection.ts';
import { CAUSES, causeRule, type Cause, type Diagnosis } from './diagnosis.ts';
import { facts, fullLook, input, MINUTE, NOW } from './episode.testkit.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judgement.ts';
import type { Alarm } from './lifecycle.ts';
import { transition, type Before, type EventType } from './transition.ts';

const ALL_CAUSES = Object.keys(CAUSES) as Cause[];

function diagnosisOf(cause: Cause): Diagnosis {
  const { owner, action, healsInPlace } = causeRule(cause);
  return {
    cause,
    owner,
    action,
    healsInPlace,
    likely: [],
    confidence: 'high',
    evidence: [],
    excluded: [],
    capability: null,
  };
}

const alarmOf = (cause: Cause): Alarm => ({
  cause,
  since: NOW - MINUTE,
  evidence: ['ob_1'],
  diagnosis: diagnosisOf(cause),
});

function judgement(verdict: Verdict, special: Partial<Judgement> = {}): Judgement {
  return { ...judge(input()), verdict, ...special };
}

const broken = (verdict: Verdict, cause: Cause): Judgement =>
  judgement(verdict, { diagnosis: diagnosisOf(cause), alarm: alarmOf(cause) });

const before = (special: Partial<Before> = {}): Before => ({
  verdict: 'connected',
  cause: null,
  since: NOW - 60 * MINUTE,
  alarm: null,
  ...special,
});

/** The state that a judgement leaves behind. */
const settled = (after: Judgement, now: number, old: Before): Before => ({
  verdict: after.verdict,
  cause: after.diagnosis?.cause ?? null,
  since: transition(old, after, now).since,
  alarm: after.alarm,
});

describe('every pair of verdicts', () => {
  test('gives exactly one event, and none where nothing changed', () => {
    for (const from of VERDICTS) {
      for (const to of VERDICTS) {
        const { events, changed } = transition(before({ verdict: from }), judgement(to), NOW);
        expect(changed).toBe(from !== to);
        expect(events).toHaveLength(from === to ? 0 : 1);
        for (const event of events) expect(event).toMatch(/^store\.[a-z_]+$/);
      }
    }
  });

  const NAMED: [from: Verdict, to: Verdict, event: EventType][] = [
    ['setup', 'verifying', 'store.verifying'],
    ['verifying', 'connected', 'store.connected'],
    ['connected', 'expiring', 'store.expiring'],
    ['checking', 'expiring', 'store.expiring'],
    ['expiring', 'connected', 'store.renewed'],
    ['connected', 'checking', 'store.checking'],
    ['checking', 'connected', 'store.checked'],
    ['checking', 'reconnect', 'store.needs_reconnect'],
    ['repairing', 'reconnect', 'store.needs_reconnect'],
    ['reconnect', 'repairing', 'store.repair_started'],
    ['reconnect', 'connected', 'store.repaired'],
    ['repairing', 'connected', 'store.repaired'],
    ['repairing', 'expiring', 'store.repaired'],
    ['store_blocked', 'connected', 'store.repaired'],
    ['limited', 'connected', 'store.repaired'],
    ['checking', 'store_blocked', 'store.blocked'],
    ['checking', 'limited', 'store.limited'],
    ['checking', 'held', 'store.held'],
    ['held', 'connected', 'store.released'],
    ['operator_problem', 'connected', 'store.released'],
    ['connected', 'operator_problem', 'store.operator_problem'],
    ['paused', 'connected', 'store.resumed'],
    ['connected', 'paused', 'store.paused'],
    ['connected', 'closed', 'store.closed'],
  ];
  test.each(NAMED)('from %s to %s is %s', (from, to, event) => {
    expect(transition(before({ verdict: from }), judgement(to), NOW).events).toEqual([event]);
  });
});

describe('the same judgement twice', () => {
  test('changes nothing and tells nobody, whatever it was', () => {
    const anyJudgement = fc
      .record({
        verdict: fc.constantFrom(...VERDICTS),
        cause: fc.option(fc.constantFrom(...ALL_CAUSES)),
        alarmed: fc.boolean(),
      })
      .map(({ verdict, cause, alarmed }) =>
        judgement(verdict, {
          diagnosis: cause ? diagnosisOf(cause) : null,
          alarm: cause && alarmed ? alarmOf(cause) : null,
        }),
      );
    const property = fc.property(fc.constantFrom(...VERDICTS), anyJudgement, (from, after) => {
      const once = settled(after, NOW, before({ verdict: from }));
      const again = transition(once, after, NOW + MINUTE);
      expect(again).toEqual({ since: once.since, changed: false, events: [], effects: [] });
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('as judged from the same observations', () => {
    const observations = [
      ...fullLook(NOW - 2 * MINUTE, { grant: 'grant_refused' }),
      ...fullLook(NOW, { grant: 'grant_refused' }),
    ];
    const first = judge(input({ observations }));
    const told = transition(before(), first, NOW);
    expect(told.effects.map((effect) => effect.type)).toEqual(['tell_seller']);
    const second = judge(input({ observations, store: facts({ alarm: first.alarm }) }));
    expect(transition(settled(first, NOW, before()), second, NOW + MINUTE)).toMatchObject({
      changed: false,
      effects: [],
    });
  });
});

describe('who hears of it', () => {
  const TOPICS: [verdict: Verdict, cause: Cause, topic: string][] = [
    ['reconnect', 'grant.revoked', 'needs_reconnect'],
    ['store_blocked', 'store.inactive', 'blocked'],
    ['limited', 'grant.role_missing', 'limited'],
  ];
  test.each(TOPICS)('the seller, of %s for %s, once', (verdict, cause, topic) => {
    const { effects } = transition(before({ verdict: 'checking' }), broken(verdict, cause), NOW);
    expect(effects).toContainEqual({ type: 'tell_seller', topic, alarmSince: NOW - MINUTE });
  });

  test('nobody who repairs already', () => {
    expect(transition(before({ verdict: 'checking' }), broken('repairing', 'grant.revoked'), NOW).effects).toEqual([]);
  });

  test('no seller of anything that did not pass the guard', () => {
    for (const verdict of VERDICTS.filter((one) => !TELLING_VERDICTS.includes(one))) {
      const { effects } = transition(before(), judgement(verdict, { diagnosis: diagnosisOf('mkt.outage') }), NOW);
      expect(effects.filter((effect) => effect.type === 'tell_seller')).toEqual([]);
    }
  });

  test('the operator, of the operator’s own faults, once for as long as they last', () => {
    const ours = judgement('operator_problem', { diagnosis: diagnosisOf('app.secret_expired') });
    const first = transition(before(), ours, NOW);
    expect(first.effects).toEqual([{ type: 'tell_operator', cause: 'app.secret_expired' }]);
    const another = judgement('checking', { diagnosis: diagnosisOf('app.secret_expired') });
    expect(transition(settled(ours, NOW, before()), another, NOW).effects).toEqual([]);
  });

  test('green cancels what was not sent yet', () => {
    const wasBroken = before({ verdict: 'reconnect', cause: 'grant.revoked', alarm: alarmOf('grant.revoked') });
    expect(transition(wasBroken, judgement('connected'), NOW).effects).toEqual([{ type: 'cancel_alarms' }]);
  });

  test('another cause takes the place of the one that was told', () => {
    const wasBroken = before({ verdict: 'reconnect', cause: 'grant.revoked', alarm: alarmOf('grant.revoked') });
    const { effects } = transition(wasBroken, broken('store_blocked', 'store.inactive'), NOW);
    expect(effects.map((effect) => effect.type)).toEqual(['cancel_alarms', 'tell_seller']);
  });
});

describe('since when', () => {
  test('a break begins with its first failure, not with its proof', () => {
    expect(transition(before({ verdict: 'checking' }), broken('reconnect', 'grant.revoked'), NOW).since).toBe(
      NOW - MINUTE,
    );
  });

  test('another cause under the same verdict keeps the day', () => {
    const held = (cause: Cause) => judgement('held', { diagnosis: diagnosisOf(cause) });
    const old = before({ verdict: 'held', cause: 'mkt.outage' });
    expect(transition(old, held('mkt.throttle'), NOW).since).toBe(old.since);
    expect(transition(before(), held('mkt.throttle'), NOW).since).toBe(NOW);
  });
});

test('a clock of ours that is wrong is told to the operator, whatever the store is, and to no seller', () => {
  const wrong = judgement('connected', { notices: [{ cause: 'own.clock' }] });
  const told = [{ type: 'tell_operator', cause: 'own.clock' }];
  expect(transition(before(), wrong, NOW)).toMatchObject({ changed: false, events: [], effects: told });
  expect(transition(before({ verdict: 'checking' }), wrong, NOW).effects).toEqual(told);
  const harmless = judgement('connected', { notices: [{ cause: 'store.listings_suspended' }] });
  expect(transition(before(), harmless, NOW).effects).toEqual([]);
});
