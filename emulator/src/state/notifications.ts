import type { Instant, Moment } from '../clock.ts';
import type { Subscription } from '../world/schema.ts';
import { findGrant, grantWorks } from './amazon.ts';
import type { Amazon, App } from './amazon.ts';
import { namedValue } from './issue.ts';
import { notificationType } from './notificationTypes.ts';
import { openQueue, readQueueArn, sendTo } from './queues.ts';

/** Something that happened and is worth telling: its payload as its type writes it, and when it was. */
export type News = { type: string; payload: Record<string, unknown>; at: Instant };

/** One notification on its way: in which queue, for which subscription. */
export type Sent = {
  notificationId: string;
  notificationType: string;
  applicationId: string;
  subscriptionId: string;
  queueArn: string;
};

type Delivery = { news: News; applicationId: string; subscriptionId: string; payloadVersion: string; arn: string };

/**
 * Tells every subscription of a seller to this type of news, of one app or of all. Nothing is sent where the permission
 * does not work any more: the subscription stays, and is of use again when the seller allows the app again.
 */
export function tellSeller(
  amazon: Amazon,
  { sellerId, applicationId, news }: { sellerId: string; applicationId?: string | undefined; news: News },
  moment: Moment,
): Sent[] {
  const subscribed = [...amazon.subscriptions.values()].filter(
    (one) =>
      one.sellerId === sellerId &&
      one.notificationType === news.type &&
      (applicationId === undefined || one.applicationId === applicationId),
  );
  return subscribed.flatMap((subscription) => tellSubscriber(amazon, { subscription, news }, moment));
}

export function tellSubscriber(
  amazon: Amazon,
  { subscription, news }: { subscription: Subscription; news: News },
  moment: Moment,
): Sent[] {
  const { applicationId, sellerId, subscriptionId, destinationId, payloadVersion } = subscription;
  const grant = findGrant(amazon, sellerId, applicationId);
  const resource = amazon.destinations.get(destinationId)?.resource;
  if (!grant || !grantWorks(amazon, grant, moment.now) || !resource || !('sqs' in resource)) return [];
  return [deliver(amazon, { news, applicationId, subscriptionId, payloadVersion, arn: resource.sqs.arn }, moment)];
}

/** Tells an app about itself, where its notification preference says; nobody when it has none. */
export function tellApp(amazon: Amazon, { app, news }: { app: App; news: News }, moment: Moment): Sent[] {
  const { applicationId, notificationQueueArn: arn } = app;
  if (arn === undefined) return [];
  const subscriptionId = namedValue('uuid', `notification preference ${applicationId}`);
  return [deliver(amazon, { news, applicationId, subscriptionId, payloadVersion: '1.0', arn }, moment)];
}

function deliver(amazon: Amazon, delivery: Delivery, moment: Moment): Sent {
  const { news, applicationId, subscriptionId, arn } = delivery;
  const notificationId = amazon.issue('uuid');
  const address = readQueueArn(arn);
  if (!address) throw new Error(`${arn} is no queue that is played`); // the world's schema lets no other in
  const queue = openQueue(amazon, address, moment.now);
  sendTo(amazon, { queue, body: JSON.stringify(envelope(delivery, notificationId, moment)) }, moment);
  return { notificationId, notificationType: news.type, applicationId, subscriptionId, queueArn: arn };
}

/** The envelope of its type: `PascalCase` for some, `camelCase` for others. Neither names the seller. */
function envelope(delivery: Delivery, notificationId: string, { now }: Moment): Record<string, unknown> {
  const { news, applicationId, subscriptionId } = delivery;
  const known = notificationType(news.type);
  const publishTime = iso(now);
  const notificationMetadata = { applicationId, subscriptionId, publishTime, notificationId };
  const camel = {
    notificationVersion: known?.version ?? '1.0',
    notificationType: news.type,
    payloadVersion: known?.versions[0] ?? delivery.payloadVersion,
    eventTime: iso(news.at),
    payload: news.payload,
  };
  return known?.members === 'PascalCase'
    ? { ...pascal(camel), NotificationMetadata: pascal(notificationMetadata) }
    : { ...camel, notificationMetadata };
}

function pascal(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}`, value]),
  );
}

const iso = (instant: Instant): string => new Date(instant).toISOString();
