/** Deleting what never was a store: a connect that failed leaves nothing behind. */
import type { Reader } from './dialect.ts';

/** The row with its credentials, observations and events. Only for stores that were never connected: others are closed. */
export async function deleteStore(tx: Reader, id: string): Promise<void> {
  await tx.deleteFrom('credential').where('store_id', '=', id).execute();
  await tx.deleteFrom('observation').where('store_id', '=', id).execute();
  await tx.deleteFrom('event').where('store_id', '=', id).execute();
  await tx.deleteFrom('store').where('id', '=', id).where('first_ok_at', 'is', null).execute();
}
