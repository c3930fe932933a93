/**
 * What Amazon's answers mean. Amazon's own words stop in this file: one table from host, status, code, words and
 * `x-amzn-ErrorType` to an `Answer`; the first row that fits wins and what no row knows is `unknown`.
 * Sources: Login with Amazon and SP-API answers as documented or quoted by developers in amzn/selling-partner-api-docs
 * (named "docs") and -models ("models"), and the sandbox cases of the models.
 */
import type { Answer } from '../../core/observation.ts';
import { silent } from '../finding.ts';
import type { Understood } from '../finding.ts';
import type { OutboundAnswer, OutboundResult } from '../outbound.ts';
import { cleanCode, redact } from '../redact.ts';

/** `lwa`: Login with Amazon's token endpoint · `spapi`: a Selling Partner API host. */
export type HostKind = 'lwa' | 'spapi';

/** A row fits when every member that is present fits. `words` is the message, and the details where they add to it. */
type Row = {
  host?: HostKind;
  status?: readonly number[] | ((status: number) => boolean);
  code?: RegExp;
  words?: RegExp;
  errorType?: RegExp;
  answer: Answer;
};

const CLIENT_REFUSED = [400, 401];
const REFUSED = [401, 403];
/** The one body behind a dozen causes, whole: with details it is another answer (models 1433, docs 1187). */
const OPAQUE = /^Access to (the )?requested resource is denied\.?$/i;

const AMAZON_ANSWERS: readonly Row[] = [
  // Never evidence against a store, whatever the body says.
  { status: [429], answer: 'throttled' },
  { code: /^(QuotaExceeded|RequestThrottled|throttled|slow_down)$/i, answer: 'throttled' },
  { errorType: /^(QuotaExceeded|Throttling|TooManyRequests)/i, answer: 'throttled' },
  { status: (status) => status >= 500, answer: 'marketplace_error' },
  { status: [408], code: /^RequestTimedOut$/, answer: 'marketplace_error' },

  // Login with Amazon. `invalid_grant` does not tell expired from revoked (docs 2379, models 2840).
  {
    host: 'lwa',
    status: CLIENT_REFUSED,
    code: /^invalid_grant$/,
    words: /user may have revoked/i,
    answer: 'grant_refused',
  },
  // Unknown, truncated, or of another client id (docs 268).
  {
    host: 'lwa',
    status: CLIENT_REFUSED,
    code: /^invalid_grant$/,
    words: /: ?refresh_token\.?$/i,
    answer: 'token_unknown',
  },
  // Older than five minutes, used, or for another redirect URI (docs 2527).
  { host: 'lwa', status: CLIENT_REFUSED, code: /^invalid_grant$/, words: /: ?code\.?$/i, answer: 'code_refused' },
  { words: /the LWA secret token you provided has expired/i, status: [400, 401, 403], answer: 'app_secret_expired' },
  {
    host: 'lwa',
    status: CLIENT_REFUSED,
    code: /^invalid_client$/,
    words: /secret.*expired/i,
    answer: 'app_secret_expired',
  },
  { host: 'lwa', status: CLIENT_REFUSED, code: /^invalid_client$/, answer: 'app_refused' },
  // docs 1447, jlevers/selling-partner-api 31
  { host: 'lwa', status: CLIENT_REFUSED, code: /^unauthorized_client$/, answer: 'wrong_app' },
  {
    host: 'lwa',
    status: [400],
    code: /^(invalid_scope|unsupported_grant_type|invalid_request)$/,
    answer: 'bad_request',
  },

  // Selling Partner API.
  // docs 2147 and the client amazon-sp-api, which matches the same words
  {
    host: 'spapi',
    status: REFUSED,
    words: /access token you provided (has expired|is revoked, malformed or invalid)/i,
    answer: 'token_stale',
  },
  // Everybody's calls, on 2023-05-27 (docs 3153).
  {
    host: 'spapi',
    status: [400, 401, 403],
    words: /security token included in the request is expired/i,
    answer: 'refusal_for_all',
  },
  { host: 'spapi', status: [400, 401, 403], code: /^ExpiredToken(Exception)?$/, answer: 'refusal_for_all' },
  { host: 'spapi', status: [400, 401, 403], errorType: /^ExpiredToken/, answer: 'refusal_for_all' },
  { host: 'spapi', status: [400, 401, 403], words: /access token is missing/i, answer: 'bad_request' },
  { host: 'spapi', status: REFUSED, code: /^MissingAuthenticationToken$/, answer: 'bad_request' },
  {
    host: 'spapi',
    status: REFUSED,
    code: /^Unauthorized$/,
    words: OPAQUE,
    errorType: /^(AccessDenied.*|Unauthorized.*)?$/,
    answer: 'denied',
  },
  // The Seller Wallet's dialect.
  { host: 'spapi', status: [403], code: /^UnauthorizedRequest$/, answer: 'denied' },
  // Some models say the status again as the code.
  { host: 'spapi', status: [400], code: /^(InvalidInput|InvalidRequest|BadRequest|400)$/, answer: 'bad_request' },
  { host: 'spapi', status: [404], code: /^(NotFound|404)$/, answer: 'bad_request' },
  { host: 'spapi', status: [413, 415], answer: 'bad_request' },
];

