import type { Amazon } from '../state/amazon.ts';
import type { WireRequest } from '../wire.ts';
import type { Developer } from '../world/schema.ts';
import type { Asked } from './asked.ts';
import { required } from './asked.ts';
import { mwsRegion } from './hosts.ts';
import { Refused } from './refusals.ts';
import { isSignatureMethod, signatureOf } from './signature.ts';

/** How far a request's time may be from ours ("15 minutes", as for all of Amazon's signed requests). */
const LARGEST_SKEW_MS = 15 * 60_000;

/**
 * The developer who signed a request. The time is judged by the machine's clock, not the emulated one, because clients
 * sign with theirs. @throws Refused.
 */
export function signer(amazon: Amazon, request: WireRequest, asked: Asked): Developer {
  const accessKeyId = required(asked.parameters, 'AWSAccessKeyId');
  const developer = amazon.developers.find((one) => one.accessKeyId === accessKeyId);
  if (developer === undefined || developer.region !== mwsRegion(request.host)) throw new Refused('key_unknown');
  const signature = required(asked.parameters, 'Signature');
  const method = required(asked.parameters, 'SignatureMethod');
  if (!isSignatureMethod(method)) throw new Refused('parameter_invalid', { parameter: 'SignatureMethod' });
  if (required(asked.parameters, 'SignatureVersion') !== '2')
    throw new Refused('parameter_invalid', { parameter: 'SignatureVersion' });
  const { parameters } = asked;
  const expected = hostsSigned(request).map((host) =>
    signatureOf({ method: request.method, host, path: request.path, parameters }, developer.secretKey, method),
  );
  if (!expected.includes(signature)) throw new Refused('signature_wrong');
  checkTimestamp(required(asked.parameters, 'Timestamp'));
  return developer;
}

/** A client may sign the `Host` header as it sends it, port and all, or the name alone. */
function hostsSigned({ host, headers }: WireRequest): string[] {
  const sent = headers.host?.toLowerCase() ?? '';
  return sent.startsWith(`${host}:`) ? [host, sent] : [host];
}

function checkTimestamp(written: string): void {
  const ahead = Date.parse(written) - Date.now();
  if (Number.isNaN(ahead)) throw new Refused('parameter_invalid', { parameter: 'Timestamp' });
  if (ahead < -LARGEST_SKEW_MS) throw new Refused('request_expired');
  if (ahead > LARGEST_SKEW_MS) throw new Refused('request_from_future');
}
