/** The columns "later" and "during an incident": a connected fleet, simulated, and what its watch makes of what happens. */
import type { Connector } from '../../../server/src/connectors/connector.ts';
import type { Cause } from '../../../server/src/core/diagnosis.ts';
import type { StoreRow } from '../../../server/src/db/stores.ts';
import { withSeededDice } from '../fleet/dice.ts';
import { OPAQUE, type Fault, type FaultKind, type WeatherEvent } from '../fleet/happenings.ts';
import { BEGINNING, connectedStores } from '../fleet/run.ts';
import { FleetWatch } from '../fleet/watch.ts';
import type { Happening, Size } from './table.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a person sees: the first cause, those that are named as likely beside it, and the notices. */
export type Seen = {
  cause: Cause | 'waits' | null;
  likely: readonly Cause[];
  notices: readonly Cause[];
  /** Messages to the store's seller, and to sellers to whom nothing happened. */
  told: number;
  othersTold: number;
};

export type Wanted = { happening: Happening; size: Size; incident: boolean };

/** The incident refuses everybody's calls so long before and after the happening. */
const INCIDENT_MS = 3 * MINUTE;
/** Until the store was looked at, and what was seen had its proof: in a crowd the store is one that is due just then. */
const JUDGED_MS: Readonly<Record<Size, number>> = { 1: 80 * MINUTE, 20: 80 * MINUTE, 10_000: 10 * MINUTE };
/** What only time tells is spoken of after half a day; one look more may have asked for something else in its turn. */
/** Only half a day separates them from trouble at the marketplace. */
const SLOWLY_JUDGED_MS = 15 * HOUR;
const SEED = 11;

const SLOW: readonly FaultKind[] = ['emptied', ...OPAQUE];

/** True where only half a day tells the fault from trouble at the marketplace: such a story is played alone. */
export function isSlow(happening: Happening): boolean {
  return happening.by === 'fault' && happening.givenAnew !== true && SLOW.includes(happening.kind);
}

/** Plays each of several happenings to another store of one fleet; weather, which everybody has, alone. */
export function play(wanted: readonly Wanted[], connector: Connector): Seen[] {
  const [first] = wanted;
  if (!first) return [];
  const { size, incident } = first;
  return withSeededDice(SEED, () => {
    const due = dueOrder(size, connector);
    const begins = BEGINNING + 20 * MINUTE;
    const struck = wanted.map((_, i) => due[i] ?? 0);
    const faults = wanted.flatMap(({ happening }, i) => faultOf(happening, { store: struck[i] ?? 0, begins }));
    const weather = wanted.flatMap(({ happening }) => weatherOf(happening, begins));
    if (incident) weather.push({ kind: 'mass_403', from: begins - INCIDENT_MS, to: begins + INCIDENT_MS });
    const told = new Map<number, number>();
    const fleet = fleetOf(size, { faults, weather }, connector);
    for (const [i, { happening }] of wanted.entries())
      if (happening.by === 'fault' && happening.givenAnew)
        Object.assign(at(fleet.rows, struck[i] ?? 0), { authorizedAt: begins - MINUTE, authorizedBy: 'consent' });
    const watch = new FleetWatch(fleet, {
      connector,
      from: BEGINNING,
      watching: {
        quiet: () => undefined,
        looked: ({ store, concluded }) => {
          if (concluded?.step.effects.some(({ type }) => type === 'tell_seller'))
            told.set(store, (told.get(store) ?? 0) + 1);
        },
      },
    });
    watch.runTo(begins + (isSlow(first.happening) ? SLOWLY_JUDGED_MS : JUDGED_MS[size]));
    const othersTold = [...told].filter(([store]) => !struck.includes(store)).length;
    return struck.map((store) => seenOf(at(watch.rows, store), { told: told.get(store) ?? 0, othersTold }));
  });
}

type Happens = { faults: readonly Fault[]; weather: readonly WeatherEvent[] };

function fleetOf(size: Size, happens: Happens, connector: Connector): ConstructorParameters<typeof FleetWatch>[0] {
  const rows = connectedStores({ seed: SEED, stores: size, intervalMs: HOUR, faults: happens.faults }, connector);
  return { rows, intervalMs: HOUR, operatorStore: false, ...happens };
}

/** Stores in the order in which they are due from the happening on; the same in every story of a fleet. */
function dueOrder(size: Size, connector: Connector): readonly number[] {
  const known = dueOrders.get(size);
  if (known) return known;
  const rows = connectedStores({ seed: SEED, stores: size, intervalMs: HOUR, faults: [] }, connector);
  const from = BEGINNING + 21 * MINUTE;
  const waits = rows.map(({ nextAt }) => ((nextAt ?? 0) - from + HOUR) % HOUR);
  const order = [...rows.keys()].toSorted((a, b) => (waits[a] ?? 0) - (waits[b] ?? 0));
  dueOrders.set(size, order);
  return order;
}

const dueOrders = new Map<Size, readonly number[]>();

function at(rows: readonly StoreRow[], store: number): StoreRow {
  const row = rows[store];
  if (!row) throw new RangeError(`there is no store ${store}`);
  return row;
}

function faultOf(happening: Happening, { store, begins }: { store: number; begins: number }): Fault[] {
  if (happening.by === 'fault') return [{ store, kind: happening.kind, from: begins, to: Infinity }];
  return happening.by === 'clock' ? [{ store, kind: 'year_over', from: begins + 20 * DAY, to: Infinity }] : [];
}

function weatherOf(happening: Happening, from: number): WeatherEvent[] {
  return happening.by === 'weather' ? [{ kind: happening.kind, from, to: from + DAY }] : [];
}

function seenOf({ judgement }: StoreRow, { told, othersTold }: Pick<Seen, 'told' | 'othersTold'>): Seen {
  if (!judgement) throw new Error('a connected store was judged');
  const { diagnosis, notices } = judgement;
  return {
    cause: diagnosis ? diagnosis.cause : null,
    likely: diagnosis ? diagnosis.likely.map(({ cause }) => cause) : [],
    notices: notices.map(({ cause }) => cause),
    told,
    othersTold,
  };
}
