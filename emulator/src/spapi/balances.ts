import type { Instant } from '../clock.ts';
import { marketplaceById } from '../marketplaces.ts';
import type { Transaction } from '../world/schema.ts';
import type { MoneyCall, SellerCall } from './call.ts';
import { iso } from './call.ts';
import { argumentsOf, cutPage } from './paging.ts';
import { instant, listOf, ParameterProblem } from './parameters.ts';
import { createdAt, fits, marketplaceIds, payoutsUntil, STANDARD_ORDERS } from './payouts.ts';

const DAY = 86_400_000;
/** The usual settlement period; a site without a payout so far is in one that began by the calendar. */
const FORTNIGHT = 14 * DAY;
const PAGE_SIZE = 500;
const BALANCE_TYPES = ['AVAILABLE', 'RESERVED', 'TOTAL', 'DEFERRED', 'ACCOUNT_LEVEL_RESERVE'];

type Balance = {
  balanceType: string;
  amount: { currencyAmount: number; currencyCode: string };
  balances?: Balance[];
};

/**
 * `listBalances`, Finances API 2024-06-19: for every participating site what has been earned since its last payout,
 * TOTAL = AVAILABLE + RESERVED, RESERVED = DEFERRED + ACCOUNT_LEVEL_RESERVE. Not wrapped in `payload`.
 */
export function balances(call: SellerCall): unknown {
  const { seller, query, now } = call;
  const wanted = marketplaceIds(query);
  const [type = 'TOTAL'] = listOf(query, 'balanceType', BALANCE_TYPES);
  const asOf = asOfDate(query, now);
  const entries = seller.sites
    .filter((site) => site.participating && (wanted.length === 0 || wanted.includes(site.marketplaceId)))
    .map((site) => ({
      partnerMetadata: { partnerId: seller.sellerId, accountType: STANDARD_ORDERS, marketplaceId: site.marketplaceId },
      ...nodeOfType(tree({ ...call, now: asOf?.end ?? now }, site.marketplaceId), type),
      ...(asOf ? { asOfDate: asOf.written } : { lastUpdatedTime: iso(now) }),
    }))
    .filter((entry) => fits(query, 'accountType', entry.partnerMetadata.accountType));
  const page = cutPage(entries, {
    size: PAGE_SIZE,
    token: query.get('nextToken'),
    belongsTo: `listBalances ${seller.sellerId} ${argumentsOf(query, 'nextToken')}`,
  });
  return { balances: page.entries, nextToken: page.nextToken };
}

function asOfDate(query: URLSearchParams, now: Instant): { written: string; end: Instant } | undefined {
  const written = query.get('asOfDate');
  if (written === null || written === '') return undefined;
  const day = instant(query, 'asOfDate');
  if (day === undefined || written.length !== 10 || day > now) throw new ParameterProblem('Invalid input');
  return { written, end: Math.min(now, day + DAY - 1) };
}

function nodeOfType(node: Balance, type: string): Balance {
  if (node.balanceType === type) return node;
  for (const child of node.balances ?? []) {
    const found = nodeOfType(child, type);
    if (found.balanceType === type) return found;
  }
  return node;
}

function tree(call: SellerCall, marketplaceId: string): Balance {
  const currencyCode = marketplaceById(marketplaceId)?.currency ?? 'USD';
  const { available, deferred, total } = openBalance(call, marketplaceId);
  const amount = (currencyAmount: number) => ({ currencyAmount, currencyCode });
  const reserve: Balance[] = [
    { balanceType: 'DEFERRED', amount: amount(deferred) },
    { balanceType: 'ACCOUNT_LEVEL_RESERVE', amount: amount(0) },
  ];
  return {
    balanceType: 'TOTAL',
    amount: amount(total),
    balances: [
      { balanceType: 'AVAILABLE', amount: amount(available) },
      { balanceType: 'RESERVED', amount: amount(deferred), balances: reserve },
    ],
  };
}

export type OpenBalance = { since: Instant; available: number; deferred: number; total: number };

/** What a site has earned since the end of its last payout's period, in units of its currency. */
export function openBalance({ amazon, seller, now }: MoneyCall, marketplaceId: string): OpenBalance {
  const all = amazon.payouts.get(seller.sellerId) ?? [];
  const ends = payoutsUntil(all, now)
    .filter((payout) => payout.partnerMetadata.marketplaceId === marketplaceId)
    .map((payout) => (payout.period?.endDate ? Date.parse(payout.period.endDate) : createdAt(payout)));
  const since = ends.length > 0 ? Math.max(...ends) : now - (now % FORTNIGHT);
  const open = (amazon.transactions.get(seller.sellerId) ?? []).filter((transaction) => {
    const posted = postedAt(transaction);
    return siteOf(transaction) === marketplaceId && posted >= since && posted <= now;
  });
  const deferred = sum(open.filter((one) => one.transactionStatus === 'DEFERRED'));
  const available = sum(open.filter((one) => one.transactionStatus !== 'DEFERRED'));
  return { since, available, deferred, total: cents(available + deferred) };
}

export function postedAt(transaction: Transaction): Instant {
  return Date.parse(transaction.postedDate ?? '1970-01-01T00:00:00Z');
}

export function siteOf(transaction: Transaction): string | undefined {
  return transaction.sellingPartnerMetadata?.marketplaceId;
}

function sum(transactions: readonly Transaction[]): number {
  return cents(transactions.reduce((total, one) => total + (one.totalAmount?.currencyAmount ?? 0), 0));
}

/** Amounts are decimal numbers in the models; sums of them are brought back to whole hundredths. */
const cents = (amount: number): number => Math.round(amount * 100) / 100;
