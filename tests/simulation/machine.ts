/**
 * One machine under one seed: its clock stands still until everybody waits, then moves to the next thing that is due.
 * Whoever is begun on it sees its clock, its timers and its dice in place of the real ones; everybody else sees the real ones.
 * Lives run on it and may end at any step: what they wait for then never comes.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import { createDice, type Dice } from './dice.ts';

/** A process, a person, or the marketplace. */
export type Life = {
  readonly name: string;
  alive: boolean;
  /** Steps it has gone. */
  steps: number;
  /** Asked at every step: true ends it there. */
  endsAt: (where: string) => boolean;
  /** Run once at its end. */
  mourners: (() => void)[];
};

type Due = { at: number; roll: number; turn: number; life: Life; run: () => void; over: boolean };

/** How long the loops of the watch rest (`work/loop.ts`): longer on this machine, while nothing can have fallen due. */
const REST_MS = 250;

export type Machine = {
  readonly now: () => number;
  readonly dice: (what: string) => Dice;
  /** A life that begins: `begin` and all that follows from it belong to it. */
  start: <T>(life: Life, begin: () => T) => T;
  end: (life: Life) => void;
  /** Whoever runs now. */
  current: () => Life;
  /** A step of whoever runs now: it may end there, and others may go first. */
  step: (where: string) => Promise<void>;
  /** True when whoever runs now has ended, or ends at this very step: for places that cannot wait. */
  endsHere: (where: string) => boolean;
  sleep: (ms: number) => Promise<void>;
  after: (ms: number, run: () => void) => void;
  /** Lets everything happen until `end`. */
  runTo: (end: number) => Promise<void>;
  /** Steps that were taken by anybody. */
  taken: () => number;
};

export type Watching = {
  /** When something can fall due next for the watch; asked only while its loops rest. */
  nextDue: () => Promise<number>;
  /** After every step, when everybody waits. */
  afterStep: () => Promise<void>;
};

type Here = { machine: MachineInside; life: Life };
type MachineInside = {
  now: () => number;
  timer: (ms: number, run: () => void) => Due;
  rest: (run: () => void) => void;
  chance: () => number;
  bytes: (count: number) => Buffer;
};

const here = new AsyncLocalStorage<Here>();
/** What never comes. */
const never = <T>(): Promise<T> => new Promise(() => undefined);

export function newLife(name: string, endsAt: Life['endsAt'] = () => false): Life {
  return { name, alive: true, steps: 0, endsAt, mourners: [] };
}

export function createMachine(seed: string, { start, watching }: { start: number; watching: Watching }): Machine {
  const order = createDice(`${seed}/order`);
  const chances = createDice(`${seed}/chances`);
  const bytes = createDice(`${seed}/bytes`);
  const due = createHeap();
  const resting: { from: number; life: Life; run: () => void }[] = [];
  let now = start;
  let turns = 0;
  let taken = 0;

  function push(at: number, run: () => void): Due {
    turns += 1;
    const asBefore = AsyncLocalStorage.snapshot();
    const entry = {
      at: Math.round(at),
      roll: order.roll(),
      turn: turns,
      life: current(),
      run: () => asBefore(run),
      over: false,
    };
    due.add(entry);
    return entry;
  }

  const inside: MachineInside = {
    now: () => now,
    timer: (ms, run) => push(now + Math.max(0, ms), run),
    rest(run) {
      const asBefore = AsyncLocalStorage.snapshot();
      resting.push({ from: now, life: current(), run: () => asBefore(run) });
    },
    chance: chances.roll,
    bytes: bytes.bytes,
  };

  function current(): Life {
    const found = here.getStore();
    if (!found) throw new Error('Nobody of the simulation runs here.');
    return found.life;
  }

  function end(life: Life): void {
    if (!life.alive) return;
    life.alive = false;
    for (const mourner of life.mourners.splice(0)) mourner();
  }

  function endsHere(where: string): boolean {
    const life = current();
    if (!life.alive) return true;
    life.steps += 1;
    if (life.endsAt(where)) end(life);
    return !life.alive;
  }

  /** The watch's loops wake together as soon as anything may be due for them. */
  async function wakingAt(): Promise<number> {
    if (resting.length === 0) return Infinity;
    const least = resting.reduce((first, { from }) => Math.min(first, from), Infinity);
    return Math.max(least + REST_MS, await watching.nextDue());
  }

  function wake(): void {
    for (const { life, run } of resting.splice(0))
      if (life.alive) here.run({ machine: inside, life }, () => push(now, run));
  }

  async function runTo(last: number): Promise<void> {
    for (;;) {
      await everybodyWaits();
      await watching.afterStep();
      const waking = await wakingAt();
      const next = due.least();
      const at = Math.min(waking, next?.at ?? Infinity);
      if (at > last) break;
      now = Math.max(now, at);
      if (next === undefined || waking < next.at) {
        wake();
        continue;
      }
      due.take();
      if (next.over || !next.life.alive) continue;
      taken += 1;
      next.run();
    }
    now = Math.max(now, last);
  }

  return {
    now: () => now,
    dice: (what) => createDice(`${seed}/${what}`),
    start: (life, begin) => here.run({ machine: inside, life }, begin),
    end,
    current,
    endsHere,
    step: (where) => (endsHere(where) ? never() : new Promise((resolve) => push(now, resolve))),
    sleep: (ms) => new Promise((resolve) => push(now + ms, resolve)),
    after: (ms, run) => void push(now + ms, run),
    runTo,
    taken: () => taken,
  };
}

