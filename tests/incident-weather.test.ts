/** Bad weather of other kinds over three hundred stores: held, and nobody is told. */
import { describe, expect, test } from 'vitest';
import type { Answer } from '../server/src/core/observation.ts';
import type { Asked } from './support/crowd-simulation.ts';
import { expectFound, isData, KINDS, leaving, PATIENCE_MS, tell } from './support/incident.ts';

const STORES = 300;
const WHEN = { from: 5, minutes: 25 };
/** After this long a call is given up. */
const GIVEN_UP_MS = 12_000;

type Weather = {
  weather: string;
  answers: (asked: Asked) => Answer | null;
  takes?: (asked: Asked) => number;
  shown: 'held' | 'checking' | 'operator_problem';
};

const during = ({ minute }: Asked) => minute >= WHEN.from && minute < WHEN.from + WHEN.minutes;
/** One in four, however often it is asked. */
const unlucky = ({ asker, minute }: Asked) => Math.floor(Number(asker) * 7 + minute * 1_013) % 4 === 0;

const WEATHERS: Weather[] = [
  {
    weather: 'our own network is down',
    answers: () => 'no_answer',
    takes: (asked) => (during(asked) ? GIVEN_UP_MS : 200),
    shown: 'operator_problem',
  },
  {
    weather: 'the marketplace answers with errors',
    answers: (a) => (isData(a) ? 'marketplace_error' : null),
    shown: 'held',
  },
  {
    weather: 'the marketplace gives out no tokens',
    answers: ({ rung }) => (rung === 'grant' || rung === 'app' ? 'marketplace_error' : null),
    shown: 'held',
  },
  {
    weather: 'every fourth answer is an error',
    answers: (asked) => (isData(asked) && unlucky(asked) ? 'marketplace_error' : null),
    shown: 'held',
  },
  { weather: 'everything is throttled', answers: () => 'throttled', shown: 'held' },
  { weather: 'data is throttled', answers: (asked) => (isData(asked) ? 'throttled' : null), shown: 'held' },
  { weather: 'answers cannot be read', answers: (asked) => (isData(asked) ? 'garbled' : null), shown: 'held' },
  {
    weather: 'answers are such as nobody knows',
    answers: (asked) => (isData(asked) ? 'unknown' : null),
    shown: 'checking',
  },
];

describe('for twenty-five minutes', () => {
  test.each(WEATHERS)('$weather', { timeout: PATIENCE_MS }, async ({ answers, takes, shown }) => {
    const revoked = leaving(6, { stores: STORES, ...WHEN });
    const outcome = await tell({
      stores: STORES,
      incident: { ...WHEN, answers },
      revoked,
      ...(takes ? { takes } : {}),
    });
    expect(outcome.meanwhile[shown]).toBeGreaterThan(STORES / 100);
    expectFound(outcome, revoked.keys());
  });
});

describe('for two hours', () => {
  test('every call for a seller is refused, and our app alone is answered', { timeout: PATIENCE_MS }, async () => {
    const incident = { from: 5, minutes: 120, ...KINDS.sellersCalls };
    const revoked = new Map([[50, 100]]);
    const outcome = await tell({ stores: 100, incident, revoked });
    expect(outcome.meanwhile.held).toBe(100);
    expectFound(outcome, revoked.keys());
  });
});
