import { createHash } from 'node:crypto';

import type { Instant } from '../clock.ts';
import type { Amazon } from '../state/amazon.ts';
import { text } from '../texts.ts';
import type { WireAnswer } from '../wire.ts';
import type { Asked } from './asked.ts';
import { refusalNamed } from './refusals.ts';
import type { Refused } from './refusals.ts';
import type { Section } from './sections.ts';
import type { Quota } from './usagePlan.ts';
import { layOut, PROLOG } from './xml.ts';
import type { Element } from './xml.ts';

/** One answer in the making: its id, its time, and what is left of the hourly quota where there is one. */
export type Reply = { amazon: Amazon; now: Instant; requestId: string; quota?: Quota | undefined };

/** A namespace for requests that name no section. */
const NO_SECTION = 'https://mws.amazonservices.com/';

/** What an operation gives: the members of its result, and what Amazon signs the answer as, where it does. */
export type Result = {
  result: readonly Element[];
  /** Finances answers begin without an XML declaration (recorded). */
  prolog: boolean;
  namespace: string;
  identity?: string | undefined;
};

/** `200 text/xml`, laid out as recorded. */
export function resultAnswer(
  reply: Reply,
  action: string,
  { result, prolog, namespace, identity }: Result,
): WireAnswer {
  const body = layOut(
    [
      [`${action}Result`, result],
      ['ResponseMetadata', [['RequestId', reply.requestId]]],
    ],
    1,
  );
  const name = `${action}Response`;
  return {
    status: 200,
    headers: { ...headersOf(reply), ...signedAs(reply, action, identity) },
    body: `${prolog ? PROLOG : ''}<${name} xmlns="${namespace}">\n${body}</${name}>\n`,
  };
}

/** A report's own text with the digest that clients compare. */
export function documentAnswer(reply: Reply, document: string): WireAnswer {
  const digest = createHash('md5').update(document).digest('base64');
  const headers = { 'x-amz-request-id': reply.requestId, 'Content-MD5': digest, 'Content-Type': 'text/plain' };
  return { status: 200, headers: { ...headersOf(reply), ...headers }, body: document };
}

/** The error envelope, byte for byte as recorded. */
export function refusalAnswer(reply: Reply, asked: Asked, { refusal, values }: Refused): WireAnswer {
  const { status, code, text: name, by, blame } = refusalNamed(refusal);
  const message = text(reply.amazon, name, { ...valuesOf(asked), ...values });
  const error: Element[] = [
    ['Type', blame],
    ['Code', code],
    ['Message', message],
  ];
  const body = layOut(
    [
      ['Error', error],
      [by === 'gateway' ? 'RequestID' : 'RequestId', reply.requestId],
    ],
    1,
  );
  const namespace = by === 'gateway' ? gatewayNamespace(asked.section) : (asked.section?.namespace ?? NO_SECTION);
  return {
    status,
    headers: headersOf(reply),
    body: `${PROLOG}<ErrorResponse xmlns="${namespace}">\n${body}</ErrorResponse>\n`,
  };
}

export function gatewayNamespace(section: Section | undefined): string {
  return section?.gatewayNamespace ?? section?.namespace ?? NO_SECTION;
}

function valuesOf({ path, section, action, parameters, sellerId }: Asked): Record<string, string> {
  const name = section?.name ?? '';
  return {
    path,
    action,
    section: `${name}/${section?.version ?? ''}`,
    operation: `${name}.${action}`,
    timestamp: parameters.get('Timestamp') ?? '',
    sellerId,
    parameter: 'SellerId',
    field: 'nextToken',
    marketplaceId: 'ATVPDKIKX0DER',
  };
}

/** Headers of 2020. A connection that stayed open would hang clients that reuse it the old way (npm amazon-mws). */
function headersOf({ now, requestId, quota }: Reply): Record<string, string> {
  const opaque = createHash('sha512').update(requestId).digest();
  return {
    Server: 'Server',
    'Content-Type': 'text/xml',
    Connection: 'close',
    'x-mws-request-id': requestId,
    'x-mws-timestamp': new Date(now).toISOString(),
    'x-mws-response-context': opaque.subarray(0, 56).toString('base64'),
    'x-amz-rid': opaque.toString('hex').slice(0, 20).toUpperCase(),
    Vary: 'Content-Type,Accept-Encoding,X-Amzn-CDN-Cache,X-Amzn-AX-Treatment,User-Agent',
    ...(quota ? quotaHeaders(quota) : {}),
  };
}

function quotaHeaders({ max, remaining, resetsOn }: Quota): Record<string, string> {
  return {
    'x-mws-quota-max': max.toFixed(1),
    'x-mws-quota-remaining': remaining.toFixed(1),
    'x-mws-quota-resetsOn': new Date(resetsOn).toISOString(),
  };
}

function signedAs({ now }: Reply, action: string, identity: string | undefined): Record<string, string> {
  if (identity === undefined) return {};
  const signature = createHash('sha256').update(`${identity} ${action} ${now}`).digest('base64');
  const signed = `SignedHeaders=X-Amz-Date, Algorithm=HmacSHA256, Signed=true, Signature=${signature}`;
  return {
    'x-amz-date': new Date(now).toUTCString(),
    'x-amzn-authorization': `AAA identity=com.amazon.aaa.${identity}.emulated/1, Operation=${action}, ${signed}`,
  };
}
