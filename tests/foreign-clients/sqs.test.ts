/** AWS's own client for SQS, unmodified, against the queues of the emulator. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message, ReceiveMessageCommandInput } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startClient, WAYS } from './client.ts';
import { startAmazon } from './world.ts';
import type { Amazon } from './world.ts';

const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/news';
const LONG_AGO = 'https://sqs.us-east-1.amazonaws.com/123456789012/forgotten';

let amazon: Amazon;
let client: SQSClient;
beforeAll(async () => {
  amazon = await startAmazon();
  client = clientFor('us-east-1');
});
afterAll(async () => {
  client.destroy();
  await amazon.stop();
});
beforeEach(async () => {
  await amazon.reset();
  await client.send(new CreateQueueCommand({ QueueName: 'news' }));
});

function clientFor(region: string, endpointRegion = region): SQSClient {
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'any' };
  const endpoint = `${amazon.emulator.url}/sqs.${endpointRegion}.amazonaws.com`;
  return new SQSClient({ region, endpoint, credentials, maxAttempts: 1 });
}

const send = (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody }));

async function receive(order: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: QUEUE_URL, ...order }));
  return Messages;
}

async function remove(message: Message | undefined): Promise<void> {
  await client.send(new DeleteMessageCommand({ QueueUrl: QUEUE_URL, ReceiptHandle: message?.ReceiptHandle }));
}

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${amazon.emulator.url}/_${path}`, { method, ...sent });
  return JSON.parse(await answer.text());
}

async function depths(): Promise<Record<string, string>> {
  const names = ['', 'NotVisible', 'Delayed'].map((kind) => `ApproximateNumberOfMessages${kind}` as const);
  const asked = new GetQueueAttributesCommand({
    QueueUrl: QUEUE_URL,
    AttributeNames: names as ('ApproximateNumberOfMessages' | 'ApproximateNumberOfMessagesNotVisible')[],
  });
  return (await client.send(asked)).Attributes ?? {};
}

test('a message sent is received once with its checksum and attributes, and is gone when it is deleted', async () => {
  const sent = await send('{"a":"ü"}');
  const [message, ...more] = await receive({ MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] });
  expect(more).toEqual([]);
  expect(message).toMatchObject({ MessageId: sent.MessageId, Body: '{"a":"ü"}', MD5OfBody: sent.MD5OfMessageBody });
  expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '1', SenderId: '123456789012' });
  const sentAt = Number(message?.Attributes?.SentTimestamp);
  expect(new Date(sentAt).toISOString()).toMatch(/^2026-11-23T12:0/);
  await remove(message);
  expect(await depths()).toEqual({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
  });
});

test('a queue is found by its name, and made by whoever listens to it', async () => {
  expect((await client.send(new GetQueueUrlCommand({ QueueName: 'news' }))).QueueUrl).toBe(QUEUE_URL);
  const unknown = client.send(new GetQueueUrlCommand({ QueueName: 'forgotten' }));
  await expect(unknown).rejects.toBeInstanceOf(QueueDoesNotExist);
  await client.send(new ReceiveMessageCommand({ QueueUrl: LONG_AGO }));
  expect((await client.send(new GetQueueUrlCommand({ QueueName: 'forgotten' }))).QueueUrl).toBe(LONG_AGO);
  expect(await control('GET', '/queues')).toMatchObject({ data: [{ name: 'news' }, { name: 'forgotten' }] });
});

test('who waits is told at once, and who waits for nothing is let go', async () => {
  const waited = performance.now();
  const waiting = receive({ WaitTimeSeconds: 20 });
  await pause(200);
  await send('at last');
  expect(await waiting).toMatchObject([{ Body: 'at last' }]);
  expect(performance.now() - waited).toBeLessThan(5000);
  const started = performance.now();
  expect(await receive({ WaitTimeSeconds: 1 })).toEqual([]);
  expect(performance.now() - started).toBeGreaterThan(900);
});

test('a client that hangs up holds nothing', async () => {
  const hangUp = new AbortController();
  const asked = new ReceiveMessageCommand({ QueueUrl: QUEUE_URL, WaitTimeSeconds: 20 });
  const waiting = client.send(asked, { abortSignal: hangUp.signal });
  await pause(200);
  hangUp.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
  await pause(200);
  await send('for the next one');
  expect(await receive({ WaitTimeSeconds: 2 })).toMatchObject([{ Body: 'for the next one' }]);
});

test('a message that nobody deletes comes again, and only its latest receipt deletes it', async () => {
  await send('again');
  const [first] = await receive({ VisibilityTimeout: 1 });
  expect(await receive()).toEqual([]);
  const [second] = await receive({ WaitTimeSeconds: 5, MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
  expect(second).toMatchObject({ MessageId: first?.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
  expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  await remove(first);
  expect(await depths()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
  await remove(second);
  await remove(second);
  expect(await depths()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' });
});

test('a moved clock gives back no message that somebody holds', async () => {
  await send('held');
  await receive();
  await amazon.advance('P1D');
  expect(await receive()).toEqual([]);
});

test('a message can be given back early and kept longer', async () => {
  await send('not mine');
  const keepFor = async (message: Message | undefined, VisibilityTimeout: number): Promise<void> => {
    const { ReceiptHandle } = message ?? {};
    const asked = { QueueUrl: QUEUE_URL, ReceiptHandle, VisibilityTimeout };
    await client.send(new ChangeMessageVisibilityCommand(asked));
  };
  const [message] = await receive();
  await keepFor(message, 0);
  await expect(keepFor(message, 60)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  const [again] = await receive({ VisibilityTimeout: 1 });
  await keepFor(again, 60);
  expect(await receive({ WaitTimeSeconds: 2 })).toEqual([]);
});

test('several are deleted at once, each for itself', async () => {
  await send('one');
  const [message] = await receive();
  const Entries = [
    { Id: 'good', ReceiptHandle: message?.ReceiptHandle },
    { Id: 'bad', ReceiptHandle: 'nothing' },
  ];
  const outcome = await client.send(new DeleteMessageBatchCommand({ QueueUrl: QUEUE_URL, Entries }));
  expect(outcome.Successful).toEqual([{ Id: 'good' }]);
  expect(outcome.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid', SenderFault: true }]);
  const nothing = client.send(new DeleteMessageBatchCommand({ QueueUrl: QUEUE_URL, Entries: [] }));
  await expect(nothing).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
});

test("errors are AWS's own, as the client types them", async () => {
  const missing = client.send(new SendMessageCommand({ QueueUrl: LONG_AGO, MessageBody: 'x' }));
  await expect(missing).rejects.toBeInstanceOf(QueueDoesNotExist);
  await expect(missing).rejects.toMatchObject({
    Code: 'AWS.SimpleQueueService.NonExistentQueue',
    $metadata: { httpStatusCode: 400 },
  });
  const elsewhere = { QueueUrl: QUEUE_URL.replace('123456789012', '999999999999') };
  await expect(client.send(new ReceiveMessageCommand(elsewhere))).rejects.toBeInstanceOf(QueueDoesNotExist);
  await expect(remove({ ReceiptHandle: 'made-up' })).rejects.toBeInstanceOf(ReceiptHandleIsInvalid);
  await expect(receive({ MaxNumberOfMessages: 11 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await expect(receive({ WaitTimeSeconds: 21 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('a request has to be signed, for the region it goes to', async () => {
  const target = `${amazon.emulator.url}/sqs.us-east-1.amazonaws.com/`;
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ReceiveMessage' };
  const unsigned = await fetch(target, { method: 'POST', headers, body: JSON.stringify({ QueueUrl: QUEUE_URL }) });
  expect(unsigned.status).toBe(403);
  expect(unsigned.headers.get('x-amzn-query-error')).toBe('MissingAuthenticationToken;Sender');
  expect(await unsigned.json()).toMatchObject({ __type: 'com.amazonaws.sqs#MissingAuthenticationToken' });
  const abroad = clientFor('eu-west-1', 'us-east-1');
  const asked = abroad.send(new ReceiveMessageCommand({ QueueUrl: QUEUE_URL }));
  await expect(asked).rejects.toMatchObject({ name: 'SignatureDoesNotMatch', $metadata: { httpStatusCode: 403 } });
});

test('another region has queues of its own', async () => {
  const ireland = clientFor('eu-west-1');
  const made = await ireland.send(new CreateQueueCommand({ QueueName: 'news' }));
  expect(made.QueueUrl).toBe('https://sqs.eu-west-1.amazonaws.com/123456789012/news');
  await send('here');
  const there = await ireland.send(new ReceiveMessageCommand({ QueueUrl: made.QueueUrl }));
  expect(there.Messages ?? []).toEqual([]);
  ireland.destroy();
});

test('an emptied queue is empty, and is not emptied twice a minute', async () => {
  await send('one');
  await client.send(new PurgeQueueCommand({ QueueUrl: QUEUE_URL }));
  expect(await receive()).toEqual([]);
  const again = client.send(new PurgeQueueCommand({ QueueUrl: QUEUE_URL }));
  await expect(again).rejects.toMatchObject({ name: 'PurgeQueueInProgress' });
});

test('a queue that duplicates gives every message twice, and deleting one leaves the other', async () => {
  expect(await control('PATCH', '/queues/news', { duplicate: true })).toMatchObject({ duplicate: true });
  const { MessageId } = await send('twice');
  const [first, second] = await receive({ MaxNumberOfMessages: 10 });
  expect([first?.MessageId, second?.MessageId]).toEqual([MessageId, MessageId]);
  await remove(first);
  expect(await depths()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
});

test('a queue that shuffles gives the same disorder for the same seed', async () => {
  const sent: string[] = [];
  for (let count = 0; count < 8; count += 1) sent.push((await send(String(count))).MessageId ?? '');
  const orderWith = async (shuffleSeed: string | null): Promise<(string | undefined)[]> => {
    await control('PATCH', '/queues/news', { shuffleSeed });
    const messages = await receive({ MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    return messages.map((message) => message.MessageId);
  };
  expect(await orderWith(null)).toEqual(sent);
  const drawn = await orderWith('a seed');
  expect(drawn).not.toEqual(sent);
  expect(drawn.toSorted()).toEqual(sent.toSorted());
  expect(await orderWith('a seed')).toEqual(drawn);
});

test('a queue may be late', async () => {
  await control('PATCH', '/queues/news', { delaySeconds: 1 });
  await send('late');
  expect(await depths()).toMatchObject({ ApproximateNumberOfMessagesDelayed: '1' });
  expect(await receive()).toEqual([]);
  expect(await receive({ WaitTimeSeconds: 5 })).toMatchObject([{ Body: 'late' }]);
});

test('the log names what was asked of the queues and nothing that was in them', async () => {
  await send('amzn1.oa2-cs.v1.secret');
  await receive();
  const log = JSON.stringify(await control('GET', '/log'));
  for (const operation of ['CreateQueue', 'SendMessage', 'ReceiveMessage']) expect(log).toContain(operation);
  expect(log).not.toContain('oa2-cs');
  const queues = JSON.stringify(await control('GET', '/queues'));
  expect(queues).toContain('[redacted]');
  expect(queues).not.toContain('oa2-cs');
});

test.each([
  ['throttle', 'RequestThrottled', 403],
  ['outage', 'ServiceUnavailable', 503],
  ['auth_incident', 'AccessDenied', 403],
])('an injected %s is %s to the client', async (kind, name, httpStatusCode) => {
  await amazon.fault({ match: { operation: 'ReceiveMessage' }, answer: { kind }, times: 1 });
  await expect(receive()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  expect(await receive()).toEqual([]);
});

test('a program that knows no endpoint reaches the queues through the proxy door', async () => {
  const program = startClient('sqs', WAYS['the preload'](amazon.emulator));
  try {
    const outcome = await program.call({ name: 'through-tls', text: 'hello' });
    const queueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/through-tls';
    expect(outcome).toEqual({ ok: { queueUrl, bodies: ['hello'] } });
  } finally {
    program.stop();
  }
});
