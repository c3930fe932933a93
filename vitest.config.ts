import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,emulator,web,bench}/src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    // Journeys and processes wait more than they work: one file for every core, also on a machine with two.
    maxWorkers: availableParallelism(),
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