/** Understands one answer. A 200 with a readable body is `ok` here; whether the body says what it should is the caller's to see. */
export function understand(host: HostKind, result: OutboundResult): Understood {
  if (result.kind === 'no_answer') return silent(result);
  const body = parse(result.body);
  if (result.status === 200) return understandGood(body);
  const said = body === UNREADABLE ? NOTHING_SAID : errorIn(host, body);
  const row = AMAZON_ANSWERS.find((one) =>
    fits(one, { host, status: result.status, errorType: errorType(result), ...said }),
  );
  return {
    answer: row?.answer ?? (body === UNREADABLE ? 'garbled' : 'unknown'),
    status: result.status,
    code: cleanCode(said.code || errorType(result)),
    message: redact(said.words || result.body),
    body: null,
  };
}

function understandGood(body: unknown): Understood {
  // No excerpt: a good answer carries the seller's data, and a message is kept.
  if (body === UNREADABLE)
    return { answer: 'garbled', status: 200, code: null, message: 'The body is not whole JSON.', body: null };
  return { answer: 'ok', status: 200, code: null, message: null, body };
}

type Said = { code: string; words: string };
type Seen = Said & { host: HostKind; status: number; errorType: string };

const UNREADABLE = Symbol('unreadable');
const NOTHING_SAID: Said = { code: '', words: '' };

function fits(row: Row, seen: Seen): boolean {
  if (row.host !== undefined && row.host !== seen.host) return false;
  if (row.status !== undefined && !hasStatus(row.status, seen.status)) return false;
  if (row.code && !row.code.test(seen.code)) return false;
  if (row.words && !row.words.test(seen.words)) return false;
  return !row.errorType || row.errorType.test(seen.errorType);
}

function hasStatus(wanted: NonNullable<Row['status']>, status: number): boolean {
  return typeof wanted === 'function' ? wanted(status) : wanted.includes(status);
}

/** JSON objects and arrays only: anything else is a page, a fragment or nothing. */
function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}

/** `{"error":…,"error_description":…}` of the token endpoint, `{"errors":[{code,message,details}]}` of every API. */
function errorIn(host: HostKind, body: unknown): Said {
  if (host === 'lwa') return { code: member(body, 'error'), words: member(body, 'error_description') };
  const errors: unknown = isRecord(body) ? body['errors'] : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const message = member(first, 'message');
  const details = member(first, 'details');
  const words = details === '' || details === message ? message : `${message} ${details}`.trim();
  return { code: member(first, 'code'), words };
}

function member(value: unknown, name: string): string {
  const found = isRecord(value) ? value[name] : undefined;
  return typeof found === 'string' ? found.trim() : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** `AccessDeniedException:http://internal…` → `AccessDeniedException`; empty when the header is missing. */
function errorType(answer: OutboundAnswer): string {
  return (answer.headers['x-amzn-errortype'] ?? '').split(':')[0]?.trim() ?? '';
}
