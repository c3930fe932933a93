/**
 * The product's clock. In the demo it can be moved, so pages never count from the browser's clock:
 * they keep the distance between the two, learnt from every answer that tells the time.
 */
import { useSyncExternalStore } from 'react';
import { observable } from './observable.ts';

const offset = observable(0);

/** `now` is the product's time as the server told it just now (RFC 3339). */
export function learnClock(now: string): void {
  const ahead = Date.parse(now) - Date.now();
  if (Number.isNaN(ahead)) return;
  // Half a second of travel time is no movement of the clock, and would make every figure flicker.
  if (Math.abs(ahead - offset.get()) > 750) offset.set(ahead);
}

export function productNow(): number {
  return Date.now() + offset.get();
}

/** One ticking clock for the whole app; components read it at their own pace. */
const ticks = observable(Date.now());
let timer: ReturnType<typeof setInterval> | null = null;
let watching = 0;

function watchTicks(listener: () => void): () => void {
  const stop = ticks.subscribe(listener);
  watching += 1;
  timer ??= setInterval(() => ticks.set(Date.now()), 1000);
  return () => {
    stop();
    watching -= 1;
    if (watching === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The product's time in milliseconds, rounded down to `everyMs`: it changes that often and whenever the clock is moved. */
export function useNow(everyMs = 15_000): number {
  const read = (): number => {
    const now = ticks.get() + offset.get();
    return now - (now % everyMs);
  };
  return useSyncExternalStore((listener) => {
    const stops = [watchTicks(listener), offset.subscribe(listener)];
    return () => {
      for (const stop of stops) stop();
    };
  }, read);
}
