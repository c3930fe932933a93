import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  APP,
  aSite,
  CONTROL,
  DATA,
  DAY,
  DENIED_EVERYWHERE,
  facts,
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
  SELF,
  weather,
} from './episode.testkit.ts';
import { diagnoseNow, judge } from './judge.ts';
import type { JudgeInput } from './judgement.ts';
import { ANSWERS, type Answer, type Observation } from './observation.ts';

const FIRST = NOW - 2 * MINUTE;

/** The same store, weather and moment, with nothing seen but these. */
const only = (judged: JudgeInput, ids: readonly string[]): JudgeInput => ({
  ...judged,
  observations: judged.observations.filter((o) => ids.includes(o.id)),
});

function expectSame(judged: JudgeInput): void {
  const whole = judge(judged);
  const again = judge(only(judged, whole.evidence));
  expect({ verdict: again.verdict, cause: again.diagnosis?.cause, lacking: again.lacking }).toEqual({
    verdict: whole.verdict,
    cause: whole.diagnosis?.cause,
    lacking: whole.lacking,
  });
  expect(again.alarm?.cause).toBe(whole.alarm?.cause);
  const shown = diagnoseNow(judged);
  const shownAgain = diagnoseNow(only(judged, shown?.evidence ?? []));
  expect(shownAgain?.cause).toBe(shown?.cause);
}

const cited = (judged: JudgeInput) => {
  const { evidence } = judge(judged);
  return judged.observations.filter((o) => evidence.includes(o.id)).map((o) => `${o.call} ${o.answer}`);
};

describe('what is cited', () => {
  test('one kind of data that is refused is cited with what answered beside it, both times', () => {
    const observations = [...fullLook(FIRST, { payouts: 'denied' }), ...fullLook(NOW, { payouts: 'denied' })];
    expect(cited(input({ observations }))).toEqual([
      'listExpectedPayouts denied',
      'listFinancialEventGroups ok',
      'control:store ok',
      'listExpectedPayouts denied',
      'listFinancialEventGroups ok',
    ]);
  });

  test('a store that is connected is cited by the answers that it gave', () => {
    expect(cited(input({ observations: fullLook(NOW) }))).toEqual([
      'token ok',
      ...DATA.map(({ call }) => `${call} ok`),
    ]);
  });

  test('a refusal whose question was answered otherwise since is cited with the newer answer', () => {
    const observations = [
      seen(PAYOUTS, 'section_denied', FIRST),
      seen(FINANCES, 'denied', FIRST),
      seen(CONTROL, 'ok', FIRST + SECOND),
      seen(PAYOUTS, 'denied', NOW),
      seen(FINANCES, 'denied', NOW),
    ];
    expect(cited(input({ observations }))).toContain('listExpectedPayouts denied');
    expectSame(input({ observations }));
  });

  test('an old refusal of a question that is asked rarely is cited with the good answer that came after it', () => {
    const rare = { rung: 'capability', call: 'listTransactions', capability: 'finances' } as const;
    const observations = [
      seen(rare, 'pair_refused', NOW - 60 * MINUTE),
      seen(CONTROL, 'ok', NOW - 59 * MINUTE),
      seen(FINANCES, 'ok', NOW - 30 * MINUTE),
      seen(FINANCES, 'access_denied', NOW),
    ];
    const judged = input({ observations, weather: weather() });
    expect(judge(judged).lacking).toContain('second_failure');
    expectSame(judged);
  });
});

const anyMoment = fc.integer({ min: NOW - 20 * MINUTE, max: NOW });
const rareCall = { rung: 'capability', call: 'listTransactions', capability: 'finances' } as const;
const pair = { rung: 'pair', call: 'pair:other', capability: null } as const;

/** What each rung of the ladder can be answered. */
const WITNESSED: readonly Answer[] = ['ok', 'no_answer', 'garbled', 'marketplace_error'];
const KEYED: readonly Answer[] = ['ok', 'app_refused', 'app_key_unknown', 'clock_refused', 'marketplace_error'];
const SITES = [undefined, [aSite()], [aSite({ participating: false })]];

const anAnswer = fc.oneof(
  { weight: 1, arbitrary: ofQuestion([SELF], WITNESSED) },
  { weight: 1, arbitrary: ofQuestion([APP], KEYED) },
  { weight: 2, arbitrary: ofQuestion([CONTROL], ['ok', 'ok', 'denied']) },
  { weight: 2, arbitrary: ofQuestion([GRANT], ANSWERS) },
  { weight: 4, arbitrary: ofQuestion([...DATA, rareCall], ANSWERS) },
  { weight: 4, arbitrary: ofQuestion([...DATA, rareCall], ['ok', 'denied', 'section_denied', 'access_denied']) },
  { weight: 1, arbitrary: ofQuestion([pair], ['ok', 'pair_refused', 'access_denied']) },
);

type Question = Pick<Observation, 'rung' | 'call' | 'capability'>;