const realImmediate = setImmediate;

/** Nobody of the simulation waits for a real machine: once the event loop turns, everybody waits for the clock. */
function everybodyWaits(): Promise<void> {
  return new Promise((resolve) => {
    realImmediate(resolve);
  });
}

type Heap = { add: (entry: Due) => void; least: () => Due | undefined; take: () => void };

function createHeap(): Heap {
  const entries: Due[] = [];
  const before = (a: Due, b: Due): boolean =>
    a.at < b.at || (a.at === b.at && (a.roll < b.roll || (a.roll === b.roll && a.turn < b.turn)));
  const swap = (i: number, k: number): void => {
    const [a, b] = [entries[i], entries[k]];
    if (a && b) [entries[i], entries[k]] = [b, a];
  };
  const isBefore = (i: number, k: number): boolean => {
    const [a, b] = [entries[i], entries[k]];
    return a !== undefined && b !== undefined && before(a, b);
  };
  return {
    add(entry) {
      let i = entries.push(entry) - 1;
      while (i > 0) {
        const parent = (i - 1) >> 1;
        if (!isBefore(i, parent)) return;
        swap(i, parent);
        i = parent;
      }
    },
    least: () => entries[0],
    take() {
      swap(0, entries.length - 1);
      entries.pop();
      for (let i = 0; ;) {
        const left = 2 * i + 1;
        const child = isBefore(left + 1, left) ? left + 1 : left;
        if (!isBefore(child, i)) return;
        swap(i, child);
        i = child;
      }
    },
  };
}

/** A timer as the code under test holds it. */
class Timer {
  readonly due: Due;

  constructor(due: Due) {
    this.due = due;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** Puts the machine of whoever runs in place of the real clock, timers and dice, until `giveBack` is called. */
export function lendMachines(): () => void {
  const real = {
    now: Date.now,
    measure: performance.now,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setImmediate: globalThis.setImmediate,
    random: Math.random,
    sleep: timersPromises.setTimeout,
    randomBytes: crypto.randomBytes,
    randomUUID: crypto.randomUUID,
  };
  const machine = (): MachineInside | undefined => here.getStore()?.machine;

  Date.now = () => machine()?.now() ?? real.now();
  performance.now = () => machine()?.now() ?? real.measure.call(performance);
  Math.random = () => machine()?.chance() ?? real.random();
  globalThis.setTimeout = Object.assign(
    (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const mine = machine();
      return mine ? new Timer(mine.timer(ms ?? 0, () => run(...args))) : real.setTimeout(run, ms, ...args);
    },
    { __promisify__: real.setTimeout.__promisify__ },
  ) as typeof globalThis.setTimeout;
  globalThis.clearTimeout = (timer) => {
    if (timer instanceof Timer) timer.due.over = true;
    else real.clearTimeout(timer);
  };
  globalThis.setImmediate = Object.assign(
    (run: (...args: unknown[]) => void, ...args: unknown[]) => {
      const mine = machine();
      return mine ? new Timer(mine.timer(0, () => run(...args))) : real.setImmediate(run, ...args);
    },
    { __promisify__: real.setImmediate.__promisify__ },
  ) as unknown as typeof globalThis.setImmediate;
  timersPromises.setTimeout = <T>(ms?: number, value?: T, options?: object): Promise<T> => {
    const mine = machine();
    if (!mine) return real.sleep(ms, value, options);
    return new Promise((resolve) => {
      const end = (): void => resolve(value as T);
      if (ms === REST_MS) mine.rest(end);
      else mine.timer(ms ?? 0, end);
    });
  };
  crypto.randomBytes = ((count: number) =>
    machine()?.bytes(count) ?? real.randomBytes(count)) as typeof crypto.randomBytes;
  crypto.randomUUID = ((options?: object) => {
    const bytes = machine()?.bytes(16);
    return bytes ? bytes.toString('hex') : real.randomUUID(options);
  }) as typeof crypto.randomUUID;
  syncBuiltinESMExports();

  return () => {
    Date.now = real.now;
    performance.now = real.measure;
    Math.random = real.random;
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
    globalThis.setImmediate = real.setImmediate;
    timersPromises.setTimeout = real.sleep;
    crypto.randomBytes = real.randomBytes;
    crypto.randomUUID = real.randomUUID;
    syncBuiltinESMExports();
  };
}
