import type { Settlement } from '../world/schema.ts';
import type { SellerCall } from './call.ts';
import { iso } from './call.ts';
import { argumentsOf, cutPage } from './paging.ts';
import { instant, list, listOf, ParameterProblem, wholeNumber } from './parameters.ts';
import { reportIds, SETTLEMENT_REPORT } from './reportIds.ts';

const NINETY_DAYS = 90 * 86_400_000;
const PERFORMANCE_REPORT = 'GET_V2_SELLER_PERFORMANCE_REPORT';
const STATUSES = ['CANCELLED', 'DONE', 'FATAL', 'IN_PROGRESS', 'IN_QUEUE'];

/** Which role opens a kind of report; the rest are open to nobody here. */
export const REPORT_ROLES: Record<string, string> = {
  [SETTLEMENT_REPORT]: 'finance',
  [PERFORMANCE_REPORT]: 'insights',
};

/**
 * `getReports`, Reports API 2021-06-30: the settlement reports Amazon made by itself in the last 90 days, newest first.
 * Either `reportTypes` or `nextToken` is required, and `nextToken` stands alone.
 */
export function reports({ amazon, seller, query, now }: SellerCall): unknown {
  const token = query.get('nextToken');
  const asked = token ? remembered(query, token) : query;
  const types = list(asked, 'reportTypes', 10);
  if (types.length === 0) throw new ParameterProblem('Invalid input: reportTypes or nextToken is required');
  const statuses = listOf(asked, 'processingStatuses', STATUSES);
  list(asked, 'marketplaceIds', 10);
  const since = Math.max(instant(asked, 'createdSince') ?? -Infinity, now - NINETY_DAYS);
  const until = instant(asked, 'createdUntil') ?? now;
  const made = types.includes(SETTLEMENT_REPORT) ? (amazon.settlements.get(seller.sellerId) ?? []) : [];
  const found = made
    .filter((settlement) => Date.parse(settlement.end) >= since && Date.parse(settlement.end) <= Math.min(until, now))
    .filter(() => statuses.length === 0 || statuses.includes('DONE'))
    .toSorted((a, b) => Date.parse(b.end) - Date.parse(a.end));
  const page = cutPage(found, {
    size: wholeNumber(asked, 'pageSize', { min: 1, max: 100, otherwise: 10 }),
    token: token ? asked.get('nextToken') : null,
    belongsTo: `getReports ${seller.sellerId} ${argumentsOf(asked, 'nextToken')}`,
  });
  return { reports: page.entries.map(told), ...(page.nextToken ? { nextToken: carrying(asked, page.nextToken) } : {}) };
}

/** The token stands alone, so it carries the arguments of the call that produced it. */
function carrying(query: URLSearchParams, token: string): string {
  const kept = new URLSearchParams(query);
  kept.set('nextToken', token);
  return Buffer.from(kept.toString()).toString('base64url');
}

function remembered(query: URLSearchParams, token: string): URLSearchParams {
  if ([...query.keys()].some((name) => name !== 'nextToken'))
    throw new ParameterProblem('Invalid input: nextToken cannot be combined with other parameters');
  return new URLSearchParams(Buffer.from(token, 'base64url').toString('utf8'));
}

function told(settlement: Settlement): unknown {
  const { reportId, reportDocumentId } = reportIds(settlement);
  const end = iso(Date.parse(settlement.end));
  return {
    reportId,
    reportType: SETTLEMENT_REPORT,
    dataStartTime: iso(Date.parse(settlement.start)),
    dataEndTime: end,
    createdTime: end,
    processingStatus: 'DONE',
    processingStartTime: end,
    processingEndTime: end,
    reportDocumentId,
  };
}