function ofQuestion(questions: readonly Question[], answers: readonly Answer[]) {
  return fc
    .record({
      question: fc.constantFrom(...questions),
      answer: fc.constantFrom(...answers),
      at: anyMoment,
      sites: fc.constantFrom(...SITES),
      sellerId: fc.constantFrom(undefined, undefined, 'A3FHEXAMPLEYWS', 'A2OTHERSELLER'),
      skewMs: fc.constantFrom(undefined, 6 * MINUTE),
      service: fc.constantFrom(undefined, 'green' as const, 'red' as const),
      credentialVersion: fc.constantFrom(1, 1, 1, 0),
      freshToken: fc.boolean(),
    })
    .map(({ question, answer, sites, sellerId, skewMs, service, ...rest }) => {
      const stated = { ...factsOf(question, { sites, sellerId, service }), skewMs };
      const told = Object.entries(stated).filter(([, fact]) => fact !== undefined);
      return seen(question, answer, { ...rest, facts: answer === 'ok' ? Object.fromEntries(told) : {} });
    });
}

type Stated = Pick<Observation['facts'], 'sites' | 'sellerId' | 'service'>;

/** What this question is told beside a good answer. */
function factsOf(question: Question, { sites, sellerId, service }: { [K in keyof Stated]: Stated[K] | undefined }) {
  if (question === PARTICIPATIONS) return { sites };
  if (question === PAYOUTS || question === pair) return { sellerId };
  return question === APP ? { service } : {};
}

const aSky = fc.record({
  control: fc.oneof(
    fc.constant(weather().control),
    fc.constant(refusedControl()),
    fc.record({
      lastOkAt: fc.option(anyMoment),
      lastOkVia: fc.constantFrom('store' as const, 'app' as const, null),
      lastRefusedAt: fc.option(anyMoment),
      clearSince: fc.option(anyMoment),
    }),
  ),
  app: fc.constantFrom({ cause: null, since: null }, { cause: 'app.secret_expired' as const, since: FIRST }),
  share: fc.constantFrom({ active: 1_000, failing: 3 }, { active: 5, failing: 5 }, { active: 1_000, failing: 500 }),
});

const toldBefore = judge(
  input({
    observations: [...fullLook(FIRST, { grant: 'grant_refused' }), ...fullLook(NOW, { grant: 'grant_refused' })],
  }),
).alarm;

const aStore = fc.record({
  authorizedAt: fc.constantFrom(null, NOW - MINUTE, NOW - 100 * DAY, NOW - 340 * DAY, NOW - 366 * DAY),
  authorizedBy: fc.constantFrom('consent' as const, 'inferred' as const),
  everOk: fc.constantFrom([], ['participations', 'payouts', 'finances'] as const).map((kinds) => [...kinds]),
  sellerId: fc.constantFrom('A3FHEXAMPLEYWS', null),
  alarm: fc.constantFrom(null, toldBefore),
  deniedElsewhere: fc.constantFrom([], ['finances' as const]).map((kinds) => [...kinds]),
  phase: fc.constantFrom('live' as const, 'live' as const, 'verifying' as const),
});

describe('whatever was seen', () => {
  test('the verdict and its cause follow from what is cited, with nothing else to read', () => {
    const property = fc.property(fc.array(anAnswer, { maxLength: 40 }), aSky, aStore, (answers, sky, store) => {
      const observations = answers.toSorted((a, b) => a.at - b.at);
      expectSame(input({ store: facts(store), observations, weather: sky }));
    });
    fc.assert(property, { numRuns: 3_000 });
  });

  test('and few are cited, however long it lasted', () => {
    const property = fc.property(fc.array(anAnswer, { minLength: 30, maxLength: 60 }), aSky, (answers, sky) => {
      const observations = answers.toSorted((a, b) => a.at - b.at);
      expect(judge(input({ observations, weather: sky })).evidence.length).toBeLessThanOrEqual(12);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('whole looks, one after the other, as the watch makes them', () => {
    const troubles = fc.record({
      grant: fc.constantFrom(undefined, undefined, 'grant_refused' as const, 'throttled' as const),
      control: fc.constantFrom(undefined, undefined, 'denied' as const),
      participations: fc.constantFrom<Answer[]>('ok', 'ok', 'denied', 'throttled', 'unknown'),
      payouts: fc.constantFrom<Answer[]>('ok', 'ok', 'denied', 'section_denied', 'marketplace_error'),
      finances: fc.constantFrom<Answer[]>('ok', 'ok', 'denied', 'refusal_for_all', 'site_refused'),
    });
    const looks = fc.array(fc.oneof(troubles, fc.constant(DENIED_EVERYWHERE)), { minLength: 1, maxLength: 6 });
    const property = fc.property(looks, aSky, aStore, (list, sky, store) => {
      const observations = list.flatMap((one, i) => {
        const asked = Object.fromEntries(Object.entries(one).filter(([, answer]) => answer !== undefined));
        return fullLook(NOW - (list.length - i) * 100 * SECOND, asked);
      });
      expectSame(input({ store: facts(store), observations, weather: sky }));
    });
    fc.assert(property, { numRuns: 2_000 });
  });
});
