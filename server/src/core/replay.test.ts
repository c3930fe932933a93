import { describe, expect, test } from 'vitest';
import { facts, fullLook, MINUTE, NOW, refusedControl, SECOND, weather, type Troubles } from './episode.testkit.ts';
import type { StoreFacts } from './judgement.ts';
import type { Observation } from './observation.ts';
import { packLook, unpackLook } from './packed-look.ts';
import { recordedLook, type RecordedLook } from './recorded-look.ts';
import { StoreReplay, type ReplayWish, type Story } from './replay.ts';
import type { Before } from './transition.ts';
import type { Weather } from './weather.ts';
import { isHealthy, TODAYS_RULES, weigh, type Rules } from './weigh.ts';

type Planned = { at: number; troubles?: Troubles; sky?: Weather; quietUntil?: number; repairing?: boolean };

/** The log that the watch would leave of these looks. `quietUntil`: quiet looks went before, the last of them then. */
function logOf(plan: Planned[]): RecordedLook[] {
  let store: StoreFacts = facts({ lastOkAt: NOW - 60 * MINUTE });
  let before: Before = { verdict: 'connected', cause: null, since: NOW - 60 * MINUTE, alarm: null };
  let kept: Observation[] = [];
  return plan.map(({ at, troubles = {}, sky = weather(), quietUntil, repairing = false }) => {
    if (quietUntil !== undefined) store = { ...store, lastOkAt: quietUntil };
    if (repairing) {
      store = { ...store, repair: { sessionId: 'cs_1', openedAt: at, sellerCentralOpenedAt: at, looks: 0 } };
      before = { ...before, verdict: 'repairing' };
    }
    const observations = fullLook(at, troubles);
    const input = { store, observations: kept, weather: sky, now: at + 10 * SECOND };
    const { judgement, step, news } = weigh(TODAYS_RULES, { before, input, look: observations });
    const looked = { kind: 'look', cohort: 'a:b:eu', hasAddress: true, byHand: false } as const;
    const look = recordedLook({ ...looked, before, input, observations, judgement, step, kept: news });
    const healthy = isHealthy(judgement);
    kept = healthy ? [] : news ? [...kept, ...observations] : kept;
    const { alarm, verdict } = judgement;
    store = { ...store, alarm, ...(healthy ? { lastOkAt: input.now, repair: null } : {}) };
    before = { verdict, cause: look.outcome.cause, since: step.since, alarm };
    return unpackLook(look.now, packLook(look));
  });
}

function storyOf(log: RecordedLook[], rules: Rules = TODAYS_RULES, wish: ReplayWish = {}): Story {
  const replay = new StoreReplay(rules, wish);
  for (const look of log) replay.add(look);
  return replay.end();
}

const REVOKED: Troubles = { grant: 'grant_refused' };
const told = ({ told }: Story) =>
  told.map(
    ({ kind, recorded, replayed }) => `${kind} ${(recorded ?? replayed)?.what} ${(recorded ?? replayed)?.cause}`,
  );

/** Believes the first refusal. */
const HASTY: Rules = {
  ...TODAYS_RULES,
  judge: (input) => {
    const twice = input.observations.map((o) => ({ ...o, id: `${o.id}-before`, at: o.at - 3 * MINUTE }));
    return TODAYS_RULES.judge({ ...input, observations: [...twice, ...input.observations] });
  },
};
/** Sees no trouble in anything. */
const BLIND: Rules = {
  ...TODAYS_RULES,
  judge: (input) => TODAYS_RULES.judge({ ...input, observations: [] }),
};

