/**
 * The simulated fleet of the benchmarks has no database and no loop. Here the same story is told to it and to the verbs on a
 * database: both tell the same sellers at nearly the same time, and ask nearly as much. So the figures are the product's.
 */
import { describe, expect, test } from 'vitest';
import { FleetWatch } from '../../bench/src/fleet/watch.ts';
import { BEGINNING, connectedStores, realConnector } from '../../bench/src/fleet/run.ts';
import { withSeededDice } from '../../bench/src/fleet/dice.ts';
import { OPAQUE, type FaultKind, type WeatherKind } from '../../bench/src/fleet/happenings.ts';
import { World } from '../../bench/src/fleet/world.ts';
import { inSimulation } from '../support/crowd-simulation.ts';
import { lookedBefore, tellFleet, type FleetTold, type Story } from '../support/fleet-told.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ENDS_AT = 150;
/** By then a refusal without a reason has alarmed its seller. */
const ENDS_LATE = 15 * 60;
const connector = realConnector();

type Outcome = Omit<FleetTold, 'noticed'>;

type Span = { pauseAt: number; endsAt: number };

async function byTheVerbs(
  { stores, faults, weather, storms = [] }: Story,
  { pauseAt, endsAt }: Span,
): Promise<Outcome> {
  const world = new World({ stores, faults, weather, storms });
  const answer = ({
    rung,
    call,
    asker,
    minute,
  }: {
    rung: Asked['rung'];
    call: string;
    asker: Asked['asker'];
    minute: number;
  }) => {
    const capability = isData(rung) ? (connector.dataCalls.find((one) => one.call === call)?.capability ?? null) : null;
    return world.answer({ rung, call, capability, asker, at: BEGINNING + minute * MINUTE }).answer;
  };
  const wish = { stores, answer, lookedBefore: lookedBefore(stores) };
  return inSimulation(wish, async ({ runTo, mails, verdicts, looks, askedInMinute }) => {
    await runTo(pauseAt);
    const meanwhile = stores - ((await verdicts()).connected ?? 0);
    await runTo(endsAt);
    const told = (await mails()).map(({ seller, minute }) => ({ store: seller, minute }));
    const questions = askedInMinute.reduce((sum, asked = 0) => sum + asked, 0);
    return { told, verdicts: await verdicts(), meanwhile, looks: looks.length, questions };
  });
}

type Asked = Parameters<World['answer']>[0];
const isData = (rung: Asked['rung']) => rung === 'identity' || rung === 'capability';

function story(stores: number, kind: WeatherKind | null, faults: [FaultKind, number][]): Story {
  const minute = (at: number) => BEGINNING + at * MINUTE;
  return {
    stores,
    weather: kind === null ? [] : [{ kind, from: minute(5), to: minute(30) }],
    // Far apart in the crowd, and one after the other.
    faults: faults.map(([fault, at], i) => ({
      store: Math.floor(((i + 0.5) * stores) / faults.length),
      kind: fault,
      from: minute(at),
      to: Infinity,
    })),
  };
}

function stormy(stores: number, share: number): Story {
  const [from, to] = [BEGINNING + 5 * MINUTE, BEGINNING + 365 * MINUTE];
  return { stores, weather: [], faults: [], storms: [{ answer: 'calls_403', share, first: 3, from, to }] };
}

const STORIES: [string, Story, number?][] = [
  ['one store, revoked', story(1, null, [['revoked', 12]])],
  ['one store, every call refused, deactivated meanwhile', story(1, 'mass_403', [['deactivated', 12]])],
  ['forty, a storm of 403 over one in ten for six hours', stormy(40, 0.1), 8 * 60],
  ['two stores, one half open for half a day', story(2, null, [['half_open', 12]]), ENDS_LATE],
  [
    'twenty-five, every call refused, one deactivated for half a day',
    story(25, 'mass_403', [['deactivated', 12]]),
    ENDS_LATE,
  ],
  ['three stores, every permission refused', story(3, 'sellers_refusal', [])],
  ['three stores, every call refused, one half open', story(3, 'mass_403', [['half_open', 20]])],
  [
    'twenty-five, every call for a seller refused',
    story(25, 'sellers_403', [
      ['revoked', 10],
      ['no_money_role', 15],
    ]),
  ],
  ['twenty-five, our own network down', story(25, 'own_network', [['other_app', 10]])],
  ['twenty-five, everything throttled', story(25, 'throttling', [['given_anew_elsewhere', 22]])],
  [
    'two hundred, every call refused',
    story(200, 'mass_403', [
      ['revoked', 7],
      ['deactivated', 15],
      ['no_money_role', 25],
    ]),
  ],
  [
    'two hundred, errors',
    story(200, 'errors', [
      ['revoked', 7],
      ['half_open', 25],
    ]),
  ],
];

/** Dice fall otherwise where looks are under way beside each other: two looks come a little sooner or later. */
const NEARLY_MIN = 5;
/** After half a day of trouble a store is looked at every quarter of an hour. */
const NEARLY_LATE_MIN = 18;

function expectWithin10Percent(one: number, other: number): void {
  expect(one).toBeGreaterThan(0.9 * other);
  expect(one).toBeLessThan(1.1 * other);
}

describe('the fleet without a database and the verbs on one', () => {
  test.each(STORIES)('%s', { timeout: 120_000 }, async (_what, told, endsAt = ENDS_AT) => {
    const verbs = await byTheVerbs(told, { pauseAt: 29, endsAt });
    const fleet = tellFleet(told, { pauseAt: 29, endsAt });
    const toBeTold = told.faults.filter(({ kind }) => endsAt === ENDS_LATE || !OPAQUE.includes(kind));
    const sellers = ({ told: rows }: Outcome) => rows.map(({ store }) => store).toSorted((a, b) => a - b);
    expect(sellers(fleet)).toEqual(sellers(verbs));
    expect(sellers(fleet)).toEqual(toBeTold.map(({ store }) => store).toSorted((a, b) => a - b));
    for (const { store, minute } of verbs.told) {
      const other = fleet.told.find((row) => row.store === store)?.minute ?? Infinity;
      expect(Math.abs(other - minute)).toBeLessThanOrEqual(endsAt === ENDS_LATE ? NEARLY_LATE_MIN : NEARLY_MIN);
    }
    expect(fleet.verdicts).toEqual(verbs.verdicts);
    expect(Math.abs(fleet.meanwhile - verbs.meanwhile)).toBeLessThanOrEqual(1 + 0.02 * told.stores);
    expectWithin10Percent(fleet.looks, verbs.looks);
    expectWithin10Percent(fleet.questions, verbs.questions);
  });

  test('a quiet look that is not climbed leaves what a climbed one leaves', () => {
    const run = (thorough: boolean) =>
      withSeededDice(3, () => {
        const { faults, weather } = story(40, 'mass_403', [['revoked', 70]]);
        const rows = connectedStores({ seed: 3, stores: 40, intervalMs: HOUR, faults }, connector);
        const watch = new FleetWatch(
          { rows, intervalMs: HOUR, faults, weather, operatorStore: false },
          { connector, from: BEGINNING, watching: { quiet: () => undefined, looked: () => undefined }, thorough },
        );
        watch.runTo(BEGINNING + 600 * MINUTE);
        return {
          looks: watch.looks,
          calls: watch.calls,
          rows: watch.rows.map(({ verdict, cause, nextAt, lastOkAt }) => ({ verdict, cause, nextAt, lastOkAt })),
        };
      });
    expect(run(true)).toEqual(run(false));
  });
});
