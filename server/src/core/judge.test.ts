import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TELLING_VERDICTS } from './connection.ts';
import { CAUSES, type Cause } from './diagnosis.ts';
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
  type Troubles,
} from './episode.testkit.ts';
import { diagnoseNow, episodeWith, judge, weatherForbids } from './judge.ts';
import type { JudgeInput, StoreFacts } from './judgement.ts';
import { ANSWERS, CAPABILITIES, saysNothing, type Observation } from './observation.ts';
import { PATIENCE_MS } from './patience.ts';

const FIRST = NOW - 2 * MINUTE;
const twice = (troubles: Troubles) => [...fullLook(FIRST, troubles), ...fullLook(NOW, troubles)];
/** Refused without a reason for so long that trouble at the marketplace would be over. */
const deniedForLong = () => [...fullLook(NOW - PATIENCE_MS, DENIED_EVERYWHERE), ...twice(DENIED_EVERYWHERE)];
const NOBODY_SELLS = { facts: { sites: [aSite({ participating: false })] } };
const standing = (special: object) => [FIRST, NOW].map((at) => seen(PARTICIPATIONS, 'ok', { at, ...special }));
const notMade = (code: string, at: number): Observation => ({
  ...seen({ rung: 'local', call: 'check', capability: null }, 'local_error', at),
  code,
});
const named = (sellerId: string, at: number) => seen(PAYOUTS, 'ok', { at, facts: { sellerId } });
/** The marketplace said something of the account by itself, an hour ago. */
const TOLD: Observation = {
  ...seen({ rung: 'freshness', call: 'ACCOUNT_STATUS_CHANGED', capability: 'notifications' }, 'ok', NOW - 60 * MINUTE),
  source: 'notification',
};
const crowdOut = weather({ control: refusedControl(), share: { active: 1_000, failing: 600 } });

/** Ways to every cause that the judge itself finds. */
const REACHED: { cause: Cause; judged: JudgeInput }[] = [
  { cause: 'grant.expiring', judged: input({ store: facts({ authorizedAt: NOW - 340 * DAY }) }) },
  {
    cause: 'grant.expired',
    judged: input({ store: facts({ authorizedAt: NOW - 366 * DAY }), observations: twice({ grant: 'grant_refused' }) }),
  },
  {
    cause: 'grant.superseded',
    judged: input({ store: facts({ supersededAt: NOW }), observations: twice({ grant: 'grant_refused' }) }),
  },
  { cause: 'grant.revoked', judged: input({ observations: twice({ grant: 'grant_refused' }) }) },
  {
    cause: 'grant.half_open',
    judged: input({
      store: facts({ authorizedAt: NOW - MINUTE * 60, everOk: [] }),
      observations: twice(DENIED_EVERYWHERE),
    }),
  },
  { cause: 'grant.role_missing', judged: input({ observations: twice({ payouts: 'section_denied' }) }) },
  {
    cause: 'cred.wrong_pair',
    judged: input({ store: facts({ everOk: [], firstOkAt: null }), observations: twice({ grant: 'token_unknown' }) }),
  },
  { cause: 'cred.wrong_app', judged: input({ observations: twice({ grant: 'wrong_app' }) }) },
  { cause: 'store.inactive', judged: input({ observations: standing(NOBODY_SELLS) }) },
  { cause: 'store.deactivated', judged: input({ observations: deniedForLong() }) },
  {
    cause: 'store.closed',
    judged: input({
      store: facts({ told: { standing: 'deactivated', seen: TOLD } }),
      observations: twice({ grant: 'grant_refused' }),
    }),
  },
  { cause: 'app.secret_expired', judged: input({ observations: twice({ app: 'app_secret_expired' }) }) },
  { cause: 'app.key_unknown', judged: input({ observations: twice({ app: 'app_key_unknown' }) }) },
  { cause: 'app.secret_wrong', judged: input({ observations: twice({ app: 'app_secret_wrong' }) }) },
  { cause: 'app.mismatch', judged: input({ observations: twice({ grant: 'wrong_app' }), weather: crowdOut }) },
  { cause: 'mkt.outage', judged: input({ observations: twice({ participations: 'marketplace_error' }) }) },
  { cause: 'mkt.auth_incident', judged: input({ observations: twice({ grant: 'grant_refused' }), weather: crowdOut }) },
  {
    cause: 'mkt.throttle',
    judged: input({
      observations: twice({ participations: 'throttled', payouts: 'throttled', finances: 'throttled' }),
    }),
  },
  { cause: 'own.network', judged: input({ observations: twice({ self: 'no_answer', grant: 'no_answer' }) }) },
  {
    cause: 'own.clock',
    judged: input({
      observations: [seen(SELF, 'garbled', { at: NOW, facts: { skewMs: 6 * MINUTE } }), seen(GRANT, 'no_answer', NOW)],
    }),
  },
  {
    cause: 'data.silent_empty',
    judged: input({
      store: facts({ rowsSeen: ['finances'] }),
      observations: [NOW - DAY / 2 - MINUTE, NOW].flatMap((at) => [
        seen(CONTROL, 'ok', at - SECOND),
        seen(FINANCES, 'ok', { at, facts: { rows: 'none' } }),
      ]),
    }),
  },
  { cause: 'own.credential', judged: input({ observations: [FIRST, NOW].map((at) => notMade('credential', at)) }) },
  { cause: 'own.check', judged: input({ observations: [FIRST, NOW].map((at) => notMade('program', at)) }) },
  { cause: 'unknown', judged: input({ observations: twice({ payouts: 'unknown' }) }) },
];

