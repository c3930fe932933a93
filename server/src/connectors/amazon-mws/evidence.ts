/**
 * What MWS's answers mean. Its own words stop in this file: one table from status, code and words to an `Answer`; the
 * first row that fits wins and what no row knows is `unknown`. Sources: recordings of real traffic (peddler, ScaleLeap),
 * the MWS Developer Guide ("Errors") and, for the four refusals of a seller, the words that integrators match.
 *
 * No code tells an expired permission from a switched-off one or from a mistyped token: all are 401 AccessDenied. The
 * words tell a little more, and are used for no more than they say.
 */
import type { Answer } from '../../core/observation.ts';
import { silent } from '../finding.ts';
import type { Understood } from '../finding.ts';
import type { OutboundAnswer, OutboundResult } from '../outbound.ts';
import { cleanCode, redact } from '../redact.ts';
import { list, readXml, textAt } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** A row fits when every member that is present fits. */
type Row = {
  status?: readonly number[] | ((status: number) => boolean);
  code?: RegExp;
  words?: RegExp;
  answer: Answer;
};

const REFUSED = [401, 403];

const MWS_ANSWERS: readonly Row[] = [
  // Never evidence against a store, whatever else is said.
  { code: /^(RequestThrottled|QuotaExceeded)$/, answer: 'throttled' },
  { status: [429], answer: 'throttled' },
  { code: /^(InternalError|ServiceUnavailable|(Non)?RetriableInternalError)$/, answer: 'marketplace_error' },
  { status: (status) => status >= 500, answer: 'marketplace_error' },

  // Our own side.
  { status: REFUSED, code: /^InvalidAccessKeyId$/, answer: 'app_key_unknown' },
  { status: REFUSED, code: /^SignatureDoesNotMatch$/, answer: 'app_secret_wrong' },
  // "Request signature is too far in the past and has expired", or in the future.
  { status: [400], code: /^RequestExpired$/, answer: 'clock_refused' },

  // The pair: taken back, or never a pair for this developer.
  {
    status: REFUSED,
    code: /^AccessDenied$/,
    words: /^AuthToken is not valid for SellerId and AWSAccountId/i,
    answer: 'pair_refused',
  },
  { status: REFUSED, code: /^AccessDenied$/, words: /^Missing required MWSAuthToken/i, answer: 'pair_refused' },
  { status: [400, 401, 403], words: /^Invalid seller id/i, answer: 'pair_refused' },
  // Not Professional, deactivated, or against a policy.
  {
    status: REFUSED,
    code: /^AccessDenied$/,
    words: /^The seller does not have an eligible\b/i,
    answer: 'not_eligible',
  },
  // One operation: "Access to Finances.ListFinancialEventGroups is denied".
  { status: REFUSED, code: /^AccessDenied$/, words: /^Access to \w+\.\w+ is denied\.?$/i, answer: 'section_denied' },
  // One site of several.
  { status: REFUSED, words: /does not have access to the given marketplace/i, answer: 'site_refused' },
  {
    status: [400, 401, 403],
    words: /^Report rejected for this client\b.*\bprevented from performing this action/is,
    answer: 'site_refused',
  },
  // The whole of it: with anything added it is another answer.
  { status: REFUSED, code: /^AccessDenied$/, words: /^Access denied\.?$/i, answer: 'access_denied' },

  // Our question.
  {
    status: [400],
    code: /^(InvalidParameterValue|InvalidParameterCombination|MissingParameter|ValidationError)$/,
    answer: 'bad_request',
  },
  {
    status: [400],
    code: /^(InputStreamDisconnected|InvalidReportType|InvalidReportRequestId)$/,
    answer: 'bad_request',
  },
  { status: [404], code: /^InvalidAddress$/, answer: 'bad_request' },
];

/** An answer understood; `body` is the root element of a good one. */
export type MwsUnderstood = Understood<XmlElement | null>;

/** Understands one answer. A 200 with whole XML is `ok` here; whether it says what it should is the caller's to see. */
export function understand(result: OutboundResult): MwsUnderstood {
  if (result.kind === 'no_answer') return silent(result);
  const reading = readXml(result.body, result.headers['content-type']);
  if (result.status === 200) {
    // No excerpt: a good answer carries the seller's data, and a message is kept.
    if ('refused' in reading) return { ...GOOD, answer: 'garbled', message: reading.refused };
    return { ...GOOD, body: reading.root };
  }
  return 'refused' in reading ? understandPage(result) : understandRefusal(result, reading.root);
}

const GOOD: MwsUnderstood = { answer: 'ok', status: 200, code: null, message: null, body: null };

/** A balancer's page, a cut refusal: the status alone can tell weather, nothing can tell about a seller. */
function understandPage({ status, body }: OutboundAnswer): MwsUnderstood {
  const answer = answerTo({ status, code: '', words: '' }) ?? 'garbled';
  return { answer, status, code: null, message: redact(body), body: null };
}

/** An answer may hold several errors: they count when they mean the same. */
function understandRefusal({ status, body }: OutboundAnswer, root: XmlElement): MwsUnderstood {
  const errors = errorsIn(root);
  const [first] = errors;
  if (!first) {
    const unread: Answer = /^html$/i.test(root.name) ? 'garbled' : 'unknown';
    const answer = answerTo({ status, code: '', words: '' }) ?? unread;
    return { answer, status, code: null, message: redact(body), body: null };
  }
  const meanings = new Set(errors.map((error) => answerTo({ status, ...error }) ?? 'unknown'));
  const [answer = 'unknown', ...others] = meanings;
  return {
    answer: others.length === 0 ? answer : 'unknown',
    status,
    code: cleanCode(first.code),
    message: redact(errors.map((error) => error.words).join(' ')),
    body: null,
  };
}

type Said = { code: string; words: string };

/** `<ErrorResponse><Error><Type/><Code/><Message/></Error>…<RequestID/></ErrorResponse>`, the same for every section. */
function errorsIn(root: XmlElement): Said[] {
  if (root.name !== 'ErrorResponse') return [];
  return list(root, [], 'Error').map((error) => ({
    code: textAt(error, 'Code') ?? '',
    words: textAt(error, 'Message') ?? '',
  }));
}

function answerTo(seen: Said & { status: number }): Answer | undefined {
  return MWS_ANSWERS.find((row) => fits(row, seen))?.answer;
}

function fits(row: Row, seen: Said & { status: number }): boolean {
  if (row.status !== undefined && !hasStatus(row.status, seen.status)) return false;
  if (row.code && !row.code.test(seen.code)) return false;
  return !row.words || row.words.test(seen.words);
}

function hasStatus(wanted: NonNullable<Row['status']>, status: number): boolean {
  return typeof wanted === 'function' ? wanted(status) : wanted.includes(status);
}
