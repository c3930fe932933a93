import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { Instant } from '../clock.ts';
import { Refused } from './refusals.ts';

/** What a token carries: a ByNextToken call repeats no argument of the first. */
const carriedSchema = z.strictObject({
  action: z.string(),
  sellerId: z.string(),
  /** The first call's parameters that filter. */
  query: z.string(),
  offset: z.int().min(1),
  issuedAt: z.number(),
});

type Carried = z.infer<typeof carriedSchema>;

/** Whose token it is and how long it is good for; without an end where Amazon names none. */
type Bound = { action: string; sellerId: string; now: Instant; lifetimeMs?: number };

export function issueToken(carried: Carried): string {
  const body = Buffer.from(JSON.stringify(carried)).toString('base64url');
  return `${body}.${sealOf(body)}`;
}

/** @throws Refused for a token that was bent, is another call's or another seller's, or is too old. */
export function readToken(token: string, { action, sellerId, now, lifetimeMs = Infinity }: Bound): Carried {
  const [body = '', seal] = token.split('.');
  if (seal !== sealOf(body)) throw new Refused('token_broken');
  const carried = carriedSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  if (carried.action !== action || carried.sellerId !== sellerId) throw new Refused('token_broken');
  if (now - carried.issuedAt > lifetimeMs) throw new Refused('token_old');
  return carried;
}

function sealOf(body: string): string {
  return createHash('sha256').update(`mws ${body}`).digest('base64url').slice(0, 22);
}
