import { expect, test } from 'vitest';

import { later } from './duration.ts';

const FROM = Date.parse('2024-02-29T10:00:00Z');

test.each([
  ['P365D', '2025-02-28T10:00:00.000Z'],
  ['P1Y', '2025-03-01T10:00:00.000Z'],
  ['P1M', '2024-03-29T10:00:00.000Z'],
  ['P2W', '2024-03-14T10:00:00.000Z'],
  ['PT5M', '2024-02-29T10:05:00.000Z'],
  ['PT1H30M0.5S', '2024-02-29T11:30:00.500Z'],
  ['P1DT12H', '2024-03-01T22:00:00.000Z'],
  ['P0D', '2024-02-29T10:00:00.000Z'],
])('%s from leap day leads to %s', (duration, expected) => {
  expect(new Date(later(FROM, duration) ?? Number.NaN).toISOString()).toBe(expected);
});

test.each(['', 'P', 'PT', '-P1D', 'P-1D', '5 minutes', 'P1.5D', 'PT1D', '365', 'p1d', 'P99999999999999D'])(
  '%s is no duration that goes forward',
  (duration) => {
    expect(later(FROM, duration)).toBeUndefined();
  },
);
