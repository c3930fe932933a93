import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Many small files that change nothing outside themselves: what they import is loaded once for all of them. */
const SMALL = [
  '{server,emulator,web,bench}/src/**/*.test.{ts,tsx}',
  'tests/{api,fault-matrix,http,messages,mws}/**/*.test.ts',
];

/** What takes a minute and more, the longest first: begun last, one of them would be waited for alone. */
const LONG = ['incident-fleets', 'incident', 'crash/crash', 'simulation/simulation', 'incident-weather', 'app-faults'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((name) => moduleId.endsWith(`/tests/${name}.test.ts`));
      return place === -1 ? LONG.length : place;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Journeys and processes wait more than they work: one file for every core, also on a machine with two.
    maxWorkers: availableParallelism(),
    // For what hangs, not for what is slow: eight processes that start beside a browser take their time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'small', include: SMALL, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['tests/**/*.test.ts'], exclude: SMALL } },
    ],
  },
});
