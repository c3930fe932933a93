/** Many cohorts on all cores: each process takes the next one when it is done. The answers come in the order of the wishes. */
import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Tally } from './ledger.ts';
import { realConnector, runCohort } from './run.ts';
import { scriptOf, type Season } from './scripts.ts';

export async function runAll(seasons: readonly Season[], processes = availableParallelism()): Promise<Tally[]> {
  if (processes === 1) {
    const connector = realConnector();
    return seasons.map((season) => runCohort(scriptOf(season), connector));
  }
  const tallies: Tally[] = [];
  const waiting = [...seasons.entries()];
  await Promise.all(Array.from({ length: processes }, () => work(waiting, tallies)));
  return tallies;
}

async function work(waiting: [number, Season][], tallies: Tally[]): Promise<void> {
  const worker = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), { serialization: 'advanced' });
  try {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [place, season] = next;
      tallies[place] = await askWorker(worker, season);
    }
  } finally {
    worker.kill();
  }
}

function askWorker(worker: ChildProcess, season: Season): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const lost = () => reject(new Error(`a process that simulated ${season.stores} stores is gone`));
    worker.once('exit', lost);
    worker.once('message', (tally: Tally) => {
      worker.off('exit', lost);
      resolve(tally);
    });
    worker.send(season);
  });
}

/** Several cohorts as one. */
export function together(tallies: readonly Tally[]): Tally {
  const sum = (value: (tally: Tally) => number) => tallies.reduce((total, tally) => total + value(tally), 0);
  const rules = tallies[0]?.alarms ?? [];
  return {
    stores: sum(({ stores }) => stores),
    storeDays: sum(({ storeDays }) => storeDays),
    looks: sum(({ looks }) => looks),
    calls: sum(({ calls }) => calls),
    alarms: rules.map((_, rule) => sum(({ alarms }) => alarms[rule] ?? 0)),
    falseAlarms: rules.map((_, rule) => {
      const all: Record<string, number> = {};
      for (const { falseAlarms } of tallies)
        for (const [kind, count] of Object.entries(falseAlarms[rule] ?? {})) all[kind] = (all[kind] ?? 0) + count;
      return all;
    }),
    found: tallies.flatMap(({ found }) => found),
  };
}

export function totalOf(counts: Tally['falseAlarms'][number] | undefined): number {
  return Object.values(counts ?? {}).reduce((total, count) => total + count, 0);
}
