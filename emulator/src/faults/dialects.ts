import type { Instant } from '../clock.ts';
import type { HostRole } from '../hosts.ts';
import { injectedRefusal } from '../mws/dialect.ts';
import { spapiError } from '../spapi/errors.ts';
import { sqsError } from '../sqs/problem.ts';
import type { Amazon } from '../state/amazon.ts';
import { text } from '../texts.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { lwaError } from '../lwa/errors.ts';
import { peekTokenRequest } from '../lwa/tokenRequest.ts';
import type { FaultAnswer, FaultKind } from './faults.ts';

/** Kinds that are an answer by themselves; the others bend the answer that would have been given. */
type AnsweringKind = Exclude<FaultKind, 'slow' | 'drop_response' | 'truncate'>;

/** Undefined where the kind cannot happen to that request. */
type Dialect = (amazon: Amazon, kind: AnsweringKind, at: Struck) => WireAnswer | undefined;

const HTML_503 =
  '<!DOCTYPE html PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head><title>503 Service Temporarily Unavailable</title></head>' +
  '<body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>\n';

/** What a load balancer in front of any host answers: no JSON, no request id. */
function html503(): WireAnswer {
  return { status: 503, headers: { 'content-type': 'text/html' }, body: HTML_503 };
}

const tokenEndpoint: Dialect = (amazon, kind, { request }) => {
  switch (kind) {
    case 'auth_incident':
      // Good refresh tokens refused; the app's own token knows no such refusal, so it only fails.
      return peekTokenRequest(request).get('grant_type') === 'client_credentials'
        ? lwaError(500, 'server_error', text(amazon, 'lwa.unavailable'))
        : lwaError(400, 'invalid_grant', text(amazon, 'lwa.revoked'));
    case 'outage':
      return lwaError(503, 'server_error', text(amazon, 'lwa.unavailable'));
    case 'throttle':
      return lwaError(429, 'slow_down', text(amazon, 'lwa.throttled'));
    case 'unknown_answer':
      return lwaError(409, 'account_state_conflict', text(amazon, 'lwa.unlisted'));
    case 'html_503':
      return html503();
  }
};

const sellingPartnerApi: Dialect = (amazon, kind) => {
  switch (kind) {
    case 'auth_incident':
      // All SP-API calls of 2023-05-27, 21:30–21:55 GMT (amzn/selling-partner-api-docs 3153).
      return spapiError(403, 'Unauthorized', {
        message: text(amazon, 'spapi.incident'),
        type: 'AccessDeniedException',
      });
    case 'outage':
      return spapiError(503, 'ServiceUnavailable', { message: text(amazon, 'spapi.unavailable') });
    case 'throttle':
      return spapiError(429, 'QuotaExceeded', { message: text(amazon, 'spapi.quota') });
    case 'unknown_answer':
      return spapiError(409, 'StateConflict', { message: text(amazon, 'spapi.unlisted') });
    case 'html_503':
      return html503();
  }
};

const PAGES = {
  auth_incident: [403, 'Sorry, you are not allowed to see this page right now.'],
  outage: [503, 'Sorry, this page is not available right now.'],
  throttle: [429, 'Too many requests. Wait a moment and try again.'],
  unknown_answer: [409, 'Something about this account has to be settled first.'],
} as const;

const pages: Dialect = (_amazon, kind) => {
  if (kind === 'html_503') return html503();
  const [status, words] = PAGES[kind];
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: `<!doctype html><p>${words}</p>\n` };
};

/** What each kind is among MWS's own refusals. */
const MWS_REFUSALS = {
  auth_incident: 'access_denied',
  outage: 'unavailable',
  throttle: 'throttled',
  unknown_answer: 'unlisted',
} as const;

const marketplaceWebService: Dialect = (amazon, kind, { request, now }) =>
  kind === 'html_503' ? html503() : injectedRefusal(amazon, { refusal: MWS_REFUSALS[kind], request }, now);

const simpleQueueService: Dialect = (_amazon, kind) => {
  switch (kind) {
    case 'auth_incident':
      return sqsError('AccessDeniedException', 'Access to the resource is denied.');
    case 'outage':
      return sqsError('ServiceUnavailable', 'Service is currently unavailable.');
    case 'throttle':
      return sqsError('RequestThrottled', 'The request was denied due to request throttling.');
    case 'unknown_answer':
      return { ...sqsError('UnsupportedOperation', 'The request conflicts with the state of the queue.'), status: 409 };
    case 'html_503':
      return html503();
  }
};

const DIALECTS = {
  lwa: tokenEndpoint,
  spapi: sellingPartnerApi,
  sandbox: sellingPartnerApi,
  'seller-central': pages,
  retail: pages,
  mws: marketplaceWebService,
  sqs: simpleQueueService,
} satisfies Record<HostRole['kind'], Dialect>;

/** The request a fault strikes, what its host stands for, and when. */
export type Struck = { role: HostRole; request: WireRequest; now: Instant };

/** The answer a fault gives by itself, in the words of the host; undefined when it only bends the real one. */
export function injectedAnswer(amazon: Amazon, answer: FaultAnswer, at: Struck): WireAnswer | undefined {
  const spoken = answer.mws
    ? injectedRefusal(amazon, { ...at, refusal: answer.mws }, at.now)
    : byKind(amazon, answer, at);
  if (!spoken && answer.status === undefined) return undefined;
  const base = spoken ?? { status: 200, headers: customHeaders(answer), body: '' };
  return {
    status: answer.status ?? base.status,
    headers: { ...base.headers, ...ALWAYS[at.role.kind], ...answer.headers },
    body: answer.body === undefined ? base.body : asBody(answer.body),
  };
}

/** MWS closes every connection, whatever it says. */
const ALWAYS: Partial<Record<HostRole['kind'], Record<string, string>>> = { mws: { Connection: 'close' } };

function byKind(amazon: Amazon, { kind }: FaultAnswer, at: Struck): WireAnswer | undefined {
  switch (kind) {
    case undefined:
    case 'slow':
    case 'drop_response':
    case 'truncate':
      return undefined;
    case 'auth_incident':
    case 'outage':
    case 'throttle':
    case 'html_503':
    case 'unknown_answer':
      return DIALECTS[at.role.kind](amazon, kind, at);
  }
}

function customHeaders(answer: FaultAnswer): Record<string, string> {
  return { 'content-type': typeof answer.body === 'string' ? 'text/plain' : 'application/json' };
}

function asBody(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
