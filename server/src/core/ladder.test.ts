import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aSite, NOW, seen } from './episode.testkit.ts';
import { allWell, nextAsk, type DataCallShape, type LadderMode, type LadderState } from './ladder.ts';
import { ANSWERS, type Answer, type Observation } from './observation.ts';

const DATA_CALLS: DataCallShape[] = [
  {
    call: 'getMarketplaceParticipations',
    capability: 'participations',
    tellsIdentity: false,
    tellsStanding: true,
    everyLook: true,
    inTurn: false,
  },
  {
    call: 'listExpectedPayouts',
    capability: 'payouts',
    tellsIdentity: true,
    tellsStanding: false,
    everyLook: true,
    inTurn: false,
  },
  {
    call: 'listFinancialEventGroups',
    capability: 'finances',
    tellsIdentity: false,
    tellsStanding: false,
    everyLook: true,
    inTurn: false,
  },
  {
    call: 'listPayouts',
    capability: 'payouts',
    tellsIdentity: true,
    tellsStanding: false,
    everyLook: false,
    inTurn: false,
  },
  {
    call: 'listTransactions',
    capability: 'finances',
    tellsIdentity: true,
    tellsStanding: false,
    everyLook: false,
    inTurn: false,
  },
  {
    call: 'getReports',
    capability: 'reports',
    tellsIdentity: false,
    tellsStanding: false,
    everyLook: false,
    inTurn: true,
  },
];

type Said = { answer: Answer; sellerId?: string; sells?: boolean };
type Script = (call: string, rung: Observation['rung']) => Answer | Said;
type Wish = Partial<Pick<LadderState, 'identityWanted' | 'trouble' | 'turn' | 'inTurn'>>;

/** Climbs the whole ladder against a scripted marketplace. */
function climb(mode: LadderMode, script: Script, wish: Wish = {}): Observation[] {
  const asked: Observation[] = [];
  for (;;) {
    const ask = nextAsk({
      mode,
      asked,
      dataCalls: DATA_CALLS,
      asksGrant: true,
      identityWanted: false,
      trouble: null,
      turn: 0,
      inTurn: null,
      ...wish,
    });
    if (!ask) return asked;
    if (asked.length > 20) throw new Error('the ladder does not end');
    const said = script(ask.call, ask.rung);
    const { answer, sellerId, sells }: Said = typeof said === 'string' ? { answer: said } : said;
    const capability = DATA_CALLS.find((one) => one.call === ask.call)?.capability ?? null;
    const learnt = {
      ...(sellerId === undefined ? {} : { sellerId }),
      ...(sells === undefined ? {} : { sites: [aSite({ participating: sells })] }),
    };
    asked.push(seen({ rung: ask.rung, call: ask.call, capability }, answer, { at: NOW + asked.length, facts: learnt }));
  }
}

const calls = (asked: Observation[]) => asked.map((o) => o.call);
const ofStore = (asked: Observation[]) => asked.filter((o) => !['self', 'app', 'control'].includes(o.rung));
const well: Script = () => 'ok';
const refuse =
  (what: string, answer: Answer): Script =>
  (call, rung) =>
    call === what || rung === what ? answer : 'ok';
const MONEY = ['listExpectedPayouts', 'listFinancialEventGroups'];

describe('a healthy store', () => {
  test('is asked for its token and one call of each kind, and no witness is heard', () => {
    expect(calls(climb('routine', well))).toEqual(['token', 'getMarketplaceParticipations', ...MONEY]);
  });

  test('is asked for what comes in turn when its turn has come, at the cost of any other look', () => {
    const inTurn = { asks: 'reports', insteadOf: 'finances' } as const;
    const look = climb('routine', well, { inTurn });
    expect(calls(look)).toEqual(['token', 'getMarketplaceParticipations', 'listExpectedPayouts', 'getReports']);
    const refused = climb('full', refuse('getReports', 'denied'), { inTurn: { ...inTurn, insteadOf: null } });
    expect(calls(refused).slice(-2)).toEqual(['listFinancialEventGroups', 'getReports']);
  });

  test('in full is asked after the witnesses', () => {
    expect(calls(climb('full', well))).toEqual([
      'self',
      'app',
      'control',
      'token',
      'getMarketplaceParticipations',
      ...MONEY,
    ]);
  });

  test('whose seller is not known is asked further until an answer names it', () => {
    const named: Script = (call) => (call === 'listPayouts' ? { answer: 'ok', sellerId: 'A3' } : 'ok');
    expect(calls(climb('routine', named, { identityWanted: true }))).toEqual([
      'token',
      'getMarketplaceParticipations',
      ...MONEY,
      'listPayouts',
    ]);
    const atOnce: Script = (call) => (call === 'listExpectedPayouts' ? { answer: 'ok', sellerId: 'A3' } : 'ok');
    expect(calls(climb('routine', atOnce, { identityWanted: true }))).not.toContain('listPayouts');
  });

  test('whose money is refused, or who sells nowhere, is not asked further who it is', () => {
    const refused: Script = (call) => (MONEY.includes(call) ? 'denied' : 'ok');
    expect(ofStore(climb('full', refused, { identityWanted: true }))).toHaveLength(4);
    const idle: Script = (call) => (call === 'getMarketplaceParticipations' ? { answer: 'ok', sells: false } : 'ok');
    expect(ofStore(climb('full', idle, { identityWanted: true }))).toHaveLength(4);
  });
});

