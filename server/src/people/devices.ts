/**
 * Devices on which a person signed in before (OWASP: device cookies). They pass when others guess at the password, so that
 * guessing locks nobody out of the devices they use. The cookie is signed and names nobody.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../core/secret.ts';
import { keyFor } from './cookies.ts';
import type { People } from './room.ts';

/** How an address is called in counters and cookies: it can be compared, not read. */
export function addressHash(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('base64url');
}

type Device = { id: string; value: string };

export function newDevice({ cookies }: People, email: string): Device {
  const id = randomBytes(16).toString('base64url');
  return { id, value: `${id}.${signature(cookies.signs(), email, id)}` };
}

/** The device's id when the cookie was given to this very person, else null. */
export function deviceOf({ cookies }: People, email: string, value: string | undefined): string | null {
  const [, id, signed] = /^([\w-]{22})\.([\w-]{43})$/.exec(value ?? '') ?? [];
  if (id === undefined || signed === undefined) return null;
  const isRight = (secret: Secret) => timingSafeEqual(Buffer.from(signed), Buffer.from(signature(secret, email, id)));
  return cookies.accepted().some(isRight) ? id : null;
}

function signature(secret: Secret, email: string, id: string): string {
  const key = keyFor('known devices', secret);
  return createHmac('sha256', key)
    .update(`${addressHash(email)}.${id}`)
    .digest('base64url');
}