const NOTICED: { cause: Cause; judged: JudgeInput }[] = [
  {
    cause: 'store.listings_suspended',
    judged: input({ store: facts({ sites: [aSite({ listingsSuspended: true })] }) }),
  },
  {
    cause: 'store.payouts_disabled',
    judged: input({ observations: [seen(PAYOUTS, 'ok', { at: NOW, facts: { payouts: 'disabled' } })] }),
  },
  {
    cause: 'store.site_refused',
    judged: input({ observations: [seen(PARTICIPATIONS, 'ok', NOW), seen(PAYOUTS, 'site_refused', NOW)] }),
  },
  { cause: 'store.duplicate', judged: input({ store: facts({ sellerId: null, duplicate: true }) }) },
  { cause: 'store.identity_unverified', judged: input({ store: facts({ sellerId: null }) }) },
  { cause: 'cred.wrong_region', judged: input({ store: facts({ regionCorrected: true }) }) },
  {
    cause: 'own.clock',
    judged: input({
      observations: [GRANT, PARTICIPATIONS].map((q) => seen(q, 'ok', { at: NOW, facts: { skewMs: -6 * MINUTE } })),
    }),
  },
];

/** Causes that no observation of a store can show: they are found where a person or the marketplace says them. */
const FOUND_ELSEWHERE: Cause[] = [
  'grant.abandoned',
  'grant.denied',
  'grant.not_owner',
  'cred.malformed',
  'cred.wrong_store',
  'cred.unproven',
  'app.suspended',
  'app.draft',
  'app.redirect_mismatch',
  'app.consent_limit',
  'app.mws_dev_id_missing',
  // A fact of the marketplace, not of a store.
  'mkt.sunset',
  // Need a notification that changes nothing, the operator's settings or a broken database.
  'store.at_risk',
  'app.secret_expiring',
  'own.database',
  'own.interrupted',
];

describe('every cause', () => {
  test.each(REACHED)('$cause is reached', ({ cause, judged }) => {
    expect(judge(judged).diagnosis?.cause).toBe(cause);
  });

  test.each(NOTICED)('$cause is a notice, and the store stays connected', ({ cause, judged }) => {
    const { notices, verdict } = judge(judged);
    expect(notices).toContainEqual({ cause });
    expect(verdict).toBe('connected');
  });

  test('is reached by the judge, is a notice, or is found elsewhere', () => {
    const known = new Set<string>([...REACHED, ...NOTICED].map(({ cause }) => cause).concat(FOUND_ELSEWHERE));
    expect(Object.keys(CAUSES).filter((cause) => !known.has(cause))).toEqual([]);
  });
});

