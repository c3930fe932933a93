import type { Amazon } from '../state/amazon.ts';
import { text } from '../texts.ts';
import type { WireAnswer } from '../wire.ts';
import { jsonAnswer } from '../wire.ts';

/** What the `x-amzn-ErrorType` header says for a status unless something more exact is known. */
const ERROR_TYPES: Record<number, string> = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  409: 'ConflictException',
  429: 'QuotaExceededException',
  500: 'InternalFailure',
  503: 'ServiceUnavailableException',
};

export type ErrorWords = { message: string; details?: string; type?: string };

/** A refusal in an operation's own words. Thrown while it is carried out; `wire` is what the caller gets. */
export class SpapiProblem extends Error {
  override name = 'SpapiProblem';
  readonly wire: WireAnswer;

  constructor(message: string, wire: WireAnswer) {
    super(message);
    this.wire = wire;
  }
}

/** One error in the envelope every Selling Partner API shares: `{"errors":[{code,message,details}]}`. */
export function spapiError(status: number, code: string, words: ErrorWords): WireAnswer {
  const type = words.type ?? ERROR_TYPES[status];
  const body = { errors: [{ code, message: words.message, details: words.details ?? '' }] };
  return jsonAnswer(status, body, type === undefined ? {} : { 'x-amzn-ErrorType': type });
}

/**
 * The one body behind a dozen causes: revoked, half-open, role missing, another region's host, deactivated account.
 * `details` is empty; nothing in it tells them apart (amzn/selling-partner-api-models 1433).
 */
export function denied(amazon: Amazon, details = ''): WireAnswer {
  return spapiError(403, 'Unauthorized', { message: text(amazon, 'spapi.denied'), details });
}

/** A request that the operation's model does not allow. */
export function invalidInput(message: string, details = message): WireAnswer {
  return spapiError(400, 'InvalidInput', { message, details });
}
