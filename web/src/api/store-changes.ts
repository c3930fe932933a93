/** What a person changes about a store. Answers are written into the lists at once. */
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { StorePatch } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { withChanges, without, type StoreList } from './all-stores.ts';
import { keys } from './queries.ts';
import { request } from './request.ts';

export type Patch = z.input<typeof StorePatch>;

/** Writes a store the server just answered with into everything that shows it. */
export function keepStore(client: QueryClient, store: StoreBody): void {
  client.setQueryData(keys.store(store.id), store);
  client.setQueryData<StoreList>(keys.stores, (list) => (list === undefined ? list : withChanges(list, [store])));
}

export function usePatch(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patch: Patch) =>
      request<StoreBody>(`/v1/stores/${encodeURIComponent(id)}`, { method: 'PATCH', body: patch }),
    onSuccess: (store) => {
      keepStore(client, store);
      void client.invalidateQueries({ queryKey: keys.timeline(id) });
    },
  });
}

export function usePause(id: string) {
  const patch = usePatch(id);
  return { ...patch, mutate: (paused: boolean): void => patch.mutate({ paused }) };
}

export function useRemove(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>(`/v1/stores/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: () =>
      client.setQueryData<StoreList>(keys.stores, (list) => (list === undefined ? list : without(list, id))),
  });
}