describe('whose year is over', () => {
  const known = (days: number): Partial<StoreFacts> => ({ authorizedAt: NOW - days * DAY, authorizedBy: 'consent' });
  const stated = (days: number): Partial<StoreFacts> => ({ authorizedAt: NOW - days * DAY, authorizedBy: 'stated' });
  const inferred = (days: number): Partial<StoreFacts> => ({
    authorizedAt: NOW - days * DAY,
    authorizedBy: 'inferred',
  });
  const unknown = (days: number): Partial<StoreFacts> => ({
    authorizedAt: null,
    authorizedBy: null,
    firstOkAt: NOW - days * DAY,
  });
  const ROWS: { age: string; store: Partial<StoreFacts>; likely: Cause[] }[] = [
    { age: 'given by consent 364 days ago', store: known(364), likely: ['grant.revoked'] },
    { age: 'given by consent 365 days ago', store: known(365), likely: ['grant.expired'] },
    { age: 'given by consent 400 days ago', store: known(400), likely: ['grant.expired'] },
    { age: 'stated to be 10 days old', store: stated(10), likely: ['grant.revoked'] },
    { age: 'stated to be 366 days old', store: stated(366), likely: ['grant.expired'] },
    { age: 'seen renewed 100 days ago', store: inferred(100), likely: ['grant.revoked', 'grant.expired'] },
    { age: 'seen renewed 365 days ago', store: inferred(365), likely: ['grant.expired', 'grant.revoked'] },
    { age: 'unknown, first seen 30 days ago', store: unknown(30), likely: ['grant.revoked', 'grant.expired'] },
    { age: 'unknown, first seen 365 days ago', store: unknown(365), likely: ['grant.expired', 'grant.revoked'] },
    {
      age: 'unknown and never seen working',
      store: { authorizedAt: null, authorizedBy: null, firstOkAt: null },
      likely: ['grant.revoked', 'grant.expired'],
    },
  ];

  test.each(ROWS)('a refused permission, $age: $likely', ({ store, likely }) => {
    const diagnosis = diagnoseNow(input({ store: facts(store), observations: twice({ grant: 'grant_refused' }) }));
    expect(diagnosis?.cause).toBe(likely[0]);
    expect(diagnosis?.likely.map((one) => one.cause)).toEqual(likely.length > 1 ? likely : []);
    for (const { reason } of diagnosis?.likely ?? []) expect(reason).toMatch(/^[A-Z].+\.$/);
  });
});

test.each([
  {
    clock: 'forty minutes behind',
    skewMs: 40 * MINUTE,
    authorizedAt: NOW - 365 * DAY + MINUTE,
    cause: 'grant.expired',
  },
  { clock: 'two hours ahead', skewMs: -120 * MINUTE, authorizedAt: NOW - 365 * DAY - MINUTE, cause: 'grant.revoked' },
  { clock: 'right', skewMs: 0, authorizedAt: NOW - 365 * DAY + MINUTE, cause: 'grant.revoked' },
])('a year ends by the marketplace’s clock, ours being $clock: $cause', ({ skewMs, authorizedAt, cause }) => {
  const observations = [-2 * MINUTE, 0].flatMap((before) => [
    seen(SELF, 'ok', { at: NOW + before, facts: { skewMs } }),
    seen(GRANT, 'grant_refused', NOW + before),
  ]);
  expect(diagnoseNow(input({ store: facts({ authorizedAt }), observations }))?.cause).toBe(cause);
});

test.each<{ when: string; store: Partial<StoreFacts>; likely: Cause[] }>([
  { when: 'its year', store: {}, likely: ['store.closed', 'grant.revoked'] },
  {
    when: 'a year that may be over, its day not being known',
    store: { authorizedAt: null, authorizedBy: null },
    likely: ['store.closed', 'grant.revoked', 'grant.expired'],
  },
  { when: 'a year that is over', store: { authorizedAt: NOW - 400 * DAY }, likely: ['grant.expired'] },
])(
  'a permission refused after the marketplace said that it deactivated the account, within $when',
  ({ store, likely }) => {
    const told = { standing: 'deactivated', seen: TOLD } as const;
    const judged = input({ store: facts({ ...store, told }), observations: twice({ grant: 'grant_refused' }) });
    const { diagnosis, alarm } = judge(judged);
    expect(alarm?.cause).toBe(likely[0]);
    expect([diagnosis?.cause, ...(diagnosis?.likely.slice(1).map(({ cause }) => cause) ?? [])]).toEqual(likely);
    // Being at risk is no end.
    const atRisk = facts({ ...store, told: { standing: 'at_risk', seen: TOLD } });
    expect(judge({ ...judged, store: atRisk }).alarm?.cause).not.toBe('store.closed');
  },
);

