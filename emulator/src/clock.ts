/** Milliseconds since 1970, UTC. Every time inside the emulator is one of these. */
export type Instant = number;

/** The emulator's time and the machine's at the same moment. */
export type Moment = { now: Instant; machine: Instant };

/**
 * The emulator's own time. It ticks with the machine from wherever it was set, and every move raises `version`, so that
 * another program can share it by waiting for the next version instead of polling.
 */
export type Clock = {
  now: () => Instant;
  /** Both times at once: what waits by itself (a queue) waits by the machine's, whatever the emulator's is set to. */
  moment: () => Moment;
  version: () => number;
  /** How far it is from the machine's time. */
  offset: () => number;
  /** Without an instant it goes back to the machine's time. */
  set: (instant: Instant | undefined) => void;
  /** Resolves as soon as the version differs from the one given, or after `timeoutMs`. */
  moved: (version: number, timeoutMs: number) => Promise<void>;
};

export function createClock(start?: Instant, machine: () => Instant = Date.now): Clock {
  let offset = start === undefined ? 0 : start - machine();
  let version = 1;
  const waiting = new Set<() => void>();

  return {
    now: () => machine() + offset,
    moment() {
      const at = machine();
      return { now: at + offset, machine: at };
    },
    version: () => version,
    offset: () => offset,
    set(instant) {
      offset = instant === undefined ? 0 : instant - machine();
      version += 1;
      for (const wake of waiting) wake();
    },
    moved(known, timeoutMs) {
      if (known !== version) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, timeoutMs);
        timer.unref();
        waiting.add(wake);
      });
    },
  };
}
