import { describe, expect, test } from 'vitest';
import {
  APP,
  CONTROL,
  DENIED_EVERYWHERE,
  FINANCES,
  fullLook,
  GRANT,
  input,
  MINUTE,
  NOW,
  PARTICIPATIONS,
  PAYOUTS,
  refusedControl,
  SECOND,
  seen,
  weather,
} from './episode.testkit.ts';
import { APART_MS, guard } from './guard.ts';
import { judge } from './judge.ts';
import type { JudgeInput, Lacking } from './judgement.ts';
import type { Observation } from './observation.ts';
import { PATIENCE_MS } from './patience.ts';
import { suspect } from './suspicion.ts';

function guardOf(judged: JudgeInput) {
  const suspicion = suspect(judged);
  if (!suspicion) throw new Error('nothing is suspected');
  return guard(suspicion, judged);
}

const FIRST = NOW - 2 * MINUTE;

/** Everything that the guard wants of a refused permission: two refusals, a good control between them, ordinary weather. */
const refusedTwice = () => [
  ...fullLook(FIRST, { grant: 'grant_refused' }),
  ...fullLook(NOW, { grant: 'grant_refused' }),
];
/** The same of refused data, which has to last as well. */
const deniedForLong = () => [
  ...fullLook(NOW - PATIENCE_MS, DENIED_EVERYWHERE),
  ...fullLook(FIRST, DENIED_EVERYWHERE),
  ...fullLook(NOW, DENIED_EVERYWHERE),
];

test('a permission refused twice while a neighbour was answered is told, with the proof in order', () => {
  const observations = refusedTwice();
  const result = guardOf(input({ observations }));
  expect(result).toMatchObject({ passed: true, lacking: [], confidence: 'high' });
  const cited = result.evidence.map((id) => observations.find((o) => o.id === id)?.rung);
  expect(cited).toEqual(['grant', 'grant', 'control']);
});

test('every call refused for long, with fresh tokens and a good control, alarms the seller', () => {
  expect(guardOf(input({ observations: deniedForLong() }))).toMatchObject({ passed: true, confidence: 'medium' });
});

test('weather that cleared before the first refusal is no excuse', () => {
  const cleared = weather({ control: { ...refusedControl(FIRST - 2 * SECOND), clearSince: FIRST - SECOND } });
  expect(guardOf(input({ observations: refusedTwice(), weather: cleared })).passed).toBe(true);
});

test('a refusal in one incident and another at the beginning of the next are not two of the store’s own', () => {
  const between = weather({ control: { ...refusedControl(FIRST), clearSince: NOW - 100 * SECOND } });
  const result = guardOf(input({ observations: refusedTwice(), weather: between }));
  expect(result.lacking).toContain('second_failure');
  const later = [...refusedTwice(), ...fullLook(NOW + 100 * SECOND, { grant: 'grant_refused' })];
  expect(guardOf(input({ observations: later, weather: between })).passed).toBe(true);
});

type Dropped = { condition: string; change: (whole: JudgeInput) => JudgeInput; lacking: Lacking };

const without = (judged: JudgeInput, drop: (o: Observation) => boolean): JudgeInput => ({
  ...judged,
  observations: judged.observations.filter((o) => !drop(o)),
});

const DROPPED: Dropped[] = [
  {
    condition: 'there is one failure only',
    change: (whole) => without(whole, (o) => o.at < NOW),
    lacking: 'second_failure',
  },
  {
    condition: 'the two failures are nearer than ninety seconds',
    change: (whole) => ({
      ...whole,
      observations: whole.observations.map((o) => ({ ...o, at: Math.max(o.at, NOW - 80 * SECOND) })),
    }),
    lacking: 'second_failure',
  },
  {
    condition: 'no control was answered between them',
    change: (whole) => without(whole, (o) => o.rung === 'control'),
    lacking: 'control',
  },
  {
    condition: 'the control was refused as well',
    change: (whole) => ({
      ...whole,
      observations: whole.observations.map((o) => (o.rung === 'control' ? { ...o, answer: 'denied' as const } : o)),
    }),
    lacking: 'control',
  },
  {
    condition: 'the only good control is older than the first failure',
    change: (whole) => ({
      ...whole,
      observations: whole.observations.map((o) => (o.rung === 'control' ? { ...o, at: NOW - 2 * PATIENCE_MS } : o)),
    }),
    lacking: 'control',
  },
  {
    condition: 'another neighbour is refused since',
    change: (whole) => ({ ...whole, weather: weather({ control: refusedControl() }) }),
    lacking: 'control',
  },
  {
    condition: 'bad weather began to clear less than ninety seconds ago',
    change: (whole) => ({
      ...whole,
      weather: weather({ control: { ...refusedControl(FIRST), clearSince: NOW - 80 * SECOND } }),
    }),
    lacking: 'control',
  },
  {
    condition: 'many others of the cohort fail too',
    change: (whole) => ({ ...whole, weather: weather({ share: { active: 1_000, failing: 60 } }) }),
    lacking: 'ordinary_cohort',
  },
  {
    condition: 'the operator’s own trouble is open',
    change: (whole) => ({ ...whole, weather: weather({ app: { cause: 'app.secret_expired', since: FIRST } }) }),
    lacking: 'operator',
  },
];

