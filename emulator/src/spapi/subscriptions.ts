import { z } from 'zod';

import type { Amazon } from '../state/amazon.ts';
import { notificationType } from '../state/notificationTypes.ts';
import type { NotificationType } from '../state/notificationTypes.ts';
import { text } from '../texts.ts';
import type { Subscription } from '../world/schema.ts';
import { nothingThere, readBodyAs, unparsable } from './body.ts';
import type { AppCall, SellerCall } from './call.ts';
import { iso } from './call.ts';
import { findDestination } from './destinations.ts';
import { spapiError, SpapiProblem } from './errors.ts';
import { argumentsOf, cutPage } from './paging.ts';
import { list, wholeNumber } from './parameters.ts';

const createSchema = z.object({
  payloadVersion: z.string().min(1),
  destinationId: z.string().min(1),
  processingDirective: z.record(z.string(), z.json()).nullish(),
});

/** Types whose subscriptions may be filtered by `eventFilter`. */
const FILTERED = ['ANY_OFFER_CHANGED', 'ORDER_CHANGE', 'SHIPMENT_TRACKING_MILESTONE_CHANGED'];

/** `createSubscription`: one per seller, app, type and payload version. */
export function createSubscription(call: SellerCall): unknown {
  const { amazon, app, seller, now, region } = call;
  const type = call.params['notificationType'] ?? '';
  const known = typeNamed(amazon, type);
  const { payloadVersion, destinationId, processingDirective } = readBodyAs(createSchema, amazon, call.body);
  if (!known.versions.includes(payloadVersion))
    throw unparsable(amazon, `Payload version ${payloadVersion} is not supported for notification type ${type}`);
  checkFilter(amazon, type, processingDirective?.['eventFilter']);
  const { applicationId } = app;
  const destination = findDestination(amazon, { destinationId, applicationId, region });
  if (!destination)
    throw unparsable(amazon, text(amazon, 'spapi.destinationUnknown', { destinationId, applicationId }));
  if (!(known.workflow in destination.resource))
    throw unparsable(amazon, `Notification type ${type} is not delivered to the resource of this destination`);
  if (subscriptionsOf(call, type).some((one) => one.payloadVersion === payloadVersion)) throw taken(amazon, type);
  const made: Subscription = {
    subscriptionId: amazon.issue('uuid'),
    applicationId,
    sellerId: seller.sellerId,
    notificationType: type,
    payloadVersion,
    destinationId,
    ...(processingDirective ? { processingDirective } : {}),
    createdAt: iso(now),
  };
  amazon.subscriptions.set(made.subscriptionId, made);
  return { payload: told(made) };
}

function typeNamed(amazon: Amazon, type: string): NotificationType {
  const known = notificationType(type);
  if (!known) throw unparsable(amazon, `Invalid notification type ${type}`);
  return known;
}

function checkFilter(amazon: Amazon, type: string, filter: unknown): void {
  if (filter === undefined || filter === null || FILTERED.includes(type)) return;
  const written = JSON.stringify(filter);
  throw unparsable(amazon, `EventFilter Payload ${written} failed to validate for notification type ${type}`);
}

function taken(amazon: Amazon, type: string): SpapiProblem {
  const message = text(amazon, 'spapi.stateConflict');
  const details = text(amazon, 'spapi.subscriptionExists', { notificationType: type });
  return new SpapiProblem(message, spapiError(409, 'StateConflict', { message, details }));
}

/** `getSubscription`: of the payload version named, or of the latest one. */
export function getSubscription(call: SellerCall): unknown {
  const type = call.params['notificationType'] ?? '';
  typeNamed(call.amazon, type);
  const version = call.query.get('payloadVersion');
  const found = subscriptionsOf(call, type)
    .filter((one) => version === null || one.payloadVersion === version)
    .toSorted((a, b) => b.payloadVersion.localeCompare(a.payloadVersion))[0];
  if (!found) throw nothingThere(call.amazon);
  return { payload: told(found) };
}

/** `getSubscriptions`: all of one type, 30 to 100 a page. */
export function getSubscriptions(call: SellerCall): unknown {
  const { amazon, query, seller } = call;
  const [type, another] = list(query, 'notificationTypes');
  if (type === undefined || another !== undefined)
    throw unparsable(amazon, 'notificationTypes: exactly one notification type is required');
  typeNamed(amazon, type);
  const version = query.get('payloadVersion');
  const found = subscriptionsOf(call, type).filter((one) => version === null || one.payloadVersion === version);
  const page = cutPage(found, {
    size: wholeNumber(query, 'pageSize', { min: 30, max: 100, otherwise: 30 }),
    token: query.get('nextToken'),
    belongsTo: `getSubscriptions ${seller.sellerId} ${argumentsOf(query, 'nextToken')}`,
  });
  return { payload: { subscriptions: page.entries.map(told), nextToken: page.nextToken } };
}

function subscriptionsOf({ amazon, app, seller }: SellerCall, type: string): Subscription[] {
  return [...amazon.subscriptions.values()].filter(
    (one) =>
      one.applicationId === app.applicationId && one.sellerId === seller.sellerId && one.notificationType === type,
  );
}

export function getSubscriptionById(call: AppCall): unknown {
  return { payload: told(named(call)) };
}

/** `deleteSubscriptionById`: needs no seller, so that it can be tidied up after one who left. */
export function deleteSubscriptionById(call: AppCall): unknown {
  call.amazon.subscriptions.delete(named(call).subscriptionId);
  return {};
}

/** The app's own subscription, of the type in the path, of a seller of this region. */
function named({ amazon, app, region, params }: AppCall): Subscription {
  const found = amazon.subscriptions.get(params['subscriptionId'] ?? '');
  const here =
    found?.applicationId === app.applicationId &&
    found.notificationType === params['notificationType'] &&
    amazon.sellers.get(found.sellerId)?.region === region;
  if (!found || !here) throw nothingThere(amazon);
  return found;
}

function told({ subscriptionId, payloadVersion, destinationId, processingDirective }: Subscription): unknown {
  return { subscriptionId, payloadVersion, destinationId, processingDirective };
}
