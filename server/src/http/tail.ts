/** Follows the event log while somebody is watching, so that a change made by another process shows here too. */
import { reportError } from '../database-outage.ts';
import type { Log } from '../stores/shop.ts';
import type { StoreBody } from './contract/store.ts';
import type { Doors } from './web.ts';

const EVERY_MS = 500;

export type TailFollower = {
  subscribe(accountId: string, listener: (store: StoreBody) => void): () => void;
  stop(): void;
};

export function followTail(door: Doors['tail'], log: Log): TailFollower {
  const listeners = new Map<string, Set<(store: StoreBody) => void>>();
  let timer: NodeJS.Timeout | null = null;
  let seen: number | null = null;

  async function look(): Promise<void> {
    if (seen === null) {
      seen = await door.last();
      return;
    }
    for (const event of await door.after(seen)) {
      seen = Math.max(seen, event.seq);
      if (event.store === null) continue;
      for (const listener of listeners.get(event.accountId) ?? []) listener(event.store);
    }
  }

  function next(): void {
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) =>
          reportError(log, 'live pages', { message: 'the event log could not be followed', error }),
        )
        .finally(() => {
          if (timer !== null) next();
        });
    }, EVERY_MS);
  }

  function stop(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    seen = null;
  }

  return {
    subscribe(accountId, listener) {
      const mine = listeners.get(accountId) ?? new Set();
      mine.add(listener);
      listeners.set(accountId, mine);
      if (timer === null) next();
      return () => {
        mine.delete(listener);
        if (mine.size === 0) listeners.delete(accountId);
        if (listeners.size === 0) stop();
      };
    },
    stop,
  };
}
