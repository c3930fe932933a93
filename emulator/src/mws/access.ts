import type { Instant } from '../clock.ts';
import { marketplaceById } from '../marketplaces.ts';
import type { Amazon, Seller } from '../state/amazon.ts';
import { findMwsGrant, mwsStanding } from '../state/mwsGrants.ts';
import type { Developer, MwsGrant } from '../world/schema.ts';
import { dotted, parameter } from './asked.ts';
import type { Asked } from './asked.ts';
import { mwsRegion, servedAt } from './hosts.ts';
import { Refused } from './refusals.ts';

/** A call whose developer is known: where it was made, what it asks, and when. */
export type Entry = { amazon: Amazon; host: string; asked: Asked; developer: Developer; now: Instant };

/**
 * The seller whose data a call may read. @throws Refused naming the first reason why not: the seller id, the host, the
 * token, its pair, the permission's state, the account, what is closed to the developer, the marketplaces named.
 */
export function admit(entry: Entry): Seller {
  const seller = sellerAsked(entry);
  const grant = grantAsked(entry, seller);
  if (!seller || !grant) throw new Refused('wrong_pair');
  const standing = mwsStanding(grant, entry.now);
  if (standing !== 'working') throw new Refused(standing);
  if (!isEligible(seller)) throw new Refused('ineligible');
  checkOpen(entry, grant);
  checkMarketplaces(entry.asked, seller);
  return seller;
}

/** The permission that the token belongs to. GetAuthToken names a seller to be told the token and brings none. */
function grantAsked({ amazon, asked, developer }: Entry, seller: Seller | undefined): MwsGrant | undefined {
  const token = parameter(asked.parameters, 'MWSAuthToken');
  if (token === undefined && asked.action !== 'GetAuthToken') throw new Refused('token_missing');
  const grant = seller && findMwsGrant(amazon, seller.sellerId, developer.developerId);
  return token === undefined || grant?.authToken === token ? grant : undefined;
}

/** MWS was for sellers with a professional plan and an account in use. */
function isEligible({ status, plan }: Seller): boolean {
  return status !== 'DEACTIVATED' && status !== 'CLOSED' && plan === 'PROFESSIONAL';
}

/** The seller named, or undefined for one nobody knows whose id could be one. */
function sellerAsked({ amazon, host, asked: { sellerId } }: Entry): Seller | undefined {
  if (sellerId === '') throw new Refused('parameter_missing', { parameter: 'SellerId' });
  const seller = amazon.sellers.get(sellerId);
  if (!seller && !/^[A-Z0-9]+$/.test(sellerId)) throw new Refused('seller_invalid');
  if (seller && !isAt(seller, host)) throw new Refused('wrong_region');
  return seller;
}

/** Japan, Australia and Singapore have hosts of their own inside one region, so the region alone does not tell. */
function isAt({ region, sites }: Seller, host: string): boolean {
  if (region !== mwsRegion(host)) return false;
  return sites.length === 0 || sites.some((site) => servedAt(host, site.marketplaceId));
}

function checkOpen({ asked: { section, action }, developer }: Entry, grant: MwsGrant): void {
  const name = section?.name ?? '';
  const closed = [...developer.closed, ...grant.closed];
  if (closed.includes(name) || closed.includes(`${name}.${action}`)) throw new Refused('closed');
}

/** Every section has another name for the sites a call is about. */
const MARKETPLACE_LISTS = ['MarketplaceIdList.Id', 'MarketplaceId.Id', 'MarketplaceId'];

function checkMarketplaces({ parameters }: Asked, seller: Seller): void {
  const single = parameter(parameters, 'MarketplaceId');
  const named = [...MARKETPLACE_LISTS.flatMap((name) => dotted(parameters, name)), ...(single ? [single] : [])];
  for (const marketplaceId of named) {
    if (!marketplaceById(marketplaceId)) throw new Refused('marketplace_unknown', { marketplaceId });
    const site = seller.sites.find((one) => one.marketplaceId === marketplaceId && one.participating);
    if (!site) throw new Refused('marketplace_denied');
    if (site.restricted) throw new Refused('marketplace_restricted', { marketplaceId });
  }
}
