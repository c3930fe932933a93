/** What a simulated fleet goes through, thrown by seeded dice: bad weather again and again, and sellers who leave. */
import { seededDice } from './dice.ts';
import type { Fault, FaultKind, WeatherEvent, WeatherKind } from './happenings.ts';
import type { PartialStorm, StormAnswer } from './partial-storms.ts';
import { BEGINNING, type Script } from './run.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The weather of the storms, and how many minutes it lasts, at least and at most. */
const LASTS = {
  mass_403: [15, 60],
  mass_403_lingering: [15, 60],
  mass_403_said: [15, 60],
  mass_refusal: [15, 60],
  mass_403_half: [15, 60],
  mass_403_flickering: [15, 60],
  sellers_403: [15, 60],
  sellers_refusal: [15, 60],
  throttling: [20, 180],
  throttling_calls: [20, 180],
  errors: [2, 120],
  error_blip: [1, 60],
  unreadable: [2, 60],
  unheard_of: [2, 60],
  own_network: [1, 30],
  own_network_flaky: [1, 30],
  clock_ahead: [30, 180],
  clock_behind: [30, 180],
  clock_refused: [30, 180],
  app_secret: [10, 120],
} as const satisfies Partial<Record<WeatherKind, readonly [number, number]>>;

export type StormKind = keyof typeof LASTS;
export const ALL_WEATHER = Object.keys(LASTS) as StormKind[];
/** Nothing but another seller's answer tells these from a loss of one's own; a fleet of one has no other seller. */
const SELLERS_ALONE: readonly StormKind[] = ['sellers_403', 'sellers_refusal', 'mass_403_half'];
export const FLEET_OF_ONE = ALL_WEATHER.filter((kind) => !SELLERS_ALONE.includes(kind));

/** What somebody must be told of, in turn. */
const STORM_FAULTS: readonly FaultKind[] = [
  'revoked',
  'year_over',
  'given_anew_elsewhere',
  'half_open',
  'deactivated',
  'sells_nowhere',
  'other_app',
  'no_money_role',
];
/** Faults stand for so long, at least and at most: longer than the day after which they must have been told. */
const FAULT_MS: readonly [number, number] = [26 * HOUR, 60 * HOUR];
/** A store that was put right is left in peace for so long. */
const PEACE_MS = 24 * HOUR;
/** So many faults come while the weather is bad. */
const IN_BAD_WEATHER = 0.3;
/** Nothing new comes in the last days, so that every fault has its day. */
const LAST_DAYS = 3;

export type Season = {
  seed: number;
  stores: number;
  days: number;
  intervalMs: number;
  /** One spell of weather in so many days; Infinity: none. */
  weatherEveryDays: number;
  kinds: readonly StormKind[];
  /** One fault in so many days of a store; Infinity: none. */
  faultEveryDays: number;
  operatorStore?: boolean;
  /** A storm over a part of the sellers on every day. */
  partial?: { answer: StormAnswer; share: number };
  /** Weather that only another seller tells from a loss lasts so many minutes at most. */
  sellersAloneAtMostMin?: number;
};

export function scriptOf(season: Season): Script {
  const { seed, stores, days, intervalMs, operatorStore = false } = season;
  const weather = weatherOf(season);
  const storms = stormsOf(season);
  const faults = faultsOf(season, [...weather, ...storms]);
  return { seed, stores, days, intervalMs, operatorStore, weather, storms, faults };
}

/** The shortest and the longest storm over a part of the sellers. Milliseconds. */
const STORM_MS = { least: 10 * MINUTE, longest: 12 * HOUR };
/** One storm in three comes in three parts, with such a pause between two of them. */
const PARTS = 3;
const PAUSE_MS = 20 * MINUTE;

/** One on every day, as often short as long, and an hour of peace at least before the next. */
function stormsOf({ seed, stores, days, partial }: Season): PartialStorm[] {
  if (!partial) return [];
  const dice = seededDice(seed + 4);
  return Array.from({ length: days }, (_, day): PartialStorm[] => {
    const lasts = STORM_MS.least * (STORM_MS.longest / STORM_MS.least) ** dice();
    const from = Math.round(BEGINNING + day * DAY + dice() * 11 * HOUR);
    const storm = { ...partial, first: Math.floor(dice() * stores), from, to: Math.round(from + lasts) };
    return dice() < 1 / 3 && lasts > 2 * HOUR ? inParts(storm) : [storm];
  }).flat();
}

function inParts(storm: PartialStorm): PartialStorm[] {
  const each = (storm.to - storm.from - (PARTS - 1) * PAUSE_MS) / PARTS;
  return Array.from({ length: PARTS }, (_, part) => {
    const from = Math.round(storm.from + part * (each + PAUSE_MS));
    return { ...storm, from, to: Math.round(from + each) };
  });
}

function weatherOf({ seed, days, weatherEveryDays, kinds, sellersAloneAtMostMin = Infinity }: Season): WeatherEvent[] {
  const dice = seededDice(seed + 2);
  const events: WeatherEvent[] = [];
  const everyMs = weatherEveryDays * DAY;
  let round: StormKind[] = [];
  for (let at = 0; at + everyMs <= days * DAY; at += everyMs) {
    if (round.length === 0) round = shuffled(kinds, dice);
    const kind = round.pop();
    if (!kind) continue;
    const [least, longest] = LASTS[kind];
    const most = SELLERS_ALONE.includes(kind) ? Math.min(longest, sellersAloneAtMostMin) : longest;
    const from = Math.round(BEGINNING + at + dice() * 0.7 * everyMs);
    events.push({ kind, from, to: from + Math.round((least + dice() * (most - least)) * MINUTE) });
  }
  return events;
}

function shuffled<T>(values: readonly T[], dice: () => number): T[] {
  return values
    .map((value) => ({ value, place: dice() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

type Span = Pick<WeatherEvent, 'from' | 'to'>;

function faultsOf({ seed, stores, days, faultEveryDays }: Season, weather: readonly Span[]): Fault[] {
  const dice = seededDice(seed + 3);
  const faults: Fault[] = [];
  const byStore = new Map<number, Fault[]>();
  const wanted = Math.round((stores * days) / faultEveryDays);
  for (let i = 0; i < wanted; i += 1) {
    const store = Math.floor(dice() * stores);
    const from = Math.round(beginOf(dice, { days, weather }));
    const fault = {
      store,
      kind: STORM_FAULTS[i % STORM_FAULTS.length] ?? 'revoked',
      from,
      to: from + between(dice, FAULT_MS),
    };
    const others = byStore.get(store) ?? [];
    if (from > BEGINNING + (days - LAST_DAYS) * DAY || others.some((other) => areClose(fault, other))) continue;
    // A year ends once in these stories, and not after more than a year of them.
    if (fault.kind === 'year_over' && (others.length > 0 || from - BEGINNING > 300 * DAY)) continue;
    byStore.set(store, [...others, fault]);
    faults.push(fault);
  }
  return faults;
}

function beginOf(dice: () => number, { days, weather }: { days: number; weather: readonly Span[] }): number {
  const event = weather[Math.floor(dice() * weather.length)];
  const roll = dice();
  if (event && dice() < IN_BAD_WEATHER) return event.from + roll * (event.to - event.from);
  return BEGINNING + roll * (days - LAST_DAYS) * DAY;
}

function between(dice: () => number, [least, most]: readonly [number, number]): number {
  return Math.round(least + dice() * (most - least));
}

function areClose(a: Fault, b: Fault): boolean {
  return a.from < b.to + PEACE_MS && b.from < a.to + PEACE_MS;
}
