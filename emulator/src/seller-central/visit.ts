import type { Instant } from '../clock.ts';
import type { Region } from '../marketplaces.ts';
import type { Amazon, Seller } from '../state/amazon.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import type { Session } from './desk.ts';

/** One request to a page, with what every page needs to know about it. */
export type Visit = {
  amazon: Amazon;
  now: Instant;
  host: string;
  /** Undefined on amazon.com, where nobody signs in. */
  region: Region | undefined;
  /** Query of a GET, form fields of a POST. */
  fields: URLSearchParams;
  request: WireRequest;
  /** What stands before every path: empty through the proxy, `/{host}` on the plain door. */
  base: string;
  session: Session | undefined;
};

/** Somebody who signed in, and the selling account they work for. */
export type Person = { session: Session; seller: Seller; user: Seller['users'][number] };

export const SESSION_COOKIE = 'seller-central-session';

/** An address on the host of this visit, as the browser reaches it through the door it came by. */
export const here = (visit: Pick<Visit, 'base'>, path: string): string => `${visit.base}${path}`;

/** 303: the browser asks for the next page with GET, whatever it sent. */
export function goTo(location: string, headers: WireAnswer['headers'] = {}): WireAnswer {
  return { status: 303, headers: { location, 'cache-control': 'no-store', ...headers }, body: '' };
}

/** The path and query that a form or address asks to return to; the Manage page when it is none of this host's. */
export function returnTo(visit: Visit): string {
  const wanted = visit.fields.get('return_to') ?? '';
  const elsewhere = 'https://same-host.invalid';
  if (!URL.canParse(wanted, elsewhere)) return '/apps/manage';
  const url = new URL(wanted, elsewhere);
  return url.origin === elsewhere && wanted.startsWith('/') ? `${url.pathname}${url.search}` : '/apps/manage';
}

const OWN_FIELDS = ['csrf', 'terms', 'action'];

/** The address of the page that this visit wanted, with what a form carried, to come back to after signing in. */
export function wantedPage(visit: Visit): string {
  const kept = new URLSearchParams(visit.fields);
  for (const name of OWN_FIELDS) kept.delete(name);
  return kept.size > 0 ? `${visit.request.path}?${kept.toString()}` : visit.request.path;
}

/** `address` with parameters added, the ones without a value left out. */
export function withParameters(address: string, parameters: Record<string, string | null | undefined>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value);
  return url.href;
}
