/** Dice under a seed: streams of numbers that are the same every time, one stream for every thing that is diced. */
import { createHash } from 'node:crypto';

export type Dice = {
  /** Even in [0, 1). */
  roll: () => number;
  /** A whole number from 0 to below `end`. */
  below: (end: number) => number;
  /** Even in [from, to). */
  between: (from: number, to: number) => number;
  chance: (probability: number) => boolean;
  pick: <T>(list: readonly T[]) => T;
  /** One of the names, in proportion to its weight. */
  weighted: <Name extends string>(weights: Readonly<Record<Name, number>>) => Name;
  /** Around `mean`, never more than four times it: how long it takes until the next of many independent things. */
  wait: (mean: number) => number;
  bytes: (count: number) => Buffer;
};

export function createDice(seed: string): Dice {
  const roll = streamOf(seed);
  const below = (end: number): number => Math.floor(roll() * end);
  return {
    roll,
    below,
    between: (from, to) => from + roll() * (to - from),
    chance: (probability) => roll() < probability,
    pick(list) {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new RangeError('There is nothing to pick from.');
      return picked;
    },
    weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
      const names = Object.keys(weights) as Name[];
      let left = roll() * names.reduce((sum, name) => sum + weights[name], 0);
      const picked = names.find((name) => (left -= weights[name]) < 0) ?? names.at(-1);
      if (picked === undefined) throw new RangeError('There is nothing to pick from.');
      return picked;
    },
    wait: (mean) => Math.min(4 * mean, -Math.log(1 - roll()) * mean),
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  };
}

/** sfc32 (Doty-Humphrey), begun from a hash of the seed. */
function streamOf(seed: string): () => number {
  const hash = createHash('sha256').update(seed).digest();
  let a = hash.readInt32LE(0);
  let b = hash.readInt32LE(4);
  let c = hash.readInt32LE(8);
  let counter = hash.readInt32LE(12);
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}
