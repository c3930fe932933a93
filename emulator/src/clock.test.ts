import { expect, test } from 'vitest';

import { createClock } from './clock.ts';

test('the clock ticks on with the machine from where it was set', () => {
  let machine = 1_000;
  const clock = createClock(50_000, () => machine);
  machine += 250;
  expect(clock.now()).toBe(50_250);
  clock.set(9_000_000);
  machine += 40;
  expect(clock.now()).toBe(9_000_040);
});

test('a clock that nobody set tells the machine time, and goes back to it', () => {
  const clock = createClock(undefined, () => 77);
  expect(clock.now()).toBe(77);
  clock.set(500);
  clock.set(undefined);
  expect(clock.now()).toBe(77);
});

test('whoever waits for the clock is told of every move, and at once of one already made', async () => {
  const clock = createClock(0, () => 0);
  const first = clock.version();
  const waiting = clock.moved(first, 60_000);
  clock.set(5);
  await waiting;
  expect(clock.version()).toBe(first + 1);
  await clock.moved(first, 60_000);
});

test('waiting ends by itself when nothing moves the clock', async () => {
  const clock = createClock(0, () => 0);
  await clock.moved(clock.version(), 1);
  expect(clock.version()).toBe(1);
});
