import type { Instant } from '../clock.ts';
import type { Amazon, Seller } from '../state/amazon.ts';
import type { Developer } from '../world/schema.ts';
import { parameter } from './asked.ts';
import { servedAt } from './hosts.ts';
import { issueToken, readToken } from './nextToken.ts';
import { Refused } from './refusals.ts';
import type { UsagePlan } from './usagePlan.ts';
import type { Element } from './xml.ts';

/** One admitted call of an operation on a seller's data. */
export type Call = {
  amazon: Amazon;
  now: Instant;
  host: string;
  seller: Seller;
  developer: Developer;
  parameters: URLSearchParams;
};

/** An operation: what it may be asked, and what it answers with, elements of its result or a document. */
export type Operation = { plan: UsagePlan; answer: (call: Call) => readonly Element[] | string };

/** Whether a site's data is at the host that was asked. */
export function atHost({ host }: Pick<Call, 'host'>): (marketplaceId: string) => boolean {
  return (marketplaceId) => servedAt(host, marketplaceId);
}

/** An instant without its zone is UTC. @throws Refused when it is no ISO 8601 date. */
export function instant({ parameters }: Pick<Call, 'parameters'>, name: string): Instant | undefined {
  const written = parameter(parameters, name);
  if (written === undefined) return undefined;
  const zoned = /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(written) || !written.includes('T') ? written : `${written}Z`;
  const parsed = /^\d{4}-\d{2}-\d{2}/.test(written) ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(parsed)) throw new Refused('value_invalid', { parameter: name });
  return parsed;
}

/** A whole number between 1 and 100. @throws Refused. */
export function pageSize({ parameters }: Pick<Call, 'parameters'>, name: string, otherwise: number): number {
  const written = parameter(parameters, name);
  if (written === undefined) return otherwise;
  const value = Number(written);
  if (!Number.isInteger(value) || value < 1 || value > 100) throw new Refused('value_invalid', { parameter: name });
  return value;
}

/** One page of a list, and the token of the next. */
export type Page<Entry> = { entries: Entry[]; nextToken: string | undefined };

export type Cut<Entry> = { action: string; size: number; from: number; list: readonly Entry[] };

export function cutPage<Entry>(call: Call, { action, size, from, list }: Cut<Entry>): Page<Entry> {
  const offset = from + size;
  const carried = { action, sellerId: call.seller.sellerId, query: call.parameters.toString(), offset };
  const nextToken = offset < list.length ? issueToken({ ...carried, issuedAt: call.now }) : undefined;
  return { entries: list.slice(from, offset), nextToken };
}

/** The first call again as its ByNextToken call continues it: the same parameters, from where its page ended. */
export function continued(call: Call, action: string, lifetimeMs?: number): { call: Call; from: number } {
  const token = parameter(call.parameters, 'NextToken');
  if (token === undefined) throw new Refused('value_missing', { field: 'nextToken' });
  const bound = { action, sellerId: call.seller.sellerId, now: call.now };
  const { query, offset } = readToken(token, lifetimeMs === undefined ? bound : { ...bound, lifetimeMs });
  return { call: { ...call, parameters: new URLSearchParams(query) }, from: offset };
}
