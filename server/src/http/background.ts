/** Work that a request starts and does not wait for, so that its length is not seen in the answer. */
import type { Log } from '../stores/shop.ts';

export type Background = {
  run(work: () => Promise<unknown>): void;
  /** Resolves when all of it has ended. */
  ended(): Promise<void>;
};

export function createBackground(log: Log): Background {
  const running = new Set<Promise<unknown>>();
  return {
    run(work) {
      const one = work()
        .catch((error: unknown) => log.warn({ error: String(error) }, 'work after a request failed'))
        .finally(() => running.delete(one));
      running.add(one);
    },
    async ended() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
