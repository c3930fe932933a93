import type { Instant, Moment } from '../clock.ts';
import type { Payout, Settlement, Subscription, Transaction } from '../world/schema.ts';
import type { Amazon, App, Seller } from './amazon.ts';
import { payoutDate, payoutNews, settlementNews, statusNews, transactionNews } from './news.ts';
import { tellApp, tellSeller, tellSubscriber } from './notifications.ts';
import type { News, Sent } from './notifications.ts';
import { expiryNews, noticeTimes } from './rotation.ts';

/**
 * Sends what happened by the clock alone since the last time: transactions posted, payouts made, settlement reports
 * finished, secrets near their end. Called whenever the clock was moved or somebody looks into a queue; nothing happens
 * twice, unless the clock was moved back before it. When the next is due is remembered, so that looking often is cheap.
 */
export function announce(amazon: Amazon, moment: Moment): Sent[] {
  const after = amazon.announcedUntil;
  amazon.announcedUntil = moment.now;
  if (moment.now < after) amazon.nextNewsAt = undefined;
  if (moment.now <= after || moment.now < (amazon.nextNewsAt ?? -Infinity)) return [];
  const span = { after, until: moment.now };
  const found = [
    ...[...amazon.subscriptions.values()].map((one) => newsForSubscriber(amazon, one, span)),
    ...[...amazon.apps.values()].map((app) => newsForApp(app, span)),
  ];
  amazon.nextNewsAt = found.reduce((first, { next }) => Math.min(first, next), Infinity);
  const due = found.flatMap(({ now, to }) => now.map((news) => ({ news, to })));
  return due.toSorted((a, b) => a.news.at - b.news.at).flatMap(({ news, to }) => tell(amazon, { news, to }, moment));
}

/** Something to be told was added, or is told to somebody else: when the next is due has to be found out again. */
export function newsChanged(amazon: Amazon): void {
  amazon.nextNewsAt = undefined;
}

type Recipient = { subscription: Subscription } | { app: App };
/** The span is without its beginning and with its end. */
type Span = { after: Instant; until: Instant };
/** What is to be told to somebody now, and when there is something again. */
type Found = { to: Recipient; now: News[]; next: Instant };

function tell(amazon: Amazon, { news, to }: { news: News; to: Recipient }, moment: Moment): Sent[] {
  return 'app' in to
    ? tellApp(amazon, { app: to.app, news }, moment)
    : tellSubscriber(amazon, { subscription: to.subscription, news }, moment);
}

function newsForApp(app: App, { after, until }: Span): Found {
  const times = noticeTimes(app);
  const now = times.filter((at) => at > after && at <= until).map((at) => expiryNews(app, at));
  return { to: { app }, now, next: earliest(times, until) };
}

/** What was before a subscription is not told to it. */
function newsForSubscriber(amazon: Amazon, subscription: Subscription, { after, until }: Span): Found {
  const { sellerId, notificationType, createdAt } = subscription;
  const since = createdAt === undefined ? after : Math.max(after, Date.parse(createdAt));
  const happenings = happeningsOf(amazon, sellerId, notificationType);
  const now = happenings.filter(({ at }) => at > since && at <= until).flatMap(({ news }) => news() ?? []);
  const times = happenings.map(({ at }) => at);
  return { to: { subscription }, now, next: earliest(times, until) };
}

function earliest(times: readonly Instant[], after: Instant): Instant {
  return times.reduce((first, at) => (at > after && at < first ? at : first), Infinity);
}

type Happening = { at: Instant; news: () => News | undefined };

/** All that a type tells of a seller by the clock alone, the past and what is to come. */
function happeningsOf(amazon: Amazon, sellerId: string, type: string): Happening[] {
  const at = (written: string | undefined): Instant => Date.parse(written ?? '');
  if (type === 'TRANSACTION_UPDATE') {
    const posted = amazon.transactions.get(sellerId) ?? [];
    const paid = amazon.payouts.get(sellerId) ?? [];
    return [
      ...posted.map((one) => ({ at: at(one.postedDate), news: () => transactionNews(one) })),
      ...paid.map((one) => ({ at: at(payoutDate(one)), news: () => payoutNews(one) })),
    ];
  }
  if (type === 'REPORT_PROCESSING_FINISHED')
    return (amazon.settlements.get(sellerId) ?? []).map((one) => ({
      at: at(one.end),
      news: () => settlementNews(one),
    }));
  return [];
}

/** Tells that a seller's account changed its status. */
export function announceStatus(
  amazon: Amazon,
  { seller, before }: { seller: Seller; before: Seller['status'] },
  moment: Moment,
): Sent[] {
  const news = statusNews(before, seller.status, moment.now);
  return news ? tellSeller(amazon, { sellerId: seller.sellerId, news }, moment) : [];
}

export type Earnings = { transactions: Transaction[]; payouts: Payout[]; settlements: Settlement[] };

/** Adds to what the world has earned. What has a date to come is told when the clock gets there, the rest at once. */
export function addEarnings(amazon: Amazon, earnings: Earnings, moment: Moment): Sent[] {
  const { transactions, payouts, settlements } = earnings;
  for (const one of transactions) append(amazon.transactions, one);
  for (const one of payouts) append(amazon.payouts, one);
  for (const one of settlements) append(amazon.settlements, one);
  newsChanged(amazon);
  return [
    ...transactions.map((one) => ({ sellerId: one.sellerId, news: transactionNews(one) })),
    ...payouts.map((one) => ({ sellerId: one.sellerId, news: payoutNews(one) })),
    ...settlements.map((one) => ({ sellerId: one.sellerId, news: settlementNews(one) })),
  ].flatMap(({ sellerId, news }) =>
    news && news.at <= moment.now ? tellSeller(amazon, { sellerId, news }, moment) : [],
  );
}

/** Lists are shared with the world they came from, so they are replaced and never changed. */
function append<Entry extends { sellerId: string }>(lists: Map<string, Entry[]>, entry: Entry): void {
  lists.set(entry.sellerId, [...(lists.get(entry.sellerId) ?? []), entry]);
}
