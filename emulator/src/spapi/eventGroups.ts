import type { Instant } from '../clock.ts';
import { marketplaceById } from '../marketplaces.ts';
import type { Payout } from '../world/schema.ts';
import { openBalance } from './balances.ts';
import type { MoneyCall, SellerCall } from './call.ts';
import { iso } from './call.ts';
import { groupId } from './groupId.ts';
import { argumentsOf, cutPage } from './paging.ts';
import { instant, ParameterProblem, wholeNumber } from './parameters.ts';
import { createdAt, nextPayout, payoutsUntil, statusAt } from './payouts.ts';

const TWO_MINUTES = 120_000;
const HALF_A_YEAR = 180 * 86_400_000;

/** Words of the MWS and v0 samples for what became of a transfer. */
const TRANSFER_STATUS: Record<string, string> = {
  STARTED: 'Processing',
  IN_TRANSIT: 'Processing',
  PAID: 'Successful',
  FAILED: 'Failed',
};

type Money = { CurrencyCode: string; CurrencyAmount: number };

/** Fields and words are those of MWS, which v0 kept. */
export type EventGroup = {
  FinancialEventGroupId: string;
  ProcessingStatus: 'Open' | 'Closed';
  FundTransferStatus?: string | undefined;
  OriginalTotal?: Money | undefined;
  ConvertedTotal?: Money | undefined;
  FundTransferDate?: string;
  TraceId?: string | undefined;
  AccountTail?: string | undefined;
  BeginningBalance?: Money | undefined;
  FinancialEventGroupStart: string;
  FinancialEventGroupEnd?: string;
};

/**
 * `listFinancialEventGroups`, Finances API v0: one closed group per payout and one open group per participating site,
 * newest first. Amazon names no site in a group; only the currency tells.
 */
export function financialEventGroups(call: SellerCall): unknown {
  const { seller, query, now } = call;
  const after = instant(query, 'FinancialEventGroupStartedAfter');
  const before = instant(query, 'FinancialEventGroupStartedBefore');
  checkRange({ after, before }, now);
  const size = wholeNumber(query, 'MaxResultsPerPage', { min: 1, max: 100, otherwise: 10 });
  const until = before ?? now - TWO_MINUTES;
  const tooWide = after !== undefined && until - after > HALF_A_YEAR;
  const groups = tooWide ? [] : eventGroupsOf(call).filter((group) => startsWithin(group, after ?? -Infinity, until));
  const page = cutPage(groups, {
    size,
    token: query.get('NextToken'),
    belongsTo: `listFinancialEventGroups ${seller.sellerId} ${argumentsOf(query, 'NextToken')}`,
  });
  return { payload: { NextToken: page.nextToken, FinancialEventGroupList: page.entries } };
}

function checkRange(
  { after, before }: { after: Instant | undefined; before: Instant | undefined },
  now: Instant,
): void {
  const latest = now - TWO_MINUTES;
  const wrong =
    (after ?? -Infinity) > latest || (before ?? -Infinity) > latest || (after ?? -Infinity) > (before ?? Infinity);
  if (wrong) throw new ParameterProblem('Date range is invalid.');
}

function startsWithin(group: EventGroup, after: Instant, before: Instant): boolean {
  const start = Date.parse(group.FinancialEventGroupStart);
  return start >= after && start < before;
}

/** Every group of a seller, newest first; only of the sites for which `at` is true. */
export function eventGroupsOf(call: MoneyCall, at: (marketplaceId: string) => boolean = () => true): EventGroup[] {
  const { amazon, seller, now } = call;
  const past = payoutsUntil(amazon.payouts.get(seller.sellerId) ?? [], now).filter((payout) =>
    at(payout.partnerMetadata.marketplaceId),
  );
  const open = seller.sites
    .filter((site) => site.participating && at(site.marketplaceId))
    .map((site) => openGroup(call, site.marketplaceId));
  return [...past.map((payout) => closedGroup(payout, now)), ...open].toSorted(
    (a, b) => Date.parse(b.FinancialEventGroupStart) - Date.parse(a.FinancialEventGroupStart),
  );
}

function closedGroup(payout: Payout, now: Instant): EventGroup {
  const end = payout.period?.endDate ?? iso(createdAt(payout));
  const total = payout.amount && money(payout.amount.currencyCode, payout.amount.currencyAmount);
  return {
    FinancialEventGroupId: groupId(payout.id),
    ProcessingStatus: 'Closed',
    FundTransferStatus: TRANSFER_STATUS[statusAt(payout, now)],
    OriginalTotal: total,
    ConvertedTotal: total,
    FundTransferDate: iso(createdAt(payout)),
    TraceId: payout.traceId,
    AccountTail: payout.accountTail,
    BeginningBalance: total && { ...total, CurrencyAmount: 0 },
    FinancialEventGroupStart: iso(Date.parse(payout.period?.startDate ?? end)),
    FinancialEventGroupEnd: iso(Date.parse(end)),
  };
}

/** The open group becomes its payout's, id kept. Its total is the current balance; it has no transfer status, transfer date or end yet. */
function openGroup(call: MoneyCall, marketplaceId: string): EventGroup {
  const { amazon, seller, now } = call;
  const next = nextPayout(amazon.payouts.get(seller.sellerId) ?? [], marketplaceId, now);
  const { since, total } = openBalance(call, marketplaceId);
  const code = marketplaceById(marketplaceId)?.currency ?? 'USD';
  return {
    FinancialEventGroupId: groupId(next?.id ?? `${seller.sellerId} ${marketplaceId} ${since}`),
    ProcessingStatus: 'Open',
    OriginalTotal: money(code, total),
    BeginningBalance: money(code, 0),
    FinancialEventGroupStart: iso(since),
  };
}

const money = (code: string, amount: number): Money => ({ CurrencyCode: code, CurrencyAmount: amount });
