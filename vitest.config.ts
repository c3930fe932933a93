import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Many small files that change nothing outside themselves: what they import is loaded once for all of them. */
const SMALL = [
  '{server,emulator,web,bench}/src/**/*.test.{ts,tsx}',
  'tests/{api,fault-matrix,http,messages,mws}/**/*.test.ts',
];

export default defineConfig({
  test: {
    // Journeys and processes wait a third of their time: one file more than there are cores.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'small', include: SMALL, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['tests/**/*.test.ts'], exclude: SMALL } },
    ],
  },
});
