import { createHash } from 'node:crypto';

import type { Instant, Moment } from '../clock.ts';
import type { QueueEntry } from '../world/schema.ts';
import type { Amazon } from './amazon.ts';

/** The AWS account whose queues these are; no other is played. */
export const QUEUE_ACCOUNT = '123456789012';
/** The AWS account Selling Partner API sends from ("Set up notifications", Use Case Guide). */
const AMAZON_SENDER = '437568002678';

/** Attributes that CreateQueue may set, as AWS writes them: numbers as text. */
export const QUEUE_DEFAULTS = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  MessageRetentionPeriod: '345600',
  MaximumMessageSize: '1048576',
} as const;

export type QueueMessage = {
  messageId: string;
  body: string;
  senderId: string;
  /** Emulator time: what clients compare with their own. */
  sentAt: Instant;
  /** Machine time, as is everything a client waits for. */
  arrivedAt: Instant;
  visibleAt: Instant;
  /** 0, and 1 for the second delivery where a queue duplicates. */
  copy: number;
  receiveCount: number;
  firstReceivedAt: Instant | undefined;
};

/** A standard queue: at least once, in no promised order. */
export type Queue = {
  arn: string;
  region: string;
  name: string;
  createdAt: Instant;
  attributes: Record<string, string>;
  /** True: every message that arrives is there twice. */
  duplicate: boolean;
  /** Messages are handed out in an order drawn from it; absent: as they arrived. */
  shuffleSeed: string | undefined;
  messages: QueueMessage[];
  /** Machine time of the last PurgeQueue. */
  purgedAt: Instant | undefined;
};

export function queueArn(region: string, name: string): string {
  return `arn:aws:sqs:${region}:${QUEUE_ACCOUNT}:${name}`;
}

/** Region and name of a queue of the account played; undefined for any other ARN, a FIFO queue's included. */
export function readQueueArn(arn: string): { region: string; name: string } | undefined {
  const [, region, account, name] = /^arn:aws:sqs:([a-z0-9-]+):(\d{12}):([\w-]{1,80})$/.exec(arn) ?? [];
  return region !== undefined && name !== undefined && account === QUEUE_ACCOUNT ? { region, name } : undefined;
}

export function findQueue(amazon: Amazon, region: string, name: string): Queue | undefined {
  return amazon.queues.get(queueArn(region, name));
}

/** The queue, made with the attributes given when there is none yet. */
export function openQueue(
  amazon: Amazon,
  { region, name, attributes = {} }: { region: string; name: string; attributes?: Record<string, string> },
  now: Instant,
): Queue {
  const arn = queueArn(region, name);
  const known = amazon.queues.get(arn);
  if (known) return known;
  const made = emptyQueue({ arn, region, name }, now);
  const queue: Queue = { ...made, attributes: { ...made.attributes, ...attributes } };
  amazon.queues.set(arn, queue);
  return queue;
}

function emptyQueue(address: Pick<Queue, 'arn' | 'region' | 'name'>, now: Instant): Queue {
  return {
    ...address,
    createdAt: now,
    attributes: { ...QUEUE_DEFAULTS },
    duplicate: false,
    shuffleSeed: undefined,
    messages: [],
    purgedAt: undefined,
  };
}

/** A whole number of seconds that a queue has as an attribute, in milliseconds. */
export function attributeMs(queue: Queue, name: keyof typeof QUEUE_DEFAULTS): number {
  return Number(queue.attributes[name] ?? QUEUE_DEFAULTS[name]) * 1000;
}

type Parcel = { queue: Queue; body: string; senderId?: string; delayMs?: number | undefined };

/** Puts a message into a queue and wakes whoever waits. Its id comes from the emulator's seed. */
export function sendTo(amazon: Amazon, parcel: Parcel, { now, machine }: Moment): QueueMessage {
  const { queue, body, senderId = AMAZON_SENDER, delayMs = attributeMs(parcel.queue, 'DelaySeconds') } = parcel;
  const message: QueueMessage = {
    messageId: amazon.issue('uuid'),
    body,
    senderId,
    sentAt: now,
    arrivedAt: machine,
    visibleAt: machine + delayMs,
    copy: 0,
    receiveCount: 0,
    firstReceivedAt: undefined,
  };
  queue.messages.push(message);
  if (queue.duplicate) queue.messages.push({ ...message, copy: 1 });
  wakeWaiting(amazon);
  return message;
}

/** Lets everybody look again who waits for a message. */
export function wakeWaiting(amazon: Amazon): void {
  for (const wake of amazon.arrivals) wake();
}

