/** Deleting what never was a store: a connect that failed leaves nothing behind. */
import type { Reader } from './dialect.ts';

/**
 * The row with its credentials, observations, looks and events. Only for stores that were never connected: others are closed.
 * False, and nothing deleted, when it was connected meanwhile or is gone.
 */
export async function deleteStore(tx: Reader, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('store')
    .where('id', '=', id)
    .where('first_ok_at', 'is', null)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return false;
  await tx.deleteFrom('credential').where('store_id', '=', id).execute();
  await tx.deleteFrom('observation').where('store_id', '=', id).execute();
  await tx.deleteFrom('look').where('store_id', '=', id).execute();
  await tx.deleteFrom('event').where('store_id', '=', id).execute();
  await tx.deleteFrom('incident_store').where('store_id', '=', id).execute();
  await tx.deleteFrom('hand_off').where('store_id', '=', id).execute();
  await tx.deleteFrom('subscription').where('store_id', '=', id).execute();
  return true;
}
