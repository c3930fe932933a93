/** After signing in: who we are is read anew, then on to the page that was wanted. */
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { meQuery } from '../api/queries.ts';
import { sessionEnded } from '../api/session-ended.ts';

export function useEnter(): (to: string | undefined) => Promise<void> {
  const client = useQueryClient();
  const router = useRouter();
  return async (to) => {
    client.clear();
    sessionEnded.set(false);
    await client.fetchQuery({ ...meQuery, staleTime: 0 });
    router.history.push(to ?? '/stores');
  };
}