describe('a seller who left and came back', () => {
  const log = logOf([
    { at: NOW, troubles: REVOKED },
    { at: NOW + 2 * MINUTE, troubles: REVOKED },
    { at: NOW + 10 * MINUTE, troubles: REVOKED, repairing: true },
    { at: NOW + 12 * MINUTE },
  ]);

  test('is told of alike by the same rules, the repair that was opened in between included', () => {
    const story = storyOf(log, TODAYS_RULES, { checkEvidence: true });
    expect(told(story)).toEqual(['same needs_reconnect grant.revoked', 'same alarm_over grant.revoked']);
    expect(story).toMatchObject({ looks: 4, spans: [], cut: 0, evidence: { proven: 4, unproven: [], otherRules: 0 } });
    expect(log.map(({ outcome }) => outcome.verdict)).toEqual(['checking', 'reconnect', 'repairing', 'connected']);
  });

  test('is told of sooner by rules that believe the first refusal', () => {
    const story = storyOf(log, HASTY);
    expect(told(story)[0]).toMatch(/needs_reconnect/);
    expect(story.told[0]?.replayed?.at).toBe(NOW + 10 * SECOND);
    expect(story.spans[0]).toMatchObject({
      from: NOW + 10 * SECOND,
      to: NOW + 2 * MINUTE + 10 * SECOND,
      recorded: { verdict: 'checking' },
      replayed: { verdict: 'reconnect' },
    });
  });

  test('is not told of at all by rules that see nothing', () => {
    expect(told(storyOf(log, BLIND))).toEqual([
      'only_recorded needs_reconnect grant.revoked',
      'only_recorded alarm_over grant.revoked',
    ]);
  });

  test('whose log begins in the middle is taken as recorded where it rests on what is older', () => {
    const story = storyOf(log.slice(1), TODAYS_RULES, { checkEvidence: true });
    expect(story).toMatchObject({ cut: 2, spans: [], evidence: { proven: 1, unproven: [] } });
    expect(told(story)).toEqual(['same needs_reconnect grant.revoked', 'same alarm_over grant.revoked']);
  });

  test('is judged from a later moment on with the episode before it in mind', () => {
    const story = storyOf(log, TODAYS_RULES, { from: NOW + MINUTE, checkEvidence: true });
    expect(story).toMatchObject({ looks: 3, spans: [], cut: 0, evidence: { proven: 3 } });
    expect(told(story)[0]).toBe('same needs_reconnect grant.revoked');
  });

  test('whose verdict was given by other rules than today’s is not called unproven', () => {
    const [first, second, ...rest] = log;
    if (!first || !second) throw new Error('the log is too short');
    const other = { ...second, outcome: { ...second.outcome, verdict: 'held' as const, cause: 'mkt.outage' as const } };
    const { evidence } = storyOf([first, other, ...rest], TODAYS_RULES, { checkEvidence: true });
    expect(evidence).toMatchObject({ otherRules: 1, unproven: [] });
  });
});

describe('quiet looks, which leave no row', () => {
  const log = logOf([
    { at: NOW, troubles: { payouts: 'unknown' } },
    { at: NOW + 2 * MINUTE },
    { at: NOW + 300 * MINUTE, troubles: { grant: 'no_answer' }, quietUntil: NOW + 240 * MINUTE },
    { at: NOW + 301 * MINUTE },
  ]);

  /** Keeps an alarm about what nobody knows, also when all is well again at the first look. */
  const STUBBORN: Rules = {
    ...TODAYS_RULES,
    judge: (input) => {
      const judged = TODAYS_RULES.judge(input);
      const { alarm } = input.store;
      if (alarm && input.observations.length > 0)
        return { ...judged, alarm, verdict: 'reconnect', diagnosis: alarm.diagnosis };
      const { diagnosis } = judged;
      if (diagnosis?.cause !== 'unknown') return judged;
      return {
        ...judged,
        verdict: 'reconnect',
        alarm: { cause: 'unknown', since: input.now, evidence: [], diagnosis },
      };
    },
  };

  test('end for other rules too what these still held against the store', () => {
    const story = storyOf(log, STUBBORN);
    expect(told(story)).toEqual(['only_replayed needs_reconnect unknown', 'only_replayed alarm_over unknown']);
    expect(story.told.map(({ replayed }) => replayed?.at)).toEqual([NOW + 10 * SECOND, NOW + 240 * MINUTE]);
    expect(story.spans.at(-1)).toMatchObject({ to: NOW + 300 * MINUTE + 10 * SECOND });
  });

  test('change nothing by today’s rules', () => {
    expect(storyOf(log)).toMatchObject({ told: [], spans: [] });
  });
});

test('the operator is told of one fault once a day, however many looks feel it', () => {
  const troubles: Troubles = { app: 'app_secret_expired' };
  const story = storyOf(
    logOf([
      { at: NOW, troubles },
      { at: NOW + 2 * MINUTE },
      { at: NOW + 9 * MINUTE, troubles },
      { at: NOW + 25 * 60 * MINUTE, troubles },
    ]),
  );
  expect(story.operator.recorded.map(({ cause, at }) => [cause, at])).toEqual([
    ['app.secret_expired', NOW + 10 * SECOND],
  ]);
  expect(story.operator.replayed).toEqual(story.operator.recorded);
});

test('an incident that refuses everybody tells nobody, and hasty rules would have told', () => {
  const sky = weather({ control: refusedControl(), share: { active: 1_000, failing: 600 } });
  const troubles: Troubles = { ...REVOKED, control: 'denied' };
  const log = logOf([{ at: NOW, troubles, sky }, { at: NOW + 2 * MINUTE, troubles, sky }, { at: NOW + 25 * MINUTE }]);
  expect(storyOf(log)).toMatchObject({ told: [], spans: [] });
  const alone: Rules = {
    ...TODAYS_RULES,
    judge: (input) =>
      TODAYS_RULES.judge({
        ...input,
        weather: weather(),
        observations: input.observations.map((o) => (o.rung === 'control' ? { ...o, answer: 'ok' } : o)),
      }),
  };
  expect(told(storyOf(log, alone))).toEqual([
    'only_replayed needs_reconnect grant.revoked',
    'only_replayed alarm_over grant.revoked',
  ]);
});
