/** The in-process bus behind server-sent events. Nothing relies on it: a page that missed an event asks again. */
import type { ConnectSession } from '../http/contract/connect.ts';
import type { StoreBody } from '../http/contract/store.ts';

export type LiveEvent =
  | { type: 'store'; accountId: string; store: StoreBody }
  | { type: 'store_removed'; accountId: string; storeId: string }
  | { type: 'connect_session'; accountId: string; session: ConnectSession }
  | { type: 'repair'; accountId: string; storeId: string }
  | { type: 'mailbox'; accountId: string };

export type Live = {
  publish: (event: LiveEvent) => void;
  /** Hears what concerns one account; the answer ends it. */
  subscribe: (accountId: string, listener: (event: LiveEvent) => void) => () => void;
};

export function createLive(): Live {
  const listeners = new Map<string, Set<(event: LiveEvent) => void>>();
  return {
    publish(event) {
      for (const listener of listeners.get(event.accountId) ?? []) listener(event);
    },
    subscribe(accountId, listener) {
      const mine = listeners.get(accountId) ?? new Set();
      mine.add(listener);
      listeners.set(accountId, mine);
      return () => {
        mine.delete(listener);
        if (mine.size === 0) listeners.delete(accountId);
      };
    },
  };
}
