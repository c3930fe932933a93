import { describe, expect, test } from 'vitest';

import { ANSWERS, saysNothing } from '../../core/observation.ts';
import type { Answer } from '../../core/observation.ts';
import type { NoAnswerReason, OutboundAnswer } from '../outbound.ts';
import { understand } from './evidence.ts';
import type { HostKind } from './evidence.ts';

function answer(status: number, body: unknown, headers: Record<string, string> = {}): OutboundAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'answer', status, headers, body: text, ms: 3, date: null };
}

const lwa = (error: string, description: string) => ({ error, error_description: description });
const spapi = (code: string, message: string, details?: string) => ({
  errors: [{ code, message, ...(details === undefined ? {} : { details }) }],
});

const DENIED = 'Access to requested resource is denied.';
const REVOKED =
  "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.";
const HTML = '<!DOCTYPE html>\n<html><head><title>503 Service Temporarily Unavailable</title></head></html>';
const ACCESS_DENIED = { 'x-amzn-errortype': 'AccessDeniedException' };

type Case = [seen: string, status: number, body: unknown, means: Answer, headers?: Record<string, string>];

/** The refusals of Login with Amazon, verbatim as documented or quoted by developers. */
const LWA: Case[] = [
  ['the seller switched access off', 400, lwa('invalid_grant', REVOKED), 'grant_refused'],
  [
    'an unknown token',
    400,
    lwa('invalid_grant', 'The request has an invalid grant parameter : refresh_token'),
    'token_unknown',
  ],
  [
    'a used or old code',
    400,
    lwa('invalid_grant', 'The request has an invalid grant parameter : code'),
    'code_refused',
  ],
  ['a wrong client secret', 401, lwa('invalid_client', 'Client authentication failed'), 'app_refused'],
  [
    'a client secret past its 180 days',
    401,
    lwa('invalid_client', 'The LWA secret token you provided has expired.'),
    'app_secret_expired',
  ],
  [
    'a client secret past its end, in other words',
    401,
    lwa('invalid_client', 'Client secret expired'),
    'app_secret_expired',
  ],
  ['a token of another app', 400, lwa('unauthorized_client', 'Not authorized for requested operation'), 'wrong_app'],
  ['a wrong scope', 400, lwa('invalid_scope', 'The request has an invalid scope parameter : x'), 'bad_request'],
  ['a grant type it does not have', 400, lwa('unsupported_grant_type', 'The authorization grant type…'), 'bad_request'],
  [
    'a missing parameter',
    400,
    lwa('invalid_request', 'The request is missing a required parameter : code'),
    'bad_request',
  ],
  ['a failure of its own', 500, lwa('ServerError', 'The authorization server encountered…'), 'marketplace_error'],
  ['an outage', 503, lwa('server_error', 'unavailable'), 'marketplace_error'],
  ['a balancer’s page', 503, HTML, 'marketplace_error'],
  ['too many questions', 429, lwa('slow_down', 'The request rate is too high'), 'throttled'],
  ['too many questions, as a page', 429, HTML, 'throttled'],
  ['invalid_grant in words that nobody has seen', 400, lwa('invalid_grant', 'The seller has moved house.'), 'unknown'],
  ['invalid_grant without words', 400, { error: 'invalid_grant' }, 'unknown'],
  ['a code nobody has seen', 409, lwa('account_state_conflict', 'state of the account'), 'unknown'],
  ['JSON that says nothing', 400, {}, 'unknown'],
  ['a page where JSON was due', 400, HTML, 'garbled'],
  ['a truncated refusal', 400, '{"error":"invalid_grant","error_desc', 'garbled'],
  ['an empty refusal', 401, '', 'garbled'],
  ['a good answer', 200, { access_token: 'x' }, 'ok'],
  ['a good status with a page', 200, HTML, 'garbled'],
  ['a good status cut in the middle', 200, '{"access_token":"Atza|abc', 'garbled'],
  ['words of another host', 403, spapi('Unauthorized', DENIED), 'unknown'],
];

