import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { argumentsOf, cutPage } from './paging.ts';
import type { Page } from './paging.ts';
import { ParameterProblem } from './parameters.ts';

test('following the tokens gives every entry once, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (all, size) => {
      const seen: number[] = [];
      let token: string | null = null;
      do {
        const page: Page<number> = cutPage(all, { size, token, belongsTo: 'x' });
        seen.push(...page.entries);
        token = page.nextToken ?? null;
      } while (token !== null);
      expect(seen).toEqual(all);
    }),
  );
});

test('a token bent, or used with another call, is refused', () => {
  const { nextToken = '' } = cutPage([1, 2, 3], { size: 1, token: null, belongsTo: 'mine' });
  for (const [token, belongsTo] of [
    [nextToken, 'another'],
    [`${nextToken}x`, 'mine'],
    ['nonsense', 'mine'],
  ] as const)
    expect(() => cutPage([1, 2, 3], { size: 1, token, belongsTo })).toThrow(ParameterProblem);
});

test('arguments are the same in whatever order they come', () => {
  const one = argumentsOf(new URLSearchParams('b=2&a=1&a=0&nextToken=t'), 'nextToken');
  expect(one).toBe(argumentsOf(new URLSearchParams('a=0&nextToken=u&a=1&b=2'), 'nextToken'));
  expect(one).not.toBe(argumentsOf(new URLSearchParams('a=0&b=2'), 'nextToken'));
});
