/** What a first look leaves behind when it did not connect: its evidence, and a word to the operator where he has to act. */
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Observation } from '../core/observation.ts';
import { appendObservations, recentObservations } from '../db/observations.ts';
import type { Tx } from '../db/open.ts';
import type { StoreRow } from '../db/stores.ts';
import { beginning } from './open-store.ts';
import { enqueueEffects } from './remind.ts';
import type { Shop } from './shop.ts';

type Left = { tx: Tx; row: StoreRow; diagnosis: Diagnosis; observations: readonly Observation[] };

/** The evidence of a store that stays; in weather that is asked again and again only the first answers are kept. */
export async function leaveEvidence(shop: Shop, { tx, row, diagnosis, observations }: Left): Promise<void> {
  const kept = await recentObservations(tx, { storeId: row.id, since: row.createdAt, limit: 1 });
  if (kept.length === 0) await appendObservations(tx, { accountId: row.accountId, storeId: row.id, observations });
  await tellOperatorOf(shop, { tx, row, diagnosis });
}

/** Rules R11 and R12: a fault of the app, and an answer that nobody knows, are the operator's, also before a store is connected. */
export async function tellOperatorOf(
  shop: Shop,
  { tx, row, diagnosis }: Pick<Left, 'tx' | 'row' | 'diagnosis'>,
): Promise<void> {
  if (diagnosis.owner !== 'operator') return;
  await enqueueEffects(shop, {
    tx,
    row,
    judgement: beginning('setup', diagnosis),
    effects: [{ type: 'tell_operator', cause: diagnosis.cause }],
    now: shop.now(),
  });
}
