import type { Instant } from '../clock.ts';
import { postedAt, siteOf } from '../spapi/balances.ts';
import { eventGroupsOf } from '../spapi/eventGroups.ts';
import type { EventGroup } from '../spapi/eventGroups.ts';
import type { Transaction } from '../world/schema.ts';
import { parameter } from './asked.ts';
import type { Call, Operation } from './call.ts';
import { atHost, continued, cutPage, instant, pageSize } from './call.ts';
import { financialEvents, related } from './events.ts';
import { money } from './money.ts';
import { Refused } from './refusals.ts';
import { fields } from './xml.ts';
import type { Element } from './xml.ts';

const TWO_MINUTES = 120_000;
const DAY = 86_400_000;
const HALF_A_YEAR = 180 * DAY;
/** Groups that began longer ago are not told (18 months). */
const OLDEST_GROUP = 548 * DAY;
/** How long a token of this section is good for, by its own error text. */
const TOKEN_LIFETIME = 17 * 60_000;
const GROUPS = 'ListFinancialEventGroups';
const EVENTS = 'ListFinancialEvents';

type Span = { after: Instant; before: Instant };

/** The span asked for, up to two minutes ago at the latest. Over 180 days it is empty, as in both of Amazon's APIs. */
function span(call: Call, { from, to }: { from: string; to: string }): Span {
  const latest = call.now - TWO_MINUTES;
  const after = instant(call, from) ?? -Infinity;
  const before = instant(call, to) ?? latest;
  if (before > latest) throw new Refused('end_too_late');
  if (after > before) throw new Refused('value_invalid', { parameter: from });
  return Number.isFinite(after) && before - after > HALF_A_YEAR ? { after: before, before } : { after, before };
}

function groups(call: Call, from: number): Element[] {
  const { parameters, now } = call;
  if (parameter(parameters, 'FinancialEventGroupStartedAfter') === undefined)
    throw new Refused('value_missing', { field: 'financialEventGroupStartedAfter' });
  const { after, before } = span(call, {
    from: 'FinancialEventGroupStartedAfter',
    to: 'FinancialEventGroupStartedBefore',
  });
  const list = eventGroupsOf(call, atHost(call)).filter((group) => {
    const start = Date.parse(group.FinancialEventGroupStart);
    return start >= Math.max(after, now - OLDEST_GROUP) && start < before;
  });
  const page = cutPage(call, { action: GROUPS, size: pageSize(call, 'MaxResultsPerPage', 100), from, list });
  return fields({
    NextToken: page.nextToken,
    FinancialEventGroupList: page.entries.map((group): Element => ['FinancialEventGroup', groupElements(group)]),
  });
}

/** In the recorded order, which is not the documentation's. */
function groupElements(group: EventGroup): Element[] {
  const amount = (value: EventGroup['OriginalTotal']): Element[] | undefined =>
    value && money(value.CurrencyCode, value.CurrencyAmount);
  return fields({
    OriginalTotal: amount(group.OriginalTotal),
    ConvertedTotal: amount(group.ConvertedTotal),
    FinancialEventGroupEnd: group.FinancialEventGroupEnd,
    ProcessingStatus: group.ProcessingStatus,
    BeginningBalance: amount(group.BeginningBalance),
    FinancialEventGroupId: group.FinancialEventGroupId,
    FundTransferStatus: group.FundTransferStatus,
    FinancialEventGroupStart: group.FinancialEventGroupStart,
    FundTransferDate: group.FundTransferDate,
    TraceId: group.TraceId,
    AccountTail: group.AccountTail,
  });
}

const FILTERS = ['PostedAfter', 'AmazonOrderId', 'FinancialEventGroupId'];

function events(call: Call, from: number): Element[] {
  const { amazon, seller, parameters } = call;
  const [filter, ...more] = FILTERS.filter((name) => parameter(parameters, name) !== undefined);
  if (filter === undefined || more.length > 0) throw new Refused('one_filter');
  const wanted = filter === 'PostedAfter' ? postedWithin(call) : named(filter, parameter(parameters, filter));
  const list = (amazon.transactions.get(seller.sellerId) ?? []).filter((one) => isTold(call, one) && wanted(one));
  const sorted = list.toSorted((a, b) => postedAt(a) - postedAt(b));
  const page = cutPage(call, { action: EVENTS, size: pageSize(call, 'MaxResultsPerPage', 100), from, list: sorted });
  return [...fields({ NextToken: page.nextToken }), financialEvents(page.entries)];
}

function postedWithin(call: Call): (transaction: Transaction) => boolean {
  const { after, before } = span(call, { from: 'PostedAfter', to: 'PostedBefore' });
  return (transaction) => postedAt(transaction) >= after && postedAt(transaction) < before;
}

function named(filter: string, value: string | undefined): (transaction: Transaction) => boolean {
  const name = filter === 'AmazonOrderId' ? 'ORDER_ID' : 'FINANCIAL_EVENT_GROUP_ID';
  return (transaction) => related(transaction, name) === value;
}

/** MWS knows what has been posted and released at the sites of its host; deferred money came with the newer API. */
function isTold(call: Call, transaction: Transaction): boolean {
  if (transaction.transactionStatus === 'DEFERRED' || postedAt(transaction) > call.now) return false;
  const site = siteOf(transaction);
  return site === undefined || atHost(call)(site);
}

function operations(action: string, answer: (call: Call, from: number) => Element[]): Record<string, Operation> {
  // Thirty at once, one more every two seconds; both calls of a pair together.
  const plan = { pool: `Finances.${action}`, burst: 30, restoreSeconds: 2 };
  return {
    [action]: { plan, answer: (call) => answer(call, 0) },
    [`${action}ByNextToken`]: {
      plan,
      answer(next) {
        const { call, from } = continued(next, action, TOKEN_LIFETIME);
        return answer(call, from);
      },
    },
  };
}

/** Finances/2015-05-01. */
export const FINANCES: Record<string, Operation> = { ...operations(GROUPS, groups), ...operations(EVENTS, events) };
