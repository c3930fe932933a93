/** When the store itself may be at fault, but the evidence leaves the permission possible too. Pure. */
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

type Told = {
  guide: Pick<Repair['guide'], 'way'>;
  diagnosis: Pick<StoreBody, 'likely'> | null;
  store: Pick<StoreBody, 'likely'>;
};

/** True: looking at the marketplace comes first, and confirming again may still be what helps. */
export function mayBeThePermission({ guide, diagnosis, store }: Told): boolean {
  const { likely } = diagnosis ?? store;
  const permission = likely.some(({ cause }) => cause.startsWith('grant.') || cause.startsWith('cred.'));
  return guide.way === 'none' && likely.length > 1 && permission;
}

/** What is left of the sentence once the heading above it has said that there is nothing to do. */
export function afterNothingToDo(next: string | null): string {
  const rest = (next ?? '').replace(/^Nothing for you to do[.;]?\s*/, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
