import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue } from './due-queue.ts';

test('whoever is due first comes first, however they came in', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 200 }), (dues) => {
      const queue = new DueQueue();
      for (const [store, at] of dues.entries()) queue.push(at, store);
      const order: number[] = [];
      while (queue.nextAt < Infinity) {
        expect(dues[queue.nextStore]).toBe(queue.nextAt);
        order.push(queue.nextAt);
        queue.drop();
      }
      expect(order).toEqual(dues.toSorted((a, b) => a - b));
    }),
  );
});

test('whoever is postponed waits for all who are due sooner', () => {
  const queue = new DueQueue();
  for (const store of [0, 1, 2]) queue.push(store, store);
  queue.postpone(1.5);
  expect(queue.nextStore).toBe(1);
  queue.postpone(9);
  expect(queue.nextStore).toBe(0);
  expect(queue.nextAt).toBe(1.5);
});
