/** What a first look leaves behind when it did not connect: its evidence, and a word to the operator where he has to act. */
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Observation } from '../core/observation.ts';
import { appendObservations, recentObservations } from '../db/observations.ts';
import type { Tx } from '../db/open.ts';
import type { StoreRow } from '../db/stores.ts';
import { noteFault } from './app-incidents.ts';
import type { Shop } from './shop.ts';

const DAY = 86_400_000;

type Left = { tx: Tx; row: StoreRow; diagnosis: Diagnosis; observations: readonly Observation[] };

/** The evidence of a store that stays; in weather that is asked again and again only the first answers are kept. */
export async function leaveEvidence(shop: Shop, { tx, row, diagnosis, observations }: Left): Promise<void> {
  // Of a live store that is being repaired only what is of this very repair counts.
  const since = row.phase === 'live' ? shop.now() - DAY : row.createdAt;
  const kept = await recentObservations(tx, { storeId: row.id, since, limit: 1 });
  if (kept.length === 0) await appendObservations(tx, { accountId: row.accountId, storeId: row.id, observations });
  await tellOperatorOf(shop, { tx, row, diagnosis });
}

/** Rules R11 and R12: a fault of the app, and an answer that nobody knows, are the operator's, also before a store is connected. */
export async function tellOperatorOf(
  shop: Shop,
  { tx, row, diagnosis }: Pick<Left, 'tx' | 'row' | 'diagnosis'>,
): Promise<void> {
  if (diagnosis.owner !== 'operator') return;
  const { cause, evidence } = diagnosis;
  const { applicationId } = row;
  // Also of a live store that is being repaired: its row shows another cause, or none.
  await noteFault({ tx, cause, applicationId, seenAt: shop.now(), evidence: [...evidence], connecting: true });
}
