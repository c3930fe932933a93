import { z } from 'zod';

import type { Instant } from '../clock.ts';
import { redactedBody } from '../log/redact.ts';
import type { Amazon } from '../state/amazon.ts';
import { announce } from '../state/announce.ts';
import { attributeMs, depthsOf, forgetOld, stateOf } from '../state/queues.ts';
import type { Queue } from '../state/queues.ts';
import { badBody, notFound } from './problem.ts';
import { ok, parsed } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

const queuePatch = z.strictObject({
  duplicate: z.boolean().optional(),
  /** What the order is drawn from; null goes back to the order of arrival. */
  shuffleSeed: z.union([z.string().min(1), z.int()]).nullish(),
  delaySeconds: z.int().min(0).max(900).optional(),
});

function list({ stage }: ControlRequest): ControlAnswer {
  const moment = stage.clock.moment();
  announce(stage.amazon, moment);
  return ok({ data: [...stage.amazon.queues.values()].map((queue) => told(queue, moment.machine)) });
}

function patch({ stage, params, body }: ControlRequest): ControlAnswer {
  const wanted = parsed(queuePatch, body);
  const queue = queueNamed(stage.amazon, params['name'] ?? '');
  queue.duplicate = wanted.duplicate ?? queue.duplicate;
  if (wanted.shuffleSeed !== undefined)
    queue.shuffleSeed = wanted.shuffleSeed === null ? undefined : String(wanted.shuffleSeed);
  if (wanted.delaySeconds !== undefined)
    queue.attributes = { ...queue.attributes, DelaySeconds: String(wanted.delaySeconds) };
  return ok(told(queue, stage.clock.moment().machine));
}

/** By its name, or by its ARN where several regions have one of that name. */
function queueNamed({ queues }: Amazon, name: string): Queue {
  const [found, another] = [...queues.values()].filter((queue) => queue.name === name || queue.arn === name);
  if (!found) throw notFound(`There is no queue ${name}`);
  if (another) throw badBody(`There is a queue ${name} in several regions; say its ARN, for example ${found.arn}`);
  return found;
}

function told(queue: Queue, machine: Instant): unknown {
  forgetOld(queue, machine);
  const { arn, name, region, duplicate, shuffleSeed = null, messages } = queue;
  return {
    name,
    region,
    arn,
    duplicate,
    shuffleSeed,
    delaySeconds: attributeMs(queue, 'DelaySeconds') / 1000,
    ...depthsOf(queue, machine),
    messages: messages.map((message) => ({
      messageId: message.messageId,
      sentAt: new Date(message.sentAt).toISOString(),
      state: stateOf(message, machine),
      receiveCount: message.receiveCount,
      body: redactedBody(message.body),
    })),
  };
}

export const QUEUE_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/queues',
    id: 'listQueues',
    summary: 'Every queue with what is in it, secrets left out: visible, held by somebody (inFlight), still delayed',
    handle: list,
  },
  {
    method: 'PATCH',
    path: '/queues/{name}',
    id: 'changeQueue',
    summary: 'How a queue misbehaves: messages twice, in an order drawn from a seed, late. By its name or ARN',
    body: queuePatch,
    handle: patch,
  },
];
