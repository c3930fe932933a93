/**
 * One stream of server-sent events for the whole app. Events change the query cache in place, so that rows change
 * by themselves; a lost stream is noted with its time and never empties a page.
 */
import { useEffect } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { LiveEvents, Me } from '../../../server/src/http/contract/app.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { isNewer, withChanges, without, type StoreList } from './all-stores.ts';
import { announce, markGreen } from './green-moment.ts';
import { observable } from './observable.ts';
import { learnClock, productNow } from './product-clock.ts';
import { keys, meQuery } from './queries.ts';

/** Product time since which the server has not been heard; null while it is. */
export const lostSince = observable<number | null>(null);

/** Streams end when a server restarts; only what lasts longer than this is worth a notice. */
const GRACE_MS = 2500;
const RETRY_MS = 3000;
/** An incident changes thousands of rows at once: they are painted together. */
const BATCH_MS = 120;

const NAMES = [
  'store',
  'store_removed',
  'connect_session',
  'repair',
  'clock',
  'mailbox',
] as const satisfies (keyof LiveEvents)[];

type Stream = { source: EventSource | null; retry: number | null; grace: number | null; opened: boolean };

const tryNowListeners = new Set<() => void>();

/** Opens the stream anew at once, for the *Try now* button. */
export function tryNow(): void {
  for (const listener of tryNowListeners) listener();
}

export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => listen(client), [client]);
}

function listen(client: QueryClient): () => void {
  const stream: Stream = { source: null, retry: null, grace: null, opened: false };
  const fold = folder(client);

  const open = (): void => {
    stream.source?.close();
    if (stream.retry !== null) clearTimeout(stream.retry);
    stream.retry = null;
    const source = new EventSource('/app/live');
    stream.source = source;
    source.addEventListener('open', () => heard(stream, client));
    source.addEventListener('error', () => {
      lost(stream, client);
      // The browser tries again by itself unless the answer was no stream at all.
      if (source.readyState === EventSource.CLOSED) stream.retry = window.setTimeout(open, RETRY_MS);
    });
    for (const name of NAMES) {
      source.addEventListener(name, (event) => fold(name, (event as MessageEvent<string>).data));
    }
  };

  open();
  tryNowListeners.add(open);
  return () => {
    tryNowListeners.delete(open);
    stream.source?.close();
    if (stream.retry !== null) clearTimeout(stream.retry);
    if (stream.grace !== null) clearTimeout(stream.grace);
    lostSince.set(null);
  };
}

function heard(stream: Stream, client: QueryClient): void {
  if (stream.grace !== null) clearTimeout(stream.grace);
  stream.grace = null;
  lostSince.set(null);
  // Whatever happened while nobody listened is read once; the first opening has nothing to catch up with.
  if (stream.opened) void client.invalidateQueries();
  stream.opened = true;
}

function lost(stream: Stream, client: QueryClient): void {
  if (stream.grace !== null || lostSince.get() !== null) return;
  const since = productNow();
  stream.grace = window.setTimeout(() => {
    stream.grace = null;
    lostSince.set(since);
    // A session that ended looks like a lost stream: asking who we are tells them apart.
    void client.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => undefined);
  }, GRACE_MS);
}

function folder(client: QueryClient): (name: keyof LiveEvents, data: string) => void {
  let waiting: StoreBody[] = [];
  let timer: number | null = null;
  const flush = (): void => {
    timer = null;
    const stores = waiting;
    waiting = [];
    foldStores(client, stores);
  };
  const react: { [K in keyof LiveEvents]: (event: LiveEvents[K]) => void } = {
    store: (store) => {
      waiting.push(store);
      timer ??= window.setTimeout(flush, BATCH_MS);
    },
    store_removed: ({ store_id }) => {
      client.setQueryData<StoreList>(keys.stores, (list) => (list === undefined ? list : without(list, store_id)));
      void client.invalidateQueries({ queryKey: keys.store(store_id) });
      void client.invalidateQueries({ queryKey: keys.renewals });
    },
    connect_session: (session) => {
      client.setQueryData(keys.connectSession(session.id), session);
      if (session.store_id !== null) void client.invalidateQueries({ queryKey: keys.handOffs(session.store_id) });
    },
    repair: ({ store_id }) => {
      void client.invalidateQueries({ queryKey: keys.repair(store_id) });
      void client.invalidateQueries({ queryKey: keys.handOffs(store_id) });
    },
    clock: ({ now }) => {
      learnClock(now);
      void client.invalidateQueries({ queryKey: keys.demo });
      void client.invalidateQueries({ queryKey: keys.weather });
      void client.invalidateQueries({ queryKey: keys.renewals });
    },
    mailbox: ({ unread }) => {
      client.setQueryData<Me | null>(keys.me, (me) => (me ? { ...me, unread_mails: unread } : me));
      void client.invalidateQueries({ queryKey: keys.mailbox });
    },
  };
  return (name, data) => {
    const handler = react[name] as (event: unknown) => void;
    try {
      handler(JSON.parse(data));
    } catch {
      // A broken event is dropped; the next reading of the list puts it right.
    }
  };
}

function foldStores(client: QueryClient, changes: readonly StoreBody[]): void {
  const known = client.getQueryData<StoreList>(keys.stores);
  const before = new Map((known?.stores ?? []).map((store) => [store.id, store]));
  const latest = new Map<string, StoreBody>();
  for (const store of changes) {
    const earlier = latest.get(store.id);
    if (earlier === undefined || isNewer(earlier, store)) latest.set(store.id, store);
  }
  if (known !== undefined) client.setQueryData(keys.stores, withChanges(known, [...latest.values()]));
  for (const store of latest.values()) foldOne(client, store, before.get(store.id));
  void client.invalidateQueries({ queryKey: keys.renewals });
}

function foldOne(client: QueryClient, store: StoreBody, before: StoreBody | undefined): void {
  const shown = client.getQueryData<StoreBody>(keys.store(store.id));
  if (shown !== undefined && isNewer(shown, store)) client.setQueryData(keys.store(store.id), store);
  if (shown !== undefined) {
    void client.invalidateQueries({ queryKey: keys.timeline(store.id) });
    void client.invalidateQueries({ queryKey: keys.handOffs(store.id) });
  }
  const was = before ?? shown;
  if (was !== undefined && was.pending && !store.pending && store.verdict === 'connected') {
    markGreen(store.id);
    announce(`${store.name} is connected again.`);
  }
}
