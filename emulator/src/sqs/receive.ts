import { z } from 'zod';

import { announce } from '../state/announce.ts';
import type { Amazon } from '../state/amazon.ts';
import { attributeMs, nextVisibleAt, receiptHandle, receiveFrom } from '../state/queues.ts';
import type { Queue, QueueMessage } from '../state/queues.ts';
import { listenedTo, read } from './call.ts';
import type { SqsCall } from './call.ts';
import { md5 } from './send.ts';

/** While somebody waits, what happens by the clock alone is looked for this often. */
const LOOK_AGAIN_MS = 1000;

const receiveSchema = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.int().min(1, between(1, 10)).max(10, between(1, 10)).default(1),
  VisibilityTimeout: z.int().min(0, between(0, 43_200)).max(43_200, between(0, 43_200)).optional(),
  WaitTimeSeconds: z.int().min(0, between(0, 20)).max(20, between(0, 20)).optional(),
  AttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
});

function between(least: number, most: number): string {
  return `Must be >= ${least} and <= ${most}, if provided.`;
}

/**
 * ReceiveMessage with long polling: answers as soon as there is a message, empty once `WaitTimeSeconds` are over, by the
 * machine's clock. A client that hung up gets nothing, so that no message is held for nobody.
 */
export async function receiveMessage(call: SqsCall): Promise<unknown> {
  const input = read(receiveSchema, call.input);
  const holdMs = input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000;
  const names = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
  const waitMs = waitOf(listenedTo(call, input.QueueUrl), input.WaitTimeSeconds);
  const deadline = call.moment.machine + waitMs;
  for (;;) {
    const moment = call.stage.clock.moment();
    if (call.gone?.aborted) return {};
    announce(call.stage.amazon, moment);
    // Looked up anew each time: the world may have been replaced while this waited.
    const queue = listenedTo({ ...call, moment }, input.QueueUrl);
    const messages = receiveFrom(queue, { max: input.MaxNumberOfMessages, holdMs }, moment);
    if (messages.length > 0) return { Messages: messages.map((one) => told(queue, one, names)) };
    const left = deadline - moment.machine;
    if (left <= 0) return {};
    const visibleIn = (nextVisibleAt(queue) ?? Infinity) - moment.machine;
    await arrival(call.stage.amazon, Math.min(left, LOOK_AGAIN_MS, visibleIn), call.gone);
  }
}

function waitOf(queue: Queue, asked: number | undefined): number {
  return asked === undefined ? attributeMs(queue, 'ReceiveMessageWaitTimeSeconds') : asked * 1000;
}

/** Resolves when a message arrives anywhere, when the time is over, or when the client is gone. */
function arrival(amazon: Amazon, timeoutMs: number, gone: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      amazon.arrivals.delete(wake);
      gone?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, timeoutMs);
    amazon.arrivals.add(wake);
    gone?.addEventListener('abort', wake);
  });
}

function told(queue: Queue, message: QueueMessage, names: readonly string[]): unknown {
  const all: Record<string, string> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  };
  const asked = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle(queue, message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(asked.length === 0 ? {} : { Attributes: Object.fromEntries(asked) }),
  };
}
