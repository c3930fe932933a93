/**
 * Time to detect against calls: the same faults, the same looks, the same calls for every rule, at six intervals between
 * two looks at a healthy store. In fair weather; faults that come during an incident are counted by themselves.
 */
import { BASELINE_NAMES } from './fleet/baselines.ts';
import { runAll, together, totalOf } from './fleet/crew.ts';
import type { Found, Tally } from './fleet/ledger.ts';
import { OPAQUE } from './fleet/happenings.ts';
import { ALL_WEATHER, type Season } from './fleet/scripts.ts';
import type { Plotted } from './plot.ts';
import { once, type Result } from './result.ts';
import { table } from './table.ts';

const MINUTE = 60_000;
const INTERVALS_MIN = [15, 30, 60, 120, 240, 360] as const;
/** As the product looks unless it is told otherwise. */
const USUAL_MIN = 60;
const WITHIN_A_DAY_MIN = 24 * 60;
const FEWER_FALSE_ALARMS = 0.01;
const INCIDENTS = ALL_WEATHER.filter((kind) => kind.startsWith('mass_') || kind.startsWith('sellers_'));

/** `opaque`: faults that answer as trouble at the marketplace does, by themselves; the others are `fair` and `stormy`. */
type Measured = { intervalMin: number; calls: number; fair: Rules; opaque: Rules; stormy: Rules; tally: Tally };
/** Minutes: `shown`, `told` of ours, and of each baseline. */
type Rules = { shown: Spread; told: Spread; cleared: Spread; baselines: Spread[] };
type Spread = { p50: number; p95: number; max: number };

export type Detection = { results: Result[]; text: string; plotted: Plotted };

export async function benchDetection({ quick }: { quick: boolean }): Promise<Detection> {
  const intervals = quick ? [USUAL_MIN] : INTERVALS_MIN;
  const seasons = intervals.flatMap((minutes) => [fairSeason(minutes, quick), stormySeason(minutes, quick)]);
  const tallies = await runAll(seasons, quick ? 1 : undefined);
  const measured = intervals.map((intervalMin, i) =>
    measure(intervalMin, { fair: tallies[2 * i], stormy: tallies[2 * i + 1] }),
  );
  return {
    results: measured.flatMap(resultsAt),
    text: measured.map(tableAt).join('\n\n'),
    plotted: plottedFrom(measured),
  };
}

function fairSeason(minutes: number, quick: boolean): Season {
  return {
    seed: 500 + minutes,
    stores: quick ? 200 : 400,
    days: 20,
    intervalMs: minutes * MINUTE,
    weatherEveryDays: Infinity,
    kinds: [],
    faultEveryDays: 25,
  };
}

/** An incident every day, of those in which the marketplace refuses many: by then 3 of 10 faults come in one. */
function stormySeason(minutes: number, quick: boolean): Season {
  return { ...fairSeason(minutes, quick), seed: 900 + minutes, weatherEveryDays: 2, kinds: TOTAL };
}

const TOTAL = INCIDENTS.filter((kind) => !kind.endsWith('half') && !kind.endsWith('flickering'));

function measure(
  intervalMin: number,
  { fair, stormy }: { fair?: Tally | undefined; stormy?: Tally | undefined },
): Measured {
  if (!fair || !stormy) throw new Error('a cohort was not simulated');
  return {
    intervalMin,
    calls: fair.calls / fair.storeDays,
    fair: rulesOf(fair.found.filter(tellsApart)),
    opaque: rulesOf(fair.found.filter((found) => !tellsApart(found))),
    stormy: rulesOf(stormy.found.filter((found) => found.clearedMs > 0 && tellsApart(found))),
    tally: together([fair, stormy]),
  };
}

/** What it answers is no answer of a marketplace that is in trouble. */
function tellsApart({ kind }: Found): boolean {
  return !OPAQUE.includes(kind);
}

function rulesOf(found: readonly Found[]): Rules {
  const told = found.map((one) => one.told);
  return {
    shown: spread(found.map(({ shown }) => shown)),
    told: spread(told),
    cleared: spread(found.map((one) => (one.told === null ? null : Math.max(0, one.told - one.clearedMs)))),
    baselines: BASELINE_NAMES.map((_, i) => spread(found.map(({ baselines }) => baselines[i] ?? null))),
  };
}

