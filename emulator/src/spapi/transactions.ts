import type { Instant } from '../clock.ts';
import type { Transaction } from '../world/schema.ts';
import { postedAt, siteOf } from './balances.ts';
import type { SellerCall } from './call.ts';
import { argumentsOf, cutPage } from './paging.ts';
import { instant, listOf, ParameterProblem } from './parameters.ts';

const TWO_MINUTES = 120_000;
const HALF_A_YEAR = 180 * 86_400_000;
const PAGE_SIZE = 500;
const STATUSES = ['DEFERRED', 'RELEASED', 'DEFERRED_RELEASED'];
/** The only related identifiers that filter; the others only appear in answers. */
const FILTERING = ['FINANCIAL_EVENT_GROUP_ID', 'ORDER_ID'];

/**
 * `listTransactions`, Finances API 2024-06-19, newest first, at most 500 a page, wrapped in `payload`. `postedAfter` is
 * required unless a related identifier is named; a span over 180 days gives an empty answer.
 */
export function transactions({ amazon, seller, query, now }: SellerCall): unknown {
  const wanted = filterOf(query, now);
  const found = (amazon.transactions.get(seller.sellerId) ?? [])
    .filter((one) => wanted(one))
    .toSorted((a, b) => postedAt(b) - postedAt(a));
  const page = cutPage(found, {
    size: PAGE_SIZE,
    token: query.get('nextToken'),
    belongsTo: `listTransactions ${seller.sellerId} ${argumentsOf(query, 'nextToken')}`,
  });
  return { payload: { nextToken: page.nextToken, transactions: page.entries.map(told) } };
}

function filterOf(query: URLSearchParams, now: Instant): (transaction: Transaction) => boolean {
  const related = relatedIdentifier(query);
  const within = postedWithin(query, { related: related !== undefined, now });
  const [status] = listOf(query, 'transactionStatus', STATUSES);
  const marketplaceId = query.get('marketplaceId');
  return (one) =>
    within(postedAt(one)) &&
    (status === undefined || one.transactionStatus === status) &&
    (!marketplaceId || siteOf(one) === marketplaceId) &&
    (related === undefined || hasRelated(one, related));
}

type Related = { name: string; value: string };

function relatedIdentifier(query: URLSearchParams): Related | undefined {
  const [name] = listOf(query, 'relatedIdentifierName', FILTERING);
  const value = query.get('relatedIdentifierValue');
  if (name === undefined && !value) return undefined;
  if (name === undefined || !value) throw new ParameterProblem('Invalid input');
  return { name, value };
}

function hasRelated(transaction: Transaction, { name, value }: Related): boolean {
  const all = transaction.relatedIdentifiers ?? [];
  return all.some((one) => one.relatedIdentifierName === name && one.relatedIdentifierValue === value);
}

function postedWithin(
  query: URLSearchParams,
  { related, now }: { related: boolean; now: Instant },
): (posted: Instant) => boolean {
  const after = instant(query, 'postedAfter');
  const latest = now - TWO_MINUTES;
  if (after === undefined && !related) throw new ParameterProblem('Start date cannot be null');
  const before = instant(query, 'postedBefore') ?? latest;
  if (before > latest || (after ?? -Infinity) > before) throw new ParameterProblem('Date range is invalid.');
  if (after !== undefined && before - after > HALF_A_YEAR) return () => false;
  return (posted) => posted >= (after ?? -Infinity) && posted < before;
}

/** The transaction without what is only the world file's. */
function told(transaction: Transaction): unknown {
  return { ...transaction, sellerId: undefined };
}
