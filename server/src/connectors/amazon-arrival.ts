/**
 * The ways in and out of Amazon's pages, as far as every kind of app has them in common: to the consent page, back with a
 * refusal, in at our Login URI, and on to Amazon's confirmation address. Source: SP-API Developer Guide, "Website
 * authorization workflow" and "Selling Partner Appstore authorization workflow". Everything that arrives is a stranger's
 * until it was checked here.
 */
import type { Cause } from '../core/diagnosis.ts';
import { AMAZON_SITES } from './amazon-sites.ts';
import type { Callback, LoginArrival, Site } from './connector.ts';

export type Query = Record<string, string | undefined>;
export type MapUrl = (realUrl: string) => string;

/** What the consent page has to know about the app that asks. */
type Asking = { applicationId: string; redirectUri: string; draft: boolean };

/** The consent page of the site's Seller Central; `version=beta` while the app is a draft, or Amazon answers MD1000. */
export function consentPage({ app, site, state }: { app: Asking; site: Site; state: string }): string {
  const url = new URL(`https://${site.consentHost}/apps/authorize/consent`);
  url.searchParams.set('application_id', app.applicationId);
  url.searchParams.set('state', state);
  url.searchParams.set('redirect_uri', app.redirectUri);
  if (app.draft) url.searchParams.set('version', 'beta');
  return url.href;
}

/** What each value may look like. Our states are base64url or hex. */
const STATE = /^[\w.~-]{1,256}$/;
const SELLER_ID = /^[A-Z0-9]{5,32}$/;
const AMAZON_STATE = /^[\x21-\x7e]{1,1024}$/;

/**
 * Reads what came to the redirect URI. A callback without a `state` is well formed (Amazon starts renewals itself) and
 * carries `state: null`. A parameter given twice, or not as it should look, makes the whole callback malformed, and so
 * does a refusal beside the parameter `name` that shows a permission.
 */
export function readReturn(
  query: Query,
  { name, pattern }: { name: string; pattern: RegExp },
  permitted: (brought: { state: string | null; value: string; sellerId: string }) => Callback,
): Callback {
  const state = query['state'] === undefined ? null : one(query, 'state', STATE);
  if (query['state'] !== undefined && state === null) return { kind: 'malformed', state: null, field: 'state' };
  if (query['error'] !== undefined || query['error_code'] !== undefined) {
    if (query[name] !== undefined) return { kind: 'malformed', state, field: name };
    return readRefusal(query, state);
  }
  const value = one(query, name, pattern);
  if (value === null) return { kind: 'malformed', state, field: name };
  const sellerId = one(query, 'selling_partner_id', SELLER_ID);
  if (sellerId === null) return { kind: 'malformed', state, field: 'selling_partner_id' };
  return permitted({ state, value, sellerId });
}

/** Codes of the consent page (SP-API documentation, "Authorization Errors"); a code that is not listed is `unknown`. */
const CONSENT_CODES: ReadonlyMap<string, Cause> = new Map<string, Cause>([
  ['access_denied', 'grant.denied'],
  ['SPDC8143', 'grant.not_owner'],
  ['MD1000', 'app.draft'],
  // The four ways in which our address and the app's registration at Amazon can disagree.
  ['MD5100', 'app.redirect_mismatch'],
  ['MD5101', 'app.redirect_mismatch'],
  ['MD5110', 'app.redirect_mismatch'],
  ['MD9100', 'app.redirect_mismatch'],
  ['MD9000', 'app.suspended'],
  // Hybrid applications only: no MWS developer ID stands behind the app in that region.
  ['MD9010', 'app.mws_dev_id_missing'],
  ['CONSENT_LIMIT_REACHED', 'app.consent_limit'],
]);

const ERROR = /^[\x20-\x7e]{1,500}$/;

function readRefusal(query: Query, state: string | null): Callback {
  const said: string[] = [];
  for (const field of ['error', 'error_code', 'error_description']) {
    if (query[field] === undefined) continue;
    const value = one(query, field, ERROR);
    if (value === null) return { kind: 'malformed', state, field };
    said.push(value);
  }
  // The page's own code is more exact than the `access_denied` it may stand beside.
  const words = said.flatMap((value) => value.split(/[^\w]+/)).filter((word) => CONSENT_CODES.has(word));
  const error = words.find((word) => word !== 'access_denied') ?? words[0];
  if (error === undefined) return { kind: 'refused', state, error: said[0]?.slice(0, 80) ?? '', cause: 'unknown' };
  return { kind: 'refused', state, error, cause: CONSENT_CODES.get(error) ?? 'unknown' };
}

/**
 * Reads a seller's arrival from Manage Your Apps or the Appstore. `amazon_callback_uri` decides where we send the
 * browser next, so it must be an address of Amazon's own confirmation page, letter for letter.
 */
export function readLogin(query: Query): LoginArrival {
  const callbackUri = one(query, 'amazon_callback_uri', CALLBACK_URI);
  if (callbackUri === null || !isAmazonCallback(callbackUri))
    return { kind: 'malformed', field: 'amazon_callback_uri' };
  const amazonState = one(query, 'amazon_state', AMAZON_STATE);
  if (amazonState === null) return { kind: 'malformed', field: 'amazon_state' };
  const sellerId = one(query, 'selling_partner_id', SELLER_ID);
  if (sellerId === null) return { kind: 'malformed', field: 'selling_partner_id' };
  const draft = query['version'] !== undefined;
  if (draft && one(query, 'version', /^beta$/) === null) return { kind: 'malformed', field: 'version' };
  return { kind: 'arrival', callbackUri, amazonState, sellerId, draft };
}

/** On to Amazon's confirmation address, which will send the code to our redirect URI. `amazon_state` goes back unchanged. */
export function confirmUrl(
  arrival: Extract<LoginArrival, { kind: 'arrival' }>,
  back: { redirectUri: string; state: string },
  mapUrl: MapUrl,
): string {
  const url = new URL(arrival.callbackUri);
  url.searchParams.set('redirect_uri', back.redirectUri);
  url.searchParams.set('amazon_state', arrival.amazonState);
  url.searchParams.set('state', back.state);
  if (arrival.draft) url.searchParams.set('version', 'beta');
  return mapUrl(url.href);
}

/** Shops and Seller Centrals, by their exact names: a list, never a pattern. */
const AMAZON_HOSTS: ReadonlySet<string> = new Set(AMAZON_SITES.flatMap((site) => [site.site, site.consentHost]));

/**
 * Lower-case host of plain letters, no user, no port, one application id, no query and no fragment: every character
 * that URL parsers disagree about is outside this pattern.
 */
const CALLBACK_URI =
  /^https:\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)\/apps\/authorize\/confirm\/[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*$/;

function isAmazonCallback(address: string): boolean {
  const host = CALLBACK_URI.exec(address)?.[1];
  if (host === undefined || !AMAZON_HOSTS.has(host) || address.length > 512) return false;
  // A second opinion from the parser that will be used on it.
  const url = new URL(address);
  return url.href === address && url.host === host && url.username === '' && url.password === '';
}

/** A parameter that is there once and looks as it should; a repeated one arrives as an array and is refused. */
function one(query: Query, name: string, pattern: RegExp): string | null {
  const value: unknown = query[name];
  return typeof value === 'string' && pattern.test(value) ? value : null;
}
