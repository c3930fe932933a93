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

/** Where a person wanted to go before they had to confirm their address, in this browser. */
const WAY = 'storekeeper-after-confirm';

export function rememberWay(to: string | undefined): void {
  try {
    if (to === undefined) localStorage.removeItem(WAY);
    else localStorage.setItem(WAY, to);
  } catch {
    // A browser without storage goes to the first page afterwards.
  }
}

export function rememberedWay(): string | undefined {
  try {
    const to = localStorage.getItem(WAY) ?? undefined;
    localStorage.removeItem(WAY);
    return to?.startsWith('/') && !to.startsWith('//') && !to.includes('\\') ? to : undefined;
  } catch {
    return undefined;
  }
}
