import { notificationType } from '../state/notificationTypes.ts';
import type { Said } from './call.ts';
import { createDestination, deleteDestination, getDestination, getDestinations } from './destinations.ts';
import type { Operation } from './operations.ts';
import {
  createSubscription,
  deleteSubscriptionById,
  getSubscription,
  getSubscriptionById,
  getSubscriptions,
} from './subscriptions.ts';

const DESTINATIONS = '/notifications/v1/destinations';
const SUBSCRIPTIONS = '/notifications/v1/subscriptions';
/** All of them alike. */
const PLAN = { rate: 1, burst: 5 };
const GRANTLESS = { plan: PLAN, access: 'grantless', scope: 'sellingpartnerapi::notifications' } as const;
const SELLERS = { plan: PLAN, access: 'seller', roles: typeRoles } as const;

/** A seller's data travel in a notification as in an answer, so the type needs the role the data need. */
function typeRoles({ params, query }: Pick<Said, 'params' | 'query'>): readonly string[] {
  const named = params['notificationType'] ?? query.get('notificationTypes') ?? '';
  return notificationType(named)?.roles ?? [];
}

/** Notifications API v1. */
export const NOTIFICATION_OPERATIONS: readonly Operation[] = [
  { id: 'getDestinations', method: 'GET', path: DESTINATIONS, ...GRANTLESS, answer: getDestinations },
  { id: 'createDestination', method: 'POST', path: DESTINATIONS, ...GRANTLESS, answer: createDestination },
  {
    id: 'getDestination',
    method: 'GET',
    path: `${DESTINATIONS}/{destinationId}`,
    ...GRANTLESS,
    answer: getDestination,
  },
  {
    id: 'deleteDestination',
    method: 'DELETE',
    path: `${DESTINATIONS}/{destinationId}`,
    ...GRANTLESS,
    answer: deleteDestination,
  },
  { id: 'getSubscriptions', method: 'GET', path: SUBSCRIPTIONS, ...SELLERS, answer: getSubscriptions },
  {
    id: 'getSubscription',
    method: 'GET',
    path: `${SUBSCRIPTIONS}/{notificationType}`,
    ...SELLERS,
    answer: getSubscription,
  },
  {
    id: 'createSubscription',
    method: 'POST',
    path: `${SUBSCRIPTIONS}/{notificationType}`,
    ...SELLERS,
    answer: createSubscription,
  },
  {
    id: 'getSubscriptionById',
    method: 'GET',
    path: `${SUBSCRIPTIONS}/{notificationType}/{subscriptionId}`,
    ...GRANTLESS,
    answer: getSubscriptionById,
  },
  {
    id: 'deleteSubscriptionById',
    method: 'DELETE',
    path: `${SUBSCRIPTIONS}/{notificationType}/{subscriptionId}`,
    ...GRANTLESS,
    answer: deleteSubscriptionById,
  },
];
