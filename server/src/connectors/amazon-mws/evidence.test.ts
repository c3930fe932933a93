import { describe, expect, test } from 'vitest';

import { ANSWERS, saysNothing } from '../../core/observation.ts';
import type { Answer } from '../../core/observation.ts';
import type { NoAnswerReason, OutboundAnswer } from '../outbound.ts';
import { understand } from './evidence.ts';

function answer(status: number, body: string, headers: Record<string, string> = {}): OutboundAnswer {
  return { kind: 'answer', status, headers: { 'content-type': 'text/xml', ...headers }, body, ms: 3, date: null };
}

/** An error as it was recorded, byte for byte; `id` is the name of the element that carries the request's number. */
function refusal(code: string, message: string, { type = 'Sender', id = 'RequestID' } = {}): string {
  return `<?xml version="1.0"?>\n<ErrorResponse xmlns="https://mws.amazonservices.com/Sellers/2011-07-01">\n  <Error>\n    <Type>${type}</Type>\n    <Code>${code}</Code>\n    <Message>${message}</Message>\n  </Error>\n  <${id}>c1ba3e52-4a4b-4d3c-b5bf-1f5c9e3d2c11</${id}>\n</ErrorResponse>\n`;
}

const HTML = '<!DOCTYPE html>\n<html><head><title>503 Service Temporarily Unavailable</title></head></html>';
const NOT_ELIGIBLE =
  'The seller does not have an eligible Amazon account to call Amazon MWS. For more information about eligible accounts, see the Amazon MWS documentation.';
const REJECTED =
  'Report rejected for this client. The provided marketplaces are correctly associated with your account, but you are prevented from performing this action in the following marketplaces: ATVPDKIKX0DER. Please contact Seller Support in your home marketplace.';

type Case = [seen: string, status: number, body: string, means: Answer];

/** Verbatim from recordings, from Amazon's documents, or from the words that integrators match. */
const SEEN: Case[] = [
  [
    'a token taken back, or of another pair',
    401,
    refusal('AccessDenied', 'AuthToken is not valid for SellerId and AWSAccountId'),
    'pair_refused',
  ],
  ['a token left out', 401, refusal('AccessDenied', 'Missing required MWSAuthToken for Seller.'), 'pair_refused'],
  ['a seller nobody knows', 400, refusal('InvalidParameterValue', 'Invalid seller id'), 'pair_refused'],
  ['no reason at all', 401, refusal('AccessDenied', 'Access denied'), 'access_denied'],
  ['an account that may not be reached', 401, refusal('AccessDenied', NOT_ELIGIBLE), 'not_eligible'],
  [
    'one operation that is closed',
    401,
    refusal('AccessDenied', 'Access to Finances.ListFinancialEventGroups is denied'),
    'section_denied',
  ],
  [
    'an older operation that is closed',
    401,
    refusal('AccessDenied', 'Access to Feeds.SubmitFeed is denied'),
    'section_denied',
  ],
  [
    'a site where the seller does not sell',
    401,
    refusal('AccessDenied', 'Seller does not have access to the given marketplace'),
    'site_refused',
  ],
  ['a site that is closed to the seller', 400, refusal('InvalidRequest', REJECTED), 'site_refused'],
  [
    'a key that was deleted',
    403,
    refusal('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'),
    'app_key_unknown',
  ],
  [
    'a wrong secret',
    403,
    refusal(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ),
    'app_secret_wrong',
  ],
  [
    'a clock that is late',
    400,
    refusal(
      'RequestExpired',
      'Request signature is too far in the past and has expired. Timestamp date: 2016-11-01T17:55:52Z',
    ),
    'clock_refused',
  ],
  [
    'a clock that is early',
    400,
    refusal('RequestExpired', 'Request signature is too far in the future. Timestamp date: 2036-11-01T17:55:52Z'),
    'clock_refused',
  ],
  ['too many at once', 503, refusal('RequestThrottled', 'Request is throttled', { type: '' }), 'throttled'],
  [
    'too many in an hour',
    503,
    refusal(
      'QuotaExceeded',
      'You exceeded your quota of 30.0 requests per 1 hour for operation Feeds/2009-01-01/SubmitFeed.  Your quota will reset on Thu Oct 24 01:30:00 UTC 2013',
    ),
    'throttled',
  ],
  [
    'a failure of its own',
    500,
    refusal('InternalError', 'We encountered an internal error. Please contact the MWS team if this problem persists.'),
    'marketplace_error',
  ],
  [
    'an outage',
    503,
    refusal('ServiceUnavailable', 'Service is unavailable', { type: 'Receiver' }),
    'marketplace_error',
  ],
  ['a failure of Finances', 400, refusal('RetriableInternalError', 'Try again'), 'marketplace_error'],
  ['a balancer’s page', 503, HTML, 'marketplace_error'],
  ['a gateway that waited too long', 504, '', 'marketplace_error'],
  ['too many questions, as a page', 429, HTML, 'throttled'],
  ['a missing seller', 400, refusal('InvalidParameterValue', 'Missing required parameter SellerId.'), 'bad_request'],
  [
    'a wrong marketplace',
    400,
    refusal('InvalidParameterValue', "No marketplace found for unobfuscated ID ='104444012'."),
    'bad_request',
  ],
  [
    'a missing value',
    400,
    refusal(
      'ValidationError',
      "1 validation error detected: Value null at 'nextToken' failed to satisfy constraint: Member must not be null",
      { id: 'RequestId' },
    ),
    'bad_request',
  ],
  [
    'an address that is not there',
    404,
    refusal(
      'InvalidAddress',
      'Operation GetFBAOutboundShipmentDetail is not available for section ShipmentInvoicing/2018-09-01',
    ),
    'bad_request',
  ],
  ['a cut stream', 400, refusal('InputStreamDisconnected', 'There was an error reading the input.'), 'bad_request'],
];

