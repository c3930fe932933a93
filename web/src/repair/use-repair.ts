/** The repair behind the dialog: opened once, read every two seconds and on every event, until the store is green. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { isNewer } from '../api/all-stores.ts';
import { announce, markGreen } from '../api/green-moment.ts';
import { keys, openRepair, readRepair, storeQuery } from '../api/queries.ts';
import { isStatus, request } from '../api/request.ts';
import { keepStore } from '../api/store-changes.ts';

const POLL_MS = 2000;

/** Nothing is left to repair: the store works, or is only being looked at once more. */
export function isGreen(store: Pick<StoreBody, 'verdict'>): boolean {
  return store.verdict === 'connected' || store.verdict === 'checking' || store.verdict === 'limited';
}

export function useRepair(storeId: string) {
  const client = useQueryClient();
  const key = keys.repair(storeId);
  const store = useQuery(storeQuery(storeId));
  const repair = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      client.getQueryData<Repair>(key) === undefined ? openRepair(storeId) : readRepair(storeId, signal),
    refetchInterval: (query) => {
      const known = query.state.data;
      return known !== undefined && isGreen(known.store) ? false : POLL_MS;
    },
    retry: (count, error) => error.name === 'Unreachable' && count < 5,
    gcTime: 0,
  });

  // The repair ends when the store is green; its end tells us to read the store itself.
  const ended = repair.isError && isStatus(repair.error, 404) && repair.data !== undefined;
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: keys.store(storeId) });
  }, [client, ended, storeId]);
  useEffect(() => {
    if (repair.data !== undefined)
      keepStore(client, newest(repair.data.store, client.getQueryData(keys.store(storeId))));
  }, [client, repair.data, storeId]);

  const shown = repair.data === undefined ? store.data : newest(repair.data.store, store.data);
  // The store as it was when the dialog opened: the green moment tells how long it was away.
  const [first, setFirst] = useState<StoreBody | null>(null);
  if (first === null && shown !== undefined) setFirst(shown);
  const broken = first !== null && !isGreen(first) ? first : null;
  const green = shown !== undefined && isGreen(shown);
  useEffect(() => {
    if (!green || broken === null) return;
    markGreen(storeId);
    announce(`${broken.name} is connected again.`);
  }, [green, broken, storeId]);

  return { repair, storeError: store.error, store: shown, broken, green };
}

function newest(a: StoreBody, b: StoreBody | undefined): StoreBody {
  return b !== undefined && isNewer(a, b) ? b : a;
}

function useRepairCall(storeId: string, verb: 'opened' | 'look') {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      request<Repair>(`/app/stores/${encodeURIComponent(storeId)}/repair/${verb}`, { method: 'POST', body: {} }),
    onSuccess: (repair) => client.setQueryData(keys.repair(storeId), repair),
  });
}

/** Tells the server that the seller went to Seller Central, so that it looks more often. */
export function useOpened(storeId: string) {
  return useRepairCall(storeId, 'opened');
}

export function useLookNow(storeId: string) {
  return useRepairCall(storeId, 'look');
}
