import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { answerLines } from './lines.ts';

/** AWS's own client as a program uses it that knows nothing of an emulator: no endpoint, only its region. */
const client = new SQSClient({ region: 'us-east-1', credentials: { accessKeyId: 'AKIA', secretAccessKey: 'any' } });

/** Makes a queue, sends one message through it and answers what came out. */
answerLines(async ({ name, text }: { name: string; text: string }) => {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: text }));
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
  for (const { ReceiptHandle } of Messages) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return { queueUrl: QueueUrl, bodies: Messages.map(({ Body }) => Body) };
});