/** The answers of Selling Partner API hosts, verbatim; the bodies of the models' sandbox cases among them. */
const SPAPI: Case[] = [
  ['the opaque refusal', 403, spapi('Unauthorized', DENIED, ''), 'denied', ACCESS_DENIED],
  ['the opaque refusal without details', 403, spapi('Unauthorized', DENIED), 'denied'],
  ['the opaque refusal as 401', 401, spapi('Unauthorized', DENIED), 'denied'],
  [
    'an access token older than an hour',
    403,
    spapi('Unauthorized', DENIED, 'The access token you provided has expired.'),
    'token_stale',
    ACCESS_DENIED,
  ],
  [
    'an access token that was cancelled',
    403,
    spapi('Unauthorized', DENIED, 'The access token you provided is revoked, malformed or invalid.'),
    'token_stale',
    ACCESS_DENIED,
  ],
  [
    'an app secret past its 180 days',
    403,
    spapi('Unauthorized', DENIED, 'The LWA secret token you provided has expired.'),
    'app_secret_expired',
  ],
  [
    'a call without a token',
    400,
    spapi('Unauthorized', DENIED, 'Access token is missing in the request header.'),
    'bad_request',
    { 'x-amzn-errortype': 'ValidationException' },
  ],
  [
    'the incident of 27 May 2023',
    403,
    spapi('Unauthorized', 'The security token included in the request is expired'),
    'refusal_for_all',
    ACCESS_DENIED,
  ],
  [
    'the incident by its own code',
    403,
    spapi('ExpiredToken', 'The security token included in the request is expired'),
    'refusal_for_all',
  ],
  ['the incident by its code alone', 403, spapi('ExpiredToken', DENIED), 'refusal_for_all'],
  [
    'a quota by its header alone',
    403,
    spapi('Unauthorized', DENIED),
    'throttled',
    { 'x-amzn-errortype': 'ThrottlingException' },
  ],
  [
    'the incident by its header alone',
    403,
    spapi('Unauthorized', DENIED),
    'refusal_for_all',
    { 'x-amzn-errortype': 'ExpiredTokenException:http://internal.amazon.com/coral/com.amazon.coral.service/' },
  ],
  ['a path that is not there', 403, spapi('MissingAuthenticationToken', DENIED), 'bad_request'],
  ['an input it does not like', 400, spapi('InvalidInput', 'Invalid request parameters'), 'bad_request'],
  [
    'a missing date',
    400,
    spapi('InvalidInput', 'Start date cannot be null', 'Start date cannot be null'),
    'bad_request',
  ],
  ['a model that repeats the status as code', 400, spapi('400', 'Invalid input', 'Invalid input'), 'bad_request'],
  ['something that is not there', 404, spapi('NotFound', "The requested resource doesn't exist."), 'bad_request'],
  ['too large a question', 413, '', 'bad_request'],
  [
    'a spent quota',
    429,
    spapi('QuotaExceeded', 'You exceeded your quota for the requested resource.', ''),
    'throttled',
  ],
  ['the wallet’s quota', 429, spapi('RequestThrottled', 'Request Throttled'), 'throttled'],
  ['a quota under another status', 400, spapi('QuotaExceeded', 'You exceeded your quota…'), 'throttled'],
  [
    'a failure of its own',
    500,
    spapi('InternalFailure', 'We encountered an internal error. Please try again.'),
    'marketplace_error',
  ],
  ['a failure by its other name', 500, spapi('InternalServerError', 'Internal Server Error'), 'marketplace_error'],
  [
    'an outage',
    503,
    spapi('ServiceUnavailable', 'Service is temporarily unavailable. Please try again.'),
    'marketplace_error',
  ],
  ['a balancer’s page', 503, HTML, 'marketplace_error'],
  ['a gateway that waited too long', 504, '', 'marketplace_error'],
  ['the wallet’s timeout', 408, spapi('RequestTimedOut', 'Request Timed Out'), 'marketplace_error'],
  ['the wallet’s refusal', 403, spapi('UnauthorizedRequest', 'Invalid WAC certificate.'), 'denied'],
  ['a refusal in words that nobody has seen', 403, spapi('Unauthorized', 'Try again on Tuesday.'), 'unknown'],
  ['the opaque refusal with details that nobody has seen', 403, spapi('Unauthorized', DENIED, 'Tuesday'), 'unknown'],
  [
    'the opaque refusal with a header that nobody has seen',
    403,
    spapi('Unauthorized', DENIED),
    'unknown',
    { 'x-amzn-errortype': 'TuesdayException' },
  ],
  ['a code nobody has seen', 409, spapi('StateConflict', 'state of the account'), 'unknown'],
  ['an input code nobody has seen', 400, spapi('Tuesday', 'Invalid'), 'unknown'],
  ['another envelope', 403, { message: 'Forbidden' }, 'unknown'],
  ['an empty list of errors', 403, { errors: [] }, 'unknown'],
  ['a page where JSON was due', 403, '<html>blocked</html>', 'garbled'],
  ['a redirect', 302, '', 'garbled'],
  ['a truncated refusal', 403, '{"errors":[{"code":"Unauth', 'garbled'],
  ['a bare string', 403, '"Access to requested resource is denied."', 'garbled'],
  ['a good answer', 200, { payload: [] }, 'ok'],
  ['a good status with a page', 200, HTML, 'garbled'],
  ['a good status cut in the middle', 200, '{"payload":[{"marketplace', 'garbled'],
  ['an unexpected success', 202, { payload: {} }, 'unknown'],
];

