import { z } from 'zod';

import { deleteFrom, readReceipt } from '../state/queues.ts';
import type { Queue } from '../state/queues.ts';
import { queueOf, read } from './call.ts';
import type { SqsCall } from './call.ts';
import { invalidValue, SqsProblem } from './problem.ts';

const ENTRIES_AT_MOST = 10;
const HOLD_AT_MOST = 43_200;

const deleteSchema = z.object({ QueueUrl: z.string(), ReceiptHandle: z.string() });

/** DeleteMessage; one that is gone already is no error. */
export function deleteMessage(call: SqsCall): undefined {
  const { QueueUrl, ReceiptHandle } = read(deleteSchema, call.input);
  const queue = queueOf(call, QueueUrl);
  deleteFrom(queue, receiptOf(queue, ReceiptHandle));
}

function receiptOf(queue: Queue, handle: string) {
  const receipt = readReceipt(queue, handle);
  if (!receipt)
    throw new SqsProblem(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  return receipt;
}

const batchSchema = z.object({
  QueueUrl: z.string(),
  Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })),
});

/** DeleteMessageBatch: each entry succeeds or fails by itself. */
export function deleteMessageBatch(call: SqsCall): unknown {
  const { QueueUrl, Entries } = read(batchSchema, call.input);
  const queue = queueOf(call, QueueUrl);
  checkBatch(Entries.map((entry) => entry.Id));
  const outcomes = Entries.map(({ Id, ReceiptHandle }) => {
    const receipt = readReceipt(queue, ReceiptHandle);
    if (receipt) deleteFrom(queue, receipt);
    return { Id, good: receipt !== undefined };
  });
  const wrong = {
    SenderFault: true,
    Code: 'ReceiptHandleIsInvalid',
    Message: 'The input receipt handle is invalid.',
  };
  return {
    Successful: outcomes.filter(({ good }) => good).map(({ Id }) => ({ Id })),
    Failed: outcomes.filter(({ good }) => !good).map(({ Id }) => ({ Id, ...wrong })),
  };
}

function checkBatch(ids: readonly string[]): void {
  if (ids.length === 0)
    throw new SqsProblem(
      'EmptyBatchRequest',
      'There should be at least one DeleteMessageBatchRequestEntry in the request.',
    );
  if (ids.length > ENTRIES_AT_MOST)
    throw new SqsProblem(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${ENTRIES_AT_MOST}. You have sent ${ids.length}.`,
    );
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new SqsProblem('BatchEntryIdsNotDistinct', `Id ${twice} repeated.`);
}

const visibilitySchema = z.object({ QueueUrl: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: z.int() });

/** ChangeMessageVisibility: how long from now the message stays with whoever received it, 0 gives it back at once. */
export function changeMessageVisibility(call: SqsCall): undefined {
  const { QueueUrl, ReceiptHandle, VisibilityTimeout } = read(visibilitySchema, call.input);
  const queue = queueOf(call, QueueUrl);
  const { message, latest } = receiptOf(queue, ReceiptHandle);
  if (VisibilityTimeout < 0 || VisibilityTimeout > HOLD_AT_MOST)
    throw invalidValue(
      'VisibilityTimeout',
      VisibilityTimeout,
      'VisibilityTimeout must be an integer between 0 and 43200.',
    );
  if (!message || !latest)
    throw invalidValue(
      'ReceiptHandle',
      ReceiptHandle,
      'Message does not exist or is not available for visibility timeout change.',
    );
  if (message.visibleAt <= call.moment.machine)
    throw new SqsProblem('MessageNotInflight', 'The message referred to is not in flight.');
  message.visibleAt = call.moment.machine + VisibilityTimeout * 1000;
}