test('what the marketplace said of an account no longer counts once the permission was given anew and every call is answered', () => {
  const told = { standing: 'deactivated', seen: TOLD } as const;
  const judged = (store: Partial<StoreFacts>, troubles: Troubles = {}) =>
    judge(input({ store: facts({ told, ...store }), observations: fullLook(NOW, troubles) }));
  const anew: Partial<StoreFacts> = { authorizedAt: NOW - MINUTE };
  expect(judged(anew)).toMatchObject({ verdict: 'connected', alarm: null });
  expect(judged(anew, DENIED_EVERYWHERE).alarm?.cause).toBe('store.deactivated');
  expect(judged({}).alarm?.cause).toBe('store.deactivated');
  expect(judged({ ...anew, authorizedBy: 'inferred' }).alarm?.cause).toBe('store.deactivated');
});

describe('one opaque refusal, several causes: the order', () => {
  const { alarm: HALF_OPEN_ALARM } = judge(
    input({ store: facts({ authorizedAt: NOW - MINUTE }), observations: twice(DENIED_EVERYWHERE) }),
  );
  const ROWS: { when: string; store: Partial<StoreFacts>; likely: Cause[] }[] = [
    {
      when: 'just after consent',
      store: { authorizedAt: NOW - MINUTE, everOk: [] },
      likely: ['grant.half_open', 'grant.role_missing', 'store.deactivated'],
    },
    {
      when: 'within a day of consent, though it answered before',
      store: { authorizedAt: NOW - DAY + MINUTE },
      likely: ['grant.half_open', 'grant.role_missing', 'store.deactivated'],
    },
    {
      when: 'days later, having been told so on the first',
      store: { alarm: HALF_OPEN_ALARM },
      likely: ['grant.half_open', 'grant.role_missing', 'store.deactivated'],
    },
    {
      when: 'days later, having been told so, and others of the app are refused all of it by now',
      store: { alarm: HALF_OPEN_ALARM, deniedElsewhere: ['finances', 'payouts', 'participations'] },
      likely: ['grant.role_missing', 'store.deactivated', 'grant.revoked', 'grant.half_open'],
    },
    {
      when: 'later, and others of the app are refused all of it too',
      store: { deniedElsewhere: ['finances', 'payouts', 'participations'] },
      likely: ['grant.role_missing', 'store.deactivated', 'grant.revoked', 'grant.half_open'],
    },
    {
      when: 'later, while another store of the app lacks the role for its money',
      store: { deniedElsewhere: ['finances', 'payouts'] },
      likely: ['store.deactivated', 'grant.revoked', 'grant.half_open', 'grant.role_missing'],
    },
    {
      when: 'later, alone',
      store: {},
      likely: ['store.deactivated', 'grant.revoked', 'grant.half_open', 'grant.role_missing'],
    },
    {
      when: 'later, without a known day of permission',
      store: { authorizedAt: null, authorizedBy: null },
      likely: ['store.deactivated', 'grant.revoked', 'grant.half_open', 'grant.role_missing'],
    },
  ];

  test.each(ROWS)('$when: $likely', ({ store, likely }) => {
    const diagnosis = diagnoseNow(input({ store: facts(store), observations: twice(DENIED_EVERYWHERE) }));
    expect(diagnosis?.likely.map((one) => one.cause)).toEqual(likely);
    expect(diagnosis?.cause).toBe(likely[0]);
  });

  test('a token that is not known: mistyped at first, taken away when it worked before', () => {
    const observations = twice({ grant: 'token_unknown' });
    const first = diagnoseNow(input({ store: facts({ everOk: [], firstOkAt: null }), observations }));
    expect(first?.likely.map((one) => one.cause)).toEqual(['cred.wrong_pair', 'grant.revoked']);
    const later = diagnoseNow(input({ observations }));
    expect(later?.likely.map((one) => one.cause)).toEqual(['grant.revoked', 'cred.wrong_pair']);
  });
});