function table(host: HostKind, cases: Case[]): void {
  test.each(cases)('%s (%i) is understood', (...[, status, body, means, headers = {}]) => {
    const understood = understand(host, answer(status, body, headers));
    expect(understood.answer).toBe(means);
    expect(understood.status).toBe(status);
  });
}

describe('Login with Amazon answers', () => table('lwa', LWA));
describe('Selling Partner API answers', () => table('spapi', SPAPI));

test('each meaning that an answer of Amazon can have is met by a case here', () => {
  const met = new Set([...LWA, ...SPAPI].map(([, , , means]) => means));
  const byMwsAlone: Answer[] = [
    'app_key_unknown',
    'app_secret_wrong',
    'clock_refused',
    'section_denied',
    'pair_refused',
    'access_denied',
    'not_eligible',
    'site_refused',
  ];
  expect(ANSWERS.filter((one) => !met.has(one))).toEqual([...byMwsAlone, 'no_answer', 'local_error']);
});

test.each<[NoAnswerReason, Answer]>([
  ['timeout', 'no_answer'],
  ['refused', 'no_answer'],
  ['dns', 'no_answer'],
  ['tls', 'no_answer'],
  ['reset', 'no_answer'],
  ['stopped', 'no_answer'],
  ['cut', 'garbled'],
  ['too_large', 'garbled'],
])('a call that ended by %s is %s and tells nothing about the store', (reason, means) => {
  const understood = understand('spapi', { kind: 'no_answer', reason, ms: 5 });
  expect(understood).toMatchObject({ answer: means, code: reason, status: null });
  expect(saysNothing(understood.answer)).toBe(true);
});

test('how we know keeps the marketplace’s own code and words', () => {
  const body = spapi('Unauthorized', DENIED, 'The access token you provided has expired.');
  expect(understand('spapi', answer(403, body))).toMatchObject({
    code: 'Unauthorized',
    message: `${DENIED} The access token you provided has expired.`,
  });
});

test('an answer that nobody knows is kept for the operator, as far as it can be shown', () => {
  const body = { message: 'Forbidden', token: `Atza|${'x'.repeat(40)}` };
  expect(understand('spapi', answer(403, body)).message).toBe('{"message":"Forbidden","token":"[secret]"}');
});

test('a good answer that cannot be read leaves none of the seller’s data in the evidence', () => {
  expect(understand('spapi', answer(200, '{"payload":{"storeName":"Blue Bird"')).message).not.toContain('Blue');
});

test('a code that is no code is not shown', () => {
  expect(understand('lwa', answer(400, lwa('<script>alert(1)</script>', 'x'))).code).toBe('unreadable');
});
