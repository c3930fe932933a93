/** The product's clock: the machine's time, moved by an offset. Outside the demo the offset is zero. */
export type Clock = {
  now(): number;
  /** Milliseconds by which the product's time is ahead of the machine's. */
  offset(): number;
  setOffset(ms: number): void;
};

export function createClock(machine: () => number = Date.now): Clock {
  let ahead = 0;
  return {
    now: () => machine() + ahead,
    offset: () => ahead,
    setOffset(ms) {
      ahead = Math.round(ms);
    },
  };
}