describe('what is told to whom', () => {
  test('another seller’s name in an answer is a wrong pair at once for who is looking', () => {
    const observations = [named('A2OTHERSELLER', FIRST), named('A2OTHERSELLER', NOW)];
    expect(diagnoseNow(input({ observations }))?.cause).toBe('cred.wrong_pair');
  });

  test('an answer of older credentials is ignored', () => {
    const old = twice({ grant: 'grant_refused' }).map((o) => ({ ...o, credentialVersion: 0 }));
    expect(judge(input({ observations: old }))).toMatchObject({ verdict: 'connected', diagnosis: null, alarm: null });
  });

  test('our own network is reported even when the credentials changed meanwhile', () => {
    const observations = [seen(SELF, 'no_answer', { at: NOW, credentialVersion: 0 }), seen(GRANT, 'no_answer', NOW)];
    expect(judge(input({ observations })).verdict).toBe('operator_problem');
  });

  test('an alarm stays while the weather is bad, and ends with the first look in which all is well', () => {
    const { alarm } = judge(input({ observations: twice({ grant: 'grant_refused' }) }));
    const told = facts({ alarm });
    const storm = [...twice({ grant: 'grant_refused' }), ...fullLook(NOW + MINUTE, { grant: 'marketplace_error' })];
    expect(judge(input({ store: told, observations: storm })).verdict).toBe('reconnect');
    const well = [...storm, ...fullLook(NOW + 2 * MINUTE)];
    expect(judge(input({ store: told, observations: well }))).toMatchObject({ verdict: 'connected', alarm: null });
  });

  test('a crowd that fails later does not take back what was proven before', () => {
    const { alarm } = judge(input({ observations: twice({ grant: 'grant_refused' }) }));
    const later = input({
      store: facts({ alarm }),
      observations: twice({ grant: 'grant_refused' }),
      weather: crowdOut,
    });
    expect(judge(later)).toMatchObject({ verdict: 'reconnect', diagnosis: { cause: 'grant.revoked' } });
  });

  test('a store whose seller is at the marketplace waits for them; half an hour later it asks again', () => {
    const { alarm } = judge(input({ observations: twice({ grant: 'grant_refused' }) }));
    const repair = { sessionId: 'cs_1', openedAt: NOW, sellerCentralOpenedAt: NOW, looks: 3 };
    const judged = input({ store: facts({ alarm, repair }), observations: twice({ grant: 'grant_refused' }) });
    expect(judge(judged).verdict).toBe('repairing');
    expect(judge({ ...judged, now: NOW + 31 * MINUTE }).verdict).toBe('reconnect');
  });

  test('while the store is being set up nothing else is said of it', () => {
    for (const phase of ['setup', 'verifying', 'paused', 'closed'] as const)
      expect(judge(input({ store: facts({ phase }), observations: twice({ grant: 'grant_refused' }) })).verdict).toBe(
        phase,
      );
  });

  test('a year that ends within thirty days is expiring, and no earlier', () => {
    const at = (days: number) => judge(input({ store: facts({ authorizedAt: NOW - days * DAY }) })).verdict;
    expect([at(334), at(335), at(364), at(366)]).toEqual(['connected', 'expiring', 'expiring', 'expiring']);
  });
});

