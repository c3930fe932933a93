/**
 * Signature Version 2, as MWS asks for it ("Signing query requests" of the MWS Developer Guide): pure, so that one
 * recorded vector proves it.
 */
import { createHmac } from 'node:crypto';

import type { Secret } from '../../core/secret.ts';

/** A POST to be signed. `host` is the real host name, whatever address the request is sent to. */
export type Signable = { host: string; path: string; parameters: Readonly<Record<string, string>> };

/** The form body with its signature in it. `parameters` must not contain `Signature` yet. */
export function signedForm(request: Signable, secretKey: Secret): string {
  return `${canonicalQuery(request.parameters)}&Signature=${encode(signature(request, secretKey))}`;
}

/** The signature itself, base64. */
export function signature(request: Signable, secretKey: Secret): string {
  return createHmac('sha256', secretKey.reveal()).update(stringToSign(request)).digest('base64');
}

function stringToSign({ host, path, parameters }: Signable): string {
  return ['POST', host.toLowerCase(), path, canonicalQuery(parameters)].join('\n');
}

/** Sorted by the bytes of the names; names and values encoded by RFC 3986. */
function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/** RFC 3986: everything but letters, digits and `-_.~`; `encodeURIComponent` leaves five more signs as they are. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
