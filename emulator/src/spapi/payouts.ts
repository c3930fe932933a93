import type { Instant } from '../clock.ts';
import { marketplaceById } from '../marketplaces.ts';
import type { Payout } from '../world/schema.ts';
import { iso } from './call.ts';
import type { SellerCall } from './call.ts';
import { argumentsOf, cutPage } from './paging.ts';
import { instant, list, ParameterProblem } from './parameters.ts';

const PAGE_SIZE = 100;
export const STANDARD_ORDERS = 'STANDARD_ORDERS';

/** Sites the model's clients may name; anything else is the model's own 400 case ("INVALID_MARKETPLACE"). */
export function marketplaceIds(query: URLSearchParams): string[] {
  const ids = list(query, 'marketplaceIds');
  if (ids.some((id) => !marketplaceById(id))) throw new ParameterProblem('Invalid input');
  return ids;
}

/**
 * `listPayouts`, Transfers API 2024-06-01: payouts created by now, newest first within an account group. A payout's
 * history is told up to now, so its status moves on with the clock.
 */
export function payouts({ amazon, seller, query, now }: SellerCall): unknown {
  const wanted = marketplaceIds(query);
  const after = instant(query, 'createdAfter') ?? -Infinity;
  const before = instant(query, 'createdBefore') ?? Infinity;
  if (after > before) throw new ParameterProblem('Invalid input');
  const found = payoutsUntil(amazon.payouts.get(seller.sellerId) ?? [], now).filter((payout) => {
    const created = createdAt(payout);
    const { marketplaceId, accountType } = payout.partnerMetadata;
    return [
      created >= after && created < before,
      wanted.length === 0 || wanted.includes(marketplaceId),
      fits(query, 'payoutId', payout.id),
      fits(query, 'accountType', accountType),
    ].every(Boolean);
  });
  const page = cutPage(found.toSorted(newestFirstWithinAccount), {
    size: PAGE_SIZE,
    token: query.get('nextToken'),
    belongsTo: `listPayouts ${seller.sellerId} ${argumentsOf(query, 'nextToken')}`,
  });
  return { payouts: page.entries.map((payout) => told(payout, now)), nextToken: page.nextToken };
}

/** When a payout comes into being; the model leaves `creationDate` optional, its first status then tells. */
export function createdAt(payout: Payout): Instant {
  return Date.parse(payout.creationDate ?? payout.statusHistory[0]?.lastUpdatedDate ?? '1970-01-01T00:00:00Z');
}

/** The payouts that exist at this moment. */
export function payoutsUntil(all: readonly Payout[], now: Instant): Payout[] {
  return all.filter((payout) => createdAt(payout) <= now);
}

export function fits(query: URLSearchParams, name: string, value: string): boolean {
  const wanted = query.get(name);
  return wanted === null || wanted === '' || wanted === value;
}

function newestFirstWithinAccount(a: Payout, b: Payout): number {
  const group = accountGroup(a).localeCompare(accountGroup(b));
  return group === 0 ? createdAt(b) - createdAt(a) : group;
}

function accountGroup({ partnerMetadata }: Payout): string {
  return `${partnerMetadata.marketplaceId} ${partnerMetadata.accountType}`;
}

/** The payout without what is only the world file's, its status as of now. */
function told(whole: Payout, now: Instant): unknown {
  const statusHistory = whole.statusHistory.filter((entry) => Date.parse(entry.lastUpdatedDate) <= now);
  return { ...whole, sellerId: undefined, currentStatus: statusAt(whole, now), statusHistory };
}

/** The status a payout has at this moment: the last of its history, its final one once all of it has happened. */
export function statusAt(payout: Payout, now: Instant): string {
  const known = payout.statusHistory.filter((entry) => Date.parse(entry.lastUpdatedDate) <= now);
  if (known.length === payout.statusHistory.length) return payout.currentStatus;
  return known.at(-1)?.status ?? 'STARTED';
}

/** Statuses of a payout not yet made that say it will not simply arrive. */
const EXPECTED_STATUS: Record<string, string> = {
  FAILED: 'AT_RISK',
  CANCELLED: 'DISABLED',
  NO_PAYOUT: 'NO_PAYOUT_EXPECTED',
};

/**
 * `listExpectedPayouts`, Transfers API 2024-06-01: one entry per participating site, always. The next payout still to
 * come is `SCHEDULED`; one that the world says will fail is `AT_RISK`, one that will be cancelled is `DISABLED`; where
 * nothing is to come the answer is `NO_PAYOUT_EXPECTED` without an amount.
 */
export function expectedPayouts({ amazon, seller, query, now }: SellerCall): unknown {
  const wanted = marketplaceIds(query);
  const all = amazon.payouts.get(seller.sellerId) ?? [];
  const entries = seller.sites
    .filter((site) => site.participating && (wanted.length === 0 || wanted.includes(site.marketplaceId)))
    .map(({ marketplaceId }) => {
      const next = nextPayout(all, marketplaceId, now);
      const accountType = next?.partnerMetadata.accountType ?? STANDARD_ORDERS;
      const partnerMetadata = { partnerId: seller.sellerId, accountType, marketplaceId };
      return next ? expected(next, partnerMetadata) : { partnerMetadata, status: 'NO_PAYOUT_EXPECTED' };
    })
    .filter((entry) => fits(query, 'accountType', entry.partnerMetadata.accountType));
  const page = cutPage(entries, {
    size: PAGE_SIZE,
    token: query.get('nextToken'),
    belongsTo: `listExpectedPayouts ${seller.sellerId} ${argumentsOf(query, 'nextToken')}`,
  });
  return { expectedPayouts: page.entries, nextToken: page.nextToken };
}

/** The first payout of a site that is still to come. */
export function nextPayout(all: readonly Payout[], marketplaceId: string, now: Instant): Payout | undefined {
  return all
    .filter((payout) => payout.partnerMetadata.marketplaceId === marketplaceId && createdAt(payout) > now)
    .toSorted((a, b) => createdAt(a) - createdAt(b))[0];
}

function expected<Metadata>(next: Payout, partnerMetadata: Metadata) {
  return {
    partnerMetadata,
    amount: next.amount,
    status: EXPECTED_STATUS[next.currentStatus] ?? 'SCHEDULED',
    scheduledDate: iso(createdAt(next)),
    accountTail: next.accountTail,
    paymentMethod: next.paymentMethod,
    period: next.period,
    relatedIdentifiers: next.relatedIdentifiers,
  };
}
