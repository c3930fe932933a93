/** The session of a renewal that the marketplace started. */
import { hashToken, newId, randomToken } from '../db/ids.ts';
import type { SessionRow } from '../db/sessions.ts';
import type { StoreRow } from '../db/stores.ts';
import { LOOK_LEASE_MS } from './probe.ts';
import type { Shop } from './shop.ts';
import { stepsOf } from './steps.ts';

const SESSION_MS = 24 * 3_600_000;

type For = { sellerId: string | null; forAll: boolean };

/** A repair of the store that waits for nobody at a page of ours, and that counts only when data names its seller. */
export function renewalSession(shop: Shop, row: StoreRow, { sellerId, forAll }: For): SessionRow {
  const now = shop.now();
  const connector = shop.connector(row.marketplace);
  return {
    accountId: row.accountId,
    id: newId('cs'),
    kind: 'repair',
    tokenHash: hashToken(randomToken()),
    storeId: row.id,
    marketplace: row.marketplace,
    site: row.site,
    fields: { name: row.name, email: row.email, currency: row.currency, receivingAccount: row.receivingAccount },
    status: 'exchanging',
    browserHash: null,
    codeSealed: null,
    codeKeyId: null,
    arrivedSellerId: sellerId,
    mustName: true,
    forAll,
    steps: stepsOf([], { connector, done: false }),
    diagnosis: null,
    wrongStore: null,
    // The process that received it finishes it; the watch takes over where that process is gone.
    nextAt: now + LOOK_LEASE_MS,
    leaseOwner: null,
    leaseUntil: null,
    attempt: 0,
    version: 1,
    createdAt: now,
    expiresAt: now + SESSION_MS,
    endedAt: null,
  };
}
