/**
 * Simulated days, each under a seed of its own. STOREKEEPER_SIMULATION_SEEDS=2000 lives through that many instead of the
 * few of every run, STOREKEEPER_SIMULATION_FROM=17 begins at another seed. A seed in which something went wrong is printed with its
 * story; the same seed lives through the very same day again.
 */
import { expect, test } from 'vitest';
import { BUGS } from './bugs.ts';
import { simulate, type Outcome } from './simulate.ts';

const SEEDS = Number(process.env['STOREKEEPER_SIMULATION_SEEDS'] ?? 8);
const FROM = Number(process.env['STOREKEEPER_SIMULATION_FROM'] ?? 1);
/** A day takes seconds, on a busy machine more of them. */
const DAY_MS = 60_000;
/** In so many days every fault is met that is built in on purpose, from one on in which much happens to few stores. */
const DAYS_TO_FIND = 12;
const FIRST_DAY = 4;

function storyOf({ seed, wrong, story }: Outcome): string {
  return [`seed ${seed}`, ...wrong.map((what) => `  ${what}`), '', ...story].join('\n');
}

test(
  'through bad days no store is shown broken that works, no token is lost in silence, and afterwards every store is green',
  async () => {
    const bad: Outcome[] = [];
    const hashes = new Set<string>();
    for (let n = FROM; n < FROM + SEEDS; n += 1) {
      const outcome = await simulate(String(n));
      hashes.add(outcome.hash);
      expect(outcome.counts.calls, `seed ${n} saw something`).toBeGreaterThan(50);
      if (outcome.wrong.length === 0) continue;
      bad.push(outcome);
      console.error(storyOf(outcome));
    }
    expect(bad.map(({ seed, wrong }) => ({ seed, wrong }))).toEqual([]);
    expect(hashes.size, 'no two days are alike').toBe(SEEDS);
  },
  SEEDS * DAY_MS,
);

test(
  'the same seed is the same day, to the last event and step',
  async () => {
    const first = await simulate('twice');
    const again = await simulate('twice');
    expect(again).toEqual(first);
    expect(first.counts.events).toBeGreaterThan(20);
  },
  2 * DAY_MS,
);

test.each(BUGS)(
  'a server in which $name is found out',
  async (bug) => {
    for (let n = FIRST_DAY; n < FIRST_DAY + DAYS_TO_FIND; n += 1) {
      const { wrong } = await simulate(String(n), bug);
      if (wrong.some((what) => bug.found.test(what))) return;
    }
    expect.unreachable(`${DAYS_TO_FIND} days went by and nobody noticed.`);
  },
  DAYS_TO_FIND * DAY_MS,
);
