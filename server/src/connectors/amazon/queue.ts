/** An SQS queue by AWS's own client, which is loaded with the first queue: without one it costs nothing. */
import type { QueueSettings } from '../../core/access.ts';
import type { MapUrl } from '../amazon-arrival.ts';
import type { Queue } from '../connector.ts';

/** Nobody else gets a message for so long after it was handed out: a multiple of what handling one takes. Seconds. */
const VISIBILITY_SECONDS = 60;
/** SQS hands out ten at most. */
const AT_ONCE = 10;

export async function openSqs({ queueUrl, region, keys }: QueueSettings, mapUrl: MapUrl): Promise<Queue> {
  const { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } = await import('@aws-sdk/client-sqs');
  const client = new SQSClient({
    region,
    endpoint: mapUrl(`${new URL(queueUrl).origin}/`),
    useQueueUrlAsEndpoint: false,
    maxAttempts: 2,
    ...(keys === null
      ? {}
      : { credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey.reveal() } }),
  });
  return {
    async receive({ waitSeconds, signal }) {
      const asked = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: AT_ONCE,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: VISIBILITY_SECONDS,
      });
      const { Messages: messages = [] } = await client.send(asked, { abortSignal: signal });
      return messages.flatMap(({ MessageId: id, ReceiptHandle: receipt, Body: body }) =>
        id === undefined || receipt === undefined ? [] : [{ id, receipt, body: body ?? '' }],
      );
    },
    async remove(receipt) {
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
    },
    close: () => client.destroy(),
  };
}

/** The queue's name for other services: what a destination is made of. */
export function arnOf({ queueUrl, region }: QueueSettings): string {
  const [account = '', name = ''] = new URL(queueUrl).pathname.split('/').slice(1);
  return `arn:aws:sqs:${region}:${account}:${name}`;
}
