/** What a first look leaves behind when it did not connect: its evidence, and a word to the operator where he has to act. */
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Observation } from '../core/observation.ts';
import { appendObservations, recentObservations } from '../db/observations.ts';
import type { Tx } from '../db/open.ts';
import type { StoreRow } from '../db/stores.ts';
import { noteFault } from './app-incidents.ts';
import type { Shop } from './shop.ts';

const DAY = 86_400_000;
/** Observations of the last day. */
const LOOKED_THROUGH = 200;

type Left = { tx: Tx; row: StoreRow; diagnosis: Diagnosis; observations: readonly Observation[] };

/** The evidence of a store that stays; in weather that is asked again and again only the first answers are kept. */
export async function leaveEvidence(shop: Shop, { tx, row, diagnosis, observations }: Left): Promise<void> {
  if (!(await hasEvidence(shop, tx, { row, observations })))
    await appendObservations(tx, { accountId: row.accountId, storeId: row.id, observations });
  await tellOperatorOf(shop, { tx, row, diagnosis });
}

/** Of a store that is being repaired only what was asked with these very credentials counts. */
async function hasEvidence(
  shop: Shop,
  tx: Tx,
  { row, observations }: Pick<Left, 'row' | 'observations'>,
): Promise<boolean> {
  const { id: storeId, phase, createdAt } = row;
  if (phase === 'setup' || phase === 'verifying')
    return (await recentObservations(tx, { storeId, since: createdAt, limit: 1 })).length > 0;
  const kept = await recentObservations(tx, { storeId, since: shop.now() - DAY, limit: LOOKED_THROUGH });
  // Witnesses may have been asked a moment ago with others.
  const tried = observations.filter(({ rung }) => rung === 'grant' || rung === 'identity' || rung === 'capability');
  const versions = new Set(tried.map(({ credentialVersion }) => credentialVersion));
  return kept.some(({ credentialVersion }) => versions.has(credentialVersion));
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
