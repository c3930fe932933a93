/** The renewal day and the calendar's address as the server tells them. Every change answers with the whole page. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CalendarAddress, Renewals } from '../../../server/src/http/contract/renewals.ts';
import { keys } from '../api/queries.ts';
import { request } from '../api/request.ts';

export const renewalsQuery = queryOptions({
  queryKey: keys.renewals,
  queryFn: ({ signal }) => request<Renewals>('/app/renewals', { signal }),
});

/** Chooses the day; null: none, the suggested one counts. */
export function useChooseDay() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (day: string | null) => request<Renewals>('/app/renewals/day', { method: 'PUT', body: { day } }),
    onSuccess: (renewals) => client.setQueryData(keys.renewals, renewals),
  });
}

/** The person says that a store is renewed, where nothing else could tell. */
export function useSayRenewed() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      request<Renewals>(`/app/renewals/${encodeURIComponent(id)}/renewed`, { method: 'POST', body: {} }),
    onSuccess: (renewals) => client.setQueryData(keys.renewals, renewals),
  });
}

export function useMakeAddress() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<CalendarAddress>('/app/calendar', { method: 'POST', body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.renewals }),
  });
}

export function useRemoveAddress() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>('/app/calendar', { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.renewals }),
  });
}
