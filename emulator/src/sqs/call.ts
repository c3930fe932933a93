import { z } from 'zod';

import type { Moment } from '../clock.ts';
import type { Stage } from '../stage.ts';
import { findQueue, openQueue, QUEUE_ACCOUNT } from '../state/queues.ts';
import type { Queue } from '../state/queues.ts';
import { invalidValue, queueMissing, SqsProblem } from './problem.ts';

/** One authenticated request to the queues of an AWS region. */
export type SqsCall = {
  stage: Stage;
  region: string;
  input: unknown;
  moment: Moment;
  gone: AbortSignal | undefined;
};

/** The members a request has, checked. @throws SqsProblem naming the first that is missing or not allowed. */
export function read<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw issue ? problemOf(issue) : new SqsProblem('SerializationException', 'The request cannot be read.');
}

function problemOf(issue: z.core.$ZodIssue): SqsProblem {
  const parameter = issue.path.join('.');
  if (issue.code !== 'invalid_type') return invalidValue(parameter, issue.input, issue.message);
  return issue.input === undefined
    ? new SqsProblem('MissingParameter', `The request must contain the parameter ${parameter}.`)
    : new SqsProblem('SerializationException', `${parameter} is of another type than it must be.`);
}

/** The last two segments of a queue URL, whatever host it names: the request went to the host that counts. */
function addressOf(queueUrl: string): { account: string; name: string } {
  const [account = '', name = ''] = queueUrl.replace(/\/+$/, '').split('/').slice(-2);
  return { account, name };
}

/** The queue of a URL. @throws SqsProblem `QueueDoesNotExist`. */
export function queueOf({ stage, region }: SqsCall, queueUrl: string): Queue {
  const { account, name } = addressOf(queueUrl);
  const queue = account === QUEUE_ACCOUNT ? findQueue(stage.amazon, region, name) : undefined;
  if (!queue) throw queueMissing();
  return queue;
}

/** The queue to receive from: any name of the account played is one from the first time somebody listens there. */
export function listenedTo({ stage, region, moment }: SqsCall, queueUrl: string): Queue {
  const { account, name } = addressOf(queueUrl);
  if (account !== QUEUE_ACCOUNT || !QUEUE_NAME.test(name)) throw queueMissing();
  return openQueue(stage.amazon, { region, name }, moment.now);
}

/** A standard queue's name; a FIFO queue's ends in .fifo and is none. */
export const QUEUE_NAME = /^[\w-]{1,80}$/;

/** The URL AWS gives a queue, the same through both doors. */
export const urlOf = ({ region, name }: Pick<Queue, 'region' | 'name'>): string =>
  `https://sqs.${region}.amazonaws.com/${QUEUE_ACCOUNT}/${name}`;