/** Up to `max` messages that nobody holds, each now held for `holdMs`; those past the retention period are forgotten. */
export function receiveFrom(
  queue: Queue,
  { max, holdMs = attributeMs(queue, 'VisibilityTimeout') }: { max: number; holdMs?: number | undefined },
  { now, machine }: Moment,
): QueueMessage[] {
  forgetOld(queue, machine);
  const visible = queue.messages.filter((one) => one.visibleAt <= machine);
  const taken = inOrder(visible, queue.shuffleSeed).slice(0, max);
  for (const message of taken) {
    message.receiveCount += 1;
    message.firstReceivedAt ??= now;
    message.visibleAt = machine + holdMs;
  }
  return taken;
}

export function forgetOld(queue: Queue, machine: Instant): void {
  const oldest = machine - attributeMs(queue, 'MessageRetentionPeriod');
  queue.messages = queue.messages.filter((one) => one.arrivedAt > oldest);
}

function inOrder(messages: QueueMessage[], seed: string | undefined): QueueMessage[] {
  if (seed === undefined) return messages;
  const drawn = (one: QueueMessage): string => sha256(`${seed} ${one.messageId} ${one.copy}`);
  return messages.toSorted((a, b) => (drawn(a) < drawn(b) ? -1 : 1));
}

/** When the next message can be had that cannot yet, machine time; undefined when there is none. */
export function nextVisibleAt(queue: Queue): Instant | undefined {
  const times = queue.messages.map((one) => one.visibleAt);
  return times.length === 0 ? undefined : times.reduce((first, one) => Math.min(first, one));
}

/** Names one receipt of one message in one queue; the next receipt has another. */
export function receiptHandle(queue: Queue, { messageId, copy, receiveCount }: QueueMessage): string {
  return Buffer.from(`AQEB ${tag(queue)} ${messageId} ${copy} ${receiveCount}`).toString('base64');
}

/** What a handle stands for: its message if it is still there, and whether it is of the latest receipt. */
type Receipt = { message: QueueMessage | undefined; latest: boolean };

/** Undefined when the text was never a handle of this queue. */
export function readReceipt(queue: Queue, handle: string): Receipt | undefined {
  const written = Buffer.from(handle, 'base64').toString('utf8');
  const [, queueTag, messageId, copy, count] = /^AQEB (\S+) (\S+) (\d) (\d+)$/.exec(written) ?? [];
  if (queueTag === undefined || queueTag !== tag(queue)) return undefined;
  const message = queue.messages.find((one) => one.messageId === messageId && one.copy === Number(copy));
  return { message, latest: message?.receiveCount === Number(count) };
}

/** Deletes by handle. One of an earlier receipt is taken without an error and deletes nothing, as standard queues do. */
export function deleteFrom(queue: Queue, { message, latest }: Receipt): void {
  if (latest) queue.messages = queue.messages.filter((one) => one !== message);
}

export type Depths = { visible: number; inFlight: number; delayed: number };

export function depthsOf(queue: Queue, machine: Instant): Depths {
  const depths: Depths = { visible: 0, inFlight: 0, delayed: 0 };
  for (const message of queue.messages) depths[stateOf(message, machine)] += 1;
  return depths;
}

export function stateOf({ visibleAt, receiveCount }: QueueMessage, machine: Instant): keyof Depths {
  if (visibleAt <= machine) return 'visible';
  return receiveCount === 0 ? 'delayed' : 'inFlight';
}

/** A queue of a world file. What was held is to be had again: a queue delivers at least once. */
export function queueFromEntry(entry: QueueEntry, { now, machine }: Moment): Queue | undefined {
  const address = readQueueArn(entry.arn);
  if (!address) return undefined;
  const { attributes, duplicate, shuffleSeed, messages } = entry;
  const queue = emptyQueue({ arn: entry.arn, ...address }, now);
  return {
    ...queue,
    attributes: { ...queue.attributes, ...attributes },
    duplicate,
    shuffleSeed,
    messages: messages.map(({ messageId, body, sentAt, copy }) => ({
      messageId,
      body,
      senderId: AMAZON_SENDER,
      sentAt: sentAt === undefined ? now : Date.parse(sentAt),
      arrivedAt: machine,
      visibleAt: machine,
      copy,
      receiveCount: 0,
      firstReceivedAt: undefined,
    })),
  };
}

export function queueToEntry({ arn, attributes, duplicate, shuffleSeed, messages }: Queue): QueueEntry {
  return {
    arn,
    attributes,
    duplicate,
    ...(shuffleSeed === undefined ? {} : { shuffleSeed }),
    messages: messages.map(({ messageId, body, sentAt, copy }) => ({
      messageId,
      body,
      sentAt: new Date(sentAt).toISOString(),
      copy,
    })),
  };
}

const tag = ({ arn }: Queue): string => sha256(arn).slice(0, 16);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
