import type { Instant, Moment } from '../clock.ts';
import type { Payout, Settlement, Subscription, Transaction } from '../world/schema.ts';
import type { Amazon, Seller } from './amazon.ts';
import { payoutDate, payoutNews, settlementNews, statusNews, transactionNews } from './news.ts';
import { tellApp, tellSeller, tellSubscriber } from './notifications.ts';
import type { News, Sent } from './notifications.ts';
import { noticesDue } from './rotation.ts';

/**
 * Sends what happened by the clock alone since the last time: transactions posted, payouts made, settlement reports
 * finished, secrets near their end. Called whenever the clock was moved or somebody looks into a queue; nothing happens
 * twice, unless the clock was moved back before it.
 */
export function announce(amazon: Amazon, moment: Moment): Sent[] {
  const after = amazon.announcedUntil;
  amazon.announcedUntil = moment.now;
  if (moment.now <= after) return [];
  const due = [
    ...[...amazon.subscriptions.values()].flatMap((subscription) =>
      newsFor(amazon, subscription, { after: startOf(subscription, after), until: moment.now }).map((news) => ({
        at: news.at,
        tell: () => tellSubscriber(amazon, { subscription, news }, moment),
      })),
    ),
    ...[...amazon.apps.values()].flatMap((app) =>
      noticesDue(app, after, moment.now).map((news) => ({
        at: news.at,
        tell: () => tellApp(amazon, { app, news }, moment),
      })),
    ),
  ];
  return due.toSorted((a, b) => a.at - b.at).flatMap(({ tell }) => tell());
}

/** What was before a subscription is not told to it. */
function startOf({ createdAt }: Subscription, after: Instant): Instant {
  return createdAt === undefined ? after : Math.max(after, Date.parse(createdAt));
}

/** What is to be told to a subscription of what happened in a span, its end included. */
function newsFor(
  amazon: Amazon,
  { sellerId, notificationType }: Subscription,
  { after, until }: { after: Instant; until: Instant },
): News[] {
  const within = (written: string | undefined): boolean => {
    const at = Date.parse(written ?? '');
    return at > after && at <= until;
  };
  if (notificationType === 'TRANSACTION_UPDATE') {
    const posted = (amazon.transactions.get(sellerId) ?? []).filter((one) => within(one.postedDate));
    const paid = (amazon.payouts.get(sellerId) ?? []).filter((one) => within(payoutDate(one)));
    return [...posted.map(transactionNews), ...paid.map(payoutNews)].flatMap((news) => news ?? []);
  }
  if (notificationType === 'REPORT_PROCESSING_FINISHED')
    return (amazon.settlements.get(sellerId) ?? []).filter((one) => within(one.end)).map(settlementNews);
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
