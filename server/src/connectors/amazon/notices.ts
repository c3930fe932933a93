/**
 * Amazon's Notifications API v1 and the rotation of an app's secret (models notifications and application 2023-11-30).
 * Destinations, the ending of subscriptions and the rotation belong to the app; a subscription is made with the
 * seller's token.
 */
import { z } from 'zod';

import type { AmazonApp, App, QueueSettings } from '../../core/access.ts';
import { Fault } from '../../core/fault.ts';
import type { AccessToken } from '../../core/access.ts';
import type { Region } from '../../core/observation.ts';
import type { CallContext, Finding, Notices } from '../connector.ts';
import { limitsOf, toFinding, type Understood } from '../finding.ts';
import { listOf } from '../list-of.ts';
import type { Outbound, OutboundRequest, OutboundResult } from '../outbound.ts';
import { askToken } from './calls.ts';
import { understand } from './evidence.ts';
import { readNotification } from './notification.ts';
import { arnOf, openSqs } from './queue.ts';
import { API_HOSTS } from './regions.ts';

/** What is subscribed to, in the version of its payload. */
const VERSIONS: Readonly<Record<string, string>> = {
  ACCOUNT_STATUS_CHANGED: '2021-01-01',
  REPORT_PROCESSING_FINISHED: '2020-09-04',
  TRANSACTION_UPDATE: '1.0',
};

const ROTATION_SCOPE = 'sellingpartnerapi::client_credential:rotation';
const ROOT = '/notifications/v1';
const CONFLICT = 409;
const NOT_FOUND = 404;

const destinations = z.object({
  payload: listOf(
    z.object({
      destinationId: z.string().min(1),
      resource: z.object({ sqs: z.object({ arn: z.string() }).nullish() }),
    }),
  ),
});
const destination = z.object({ payload: z.object({ destinationId: z.string().min(1) }) });
const subscription = z.object({ payload: z.object({ subscriptionId: z.string().min(1) }) });

type Ours = (app: App) => AmazonApp;

export function createNotices(outbound: Outbound, ours: Ours): Notices {
  return {
    types: Object.keys(VERSIONS),
    openQueue: (settings) => openSqs(settings, outbound.mapUrl),
    read: readNotification,

    rotateSecret({ app, site }, context) {
      const question = { method: 'POST', path: '/applications/2023-11-30/clientSecret', region: site.region } as const;
      return forApp(
        outbound,
        { ...question, app: ours(app), call: 'rotateApplicationClientSecret', scope: ROTATION_SCOPE },
        context,
      ).then(({ finding }) => finding);
    },

    destination: ({ app, site }, context) =>
      findDestination(outbound, { app: ours(app), region: site.region }, context),
    subscribe: ({ site, ...request }, context) => subscribe(outbound, { ...request, region: site.region }, context),

    async unsubscribe({ app, site, type, subscriptionId }, context) {
      const path = `${ROOT}/subscriptions/${type}/${encodeURIComponent(subscriptionId)}`;
      const question = {
        app: ours(app),
        region: site.region,
        path,
        method: 'DELETE',
        call: 'deleteSubscriptionById',
      } as const;
      const { finding } = await forApp(outbound, question, context);
      return finding.status === NOT_FOUND ? { ...finding, answer: 'ok' } : finding;
    },
  };
}

async function findDestination(
  outbound: Outbound,
  { app, region }: { app: AmazonApp; region: Region },
  context: CallContext,
): Promise<{ finding: Finding; destinationId: string | null }> {
  const arn = arnOf(queueOf(app.applicationId, app.notifications));
  const about = { app, region, path: `${ROOT}/destinations` };
  const known = await forApp(outbound, { ...about, method: 'GET', call: 'getDestinations' }, context);
  const list = destinations.safeParse(known.body);
  const found = list.data?.payload.find(({ resource }) => resource.sqs?.arn === arn)?.destinationId ?? null;
  if (known.finding.answer !== 'ok' || found !== null) return { finding: known.finding, destinationId: found };
  const body = { name: 'Storekeeper', resourceSpecification: { sqs: { arn } } };
  const made = await forApp(outbound, { ...about, method: 'POST', call: 'createDestination', body }, context);
  return { finding: made.finding, destinationId: destination.safeParse(made.body).data?.payload.destinationId ?? null };
}

type Subscribing = { region: Region; access: AccessToken; type: string; destinationId: string };

/** Amazon has one subscription for a seller, an app and a type: where it says so, that one is asked for. */
async function subscribe(
  outbound: Outbound,
  { region, access, type, destinationId }: Subscribing,
  context: CallContext,
): Promise<{ finding: Finding; subscriptionId: string | null }> {
  const about = { region, path: `${ROOT}/subscriptions/${type}`, access };
  const body = { payloadVersion: VERSIONS[type] ?? '1.0', destinationId };
  let heard = await ask(outbound, { ...about, method: 'POST', call: 'createSubscription', body }, context);
  if (heard.finding.status === CONFLICT)
    heard = await ask(outbound, { ...about, method: 'GET', call: 'getSubscription' }, context);
  const found = subscription.safeParse(heard.body).data?.payload.subscriptionId ?? null;
  return { finding: heard.finding, subscriptionId: found };
}

function queueOf(applicationId: string, settings: QueueSettings | null | undefined): QueueSettings {
  if (settings) return settings;
  throw new Fault('internal', { detail: `The app ${applicationId} has no queue.` });
}

type Question = {
  method: OutboundRequest['method'];
  path: string;
  region: Region;
  call: string;
  access: AccessToken;
  body?: unknown;
};
type Heard = { finding: Finding; body: unknown };

/** A call of the app's own, with a token that needs no seller. */
async function forApp(
  outbound: Outbound,
  { app, scope, ...question }: Omit<Question, 'access'> & { app: AmazonApp; scope?: string },
  context: CallContext,
): Promise<Heard> {
  const grant = { type: 'client_credentials', ...(scope === undefined ? {} : { scope }) } as const;
  const { access, finding } = await askToken(outbound, { app, grant, rung: 'app' }, context);
  return access ? ask(outbound, { ...question, access }, context) : { finding, body: null };
}

async function ask(outbound: Outbound, question: Question, context: CallContext): Promise<Heard> {
  const { method, path, region, call, access, body } = question;
  const result = await outbound.send({
    ...limitsOf(context),
    method,
    url: `https://${API_HOSTS[region]}${path}`,
    headers: {
      'x-amz-access-token': access.token.reveal(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const understood = understandCall(result);
  const about = { rung: 'capability', call, region, capability: 'notifications' } as const;
  return {
    finding: toFinding(about, understood, { result, ms: result.ms, now: context.now() }),
    body: understood.body,
  };
}

/** 204 says that the thing was done; every other answer is read like any call's. */
function understandCall(result: OutboundResult): Understood {
  if (result.kind === 'answer' && result.status > 200 && result.status < 300)
    return { answer: 'ok', status: result.status, code: null, message: null, body: null };
  return understand('spapi', result);
}
