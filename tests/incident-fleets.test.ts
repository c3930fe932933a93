/**
 * The same incident over small fleets, where no crowd tells: a neighbour, the operator's own store or our app alone must.
 * Every combination is told to the simulated fleet; to the verbs on a database every kind of incident over every fleet,
 * each at another place in the hour and with another moment at which a seller leaves.
 */
import { describe, expect, test } from 'vitest';
import { BEGINNING } from '../bench/src/fleet/run.ts';
import type { WeatherKind } from '../bench/src/fleet/happenings.ts';
import { tellFleet } from './support/fleet-told.ts';
import { AFTERWARDS, expectFound, isData, KINDS, PATIENCE_MS, tell, type Kind } from './support/incident.ts';

const MINUTES = 25;
/** Where in the hour between two looks the incident begins: each store is met before, by and after its own look. */
const BEGINNINGS = [5, 17, 29, 41, 53];
/** When a seller takes their permission back: just before, in the midst of it, and just after. */
const LEAVINGS = (from: number) => [from - 1, from + 10, from + MINUTES + 1];

/** Every kind of incident, and the weather of the simulated fleet that is the same or, for our app, the nearest to it. */
const EVERY: [Kind, WeatherKind][] = [
  [KINDS.calls, 'mass_403'],
  [KINDS.callsInItsOwnWords, 'mass_403_said'],
  [KINDS.permissions, 'mass_refusal'],
  [KINDS.app, 'app_secret'],
];
const SELLERS_ONLY: [Kind, WeatherKind][] = [
  [KINDS.sellersCalls, 'sellers_403'],
  [KINDS.sellersPermissions, 'sellers_refusal'],
];

type Fleet = { fleet: string; stores: number; control: boolean; kinds: [Kind, WeatherKind][] };
const FLEETS: Fleet[] = [
  { fleet: 'one store', stores: 1, control: false, kinds: EVERY },
  { fleet: 'one store beside the operator’s own', stores: 1, control: true, kinds: [...EVERY, ...SELLERS_ONLY] },
  { fleet: 'two stores', stores: 2, control: false, kinds: [...EVERY, ...SELLERS_ONLY] },
  { fleet: 'three stores', stores: 3, control: false, kinds: [...EVERY, ...SELLERS_ONLY] },
  { fleet: 'three stores beside the operator’s own', stores: 3, control: true, kinds: [...EVERY, ...SELLERS_ONLY] },
  { fleet: 'twenty-five stores', stores: 25, control: false, kinds: [...EVERY, ...SELLERS_ONLY] },
];
const CASES = FLEETS.flatMap(({ kinds, ...fleet }) => kinds.map(([kind, weather]) => ({ ...fleet, ...kind, weather })));
/** In these some store of the smallest fleets has its look while it lasts, whatever the dice say. */
const FELT = BEGINNINGS.slice(1);
/** A fleet of one is told quickly, and has nobody to compare with: there every beginning and moment is told on a database too. */
const ON_A_DATABASE = CASES.map((told, i) => ({
  ...told,
  beginnings: told.stores === 1 ? BEGINNINGS : FELT.filter((_, place) => place === i % FELT.length),
  leavings: (from: number) => LEAVINGS(from).filter((_, place, all) => told.stores === 1 || place === i % all.length),
}));

describe('whoever lost nothing hears nothing, and who did is found within two looks', () => {
  test.each(ON_A_DATABASE)(
    '$fleet, refused is $refused',
    { timeout: PATIENCE_MS },
    async ({ stores, control, answers, beginnings, leavings }) => {
      let felt = 0;
      for (const from of beginnings) {
        const incident = { from, minutes: MINUTES, answers };
        const nobody = await tell({ stores, control, incident });
        expectFound(nobody, []);
        felt += stores - (nobody.meanwhile.connected ?? 0);
        for (const at of leavings(from)) {
          const told = await tell({ stores, control, incident, revoked: new Map([[0, at]]) });
          expectFound(told, [0]);
          felt += stores - (told.meanwhile.connected ?? 0);
        }
      }
      expect(felt).toBeGreaterThan(0);
    },
  );
});

describe('of the simulated fleet nobody else hears a word either, wherever in the hour it begins', () => {
  test.each(CASES)('$fleet, refused is $refused', (told) => {
    let felt = 0;
    for (const from of BEGINNINGS)
      for (const at of [null, ...LEAVINGS(from)]) felt += expectFoundInFleet({ ...told, from, at });
    expect(felt).toBeGreaterThan(0);
  });
});

