/** The store's hand-off: what its owner has done so far, and the link itself for as long as this page remembers it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { HandOffBody, MadeHandOff, NewHandOff } from '../../../server/src/http/contract/hand-off.ts';
import { handOffsQuery, keys } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { isOpen } from './hand-off-steps.ts';

const POLL_MS = 3000;
const CALM_POLL_MS = 20_000;

/** The link that works, or null. Events change it at once; it is asked again all the same, in case one was missed. */
export function useOpenHandOff(storeId: string, { calm }: { calm: boolean }): HandOffBody | null {
  const { data } = useQuery({
    ...handOffsQuery(storeId),
    refetchInterval: ({ state }) => {
      if (state.data?.data.some(isOpen) !== true) return false;
      return calm ? CALM_POLL_MS : POLL_MS;
    },
  });
  return data?.data.find(isOpen) ?? null;
}

const pathOf = (storeId: string): string => `/v1/stores/${encodeURIComponent(storeId)}/hand_offs`;

export function useHandOff(storeId: string) {
  const client = useQueryClient();
  const open = useOpenHandOff(storeId, { calm: false });
  const madeKey = keys.madeHandOff(storeId);
  // The server tells the address once. It is kept in this page's memory, and nowhere else.
  const { data: made = null } = useQuery<MadeHandOff | null>({
    queryKey: madeKey,
    queryFn: () => client.getQueryData<MadeHandOff>(madeKey) ?? null,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  const again = () => client.invalidateQueries({ queryKey: keys.handOffs(storeId) });
  const make = useMutation({
    mutationFn: (wanted: NonNullable<NewHandOff>) =>
      request<MadeHandOff>(pathOf(storeId), { method: 'POST', body: wanted }),
    onSuccess: (answer) => {
      client.setQueryData(madeKey, answer);
      return again();
    },
  });
  const revoke = useMutation({
    mutationFn: (id: string) => request<void>(`${pathOf(storeId)}/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: again,
  });
  return { open, made: made !== null && made.id === open?.id ? made : null, make, revoke };
}

export type UsedHandOff = ReturnType<typeof useHandOff>;
