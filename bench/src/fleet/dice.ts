/** Seeded dice: the same seed tells the same story on every machine. */

/** Mulberry32: even enough, and the same every time. */
export function seededDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    return evened(state);
  };
}

/** Even in [0, 1) and decided by its numbers alone, so that no answer depends on who asked before. */
export function decided(a: number, b: number): number {
  return evened(Math.imul(a | 0, 0x9e3779b1) ^ Math.imul(b | 0, 0x85ebca77));
}

function evened(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/** The product throws its own dice; while `work` runs they are seeded. */
export function withSeededDice<T>(seed: number, work: () => T): T {
  const dice = Math.random;
  Math.random = seededDice(seed);
  try {
    return work();
  } finally {
    Math.random = dice;
  }
}
