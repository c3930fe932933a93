import { balances } from './balances.ts';
import type { AppCall, Said, SellerCall } from './call.ts';
import { financialEventGroups } from './eventGroups.ts';
import { NOTIFICATION_OPERATIONS } from './notificationOperations.ts';
import { list } from './parameters.ts';
import { expectedPayouts, payouts } from './payouts.ts';
import { REPORT_ROLES, reports } from './reports.ts';
import { rotateApplicationClientSecret } from './rotation.ts';
import { account, marketplaceParticipations } from './sellers.ts';
import { transactions } from './transactions.ts';
import type { UsagePlan } from './usagePlan.ts';

/** An operation on a seller's data: needs the seller's access token and roles. */
type SellerOperation = {
  access: 'seller';
  /** The roles this very call needs; all of them. */
  roles: (said: Pick<Said, 'query' | 'params'>) => readonly string[];
  answer: (call: SellerCall) => unknown;
};

/** An operation of the app itself: needs a grantless token of this scope. */
type GrantlessOperation = { access: 'grantless'; scope: string; answer: (call: AppCall) => unknown };

/** `path` may have `{names}`. An answer of undefined is 204 without a body. */
export type Operation = { id: string; method: string; path: string; plan: UsagePlan } & (
  | SellerOperation
  | GrantlessOperation
);

const FINANCE = () => ['finance'];
const INSIGHTS = () => ['insights'];

/** Settlement and performance reports have a role each; other types are never made here and need none. */
function reportRoles({ query }: Pick<Said, 'query'>): readonly string[] {
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
  ...NOTIFICATION_OPERATIONS,
  {
    id: 'rotateApplicationClientSecret',
    method: 'POST',
    path: '/applications/2023-11-30/clientSecret',
    plan: { rate: 0.0167, burst: 1 },
    access: 'grantless',
    scope: 'sellingpartnerapi::client_credential:rotation',
    answer: rotateApplicationClientSecret,
  },
];

/** An operation and what its path says. */
type Found = { operation: Operation; params: Record<string, string> };

const FIXED = new Map(OPERATIONS.map((operation) => [`${operation.method} ${operation.path}`, operation]));
const TEMPLATES = OPERATIONS.filter(({ path }) => path.includes('{'));

export function operationAt(method: string, path: string): Found | undefined {
  const fixed = FIXED.get(`${method} ${path}`);
  if (fixed) return { operation: fixed, params: {} };
  for (const operation of TEMPLATES) {
    const params = operation.method === method ? paramsOf(operation.path, path) : undefined;
    if (params) return { operation, params };
  }
  return undefined;
}

function paramsOf(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const value = given[at] ?? '';
    if (!segment.startsWith('{') && segment !== value) return undefined;
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = decoded(value);
  }
  return params;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // no id looks like that, so none is found by it
  }
}
