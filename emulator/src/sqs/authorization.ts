import type { WireRequest } from '../wire.ts';
import { SqsProblem } from './problem.ts';

/**
 * Whether a request carries a Signature Version 4 for this service and region. The signature itself is not verified: a
 * world has no AWS keys, so any key opens the queues. What can be told without a key is told in AWS's words.
 *
 * @throws SqsProblem `MissingAuthenticationToken`, `IncompleteSignature` or `SignatureDoesNotMatch`.
 */
export function requireSignature({ headers }: WireRequest, region: string): void {
  const sent = headers.authorization;
  if (sent === undefined || sent === '')
    throw new SqsProblem('MissingAuthenticationToken', 'Request is missing Authentication Token');
  const scope = /^AWS4-HMAC-SHA256\s.*\bCredential=[^/,\s]+\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request/.exec(sent);
  if (!scope || !/\bSignedHeaders=[^,\s]+/.test(sent) || !/\bSignature=[0-9a-f]{64}\b/.test(sent))
    throw new SqsProblem(
      'IncompleteSignature',
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.",
    );
  const [, , signedRegion, service] = scope;
  if (signedRegion !== region)
    throw new SqsProblem(
      'SignatureDoesNotMatch',
      `Credential should be scoped to a valid region, not '${signedRegion}'.`,
    );
  if (service !== 'sqs')
    throw new SqsProblem('SignatureDoesNotMatch', "Credential should be scoped to correct service: 'sqs'.");
}
