/** A clock that stands still until it is moved, and waits that end when it has been moved far enough. */

export type MovedTime = {
  now: () => number;
  /** Ends once the clock has been moved by `ms`. */
  pass: (ms: number) => Promise<void>;
  /** Moves the clock to `end`, through every instant at which somebody stops waiting; all they do at an instant is done in it. */
  advanceTo: (end: number) => Promise<void>;
};

type Waiting = { until: number; end: () => void };

export function createMovedTime(start: number): MovedTime {
  let now = start;
  let waiting: Waiting[] = [];

  async function wake(): Promise<void> {
    const over = waiting.filter(({ until }) => until <= now);
    waiting = waiting.filter(({ until }) => until > now);
    for (const { end } of over) end();
    await allDone();
  }

  return {
    now: () => now,
    pass: (ms) =>
      new Promise((end) => {
        waiting.push({ until: now + ms, end });
      }),
    async advanceTo(end) {
      await allDone();
      for (;;) {
        const next = waiting.reduce((least, { until }) => Math.min(least, until), Infinity);
        if (next > end) break;
        now = next;
        await wake();
      }
      now = end;
    },
  };
}

/** Nothing of the simulation waits for a machine: once the event loop turns, everybody waits for the clock. */
function allDone(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
