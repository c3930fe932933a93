/** A seller ID and token that are refused together (MWS): which cause is named first, and which half is wrong. */
import { describe, expect, test } from 'vitest';
import type { Cause } from './diagnosis.ts';
import { DAY, facts, input, MINUTE, NOW, refusedControl, seen, weather } from './episode.testkit.ts';
import { diagnoseNow, judge } from './judge.ts';
import type { JudgeInput, StoreFacts } from './judgement.ts';
import type { Answer, Observation } from './observation.ts';

const FIRST = NOW - 2 * MINUTE;
const SITES = { rung: 'identity', call: 'ListMarketplaceParticipations', capability: 'participations' } as const;
const MONEY = { rung: 'capability', call: 'ListFinancialEventGroups', capability: 'finances' } as const;
const REPORTS = { rung: 'capability', call: 'GetReportList', capability: 'reports' } as const;
const SERVICE = { rung: 'app', call: 'GetServiceStatus', capability: null } as const;
const CONTROL = { rung: 'control', call: 'control:store', capability: null } as const;
const PAIR = { rung: 'pair', call: 'ListMarketplaceParticipations', capability: null } as const;

type Troubles = { sites?: Answer; money?: Answer; reports?: Answer; app?: Answer; service?: 'green' | 'red' };

function look(at: number, { sites = 'ok', money = sites, reports = sites, app = 'ok', service = 'green' }: Troubles) {
  const asked = [
    seen(SERVICE, app, { at, facts: { service } }),
    seen(CONTROL, 'ok', at + 1_000),
    seen(SITES, sites, at + 2_000),
    seen(MONEY, money, at + 3_000),
    seen(REPORTS, reports, at + 4_000),
  ];
  return app === 'ok' ? asked : asked.slice(0, 1);
}

const twice = (troubles: Troubles) => [...look(FIRST, troubles), ...look(NOW, troubles)];
const NEW: Partial<StoreFacts> = {
  phase: 'verifying',
  everOk: [],
  firstOkAt: null,
  lastOkAt: null,
  authorizedAt: null,
};
const worked = (days: number, special: Partial<StoreFacts> = {}) =>
  facts({ authorizedAt: NOW - days * DAY, everOk: ['participations', 'finances', 'reports'], ...special });

const ROWS: { what: string; judged: JudgeInput; likely: Cause[]; half?: 'token' | 'seller_id' }[] = [
  {
    what: 'a pair that worked, refused after its year',
    judged: input({ store: worked(366), observations: twice({ sites: 'access_denied' }) }),
    likely: ['grant.expired'],
  },
  {
    what: 'a pair that worked, its token refused before its year was over',
    judged: input({ store: worked(100), observations: twice({ sites: 'pair_refused' }) }),
    likely: ['grant.revoked'],
  },
  {
    what: 'a pair that worked, denied without a reason before its year was over',
    judged: input({ store: worked(100), observations: twice({ sites: 'access_denied' }) }),
    likely: ['grant.revoked', 'store.deactivated'],
  },
  {
    what: 'a store that may not be reached any more',
    judged: input({ store: worked(100), observations: twice({ sites: 'not_eligible' }) }),
    likely: ['store.deactivated'],
  },
  {
    what: 'a token just typed in that the marketplace does not know for the seller',
    judged: input({ store: facts(NEW), observations: look(NOW, { sites: 'pair_refused' }) }),
    likely: ['cred.wrong_pair', 'cred.wrong_app'],
  },
  {
    what: 'a pair just typed in whose developer was never authorized',
    judged: input({ store: facts(NEW), observations: look(NOW, { sites: 'access_denied' }) }),
    likely: ['cred.wrong_app', 'cred.wrong_pair'],
  },
  {
    what: 'a token just typed in whose stated year is over',
    judged: input({
      store: facts({ ...NEW, authorizedAt: NOW - 400 * DAY, authorizedBy: 'stated' }),
      observations: look(NOW, { sites: 'access_denied' }),
    }),
    likely: ['grant.expired', 'cred.wrong_app', 'cred.wrong_pair'],
  },
  {
    what: 'a token that opens another store of the account',
    judged: input({
      store: facts(NEW),
      observations: [...look(NOW, { sites: 'pair_refused' }), pair('ok', { facts: { sellerId: 'AOTHERSTORE1' } })],
    }),
    likely: ['cred.wrong_pair'],
    half: 'token',
  },
  {
    what: 'a seller ID that is known in another region',
    judged: input({
      store: facts(NEW),
      observations: [...look(NOW, { sites: 'access_denied' }), pair('pair_refused', { region: 'eu' })],
    }),
    likely: ['cred.wrong_pair'],
    half: 'seller_id',
  },
];

