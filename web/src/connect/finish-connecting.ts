/** *Finish connecting*: a new trip to the marketplace for a store whose permission is still missing. */
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ConnectSession } from '../../../server/src/http/contract/connect.ts';
import { request } from '../api/request.ts';

export function useFinishConnecting() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (storeId: string) =>
      request<ConnectSession>('/v1/connect_sessions', { method: 'POST', body: { store_id: storeId } }),
    onSuccess: (session) => navigate({ to: '/connect/$sessionId', params: { sessionId: session.id } }),
  });
}
