/** A renewal that the marketplace started serves every store that is proven to be its seller's, in all accounts. */
import { nextVersion, putCandidate } from '../db/credentials.ts';
import type { Tx } from '../db/open.ts';
import { insertSession, type SessionRow } from '../db/sessions.ts';
import { findBySeller, type StoreRow } from '../db/stores.ts';
import { renewalSession } from './renewal-session.ts';
import type { Shop } from './shop.ts';
import type { Candidate } from './verify.ts';

type Passing = { tx: Tx; session: SessionRow; candidate: Candidate; store: StoreRow };

/** In the transaction that adopts the token for one store: each other store gets it as a candidate, proven on its own. */
export async function passOn(shop: Shop, { tx, session, candidate, store }: Passing): Promise<void> {
  const { marketplace, region, sellerId, applicationId } = store;
  if (!session.forAll || sellerId === null) return;
  for (const row of await findBySeller(tx, { marketplace, region, sellerId })) {
    const isServed = row.phase === 'live' && row.sellerProvenAt !== null && row.applicationId === applicationId;
    if (row.id === store.id || !isServed) continue;
    const { accountId, id: storeId } = row;
    const version = await nextVersion(tx, { storeId });
    const token = candidate.grantToken;
    await putCandidate({ db: tx, vault: shop.vault }, { accountId, storeId, version, token, now: shop.now() });
    const begun = renewalSession(shop, row, { sellerId, forAll: false });
    await insertSession(tx, { ...begun, status: 'verifying', nextAt: shop.now() });
  }
}
