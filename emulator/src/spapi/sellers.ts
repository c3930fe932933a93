import { marketplaceById } from '../marketplaces.ts';
import type { Seller } from '../state/amazon.ts';
import type { SellerCall } from './call.ts';

/** `getMarketplaceParticipations`, Sellers API v1. */
export function marketplaceParticipations({ seller }: SellerCall): unknown {
  return { payload: participationsOf(seller) };
}

/** `getAccount`, Sellers API v1. The answer does not contain the seller id; the model has no field for it. */
export function account({ seller }: SellerCall): unknown {
  const countryCode = marketplaceById(seller.sites[0]?.marketplaceId ?? '')?.countryCode ?? 'US';
  const address = { addressLine1: '1 Practice Street', city: 'Emulated', postalCode: '00000', countryCode };
  const owner = seller.users.find((user) => user.primary)?.email ?? 'owner';
  return {
    payload: {
      businessType: seller.plan === 'INDIVIDUAL' ? 'INDIVIDUAL' : 'PRIVATE_LIMITED',
      sellingPlan: seller.plan,
      marketplaceParticipationList: participationsOf(seller),
      business: { name: `${seller.storeName} Ltd`, registeredBusinessAddress: address },
      primaryContact: { name: owner, address },
    },
  };
}

function participationsOf(seller: Seller): unknown[] {
  return seller.sites.flatMap((site) => {
    const found = marketplaceById(site.marketplaceId);
    if (!found) return [];
    return [
      {
        marketplace: {
          id: found.id,
          countryCode: found.countryCode,
          name: found.name,
          defaultCurrencyCode: found.currency,
          defaultLanguageCode: found.language,
          domainName: found.domain,
        },
        storeName: seller.storeName,
        participation: { isParticipating: site.participating, hasSuspendedListings: site.suspendedListings },
      },
    ];
  });
}