describe.each([
  { what: 'a refused permission', whole: () => input({ observations: refusedTwice() }) },
  { what: 'refused data', whole: () => input({ observations: deniedForLong() }) },
])('nobody is told of $what when', ({ whole }) => {
  test.each(DROPPED)('$condition', ({ change, lacking }) => {
    const judged = change(whole());
    expect(guardOf(judged).lacking).toContain(lacking);
    const judgement = judge(judged);
    expect(judgement.alarm).toBeNull();
    expect(judgement.lacking).toContain(lacking);
    expect(['checking', 'held']).toContain(judgement.verdict);
  });
});

test('the fifth condition: a cause that the seller cannot put right is never told', () => {
  const observations = [...fullLook(FIRST, { app: 'app_refused' }), ...fullLook(NOW, { app: 'app_refused' })];
  expect(judge(input({ observations }))).toMatchObject({ verdict: 'operator_problem', alarm: null });
});

test('refused data with an old access token proves nothing', () => {
  const observations = deniedForLong().map((o) => ({ ...o, freshToken: false }));
  expect(guardOf(input({ observations })).lacking).toEqual(['fresh_token']);
});

test('one data call refused twice, and no other asked, proves nothing', () => {
  const observations = deniedForLong().filter((o) => o.call !== PARTICIPATIONS.call && o.call !== FINANCES.call);
  expect(guardOf(input({ observations })).lacking).toEqual(['other_operation']);
});

test('an answer in between begins the count anew', () => {
  const between = [...refusedTwice(), seen(GRANT, 'ok', NOW - MINUTE)].toSorted((a, b) => a.at - b.at);
  expect(guardOf(input({ observations: between })).lacking).toEqual(['second_failure', 'control']);
});

test('exactly ninety seconds are enough', () => {
  const observations = [
    seen(GRANT, 'grant_refused', NOW - APART_MS),
    seen(CONTROL, 'ok', NOW - SECOND),
    seen(GRANT, 'grant_refused', NOW),
  ];
  expect(guardOf(input({ observations })).passed).toBe(true);
  const nearer = observations.map((o, i) => (i === 0 ? { ...o, at: o.at + 1 } : o));
  expect(guardOf(input({ observations: nearer })).passed).toBe(false);
});

const NOBODY_SELLS = {
  facts: {
    sites: [{ site: 'amazon.de', marketplaceId: 'M', storeName: null, participating: false, listingsSuspended: false }],
  },
};

test('a marketplace that says twice that no site takes part needs no control and no crowd', () => {
  const observations = [
    seen(PARTICIPATIONS, 'ok', { at: FIRST, ...NOBODY_SELLS }),
    seen(PARTICIPATIONS, 'ok', { at: NOW, ...NOBODY_SELLS }),
  ];
  const judged = input({
    observations,
    weather: weather({ control: refusedControl(), share: { active: 100, failing: 90 } }),
  });
  expect(guardOf(judged)).toMatchObject({ passed: true, confidence: 'high' });
  expect(judge(judged)).toMatchObject({ verdict: 'store_blocked', diagnosis: { cause: 'store.inactive' } });
});

test('that no site takes part must be said twice in a row', () => {
  const selling = {
    facts: {
      sites: [
        { site: 'amazon.de', marketplaceId: 'M', storeName: null, participating: true, listingsSuspended: false },
      ],
    },
  };
  const observations = [
    seen(PARTICIPATIONS, 'ok', { at: FIRST - MINUTE, ...NOBODY_SELLS }),
    seen(PARTICIPATIONS, 'ok', { at: FIRST, ...selling }),
    seen(PAYOUTS, 'marketplace_error', FIRST),
    seen(PARTICIPATIONS, 'ok', { at: NOW, ...NOBODY_SELLS }),
  ];
  expect(guardOf(input({ observations })).lacking).toEqual(['second_failure']);
});

test('a denial left over from when everything was denied does not limit a store that answers again', () => {
  const observations = [
    ...fullLook(FIRST - 5 * MINUTE, DENIED_EVERYWHERE),
    ...fullLook(FIRST, DENIED_EVERYWHERE),
    ...fullLook(NOW, { payouts: 'throttled', finances: 'throttled' }),
  ];
  const { alarm, verdict } = judge(input({ observations }));
  expect(alarm).toBeNull();
  expect(verdict).not.toBe('limited');
});

test('limits the store when money calls are denied for half a day while others answer', () => {
  const looks = [NOW - PATIENCE_MS, NOW - 2 * MINUTE, NOW];
  const observations = looks.flatMap((at) => fullLook(at, { finances: 'denied' }));
  expect(judge(input({ observations }))).toMatchObject({
    verdict: 'limited',
    diagnosis: { cause: 'grant.role_missing', capability: 'finances', owner: 'operator' },
  });
});

test('in a crowd of fewer than twenty the control decides alone, with low confidence', () => {
  const judged = input({ observations: refusedTwice(), weather: weather({ share: { active: 19, failing: 19 } }) });
  expect(guardOf(judged)).toMatchObject({ passed: true, confidence: 'low' });
});

test('a refused app key between the two failures is the operator’s trouble, not the seller’s', () => {
  const observations = [...fullLook(FIRST, { grant: 'grant_refused' }), seen(APP, 'app_refused', NOW)];
  expect(judge(input({ observations }))).toMatchObject({ verdict: 'operator_problem', alarm: null });
});
