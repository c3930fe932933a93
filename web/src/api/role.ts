/** What the signed-in person may do in their account. The server decides; this hides what it would refuse. */
import { useQuery } from '@tanstack/react-query';
import { meQuery } from './queries.ts';

/** True for owners and admins: they remove stores, invite people and create keys. */
export function useManages(): boolean {
  const { data: me } = useQuery(meQuery);
  return me?.account.role === 'owner' || me?.account.role === 'admin';
}