/** Minutes; what was never found took for ever. */
function spread(times: readonly (number | null)[]): Spread {
  const minutes = times.map((ms) => (ms === null ? Infinity : ms / MINUTE)).toSorted((a, b) => a - b);
  const at = (share: number) => minutes[Math.min(minutes.length - 1, Math.floor(share * minutes.length))] ?? Infinity;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** The best of the baselines by its 95th percentile, and the best of those with hardly a false alarm. */
function best({ fair, tally }: Measured): { any: number; quiet: number } {
  const naive = totalOf(tally.falseAlarms[1]);
  const quiet = fair.baselines.filter((_, i) => totalOf(tally.falseAlarms[i + 1]) < FEWER_FALSE_ALARMS * naive);
  const least = (spreads: readonly Spread[]) => Math.min(...spreads.map(({ p95 }) => p95));
  return { any: least(fair.baselines), quiet: least(quiet) };
}

function resultsAt(measured: Measured): Result[] {
  const { intervalMin, calls, fair, opaque, stormy } = measured;
  const { any, quiet } = best(measured);
  const at = `${intervalMin} min between looks`;
  const minutes = (name: string, value: number, more: { limit?: number; peer?: number } = {}) =>
    once(`judge/detect, ${at}: ${name}`, { value, unit: 'min', ...more });
  const quietest = Number.isFinite(quiet) ? { limit: quiet, peer: quiet } : {};
  // A rule that never finds some of them has no such time.
  const found = BASELINE_NAMES.flatMap((name, i) => {
    const p95 = fair.baselines[i]?.p95 ?? Infinity;
    return Number.isFinite(p95) ? [minutes(`p95, ${name}`, p95)] : [];
  });
  return [
    once(`judge/detect, ${at}: calls`, { value: calls, unit: 'calls/store/day' }),
    minutes('p50 until the row says so', fair.shown.p50),
    // As the first failed look is when the naive rule mails, nobody can be sooner at the same calls.
    minutes('p95 until the row says so', fair.shown.p95, { limit: any, peer: any }),
    minutes('p50 until the seller is told the right cause', fair.told.p50),
    minutes('p95 until the seller is told the right cause', fair.told.p95, quietest),
    minutes('p95 until the seller is told, beyond the naive rule', fair.told.p95 - (fair.baselines[0]?.p95 ?? 0)),
    minutes('p95 until told after an incident cleared, fault during it', stormy.cleared.p95),
    minutes('longest until the seller is mailed, every call refused without a reason', opaque.told.max, {
      limit: WITHIN_A_DAY_MIN,
    }),
    ...found,
  ];
}

const NEVER: Spread = { p50: Infinity, p95: Infinity, max: Infinity };

function tableAt({ intervalMin, calls, fair, opaque, stormy, tally }: Measured): string {
  const row = (name: string, alarms: number | string, [calm, rough]: [Spread, Spread]) =>
    [name, calm.p50, calm.p95, calm.max, rough.p50, rough.p95, alarms] as const;
  return table(
    `Minutes until a fault is found, ${intervalMin} min between looks, ${calls.toFixed(1)} calls a store and day`,
    [
      ['rule', 'p50', 'p95', 'max', 'p50, fault during an incident', 'p95, the same', 'false alarms'],
      row('Storekeeper: the row says so', '', [fair.shown, stormy.shown]),
      row('Storekeeper: the seller is told', totalOf(tally.falseAlarms[0]), [fair.told, stormy.told]),
      row('Storekeeper: told, since the incident cleared', '', [fair.cleared, stormy.cleared]),
      row('Storekeeper: mailed, every call refused without a reason', '', [opaque.told, NEVER]),
      ...BASELINE_NAMES.map((name, i) => {
        const spreads: [Spread, Spread] = [fair.baselines[i] ?? NEVER, stormy.baselines[i] ?? NEVER];
        return row(name, totalOf(tally.falseAlarms[i + 1]), spreads);
      }),
    ],
  );
}

function plottedFrom(measured: readonly Measured[]): Plotted {
  const line = (name: string, value: (rules: Rules) => number | undefined) => ({
    name,
    points: measured.map(({ calls, fair }) => ({ calls, minutes: value(fair) ?? Infinity })),
  });
  return [
    line('Storekeeper: seller told', ({ told }) => told.p95),
    line('Storekeeper: row says so', ({ shown }) => shown.p95),
    ...BASELINE_NAMES.map((name, i) => line(name, ({ baselines }) => baselines[i]?.p95)),
  ];
}