describe('nothing sticks', () => {
  test('one answer that was under way while the clock was set says nothing of it', () => {
    const late = seen(GRANT, 'ok', { at: NOW, facts: { skewMs: -6 * MINUTE } });
    const right = seen(PARTICIPATIONS, 'ok', { at: NOW, facts: { skewMs: 200 } });
    expect(judge(input({ observations: [late] })).notices).toEqual([]);
    expect(judge(input({ observations: [late, right] })).notices).toEqual([]);
  });

  test('our own network that came back is no longer to blame, though nobody asked it again', () => {
    const { alarm } = judge(input({ observations: twice({ grant: 'grant_refused' }) }));
    const quick = [seen(GRANT, 'ok', NOW + MINUTE), ...DATA.map((q, i) => seen(q, 'ok', NOW + MINUTE + i * SECOND))];
    const down = fullLook(NOW, { self: 'no_answer', grant: 'no_answer' });
    const observations = [...fullLook(FIRST, { grant: 'grant_refused' }), ...down, ...quick];
    expect(judge(input({ store: facts({ alarm }), observations })).verdict).toBe('connected');
  });

  test('an app whose key is taken again is no longer to blame, though only the store was asked', () => {
    const quick = [seen(GRANT, 'ok', NOW), ...DATA.map((q, i) => seen(q, 'ok', NOW + i * SECOND))];
    const observations = [seen(GRANT, 'app_refused', FIRST), ...quick];
    expect(judge(input({ observations })).verdict).toBe('connected');
    expect(judge(input({ observations: [seen(APP, 'app_refused', FIRST), ...quick] })).verdict).toBe('connected');
  });

  test('a question that only a repair asks is not held against a store that answers all the usual ones', () => {
    const { alarm } = judge(input({ observations: deniedForLong() }));
    const rare = { rung: 'capability', call: 'listTransactions', capability: 'finances' } as const;
    const denied = [...deniedForLong(), seen(rare, 'denied', NOW + MINUTE)];
    const open = input({ store: facts({ alarm }), observations: denied });
    expect(judge(episodeWith(open, fullLook(NOW + 70 * SECOND)))).toMatchObject({ verdict: 'connected', alarm: null });
    const half = fullLook(NOW + 70 * SECOND, { payouts: 'throttled' });
    expect(judge(episodeWith(open, half)).verdict).toBe('store_blocked');
  });

  test('a look that states a fact against the store ends no episode', () => {
    const first = seen(PARTICIPATIONS, 'ok', { at: FIRST, ...NOBODY_SELLS });
    const again = [seen(GRANT, 'ok', NOW), seen(PARTICIPATIONS, 'ok', { at: NOW, ...NOBODY_SELLS })];
    expect(judge(episodeWith(input({ observations: [first] }), again)).verdict).toBe('store_blocked');
  });

  test('an app whose key is refused later than the last answer is to blame', () => {
    const observations = [seen(GRANT, 'ok', FIRST), seen(APP, 'app_refused', NOW)];
    expect(judge(input({ observations })).verdict).toBe('operator_problem');
  });
});

describe('bad weather', () => {
  test('forbids a judgement about new credentials, unless the marketplace states a fact', () => {
    const stormy = { observations: twice({ grant: 'grant_refused' }), weather: weather({ control: refusedControl() }) };
    expect(weatherForbids(input(stormy))).toBe(true);
    expect(weatherForbids(input({ ...stormy, weather: weather() }))).toBe(false);
    expect(weatherForbids(input({ observations: twice({ payouts: 'marketplace_error' }) }))).toBe(true);
    expect(weatherForbids(input({ observations: twice({ payouts: 'unknown' }) }))).toBe(true);
    expect(weatherForbids(input({ ...stormy, observations: standing(NOBODY_SELLS) }))).toBe(false);
    expect(weatherForbids(input())).toBe(false);
  });

  test('one kind of data that everybody is refused is our app’s, while the store itself answers the rest', () => {
    const judged = input({ observations: twice({ payouts: 'denied', finances: 'denied' }), weather: crowdOut });
    expect(judge(judged)).toMatchObject({
      verdict: 'operator_problem',
      diagnosis: { cause: 'grant.role_missing', owner: 'operator' },
      alarm: null,
    });
    expect(weatherForbids(judged)).toBe(false);
  });

  test('machinery of the marketplace that fails for one kind of data is weather, though the rest answers', () => {
    const judged = input({ observations: twice({ finances: 'refusal_for_all' }) });
    expect(judge(judged)).toMatchObject({ verdict: 'held', diagnosis: { cause: 'mkt.auth_incident' }, alarm: null });
    expect(judge(episodeWith(judged, fullLook(NOW + MINUTE))).verdict).toBe('connected');
  });

  test('asked too often in one place while another answers is no fault at all', () => {
    expect(judge(input({ observations: twice({ participations: 'throttled' }) })).verdict).toBe('connected');
  });

  test('a single failed call is checked before anybody speaks of an outage', () => {
    expect(judge(input({ observations: [seen(GRANT, 'marketplace_error', NOW)] })).verdict).toBe('checking');
  });
});

