/** Which sites a store takes part in: `getMarketplaceParticipations` of the model sellers v1. */
import { z } from 'zod';

import type { SiteStanding } from '../../core/observation.ts';
import { reading } from './payouts.ts';
import type { Reading } from './payouts.ts';
import { amazonSiteByMarketplace } from '../amazon-sites.ts';
import { listOf } from '../list-of.ts';

const participations = z.object({
  payload: listOf(
    z.object({
      marketplace: z.object({ id: z.string() }),
      storeName: z.string().optional(),
      participation: z.object({ isParticipating: z.boolean(), hasSuspendedListings: z.boolean() }),
    }),
  ),
});

/**
 * The sites Amazon names, pseudo-marketplaces ("Non-Amazon") left out. Without a site that we know the answer tells
 * nothing: an empty list must not read as "takes part nowhere".
 */
export function readParticipations(body: unknown): Reading {
  return reading(participations, body, ({ payload }) => {
    const sites = payload.flatMap((one): SiteStanding[] => {
      const site = amazonSiteByMarketplace(one.marketplace.id);
      if (!site) return [];
      return [
        {
          site: site.site,
          marketplaceId: site.marketplaceId,
          storeName: one.storeName?.trim() || null,
          participating: one.participation.isParticipating,
          listingsSuspended: one.participation.hasSuspendedListings,
        },
      ];
    });
    return sites.length === 0 ? {} : { sites };
  });
}
