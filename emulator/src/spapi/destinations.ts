import { z } from 'zod';

import type { Amazon } from '../state/amazon.ts';
import { openQueue, readQueueArn } from '../state/queues.ts';
import { text } from '../texts.ts';
import type { Destination } from '../world/schema.ts';
import { nothingThere, readBodyAs, unparsable } from './body.ts';
import type { AppCall } from './call.ts';
import { spapiError, SpapiProblem } from './errors.ts';

const createSchema = z.object({
  name: z.string().min(1).max(256),
  resourceSpecification: z.object({
    sqs: z
      .object({
        arn: z
          .string()
          .max(1000)
          .regex(/^arn:aws:sqs:\S+:\S+:\S+/),
      })
      .nullish(),
    eventBridge: z.object({ region: z.string().min(1), accountId: z.string().min(1) }).nullish(),
  }),
});

type Specification = z.output<typeof createSchema>['resourceSpecification'];

/**
 * `createDestination`. Destinations are of an app at one region's hosts: what was made in North America is not known in
 * Europe ("No destination with id", amzn/selling-partner-api-models 2224). The queue exists from then on.
 */
export function createDestination({ amazon, app, region, now, body }: AppCall): unknown {
  const { name, resourceSpecification } = readBodyAs(createSchema, amazon, body);
  const resource = resourceOf(amazon, app.applicationId, resourceSpecification);
  const { applicationId } = app;
  const twin = destinationsOf(amazon, { applicationId, region }).find((one) => sameResource(one.resource, resource));
  if (twin) throw conflict(amazon, twin);
  const address = 'sqs' in resource ? readQueueArn(resource.sqs.arn) : undefined;
  if (address) openQueue(amazon, address, now);
  const made: Destination = { destinationId: amazon.issue('uuid'), applicationId, region, name, resource };
  amazon.destinations.set(made.destinationId, made);
  return { payload: told(made) };
}

function resourceOf(
  amazon: Amazon,
  applicationId: string,
  { sqs, eventBridge }: Specification,
): Destination['resource'] {
  if ((sqs ? 1 : 0) + (eventBridge ? 1 : 0) !== 1)
    throw unparsable(amazon, 'resourceSpecification: one of sqs and eventBridge is required');
  if (eventBridge) {
    const name = `aws.partner/sellingpartnerapi.amazon.com/${eventBridge.accountId}/${applicationId}`;
    return { eventBridge: { name, region: eventBridge.region, accountId: eventBridge.accountId } };
  }
  const arn = sqs?.arn ?? '';
  // Amazon tries whether it may send there; only queues that are played here let it.
  if (!readQueueArn(arn)) throw unparsable(amazon, `The queue ${arn} does not exist or cannot be sent to.`);
  return { sqs: { arn } };
}

/** The same queue; for EventBridge one destination per AWS account (amzn/selling-partner-api-docs 1850). */
function sameResource(one: Destination['resource'], other: Destination['resource']): boolean {
  return identity(one) === identity(other);
}

function identity(resource: Destination['resource']): string {
  return 'sqs' in resource ? resource.sqs.arn : `eventBridge ${resource.eventBridge.accountId}`;
}

function conflict(amazon: Amazon, { resource, applicationId }: Destination): SpapiProblem {
  const message = text(amazon, 'spapi.conflict');
  const arn = 'sqs' in resource ? resource.sqs.arn : resource.eventBridge.name;
  const details = text(amazon, 'spapi.destinationExists', { arn, applicationId });
  return new SpapiProblem(message, spapiError(409, 'Conflict', { message, details }));
}

export function getDestinations({ amazon, app, region }: AppCall): unknown {
  return { payload: destinationsOf(amazon, { applicationId: app.applicationId, region }).map(told) };
}

export function getDestination(call: AppCall): unknown {
  return { payload: told(named(call)) };
}

/** `deleteDestination`; one that subscriptions still name is forbidden (amzn/selling-partner-api-docs 1800). */
export function deleteDestination(call: AppCall): unknown {
  const { amazon } = call;
  const { destinationId } = named(call);
  if ([...amazon.subscriptions.values()].some((one) => one.destinationId === destinationId)) {
    const message = text(amazon, 'spapi.forbidden');
    const details = text(amazon, 'spapi.destinationUsed');
    throw new SpapiProblem(message, spapiError(403, 'Unauthorized', { message, details }));
  }
  amazon.destinations.delete(destinationId);
  return {};
}

function destinationsOf(amazon: Amazon, of: Pick<Destination, 'applicationId' | 'region'>): Destination[] {
  return [...amazon.destinations.values()].filter(
    (one) => one.applicationId === of.applicationId && one.region === of.region,
  );
}

/** The app's own destination at this region's hosts; another's is as good as none. */
export function findDestination(
  amazon: Amazon,
  { destinationId, applicationId, region }: Pick<Destination, 'destinationId' | 'applicationId' | 'region'>,
): Destination | undefined {
  const found = amazon.destinations.get(destinationId);
  return found?.applicationId === applicationId && found.region === region ? found : undefined;
}

function named({ amazon, app, region, params }: AppCall): Destination {
  const destinationId = params['destinationId'] ?? '';
  const found = findDestination(amazon, { destinationId, applicationId: app.applicationId, region });
  if (!found) throw nothingThere(amazon);
  return found;
}

/** Amazon writes the resource it is not as null. */
function told({ destinationId, name, resource }: Destination): unknown {
  return { destinationId, name, resource: { sqs: null, eventBridge: null, ...resource } };
}
