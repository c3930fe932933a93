import { z } from 'zod';

import type { Moment } from '../clock.ts';
import type { Amazon, App } from '../state/amazon.ts';
import { announce } from '../state/announce.ts';
import { payoutNews, settlementNews, statusPayload, transactionNews } from '../state/news.ts';
import { tellApp, tellSeller } from '../state/notifications.ts';
import type { News, Sent } from '../state/notifications.ts';
import { APP_NOTIFICATIONS, notificationType } from '../state/notificationTypes.ts';
import { expiryNews, newSecretNews } from '../state/rotation.ts';
import { badBody, notFound } from './problem.ts';
import { parsed } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

const notificationSchema = z.strictObject({
  type: z.string().min(1),
  /** Whose subscriptions get it. */
  sellerId: z.string().min(1).optional(),
  /** The app it is about, or the only app of the seller's that gets it. */
  applicationId: z.string().min(1).optional(),
  /** The `payload` of the notification; what the world last had to say when absent. */
  payload: z.record(z.string(), z.json()).optional(),
});

type Order = z.infer<typeof notificationSchema>;

function send({ stage, body }: ControlRequest): ControlAnswer {
  const order = parsed(notificationSchema, body);
  const moment = stage.clock.moment();
  announce(stage.amazon, moment);
  const about = APP_NOTIFICATIONS.find((type) => type === order.type);
  const sent = about ? aboutApp(stage.amazon, order, moment) : aboutSeller(stage.amazon, order, moment);
  return { status: 201, body: { sent } };
}

function aboutApp(amazon: Amazon, { type, applicationId, payload }: Order, moment: Moment): Sent[] {
  if (applicationId === undefined) throw missing('/applicationId', `${type} is about an app`);
  const app = appNamed(amazon, applicationId);
  const usual = type === 'APPLICATION_OAUTH_CLIENT_NEW_SECRET' ? newSecretNews : expiryNews;
  const news = payload ? { type, payload, at: moment.now } : usual(app, moment.now);
  return tellApp(amazon, { app, news }, moment);
}

function aboutSeller(amazon: Amazon, order: Order, moment: Moment): Sent[] {
  const { type, sellerId, applicationId, payload } = order;
  if (!notificationType(type)) throw badBody([{ pointer: '/type', detail: `${type} is no type of notification` }]);
  if (sellerId === undefined) throw missing('/sellerId', `${type} is about a seller`);
  if (!amazon.sellers.has(sellerId)) throw notFound(`There is no seller ${sellerId}`);
  if (applicationId !== undefined) appNamed(amazon, applicationId);
  const news = payload ? { type, payload, at: moment.now } : latest(amazon, { type, sellerId }, moment);
  if (!news) throw missing('/payload', `this world has nothing to tell of ${type}`);
  return tellSeller(amazon, { sellerId, applicationId, news }, moment);
}

/** What the world says of a seller right now, for a notification sent again by hand. */
function latest(
  amazon: Amazon,
  { type, sellerId }: { type: string; sellerId: string },
  { now }: Moment,
): News | undefined {
  const status = amazon.sellers.get(sellerId)?.status ?? 'NORMAL';
  switch (type) {
    case 'ACCOUNT_STATUS_CHANGED':
      return status === 'CLOSED' ? undefined : statusPayload(status, status, now);
    case 'TRANSACTION_UPDATE':
      return newest(now, [
        ...(amazon.transactions.get(sellerId) ?? []).map(transactionNews),
        ...(amazon.payouts.get(sellerId) ?? []).map(payoutNews),
      ]);
    case 'REPORT_PROCESSING_FINISHED':
      return newest(now, (amazon.settlements.get(sellerId) ?? []).map(settlementNews));
    default:
      return undefined;
  }
}

function newest(now: number, all: readonly (News | undefined)[]): News | undefined {
  const happened = all.flatMap((news) => (news && news.at <= now ? [news] : []));
  return happened.toSorted((a, b) => b.at - a.at)[0];
}

function appNamed(amazon: Amazon, applicationId: string): App {
  const app = amazon.apps.get(applicationId);
  if (!app) throw notFound(`There is no app ${applicationId}`);
  return app;
}

const missing = (pointer: string, reason: string) => badBody([{ pointer, detail: `is required: ${reason}` }]);

export const NOTIFICATION_ROUTES: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/notifications',
    id: 'sendNotification',
    summary:
      'Sends a notification by hand, to the subscriptions of a seller or to the queue of an app; tells where it went',
    body: notificationSchema,
    handle: send,
  },
];
