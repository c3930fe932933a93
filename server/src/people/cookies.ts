/**
 * The secret that signs sign-in cookies. After a rotation a cookie with the signature of an earlier secret is still a right
 * one: it is given the signature of the current secret before the sign-in library reads it.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Secret } from '../core/secret.ts';

type Versions = { signs: Secret; accepted: readonly Secret[] };

export type CookieSecrets = {
  signs(): Secret;
  /** The current secret and those that still count. */
  accepted(): readonly Secret[];
  replace(versions: Versions): void;
  /** A `Cookie` header as the sign-in library can read it. */
  current(header: string): string;
};

/** Our own cookies, with and without the prefix that browsers require of secure ones. */
const OURS = /^(?:__Secure-)?sk\./;

export function createCookieSecrets(first: Versions): CookieSecrets {
  let versions = first;
  return {
    signs: () => versions.signs,
    accepted: () => versions.accepted,
    replace(next) {
      versions = next;
    },
    current(header) {
      const { signs, accepted } = versions;
      if (accepted.length < 2) return header;
      return header.replace(/([^=;\s]+)=([^;]*)/g, (pair, name: string, value: string) =>
        OURS.test(name) ? `${name}=${signedNow(value, { signs, accepted })}` : pair,
      );
    },
  };
}

/** The same value when no accepted secret signed it. */
function signedNow(encoded: string, { signs, accepted }: Versions): string {
  const text = decoded(encoded);
  const dot = text.lastIndexOf('.');
  if (dot < 1) return encoded;
  const [value, signature] = [text.slice(0, dot), text.slice(dot + 1)];
  if (!accepted.some((secret) => isSame(signature, signatureOf(value, secret)))) return encoded;
  return encodeURIComponent(`${value}.${signatureOf(value, signs)}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function signatureOf(value: string, secret: Secret): string {
  return createHmac('sha256', secret.reveal()).update(value).digest('base64');
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The secret of installations whose cookies were signed with a secret derived from the vault key. */
export function derivedCookieSecret(vaultKey: Uint8Array): Secret {
  const bytes = hkdfSync('sha256', vaultKey, '', 'storekeeper sign-in cookies', 32);
  return new Secret(Buffer.from(bytes).toString('base64'));
}

/** One secret is kept, and its uses stay apart: each derives a key of its own. */
export function keyFor(use: 'mailed links' | 'known devices', secret: Secret): string {
  return Buffer.from(hkdfSync('sha256', secret.reveal(), '', `storekeeper ${use}`, 32)).toString('base64');
}
