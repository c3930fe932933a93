import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,emulator,web}/src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
