import { hostRole } from '../hosts.ts';
import type { About, Part, Stage } from '../stage.ts';
import { announce } from '../state/announce.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { requireSignature } from './authorization.ts';
import type { SqsCall } from './call.ts';
import { changeMessageVisibility, deleteMessage, deleteMessageBatch } from './messages.ts';
import { AMZ_JSON, SqsProblem } from './problem.ts';
import { createQueue, getQueueAttributes, getQueueUrl, purgeQueue } from './queues.ts';
import { receiveMessage } from './receive.ts';
import { sendMessage } from './send.ts';

const TARGET = /^AmazonSQS\.(\w+)$/;

/** Each gives the members of its answer; undefined where the answer has no body. */
const OPERATIONS = new Map<string, (call: SqsCall) => unknown>([
  ['ChangeMessageVisibility', changeMessageVisibility],
  ['CreateQueue', createQueue],
  ['DeleteMessage', deleteMessage],
  ['DeleteMessageBatch', deleteMessageBatch],
  ['GetQueueAttributes', getQueueAttributes],
  ['GetQueueUrl', getQueueUrl],
  ['PurgeQueue', purgeQueue],
  ['ReceiveMessage', receiveMessage],
  ['SendMessage', sendMessage],
]);

/** Amazon Simple Queue Service in the JSON protocol 1.0 that AWS's SDKs speak, standard queues only. */
export const simpleQueueService: Part = {
  about: (_stage, request): About => ({ operation: operationName(request) }),
  async answer(stage, request, injected) {
    const answer = await served(stage, request, injected);
    return { ...answer, headers: { 'x-amzn-RequestId': stage.amazon.issue('uuid'), ...answer.headers } };
  },
};

function operationName({ headers }: WireRequest): string | undefined {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? TARGET.exec(target)?.[1] : undefined;
}

async function served(stage: Stage, request: WireRequest, injected: () => WireAnswer | undefined): Promise<WireAnswer> {
  try {
    const role = hostRole(request.host);
    const region = role?.kind === 'sqs' ? role.region : '';
    requireSignature(request, region);
    const run = OPERATIONS.get(operationName(request) ?? '');
    if (!run) throw new SqsProblem('UnknownOperationException', 'The requested operation is not played here.');
    const fault = injected();
    if (fault) return fault;
    const moment = stage.clock.moment();
    announce(stage.amazon, moment);
    const given = await run({ stage, region, input: readInput(request.body), moment, gone: request.gone });
    return {
      status: 200,
      headers: { 'content-type': AMZ_JSON },
      body: given === undefined ? '' : JSON.stringify(given),
    };
  } catch (problem) {
    if (problem instanceof SqsProblem) return problem.answer();
    throw problem;
  }
}

function readInput(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new SqsProblem('SerializationException', 'The request body is not JSON.');
  }
}
