/**
 * `npm run bench [-- NAME…] [--json] [--quick] [--plot]`: measures, prints, and ends with 1 when a limit is missed.
 * Without a name every benchmark is run.
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchJudge, type Measured, type Options } from './judge.ts';
import type { Result } from './result.ts';
import { table } from './table.ts';

/** One line a benchmark. */
const BENCHMARKS: Readonly<Record<string, (options: Options) => Promise<Measured>>> = {
  judge: benchJudge,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    plot: { type: 'boolean', default: false },
  },
});

const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
const unknown = names.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There is: ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.exitCode = 2;
} else await run(names);

async function run(wanted: readonly string[]): Promise<void> {
  const measured: Measured[] = [];
  for (const name of wanted) {
    const benchmark = BENCHMARKS[name];
    if (benchmark) measured.push(await benchmark(values));
  }
  const results = measured.flatMap((one) => one.results);
  const missed = results.filter(isMissed);
  if (values.json) console.log(JSON.stringify({ machine: machine(), results }, null, 2));
  else console.log([...measured.map(({ text }) => text), figures(results), verdictOn(missed)].join('\n\n\n'));
  process.exitCode = missed.length > 0 ? 1 : 0;
}

function isMissed({ value, limit }: Result): boolean {
  return limit !== undefined && value > limit;
}

function machine(): Record<string, string | number> {
  const [cpu] = cpus();
  return {
    cpu: cpu ? cpu.model : 'unknown',
    cores: availableParallelism(),
    memory_gib: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    at: new Date().toISOString(),
  };
}

function figures(results: readonly Result[]): string {
  const shown = (value: number | undefined) => value ?? '';
  return table('Figures', [
    ['figure', 'value', 'unit', 'limit', 'best of the others'],
    ...results.map(({ name, value, unit, limit, peer }) => [name, value, unit, shown(limit), shown(peer)]),
  ]);
}

function verdictOn(missed: readonly Result[]): string {
  if (missed.length === 0) return 'Every limit holds.';
  return `Missed: ${missed.map(({ name, value, limit }) => `${name} (${value}, limit ${limit})`).join('; ')}.`;
}
