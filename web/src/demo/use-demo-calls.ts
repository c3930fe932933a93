/** What the fire drill can do. Every call answers with the demo's new state. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { DemoState, MoveClock, StartDrill } from '../../../server/src/http/contract/app.ts';
import { learnClock } from '../api/product-clock.ts';
import { keys } from '../api/queries.ts';
import { request } from '../api/request.ts';

export function useDemoCalls() {
  const client = useQueryClient();
  const onSuccess = (state: DemoState): void => {
    learnClock(state.now);
    client.setQueryData(keys.demo, state);
    void client.invalidateQueries({ queryKey: keys.stores });
  };
  const start = useMutation({
    mutationFn: (drill: z.input<typeof StartDrill>) =>
      request<DemoState>('/app/demo/drills', { method: 'POST', body: drill }),
    onSuccess,
  });
  const stop = useMutation({
    mutationFn: (id: string) => request<DemoState>(`/app/demo/drills/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess,
  });
  const reset = useMutation({
    mutationFn: () => request<DemoState>('/app/demo/drills', { method: 'DELETE' }),
    onSuccess,
  });
  const move = useMutation({
    mutationFn: (to: z.input<typeof MoveClock>) => request<DemoState>('/app/demo/clock', { method: 'POST', body: to }),
    onSuccess,
  });
  return { start, stop, reset, move };
}