const anyMoment = fc.integer({ min: NOW - 3 * 60 * MINUTE, max: NOW });
const anyWeather = fc.record({
  control: fc.record({
    lastOkAt: fc.option(anyMoment),
    lastOkVia: fc.constantFrom('store' as const, 'app' as const, null),
    lastRefusedAt: fc.option(anyMoment),
    clearSince: fc.option(anyMoment),
  }),
  app: fc.constantFrom({ cause: null, since: null }, { cause: 'app.secret_expired' as const, since: FIRST }),
  share: fc.record({ active: fc.nat(10_000), failing: fc.nat(500) }),
});
const anyObservation = (answers: readonly Observation['answer'][]) =>
  fc
    .record({
      question: fc.constantFrom(SELF, APP, GRANT, ...DATA),
      answer: fc.constantFrom(...answers),
      at: anyMoment,
    })
    .map(({ question, answer, at }) => seen(question, answer, at));
const sorted = (list: Observation[]) => list.toSorted((a, b) => a.at - b.at);
const WEATHER_ONLY = ANSWERS.filter((answer) => saysNothing(answer));

describe('over any sequence of answers', () => {
  test('throttling, 5xx, silence and broken answers never tell a seller anything', () => {
    const property = fc.property(
      fc.array(anyObservation(WEATHER_ONLY), { maxLength: 60 }),
      anyWeather,
      (observations, sky) => {
        const { verdict, alarm } = judge(input({ observations: sorted(observations), weather: sky }));
        expect(TELLING_VERDICTS).not.toContain(verdict);
        expect(alarm).toBeNull();
      },
    );
    fc.assert(property, { numRuns: 1_000 });
  });

  test('weather among proven refusals neither begins nor ends an alarm', () => {
    const proven = twice({ grant: 'grant_refused' });
    const { alarm } = judge(input({ observations: proven }));
    const told = facts({ alarm });
    const property = fc.property(
      fc.array(anyObservation(WEATHER_ONLY), { maxLength: 30 }),
      anyWeather,
      (noise, sky) => {
        const judgement = judge(input({ store: told, observations: sorted([...proven, ...noise]), weather: sky }));
        expect(judgement.alarm).toEqual(alarm);
        expect(judgement.verdict).toBe('reconnect');
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  test('judging the same twice gives the same, and every axis has a value', () => {
    const property = fc.property(
      fc.array(anyObservation(ANSWERS), { maxLength: 40 }),
      anyWeather,
      (observations, sky) => {
        const judged = input({ observations: sorted(observations), weather: sky });
        const before = structuredClone(judged);
        const first = judge(judged);
        expect(judge(judged)).toEqual(first);
        expect(judged).toEqual(before);
        expect(Object.keys(first.axes.capability).toSorted()).toEqual([...CAPABILITIES].toSorted());
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  test('a look in which everything answers ends whatever was before it', () => {
    const property = fc.property(fc.array(anyObservation(ANSWERS), { maxLength: 40 }), (observations) => {
      const healed = [...sorted(observations), ...fullLook(NOW + MINUTE)];
      expect(judge(input({ observations: healed }))).toMatchObject({ verdict: 'connected', alarm: null });
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('whoever is told has been proven it: two failures ninety seconds apart and ordinary weather', () => {
    const property = fc.property(
      fc.array(anyObservation(ANSWERS), { maxLength: 60 }),
      anyWeather,
      (observations, sky) => {
        const judged = input({ observations: sorted(observations), weather: sky });
        const { alarm, lacking } = judge(judged);
        if (!alarm) return;
        expect(lacking).toEqual([]);
        expect(sky.app.cause).toBeNull();
        const cited = judged.observations.filter((o) => alarm.evidence.includes(o.id) && o.rung !== 'control');
        const times = cited.map((o) => o.at);
        expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(90 * SECOND);
      },
    );
    fc.assert(property, { numRuns: 1_000 });
  });
});
