/** The way from a held store to the page on which everybody sees how its marketplace answers. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

export function MarketplaceStatus({ store }: { store: Pick<StoreBody, 'verdict' | 'marketplace' | 'region'> }) {
  if (store.verdict !== 'held') return null;
  return (
    <p className="sm mt8">
      <a href={`/status/${store.marketplace}/${store.region}`}>See how Amazon answers</a>
    </p>
  );
}
