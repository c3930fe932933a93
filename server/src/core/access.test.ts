import { expect, test } from 'vitest';
import { estimatedExpiry, GRANT_DAYS } from './access.ts';

test('a permission runs out 365 days after it was given, over a leap day too', () => {
  expect(GRANT_DAYS).toBe(365);
  expect(estimatedExpiry(Date.UTC(2026, 0, 2))).toBe(Date.UTC(2027, 0, 2));
  expect(estimatedExpiry(Date.UTC(2028, 1, 29))).toBe(Date.UTC(2029, 1, 28));
});

test('without a known day there is no estimate', () => {
  expect(estimatedExpiry(null)).toBeNull();
});
