import { expect, test } from 'vitest';
import { benchReplay } from './replay.ts';

test(
  'a small log is built, replayed by two threads under a changed rule, and measured',
  { timeout: 120_000 },
  async () => {
    const [seconds, answers, differences] = await benchReplay(20_000);
    expect(seconds).toMatchObject({ unit: 's', limit: 60, value: expect.any(Number) });
    expect(answers?.value).toBeGreaterThanOrEqual(20_000);
    expect(differences?.value).toBeGreaterThan(0);
  },
);
