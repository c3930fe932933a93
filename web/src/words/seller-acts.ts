/** Whether the next step is the seller's, whoever caused the fault: a permission that we lost is given again by its seller alone. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

export function sellerActs({ owner, action }: Pick<StoreBody, 'owner' | 'action'>): boolean {
  return owner === 'seller' || (owner === 'system' && action !== 'none');
}
