/** What AWS's own client never sends; what it does send is in tests/foreign-clients. */
import { expect, test } from 'vitest';

import { createEmulator } from '../app.ts';
import { ask, exampleStage, exampleWorld } from '../example.testkit.ts';
import type { Heard } from '../example.testkit.ts';
import type { Stage } from '../stage.ts';
import { openQueue } from '../state/queues.ts';
import { simpleQueueService } from './part.ts';

const HOST = 'sqs.us-east-1.amazonaws.com';
const QueueUrl = `https://${HOST}/123456789012/news`;
const SIGNED = signature('20261123/us-east-1/sqs/aws4_request');

function signature(scope: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
}

type Sent = { operation?: string; input?: unknown; authorization?: string | undefined };

function stageWithQueue(): Stage {
  const stage = exampleStage();
  openQueue(stage.amazon, { region: 'us-east-1', name: 'news' }, stage.clock.now());
  return stage;
}

function send(stage: Stage, { operation = 'ReceiveMessage', input = { QueueUrl }, ...rest }: Sent): Promise<Heard> {
  const { authorization = SIGNED } = rest;
  const headers = { 'x-amz-target': `AmazonSQS.${operation}`, authorization };
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  return ask(stage, simpleQueueService, { host: HOST, method: 'POST', target: '/', headers, body });
}

const refusal = ({ status, headers, json }: Heard) => ({
  status,
  query: headers['x-amzn-query-error'],
  type: (json as { __type: string }).__type.replace('com.amazonaws.sqs#', ''),
});

test.each([
  ['no authorization', '', 'MissingAuthenticationToken', 403],
  ['a bearer token', 'Bearer abc', 'IncompleteSignature', 400],
  ['a signature without its value', SIGNED.replace(/, Signature=.*/, ''), 'IncompleteSignature', 400],
  ['a scope of another region', signature('20261123/eu-west-1/sqs/aws4_request'), 'SignatureDoesNotMatch', 403],
  ['a scope of another service', signature('20261123/us-east-1/s3/aws4_request'), 'SignatureDoesNotMatch', 403],
])('a request with %s is refused before anything is done', async (...row) => {
  const [, authorization, type, status] = row;
  const stage = exampleStage();
  const answer = await send(stage, { authorization });
  expect(refusal(answer)).toEqual({ status, type, query: `${type};Sender` });
  expect(stage.amazon.queues.size).toBe(0);
});

test.each<[string, Sent, string]>([
  ['an operation that is not played', { operation: 'AddPermission' }, 'UnknownOperationException'],
  ['a body that is no JSON', { input: '{' }, 'SerializationException'],
  ['a text for a number', { input: { QueueUrl, MaxNumberOfMessages: '1' } }, 'SerializationException'],
  ['no queue', { input: {} }, 'MissingParameter'],
  ['a negative wait', { input: { QueueUrl, WaitTimeSeconds: -1 } }, 'InvalidParameterValue'],
  ['a FIFO queue', { operation: 'CreateQueue', input: { QueueName: 'a.fifo' } }, 'InvalidParameterValue'],
  ['a name too long', { operation: 'CreateQueue', input: { QueueName: 'a'.repeat(81) } }, 'InvalidParameterValue'],
  [
    'an attribute out of its range',
    { operation: 'CreateQueue', input: { QueueName: 'a', Attributes: { VisibilityTimeout: '43201' } } },
    'InvalidAttributeValue',
  ],
  [
    'an attribute of FIFO queues',
    { operation: 'CreateQueue', input: { QueueName: 'a', Attributes: { FifoQueue: 'true' } } },
    'InvalidAttributeName',
  ],
  [
    'a queue that is there with other attributes',
    { operation: 'CreateQueue', input: { QueueName: 'news', Attributes: { VisibilityTimeout: '5' } } },
    'QueueNameExists',
  ],
  [
    'an attribute that no queue has',
    { operation: 'GetQueueAttributes', input: { QueueUrl, AttributeNames: ['Colour'] } },
    'InvalidAttributeName',
  ],
  ['an empty message', { operation: 'SendMessage', input: { QueueUrl, MessageBody: '' } }, 'MissingParameter'],
  [
    'message attributes',
    { operation: 'SendMessage', input: { QueueUrl, MessageBody: 'x', MessageAttributes: { a: {} } } },
    'UnsupportedOperation',
  ],
  [
    'a message of more than a mebibyte',
    { operation: 'SendMessage', input: { QueueUrl, MessageBody: 'x'.repeat(1_048_577) } },
    'InvalidParameterValue',
  ],
])('%s is refused by its name', async (_name, sent, type) => {
  const stage = stageWithQueue();
  expect(refusal(await send(stage, sent)).type).toBe(type);
  expect(stage.amazon.queues.get('arn:aws:sqs:us-east-1:123456789012:news')?.messages).toEqual([]);
});

test('a queue made with attributes of its own keeps to them', async () => {
  const stage = exampleStage();
  const Attributes = { VisibilityTimeout: '5', ReceiveMessageWaitTimeSeconds: '0', Policy: '{}' };
  await send(stage, { operation: 'CreateQueue', input: { QueueName: 'news', Attributes } });
  const asked = { QueueUrl, AttributeNames: ['All'] };
  const answer = await send(stage, { operation: 'GetQueueAttributes', input: asked });
  expect(answer.json).toMatchObject({
    Attributes: { ...Attributes, QueueArn: 'arn:aws:sqs:us-east-1:123456789012:news', DelaySeconds: '0' },
  });
});

test('an emulator that is stopped keeps nobody waiting, and is not kept by who waits', async () => {
  const emulator = createEmulator({ world: exampleWorld() });
  await emulator.start();
  const headers = { 'x-amz-target': 'AmazonSQS.ReceiveMessage', authorization: SIGNED };
  const body = JSON.stringify({ QueueUrl, WaitTimeSeconds: 20 });
  const waiting = fetch(`${emulator.url}/${HOST}/`, { method: 'POST', headers, body }).then(
    () => 'answered',
    () => 'cut off',
  );
  const asked = async (): Promise<boolean> => (await (await fetch(`${emulator.url}/_/queues`)).text()).includes('news');
  await expect.poll(asked).toBe(true);
  const started = performance.now();
  await emulator.stop();
  expect(await waiting).toBe('cut off');
  expect(performance.now() - started).toBeLessThan(5000);
});

test('who waits goes on waiting when the world is replaced, at the queue of the new one', async () => {
  const emulator = createEmulator({ world: exampleWorld() });
  await emulator.start();
  const call = async (operation: string, input: unknown): Promise<unknown> => {
    const headers = { 'x-amz-target': `AmazonSQS.${operation}`, authorization: SIGNED };
    const target = `${emulator.url}/${HOST}/`;
    return (await fetch(target, { method: 'POST', headers, body: JSON.stringify(input) })).json();
  };
  try {
    const waiting = call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 });
    const shown = async (): Promise<boolean> =>
      (await (await fetch(`${emulator.url}/_/queues`)).text()).includes('news');
    await expect.poll(shown).toBe(true);
    await fetch(`${emulator.url}/_/world`, { method: 'PUT', body: '{"queues":[]}' });
    await expect.poll(shown).toBe(true);
    await call('SendMessage', { QueueUrl, MessageBody: 'in the new world' });
    expect(await waiting).toMatchObject({ Messages: [{ Body: 'in the new world' }] });
  } finally {
    await emulator.stop();
  }
});
