import { z } from 'zod';

import { marketplaceById } from '../marketplaces.ts';
import type { Amazon, Seller } from '../state/amazon.ts';
import { announce, announceStatus } from '../state/announce.ts';
import { sellerPlan, sellerStatus, userSchema } from '../world/schema.ts';
import { badBody, notFound } from './problem.ts';
import { ok, parsed } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

const sitePatch = z.strictObject({
  marketplaceId: z.string().min(1),
  participating: z.boolean().optional(),
  suspendedListings: z.boolean().optional(),
  restricted: z.boolean().optional(),
});

const sellerPatch = z.strictObject({
  status: sellerStatus.optional(),
  plan: sellerPlan.optional(),
  storeName: z.string().min(1).optional(),
  sites: z.array(sitePatch).optional(),
  users: z.array(userSchema).optional(),
  /** Vacation is suspended listings on every site. */
  vacation: z.boolean().optional(),
});

type SellerPatch = z.infer<typeof sellerPatch>;

function sellerNamed(amazon: Amazon, sellerId: string): Seller {
  const seller = amazon.sellers.get(sellerId);
  if (!seller) throw notFound(`There is no seller ${sellerId}`);
  return seller;
}

function patch({ stage, params, body }: ControlRequest): ControlAnswer {
  const seller = sellerNamed(stage.amazon, params.sellerId ?? '');
  const wanted = parsed(sellerPatch, body);
  const sites = mergedSites(seller, wanted);
  const before = seller.status;
  seller.sites = wanted.vacation === undefined ? sites : suspended(sites, wanted.vacation);
  seller.status = wanted.status ?? seller.status;
  seller.plan = wanted.plan ?? seller.plan;
  seller.storeName = wanted.storeName ?? seller.storeName;
  seller.users = wanted.users ?? seller.users;
  const moment = stage.clock.moment();
  announce(stage.amazon, moment);
  announceStatus(stage.amazon, { seller, before }, moment);
  return ok(seller);
}

function suspended(sites: Seller['sites'], vacation: boolean): Seller['sites'] {
  return sites.map((site) => ({ ...site, suspendedListings: vacation }));
}

/** Merges by marketplaceId; a site the seller did not have is added, in the seller's own region only. */
function mergedSites(seller: Seller, { sites = [] }: SellerPatch): Seller['sites'] {
  const merged = new Map(seller.sites.map((site) => [site.marketplaceId, site]));
  for (const [at, { marketplaceId, ...changes }] of sites.entries()) {
    const before = merged.get(marketplaceId) ?? newSite(seller, marketplaceId, `/sites/${at}/marketplaceId`);
    merged.set(marketplaceId, {
      ...before,
      participating: changes.participating ?? before.participating,
      suspendedListings: changes.suspendedListings ?? before.suspendedListings,
      ...(changes.restricted === undefined ? {} : { restricted: changes.restricted }),
    });
  }
  return [...merged.values()];
}

function newSite(seller: Seller, marketplaceId: string, pointer: string): Seller['sites'][number] {
  if (marketplaceById(marketplaceId)?.region !== seller.region)
    throw badBody([{ pointer, detail: `${marketplaceId} is no site of region ${seller.region}` }]);
  return { marketplaceId, participating: true, suspendedListings: false };
}

export const SELLER_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/sellers/{sellerId}',
    id: 'readSeller',
    summary: 'One seller',
    handle: ({ stage, params }) => ok(sellerNamed(stage.amazon, params.sellerId ?? '')),
  },
  {
    method: 'PATCH',
    path: '/sellers/{sellerId}',
    id: 'changeSeller',
    summary: 'Status, plan, sites (merged by marketplaceId), vacation; another status is told to subscribers',
    body: sellerPatch,
    handle: patch,
  },
];
