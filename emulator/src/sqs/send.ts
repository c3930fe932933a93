import { createHash } from 'node:crypto';

import { z } from 'zod';

import { QUEUE_ACCOUNT, sendTo } from '../state/queues.ts';
import { queueOf, read } from './call.ts';
import type { SqsCall } from './call.ts';
import { invalidValue, SqsProblem } from './problem.ts';

const sendSchema = z.object({
  QueueUrl: z.string(),
  MessageBody: z.string(),
  DelaySeconds: z
    .int()
    .min(0, 'DelaySeconds must be >= 0 and <= 900.')
    .max(900, 'DelaySeconds must be >= 0 and <= 900.')
    .optional(),
  MessageAttributes: z.record(z.string(), z.unknown()).optional(),
});

/** SendMessage, for whoever wants to put something into a queue by hand. Message attributes are not played. */
export function sendMessage(call: SqsCall): unknown {
  const input = read(sendSchema, call.input);
  const queue = queueOf(call, input.QueueUrl);
  if (Object.keys(input.MessageAttributes ?? {}).length > 0)
    throw new SqsProblem('UnsupportedOperation', 'Message attributes are not played here.');
  if (input.MessageBody === '')
    throw new SqsProblem('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (Buffer.byteLength(input.MessageBody) > Number(queue.attributes['MaximumMessageSize']))
    throw invalidValue('MessageBody', '(too long)', 'One or more parameters are invalid. Message is too long.');
  const delayMs = input.DelaySeconds === undefined ? undefined : input.DelaySeconds * 1000;
  const parcel = { queue, body: input.MessageBody, senderId: QUEUE_ACCOUNT, delayMs };
  const { messageId } = sendTo(call.stage.amazon, parcel, call.moment);
  return { MD5OfMessageBody: md5(input.MessageBody), MessageId: messageId };
}

/** What clients check a body's arrival with. */
export const md5 = (body: string): string => createHash('md5').update(body).digest('hex');
