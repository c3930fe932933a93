import { createHash } from 'node:crypto';

import { ParameterProblem } from './parameters.ts';

export type Page<Entry> = { entries: Entry[]; nextToken: string | undefined };

type Cut = {
  size: number;
  /** The token the caller sent, if any. */
  token: string | null;
  /** What the token belongs to: the operation, the seller and the arguments that have to be repeated with it. */
  belongsTo: string;
};

/**
 * One page and the token of the next. A token is bound to the call that produced it: used with other arguments, by
 * another seller or bent in any way it is refused, as the models say "include the same arguments".
 */
export function cutPage<Entry>(all: readonly Entry[], { size, token, belongsTo }: Cut): Page<Entry> {
  const from = token === null || token === '' ? 0 : offsetIn(token, belongsTo);
  const end = from + size;
  return { entries: all.slice(from, end), nextToken: end < all.length ? tokenFor(end, belongsTo) : undefined };
}

/** The arguments that a token is bound to: everything but the token itself, in a fixed order. */
export function argumentsOf(query: URLSearchParams, tokenName: string): string {
  const pairs = [...query].filter(([name]) => name !== tokenName);
  return JSON.stringify(pairs.toSorted(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1)));
}

function tokenFor(offset: number, belongsTo: string): string {
  return Buffer.from(`${offset}.${sealOf(offset, belongsTo)}`).toString('base64url');
}

function offsetIn(token: string, belongsTo: string): number {
  const offset = Number.parseInt(Buffer.from(token, 'base64url').toString('utf8'), 10);
  if (!(offset > 0) || tokenFor(offset, belongsTo) !== token) throw new ParameterProblem('Invalid input: nextToken');
  return offset;
}

function sealOf(offset: number, belongsTo: string): string {
  return createHash('sha256').update(`${offset} ${belongsTo}`).digest('base64url').slice(0, 22);
}