describe('the ladder stops at the first decisive answer', () => {
  test('a refused token asks for no data; the witnesses are heard', () => {
    expect(calls(climb('routine', refuse('grant', 'grant_refused')))).toEqual(['token', 'self', 'app', 'control']);
    expect(calls(climb('full', refuse('grant', 'grant_refused')))).toEqual(['self', 'app', 'control', 'token']);
  });

  test('without a network nothing more is asked', () => {
    expect(calls(climb('full', refuse('self', 'no_answer')))).toEqual(['self']);
  });

  test('an answer that broke on its way shows that the network works: the store is asked', () => {
    expect(calls(climb('full', () => 'garbled'))).toEqual(['self', 'app', 'control', 'token']);
  });

  test('with a refused app key no store is asked', () => {
    expect(calls(climb('full', refuse('app', 'app_secret_expired')))).toEqual(['self', 'app']);
  });

  test('a refused control stops nobody: the store is asked all the same', () => {
    expect(calls(climb('full', refuse('control', 'denied')))).toContain('token');
  });

  test('throttling brings in no witness', () => {
    expect(calls(climb('routine', () => 'throttled'))).toEqual(['token']);
  });
});

describe('a quick look during a repair', () => {
  test('asks the token endpoint alone while the permission is refused', () => {
    expect(calls(climb('quick', refuse('grant', 'grant_refused'), { trouble: 'grant' }))).toEqual(['token']);
  });

  test('asks one data call, another one each time, while data is refused', () => {
    const denied: Script = (_call, rung) => (rung === 'grant' ? 'ok' : 'denied');
    const turns = [0, 1, 2, 3, 4, 5].map((turn) => calls(climb('quick', denied, { trouble: 'data', turn })));
    for (const asked of turns) expect(asked).toHaveLength(2);
    expect(turns.map((asked) => asked[1])).toEqual([
      'getMarketplaceParticipations',
      ...MONEY,
      'listPayouts',
      'listTransactions',
      'getMarketplaceParticipations',
    ]);
  });

  test('that meets another trouble than the one being repaired hears the witnesses, because that needs a proof of its own', () => {
    const revoked = refuse('grant', 'grant_refused');
    for (const trouble of ['data', 'standing'] as const)
      expect(calls(climb('quick', revoked, { trouble }))).toEqual(['token', 'self', 'app', 'control']);
    const denied: Script = (_call, rung) => (rung === 'identity' || rung === 'capability' ? 'denied' : 'ok');
    expect(calls(climb('quick', denied, { trouble: 'grant' }))).toContain('control');
    expect(calls(climb('quick', denied, { trouble: 'standing' }))).toContain('control');
    expect(calls(climb('quick', denied, { trouble: 'data' }))).not.toContain('control');
  });

  test('that is answered asks for the rest, because connected needs data', () => {
    for (const trouble of ['grant', 'data'] as const) {
      const asked = climb('quick', well, { trouble, turn: 1 });
      expect(calls(asked).toSorted()).toEqual(['getMarketplaceParticipations', ...MONEY, 'token'].toSorted());
      expect(allWell(asked)).toBe(true);
    }
  });
});

describe('over any answers', () => {
  const anyScript = fc
    .record({
      mode: fc.constantFrom<LadderMode>('full', 'routine', 'quick'),
      trouble: fc.constantFrom('grant' as const, 'data' as const, 'standing' as const, null),
      turn: fc.nat(200),
      identityWanted: fc.boolean(),
      answers: fc.array(fc.constantFrom(...ANSWERS), { minLength: 20, maxLength: 20 }),
    })
    .map(({ mode, answers, ...wish }) => {
      let n = 0;
      const script: Script = () => answers[n++ % answers.length] ?? 'ok';
      return climb(mode, script, wish);
    });

  test('it ends, asks nothing twice, and asks no data without a token', () => {
    const property = fc.property(anyScript, (asked) => {
      const questions = asked.map((o) => `${o.rung}:${o.call}`);
      expect(new Set(questions).size).toBe(questions.length);
      const grant = asked.find((o) => o.rung === 'grant');
      if (grant && grant.answer !== 'ok') expect(ofStore(asked)).toEqual([grant]);
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  test('a typical fault costs the store at most four calls', () => {
    const FAULTS: Script[] = [
      refuse('grant', 'grant_refused'),
      refuse('grant', 'token_unknown'),
      refuse('listFinancialEventGroups', 'denied'),
      (_call, rung) => (rung === 'identity' || rung === 'capability' ? 'denied' : 'ok'),
      (_call, rung) => (rung === 'identity' || rung === 'capability' ? 'marketplace_error' : 'ok'),
      () => 'no_answer',
    ];
    for (const mode of ['full', 'routine', 'quick'] as const)
      for (const fault of FAULTS) expect(ofStore(climb(mode, fault)).length).toBeLessThanOrEqual(4);
  });
});

test('all is well only when data was answered, and everything that was asked', () => {
  expect(allWell([])).toBe(false);
  expect(allWell(climb('routine', (_call, rung) => (rung === 'grant' ? 'ok' : 'throttled')))).toBe(false);
  expect(allWell(climb('routine', refuse('listFinancialEventGroups', 'throttled')))).toBe(false);
  expect(allWell(climb('quick', refuse('grant', 'grant_refused')))).toBe(false);
  expect(allWell(climb('routine', well))).toBe(true);
});