/** What nobody has seen must alarm nobody: neither a code nor words alone are enough. */
const UNSEEN: Case[] = [
  ['a refusal in other words', 401, refusal('AccessDenied', 'Try again on Tuesday.'), 'unknown'],
  ['a refusal with words added', 401, refusal('AccessDenied', 'Access denied on Tuesdays'), 'unknown'],
  ['a refusal without words', 401, refusal('AccessDenied', ''), 'unknown'],
  ['the words of a refusal under another status', 400, refusal('AccessDenied', 'Access denied'), 'unknown'],
  ['the words of a refusal under another code', 401, refusal('Tuesday', 'Access denied'), 'unknown'],
  ['a developer who is not eligible', 401, refusal('AccessDenied', 'The developer is not eligible.'), 'unknown'],
  ['a code nobody has seen', 400, refusal('Tuesday', 'Invalid'), 'unknown'],
  ['another envelope', 403, '<Fault><Code>AccessDenied</Code></Fault>', 'unknown'],
  ['an envelope without an error', 401, '<ErrorResponse/>', 'unknown'],
  ['a success that is none', 202, '<A/>', 'unknown'],
  ['a page where XML was due', 403, '<html><body>blocked</body></html>', 'garbled'],
  ['a page that is no XML', 401, '<html><p>blocked</html>', 'garbled'],
  ['a redirect', 302, '', 'garbled'],
  ['a cut refusal', 401, refusal('AccessDenied', 'Access denied').slice(0, 200), 'garbled'],
  ['a refusal with NUL in it', 401, refusal('AccessDenied', 'Access\u0000 denied'), 'garbled'],
  ['a refusal in JSON', 401, '{"errors":[{"code":"Unauthorized"}]}', 'garbled'],
];

const GOOD: Case[] = [
  ['a good answer', 200, '<?xml version="1.0"?>\n<AResponse><AResult/></AResponse>\n', 'ok'],
  ['a good answer without a prolog', 200, '<AResponse><AResult/></AResponse>', 'ok'],
  ['a good status with a page', 200, HTML, 'garbled'],
  ['a good status cut in the middle', 200, '<AResponse><AResult>', 'garbled'],
  ['a good status with nothing', 200, '', 'garbled'],
];

describe('MWS answers', () => {
  test.each([...SEEN, ...UNSEEN, ...GOOD])('%s (%i) is understood', (...[, status, body, means]) => {
    const understood = understand(answer(status, body));
    expect(understood.answer).toBe(means);
    expect(understood.status).toBe(status);
  });
});

test('each meaning that an answer of MWS can have is met by a case here', () => {
  const met = new Set([...SEEN, ...UNSEEN, ...GOOD].map(([, , , means]) => means));
  const bySellingPartnerApiAlone: Answer[] = [
    'grant_refused',
    'token_unknown',
    'code_refused',
    'app_refused',
    'app_secret_expired',
    'wrong_app',
    'denied',
    'token_stale',
    'refusal_for_all',
  ];
  expect(ANSWERS.filter((one) => !met.has(one))).toEqual(
    ANSWERS.filter((one) => [...bySellingPartnerApiAlone, 'no_answer', 'local_error'].includes(one)),
  );
});

test('several errors count when they mean the same, and mean nothing known when they do not', () => {
  const one = '<Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>';
  const other = '<Error><Code>InvalidAccessKeyId</Code><Message>Unknown key</Message></Error>';
  const said = (errors: string) => understand(answer(401, `<ErrorResponse>${errors}</ErrorResponse>`));
  expect(said(one + one).answer).toBe('access_denied');
  expect(said(one + other)).toMatchObject({ answer: 'unknown', code: 'AccessDenied' });
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
  const understood = understand({ kind: 'no_answer', reason, ms: 5 });
  expect(understood).toMatchObject({ answer: means, code: reason, status: null });
  expect(saysNothing(understood.answer)).toBe(true);
});

test('an answer in another charset is not read, whatever it says', () => {
  const body = refusal('AccessDenied', 'Access denied');
  const headers = { 'content-type': 'text/xml; charset=ISO-2022-JP' };
  expect(understand(answer(401, body, headers)).answer).toBe('garbled');
  expect(understand(answer(401, body)).answer).toBe('access_denied');
});

test('how we know keeps the marketplace’s own code and words', () => {
  expect(understand(answer(401, refusal('AccessDenied', 'Access denied')))).toMatchObject({
    code: 'AccessDenied',
    message: 'Access denied',
  });
});

test('a refusal that repeats what was asked leaves neither token nor signature in the evidence', () => {
  const echoed =
    'The Canonical String should have been POST MWSAuthToken=amzn.mws.4ea38b7b-f563-7709-4bae-87aea0000000&amp;Signature=fpIkUdUIy4biVzDV5wTH9vKax%2FC7QqwvBPH3G%2FbaBrA%3D';
  const { message } = understand(answer(403, refusal('SignatureDoesNotMatch', echoed)));
  expect(message).toContain('MWSAuthToken=[secret]');
  expect(message).not.toMatch(/4ea38b7b|fpIkUd/);
});

test('a good answer that cannot be read leaves none of the seller’s data in the evidence', () => {
  const { message } = understand(answer(200, '<A><StoreName>Blue Bird</StoreName>'));
  expect(message).not.toContain('Blue');
  expect(message).not.toBeNull();
});