function pair(answer: Answer, special: Partial<Observation>): Observation {
  return seen(PAIR, answer, { at: NOW + 5_000, ...special });
}

describe('a seller ID and token that are refused together', () => {
  test.each(ROWS)('$what', ({ judged, likely, half }) => {
    const found = diagnoseNow(judged);
    expect(found?.cause).toBe(likely[0]);
    expect(found?.likely.map((row) => row.cause) ?? []).toEqual(likely.length > 1 ? likely : []);
    expect(found?.half).toBe(half);
  });

  test('a wrong pair is never called expired or revoked while it never worked', () => {
    for (const answer of ['pair_refused', 'access_denied'] as const) {
      const judged = input({ store: facts(NEW), observations: look(NOW, { sites: answer }) });
      const causes = diagnoseNow(judged)?.likely.map((row) => row.cause);
      expect(causes).not.toContain('grant.expired');
      expect(causes).not.toContain('grant.revoked');
    }
  });

  test('alarms only after two looks, two operations and a control between them', () => {
    const once = input({ store: worked(366), observations: look(NOW, { sites: 'access_denied' }) });
    expect(judge(once)).toMatchObject({ verdict: 'checking', alarm: null });
    const both = input({ store: worked(366), observations: twice({ sites: 'access_denied' }) });
    expect(judge(both)).toMatchObject({ verdict: 'reconnect', diagnosis: { cause: 'grant.expired' } });
  });

  test('while the service itself is red nothing is said about the store', () => {
    const judged = input({ store: worked(366), observations: twice({ sites: 'access_denied', service: 'red' }) });
    expect(judge(judged)).toMatchObject({ verdict: 'held', diagnosis: { cause: 'mkt.outage' }, alarm: null });
  });

  test('a red service whose calls are answered breaks nothing', () => {
    const judged = input({ store: worked(100), observations: twice({ service: 'red' }) });
    expect(judge(judged).verdict).toBe('connected');
  });

  test('refused for the whole crowd it is the marketplace', () => {
    const crowd = weather({ control: refusedControl(), share: { active: 1_000, failing: 600 } });
    const judged = input({ store: worked(366), observations: twice({ sites: 'access_denied' }), weather: crowd });
    expect(judge(judged)).toMatchObject({ verdict: 'held', alarm: null });
  });
});

describe('what is not the pair', () => {
  test('one section denied leaves the store connected, and limited', () => {
    const judged = input({ store: worked(100), observations: twice({ money: 'section_denied' }) });
    expect(judge(judged)).toMatchObject({
      verdict: 'limited',
      diagnosis: { cause: 'grant.role_missing', capability: 'finances', owner: 'operator' },
    });
  });

  test.each(['finances alone', 'every section'])(
    '%s denied to everybody by name is ours to fix, and no weather',
    (what) => {
      const denied = 'section_denied' as const;
      const troubles = what === 'every section' ? { sites: denied } : { money: denied };
      const crowd = weather({ control: refusedControl(), share: { active: 1_000, failing: 600 } });
      const judged = input({ store: worked(100), observations: twice(troubles), weather: crowd });
      expect(judge(judged)).toMatchObject({
        verdict: 'operator_problem',
        diagnosis: { cause: 'grant.role_missing', owner: 'operator' },
        alarm: null,
      });
    },
  );

  test('one site refused is worth knowing and breaks nothing', () => {
    const judged = input({ store: worked(100), observations: twice({ reports: 'site_refused' }) });
    expect(judge(judged)).toMatchObject({ verdict: 'connected', notices: [{ cause: 'store.site_refused' }] });
  });

  test.each([
    ['app_key_unknown', 'app.key_unknown'],
    ['app_secret_wrong', 'app.secret_wrong'],
    ['clock_refused', 'own.clock'],
  ] as const)('%s is our own fault and moves no store', (answer, cause) => {
    const judged = input({ store: worked(366), observations: twice({ app: answer }) });
    expect(judge(judged)).toMatchObject({
      verdict: 'operator_problem',
      diagnosis: { cause, owner: 'operator' },
      alarm: null,
    });
  });
});