/** The two that prove it, and before them one whose own question to a neighbour shows that the weather has cleared. */
const MOST_LOOKS = 3;

type InFleet = { stores: number; control: boolean; weather: WeatherKind; from: number; at: number | null };

/** Gives how many stores felt it just before its end. */
function expectFoundInFleet({ stores, control, weather: kind, from, at }: InFleet): number {
  const instant = (minute: number) => BEGINNING + minute * 60_000;
  const end = from + MINUTES;
  const { told, noticed, verdicts, meanwhile } = tellFleet(
    {
      stores,
      operatorStore: control,
      weather: [{ kind, from: instant(from), to: instant(end) }],
      faults: at === null ? [] : [{ store: 0, kind: 'revoked', from: instant(at), to: Infinity }],
    },
    { pauseAt: end, endsAt: Math.max(end, at ?? 0) + AFTERWARDS },
  );
  expect(told.map(({ store }) => store)).toEqual(at === null ? [] : [0]);
  const since = Math.max(at ?? 0, end);
  const looks = noticed.filter(
    ({ store, minute }) => store === 0 && minute >= since && minute <= (told[0]?.minute ?? 0),
  );
  expect(looks.length).toBeLessThanOrEqual(MOST_LOOKS);
  const gone = at === null ? {} : { reconnect: 1 };
  const left = stores - (at === null ? 0 : 1);
  expect(verdicts).toEqual({ ...gone, ...(left > 0 ? { connected: left } : {}) });
  return meanwhile;
}

describe('an incident that clears for one store after the other, within a minute and a half', () => {
  test.each([2, 3, 25, 400])('disturbs nobody of %i', { timeout: PATIENCE_MS }, async (stores) => {
    const lingers = (seller: number) => ((seller * 7_919) % 90) / 60;
    for (const { answers } of [KINDS.calls, KINDS.permissions]) {
      for (const from of stores > 10 ? [5] : BEGINNINGS) {
        const outcome = await tell({ stores, incident: { from, minutes: MINUTES, answers, lingers } });
        expect(outcome.disturbed).toEqual([]);
        expect(outcome.verdicts).toEqual({ connected: stores });
      }
    }
  });
});

describe('an operator’s own store that is broken', () => {
  test('does not hide for ever that a seller left', async () => {
    const answers: Kind['answers'] = ({ asker, rung }) =>
      asker === 'operator' && rung === 'grant' ? 'grant_refused' : null;
    const incident = { from: 0, minutes: 120, answers };
    const { meanwhile } = await tell({ stores: 1, control: true, incident, revoked: new Map([[0, 5]]) });
    expect(meanwhile).toEqual({ reconnect: 1 });
  });
});

describe('an operator’s own store that was refused on another day, when it was asked last', () => {
  test('is believed in the next incident', { timeout: PATIENCE_MS }, async () => {
    const DAY = 24 * 60;
    for (const at of BEGINNINGS) {
      const answers: Kind['answers'] = (asked) => {
        const since = asked.minute - DAY - at;
        if (since >= 0) return since < MINUTES ? KINDS.sellersPermissions.answers(asked) : null;
        if (asked.asker === 'operator') return 'grant_refused';
        return asked.minute < 1 && isData(asked) ? 'marketplace_error' : null;
      };
      expectFound(await tell({ stores: 1, control: true, incident: { from: 0, minutes: 2 * DAY, answers } }), []);
    }
  });
});

describe('sellers who leave at the same time, in fair weather', () => {
  const NO_INCIDENT = { from: 0, minutes: 0, answers: () => null };
  /** Between two looks at a healthy store, with all that dice may add. */
  const INTERVAL = 66;

  test('two of three are found within two looks each', { timeout: PATIENCE_MS }, async () => {
    for (const at of BEGINNINGS) {
      const revoked = new Map([0, 1].map((seller) => [seller, at]));
      expectFound(await tell({ stores: 3, incident: NO_INCIDENT, revoked }), [0, 1]);
    }
  });

  test(
    'both of two are found, half an hour after the first of them was seen to fail',
    { timeout: PATIENCE_MS },
    async () => {
      for (const at of BEGINNINGS) {
        const revoked = new Map([0, 1].map((seller) => [seller, at]));
        const { found } = await tell({ stores: 2, incident: NO_INCIDENT, revoked });
        expect(found.map(({ seller }) => seller).toSorted()).toEqual([0, 1]);
        for (const { minutes } of found) expect(minutes).toBeLessThan(INTERVAL / 2 + 30 + 5);
      }
    },
  );
});
