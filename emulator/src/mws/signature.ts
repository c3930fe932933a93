import { createHmac } from 'node:crypto';

/** What is signed: the request line's parts and every parameter but the signature itself. */
export type Signable = { method: string; host: string; path: string; parameters: Iterable<[string, string]> };

/** Digests by the names MWS has for them. */
const DIGESTS: Record<string, string> = { HmacSHA256: 'sha256', HmacSHA1: 'sha1' };

export function isSignatureMethod(name: string): boolean {
  return Object.hasOwn(DIGESTS, name);
}

/**
 * The string to sign of Signature Version 2: method, host in lower case, path, and the parameters in the byte order of
 * their names, encoded by RFC 3986.
 */
export function stringToSign({ method, host, path, parameters }: Signable): string {
  const pairs = [...parameters].filter(([name]) => name !== 'Signature');
  const query = pairs
    .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');
  return [method, host.toLowerCase(), path === '' ? '/' : path, query].join('\n');
}

/** Base64 of the HMAC, as it is sent (before URL encoding). */
export function signatureOf(signable: Signable, secretKey: string, method = 'HmacSHA256'): string {
  return createHmac(DIGESTS[method] ?? 'sha256', secretKey)
    .update(stringToSign(signable))
    .digest('base64');
}

/** RFC 3986: a space is `%20`, and what `encodeURIComponent` leaves alone is encoded too. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
