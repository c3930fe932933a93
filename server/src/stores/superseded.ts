/**
 * One seller in several accounts: a newer permission for our app may end the older ones. Each of their stores keeps a note
 * of it, so that its refusal is not taken for a seller who revoked. No account learns which other one it was.
 */
import { readCredential } from '../db/credentials.ts';
import { findBySeller, markSuperseded } from '../db/stores.ts';
import type { Shop } from './shop.ts';
import { sellerNamed, type Candidate, type Proven } from './verify.ts';

/** Before the new credentials are adopted: what they replaced at the marketplace is replaced whatever follows here. */
export async function noteSuperseded(shop: Shop, candidate: Candidate, { place, observations }: Proven): Promise<void> {
  const sellerId = sellerNamed(candidate, observations);
  if (sellerId === null) return;
  const { marketplace, accountId } = candidate.row;
  const { applicationId } = place.app;
  await shop.db.acrossAccounts(async () => {
    const rows = await findBySeller(shop.db.db, { marketplace, region: place.site.region, sellerId });
    for (const row of rows) {
      if (row.accountId === accountId || row.applicationId !== applicationId || row.phase !== 'live') continue;
      const held = await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId: row.id, state: 'current' });
      if (held === null || held.grantToken.reveal() === candidate.grantToken.reveal()) continue;
      await markSuperseded(shop.db.db, { id: row.id, at: shop.now() });
    }
  });
}
