import type { WireAnswer } from '../wire.ts';

export const AMZ_JSON = 'application/x-amz-json-1.0';

type Shape = {
  status: number;
  /** Name of the error in the query protocol, which `x-amzn-query-error` still tells. */
  query?: string;
};

/** SQS's own errors and AWS's common ones, with the status and the older name of each (the service's model). */
const SHAPES = {
  AccessDeniedException: { status: 403, query: 'AccessDenied' },
  EmptyBatchRequest: { status: 400, query: 'AWS.SimpleQueueService.EmptyBatchRequest' },
  BatchEntryIdsNotDistinct: { status: 400, query: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct' },
  IncompleteSignature: { status: 400 },
  InternalFailure: { status: 500 },
  InvalidAttributeName: { status: 400 },
  InvalidAttributeValue: { status: 400 },
  InvalidMessageContents: { status: 400 },
  InvalidParameterValue: { status: 400 },
  MessageNotInflight: { status: 400, query: 'AWS.SimpleQueueService.MessageNotInflight' },
  MissingAuthenticationToken: { status: 403 },
  MissingParameter: { status: 400 },
  PurgeQueueInProgress: { status: 403, query: 'AWS.SimpleQueueService.PurgeQueueInProgress' },
  QueueDoesNotExist: { status: 400, query: 'AWS.SimpleQueueService.NonExistentQueue' },
  QueueNameExists: { status: 400, query: 'QueueAlreadyExists' },
  ReceiptHandleIsInvalid: { status: 404 },
  RequestThrottled: { status: 403 },
  SerializationException: { status: 400 },
  ServiceUnavailable: { status: 503 },
  SignatureDoesNotMatch: { status: 403 },
  TooManyEntriesInBatchRequest: { status: 400, query: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest' },
  UnknownOperationException: { status: 404 },
  UnsupportedOperation: { status: 400, query: 'AWS.SimpleQueueService.UnsupportedOperation' },
} satisfies Record<string, Shape>;

export type SqsErrorName = keyof typeof SHAPES;

/** A refusal of SQS. Thrown while a request is carried out, answered in AWS's JSON protocol. */
export class SqsProblem extends Error {
  override name = 'SqsProblem' as const;
  readonly shape: SqsErrorName;

  constructor(shape: SqsErrorName, message: string) {
    super(message);
    this.shape = shape;
  }

  answer(): WireAnswer {
    return sqsError(this.shape, this.message);
  }
}

/** An error as AWS JSON 1.0 writes it; `x-amzn-query-error` is for clients that know the older names. */
export function sqsError(name: SqsErrorName, message: string): WireAnswer {
  const { status, query = name }: Shape = SHAPES[name];
  const fault = status >= 500 ? 'Receiver' : 'Sender';
  return {
    status,
    headers: { 'content-type': AMZ_JSON, 'x-amzn-query-error': `${query};${fault}` },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${name}`, message }),
  };
}

export const queueMissing = (): SqsProblem =>
  new SqsProblem('QueueDoesNotExist', 'The specified queue does not exist.');

export function invalidValue(parameter: string, value: unknown, reason: string): SqsProblem {
  const message = `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`;
  return new SqsProblem('InvalidParameterValue', message);
}
