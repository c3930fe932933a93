import { balances } from './balances.ts';
import type { SellerCall } from './call.ts';
import { financialEventGroups } from './eventGroups.ts';
import { list } from './parameters.ts';
import { expectedPayouts, payouts } from './payouts.ts';
import { REPORT_ROLES, reports } from './reports.ts';
import { account, marketplaceParticipations } from './sellers.ts';
import { transactions } from './transactions.ts';
import type { UsagePlan } from './usagePlan.ts';

/** An operation on a seller's data: needs the seller's access token and roles. */
type SellerOperation = {
  access: 'seller';
  /** The roles this very call needs; all of them. */
  roles: (query: URLSearchParams) => readonly string[];
  answer: (call: SellerCall) => unknown;
};

/** An operation of the app itself: needs a grantless token of this scope. */
type GrantlessOperation = { access: 'grantless'; scope: string; answer: () => unknown };

export type Operation = { id: string; method: string; path: string; plan: UsagePlan } & (
  | SellerOperation
  | GrantlessOperation
);

const FINANCE = () => ['finance'];
const INSIGHTS = () => ['insights'];

/** Settlement and performance reports have a role each; other types are never made here and need none. */
function reportRoles(query: URLSearchParams): readonly string[] {
  const needed = list(query, 'reportTypes').flatMap((type) => REPORT_ROLES[type] ?? []);
  return [...new Set(needed)];
}

/** Usage plans and paths as the models and "Usage Plans" state them. */
export const OPERATIONS: readonly Operation[] = [
  {
    id: 'getMarketplaceParticipations',
    method: 'GET',
    path: '/sellers/v1/marketplaceParticipations',
    plan: { rate: 0.016, burst: 15 },
    access: 'seller',
    roles: INSIGHTS,
    answer: marketplaceParticipations,
  },
  {
    id: 'getAccount',
    method: 'GET',
    path: '/sellers/v1/account',
    plan: { rate: 0.016, burst: 15 },
    access: 'seller',
    roles: INSIGHTS,
    answer: account,
  },
  {
    id: 'listPayouts',
    method: 'GET',
    path: '/finances/transfers/2024-06-01/payouts',
    plan: { rate: 0.5, burst: 10 },
    access: 'seller',
    roles: FINANCE,
    answer: payouts,
  },
  {
    id: 'listExpectedPayouts',
    method: 'GET',
    path: '/finances/transfers/2024-06-01/payouts/expected',
    plan: { rate: 0.5, burst: 10 },
    access: 'seller',
    roles: FINANCE,
    answer: expectedPayouts,
  },
  {
    id: 'listFinancialEventGroups',
    method: 'GET',
    path: '/finances/v0/financialEventGroups',
    plan: { rate: 0.5, burst: 30 },
    access: 'seller',
    roles: FINANCE,
    answer: financialEventGroups,
  },
  {
    id: 'listTransactions',
    method: 'GET',
    path: '/finances/2024-06-19/transactions',
    plan: { rate: 0.5, burst: 10 },
    access: 'seller',
    roles: FINANCE,
    answer: transactions,
  },
  {
    id: 'listBalances',
    method: 'GET',
    path: '/finances/2024-06-19/balances',
    plan: { rate: 0.5, burst: 10 },
    access: 'seller',
    roles: FINANCE,
    answer: balances,
  },
  {
    id: 'getReports',
    method: 'GET',
    path: '/reports/2021-06-30/reports',
    plan: { rate: 0.0222, burst: 10 },
    access: 'seller',
    roles: reportRoles,
    answer: reports,
  },
  {
    id: 'getDestinations',
    method: 'GET',
    path: '/notifications/v1/destinations',
    plan: { rate: 1, burst: 5 },
    access: 'grantless',
    scope: 'sellingpartnerapi::notifications',
    answer: () => ({ payload: [] }),
  },
];

const BY_ROUTE = new Map(OPERATIONS.map((one) => [`${one.method} ${one.path}`, one]));

export function operationAt(method: string, path: string): Operation | undefined {
  return BY_ROUTE.get(`${method} ${path}`);
}
