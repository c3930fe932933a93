/** An operator has said that the marketplace has an incident: what that holds, and what it cannot hide. */
import { describe, expect, test } from 'vitest';
import {
  aSite,
  DENIED_EVERYWHERE,
  facts,
  fullLook,
  input,
  MINUTE,
  NOW,
  PARTICIPATIONS,
  seen,
  weather,
} from './episode.testkit.ts';
import type { Troubles } from './episode.testkit.ts';
import { judge } from './judge.ts';
import type { OpenWeather } from './weather.ts';

const INCIDENT: OpenWeather = {
  id: 'in_1',
  cause: 'mkt.outage',
  since: NOW - 10 * MINUTE,
  by: 'operator',
  held: 1,
  overAt: null,
};
const said = weather({ incident: INCIDENT });
const twice = (troubles: Troubles) => [...fullLook(NOW - 2 * MINUTE, troubles), ...fullLook(NOW, troubles)];

const TROUBLES: [what: string, troubles: Troubles][] = [
  ['a refused permission', { grant: 'grant_refused' }],
  ['a token of another app', { grant: 'wrong_app' }],
  ['every call denied', DENIED_EVERYWHERE],
  ['one kind of data denied', { payouts: 'denied' }],
  ['an answer that nobody knows', { payouts: 'unknown' }],
];

describe('while an operator says that the marketplace has an incident', () => {
  test.each(TROUBLES)('%s is held, and the diagnosis names the incident', (_what, troubles) => {
    const judged = input({ observations: twice(troubles), weather: said });
    expect(judge(judged)).toMatchObject({
      verdict: 'held',
      alarm: null,
      diagnosis: { cause: 'mkt.outage', owner: 'marketplace', action: 'wait' },
      axes: { weather: 'marketplace_incident' },
    });
    expect(judge(judged).lacking).toContain('incident');
  });

  test('bad weather is held at once, under its own name', () => {
    const judged = input({
      observations: fullLook(NOW, { payouts: 'throttled', finances: 'throttled', participations: 'throttled' }),
      weather: said,
    });
    expect(judge(judged)).toMatchObject({ verdict: 'held', diagnosis: { cause: 'mkt.throttle' } });
  });

  test('an alarm that was proven before stays, whatever the operator says', () => {
    const observations = twice({ grant: 'grant_refused' });
    const { alarm } = judge(input({ observations }));
    expect(alarm).not.toBeNull();
    const judged = judge(input({ store: facts({ alarm }), observations, weather: said }));
    expect(judged).toMatchObject({ verdict: 'reconnect', alarm, diagnosis: { cause: 'grant.revoked' } });
  });

  test('what the marketplace itself states in a good answer is told as ever', () => {
    const gone = { facts: { sites: [aSite({ participating: false })] } };
    const observations = [NOW - 2 * MINUTE, NOW].map((at) => seen(PARTICIPATIONS, 'ok', { at, ...gone }));
    expect(judge(input({ observations, weather: said })).verdict).toBe('store_blocked');
  });

  test('a store that answers stays connected', () => {
    expect(judge(input({ observations: fullLook(NOW), weather: said })).verdict).toBe('connected');
  });
});

describe('an incident that was opened by what was measured', () => {
  test('holds nobody by itself: the measures do, as long as they last', () => {
    const measured = weather({ incident: { ...INCIDENT, by: 'test' } });
    expect(judge(input({ observations: twice({ grant: 'grant_refused' }), weather: measured })).verdict).toBe(
      'reconnect',
    );
  });
});

describe('a held store', () => {
  const held = (special: object) =>
    judge(input({ observations: twice({ grant: 'grant_refused' }), weather: weather(special) })).diagnosis?.confidence;
  const control = { lastOkAt: null, lastOkVia: null, lastRefusedAt: NOW, clearSince: null };

  test('is held with low confidence where there are few stores to compare with', () => {
    expect(held({ control, share: { active: 3, failing: 1 } })).toBe('low');
    expect(held({ control, share: { active: 100, failing: 1 } })).toBe('medium');
    expect(held({ control, share: { active: 100, failing: 60 } })).toBe('high');
  });
});
