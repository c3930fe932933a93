import { z } from 'zod';

import { depthsOf, findQueue, forgetOld, openQueue, QUEUE_ACCOUNT, QUEUE_DEFAULTS } from '../state/queues.ts';
import type { Queue } from '../state/queues.ts';
import { QUEUE_NAME, queueOf, read, urlOf } from './call.ts';
import type { SqsCall } from './call.ts';
import { invalidValue, queueMissing, SqsProblem } from './problem.ts';

const PURGE_PAUSE_MS = 60_000;
const NAME_RULE =
  'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length (FIFO queues are not played here).';

/** The most an attribute may be; all start at 0 but the last two. */
const RANGES: Record<string, readonly [number, number]> = {
  VisibilityTimeout: [0, 43_200],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  MessageRetentionPeriod: [60, 1_209_600],
  MaximumMessageSize: [1024, 1_048_576],
};

const createSchema = z.object({
  QueueName: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
});

/** CreateQueue: the same name with the same attributes is the same queue. A policy is kept and not enforced. */
export function createQueue({ stage, region, input, moment }: SqsCall): unknown {
  const { QueueName: name, Attributes: attributes } = read(createSchema, input);
  if (!QUEUE_NAME.test(name)) throw invalidValue('QueueName', name, NAME_RULE);
  for (const [attribute, value] of Object.entries(attributes)) checkAttribute(attribute, value);
  const known = findQueue(stage.amazon, region, name);
  const different = known && Object.entries(attributes).find(([key, value]) => known.attributes[key] !== value);
  if (different)
    throw new SqsProblem(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${different[0]}`,
    );
  return { QueueUrl: urlOf(openQueue(stage.amazon, { region, name, attributes }, moment.now)) };
}

function checkAttribute(name: string, value: string): void {
  if (name === 'Policy') return;
  const range = RANGES[name];
  if (!range) throw new SqsProblem('InvalidAttributeName', `Unknown Attribute ${name}.`);
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < range[0] || number > range[1])
    throw new SqsProblem('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}

const urlSchema = z.object({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() });

export function getQueueUrl({ stage, region, input }: SqsCall): unknown {
  const { QueueName, QueueOwnerAWSAccountId: owner = QUEUE_ACCOUNT } = read(urlSchema, input);
  const queue = owner === QUEUE_ACCOUNT ? findQueue(stage.amazon, region, QueueName) : undefined;
  if (!queue) throw queueMissing();
  return { QueueUrl: urlOf(queue) };
}

const attributesSchema = z.object({ QueueUrl: z.string(), AttributeNames: z.array(z.string()).default([]) });

/** GetQueueAttributes: none unless they are named, or all by `All`. */
export function getQueueAttributes(call: SqsCall): unknown {
  const { QueueUrl, AttributeNames } = read(attributesSchema, call.input);
  const known = attributesOf(queueOf(call, QueueUrl), call);
  const unknown = AttributeNames.find((name) => name !== 'All' && !KNOWN.includes(name));
  if (unknown !== undefined) throw new SqsProblem('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const asked = Object.entries(known).filter(
    ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
  );
  return asked.length === 0 ? {} : { Attributes: Object.fromEntries(asked) };
}

const KNOWN = [
  ...Object.keys(QUEUE_DEFAULTS),
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'Policy',
  'QueueArn',
];

function attributesOf(queue: Queue, { moment }: SqsCall): Record<string, string> {
  forgetOld(queue, moment.machine);
  const { visible, inFlight, delayed } = depthsOf(queue, moment.machine);
  const created = String(Math.floor(queue.createdAt / 1000));
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
  };
}

const purgeSchema = z.object({ QueueUrl: z.string() });

/** PurgeQueue: everything in it is gone; once a minute. */
export function purgeQueue(call: SqsCall): undefined {
  const queue = queueOf(call, read(purgeSchema, call.input).QueueUrl);
  const { machine } = call.moment;
  if (queue.purgedAt !== undefined && machine - queue.purgedAt < PURGE_PAUSE_MS)
    throw new SqsProblem(
      'PurgeQueueInProgress',
      `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
    );
  queue.purgedAt = machine;
  queue.messages = [];
}
