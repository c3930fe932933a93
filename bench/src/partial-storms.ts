/** Storms over 1, 5 and 20 % of the sellers, for ten minutes to twelve hours: false alarms, and real losses inside them. */
import { runAll, together, totalOf } from './fleet/crew.ts';
import type { Found, Tally } from './fleet/ledger.ts';
import { STORM_ANSWERS, type StormAnswer } from './fleet/partial-storms.ts';
import type { Season } from './fleet/scripts.ts';
import { once, type Result } from './result.ts';
import { table } from './table.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHARES = [0.01, 0.05, 0.2] as const;
const FLEETS = [20, 200, 1_000, 10_000] as const;
/** Of each share in each fleet; faults begin on all but the last three of its days. */
const STORE_DAYS = 100_000;
/** The same of the other answers, in fleets of up to a thousand. */
const STORE_DAYS_BESIDE = 10_000;
const LEAST_DAYS = 7;

/** `mustHold`: a false alarm or a missed loss fails the run. The others are measured, and docs/guide/measurements.md says why. */
const ANSWERS: readonly { answer: StormAnswer; mustHold: boolean }[] = [
  { answer: 'calls_403', mustHold: true },
  { answer: 'calls_401', mustHold: true },
  { answer: 'one_operation', mustHold: true },
  { answer: 'calls_flickering', mustHold: true },
  { answer: 'permissions', mustHold: false },
];

type Cell = { answer: StormAnswer; mustHold: boolean; share: number; fleet: number; season: Season };

function cells(quick: boolean): Cell[] {
  return ANSWERS.flatMap(({ answer, mustHold }) =>
    SHARES.flatMap((share) =>
      FLEETS.slice(0, fleetsOf(answer, quick)).map((fleet) => {
        const days = Math.max(LEAST_DAYS, Math.round(storeDays(answer, quick) / fleet));
        const seed = 31 * fleet + 1_000 * share + answer.length;
        const partial = { answer, share };
        const season = { ...QUIET, seed, stores: fleet, days, partial };
        return { answer, mustHold, share, fleet, season };
      }),
    ),
  );
}

const QUIET = { intervalMs: HOUR, weatherEveryDays: Infinity, kinds: [], faultEveryDays: 60 };

function fleetsOf(answer: StormAnswer, quick: boolean): number {
  if (quick) return 2;
  return answer === 'calls_403' ? FLEETS.length : FLEETS.length - 1;
}

function storeDays(answer: StormAnswer, quick: boolean): number {
  if (quick) return 1_200;
  return answer === 'calls_403' ? STORE_DAYS : STORE_DAYS_BESIDE;
}

function isMissed({ told, lastedMs }: Found): boolean {
  return lastedMs >= DAY && (told === null || told > DAY);
}

/** The big fleets begin first, so that no thread waits for the last of them. */
export async function benchPartialStorms({ quick }: { quick: boolean }): Promise<{ results: Result[]; text: string }> {
  const planned = cells(quick).toSorted((a, b) => b.fleet - a.fleet);
  const tallies = await runAll(
    planned.map(({ season }) => season),
    quick ? 1 : undefined,
  );
  const measured = planned.map((cell, i) => ({ ...cell, tally: together(tallies.slice(i, i + 1)) }));
  const rows = ANSWERS.flatMap(({ answer, mustHold }) =>
    SHARES.map((share) => {
      const these = measured.filter((cell) => cell.answer === answer && cell.share === share);
      return { answer, mustHold, share, these, tally: together(these.map(({ tally }) => tally)) };
    }),
  );
  return { results: rows.flatMap(resultsOf), text: table(TITLE, [HEAD, ...rows.map(rowOf)]) };
}

type Measured = Cell & { tally: Tally };
type Row = Pick<Cell, 'answer' | 'mustHold' | 'share'> & { these: readonly Measured[]; tally: Tally };

const TITLE = 'Storms over a part of the sellers: false alarms, and losses that were not found within a day';
const HEAD = ['answer', 'share', 'store-days', 'false alarms by fleet', 'naive rule', 'losses', 'missed'] as const;

function rowOf({ answer, share, these, tally }: Row) {
  const byFleet = these
    .toSorted((a, b) => a.fleet - b.fleet)
    .map(({ fleet, tally: one }) => `${fleet}: ${totalOf(one.falseAlarms[0])}`);
  return [
    STORM_ANSWERS[answer].what,
    `${share * 100} %`,
    Math.round(tally.storeDays),
    byFleet.join(' · '),
    totalOf(tally.falseAlarms[1]),
    tally.found.length,
    tally.found.filter(isMissed).length,
  ] as const;
}

function resultsOf({ answer, mustHold, share, tally }: Row): Result[] {
  const name = `judge/storms, ${STORM_ANSWERS[answer].what}, ${share * 100} % of sellers`;
  const limit = mustHold ? { limit: 0 } : {};
  const count = (what: string, value: number, more: { limit?: number; peer?: number } = {}) =>
    once(`${name}: ${what}`, { value, unit: 'count', ...more });
  return [
    count('store-days', Math.round(tally.storeDays)),
    count('false alarms', totalOf(tally.falseAlarms[0]), { ...limit, peer: totalOf(tally.falseAlarms[1]) }),
    count('losses inside', tally.found.length),
    count('losses not found within a day', tally.found.filter(isMissed).length, limit),
  ];
}
