import type { TextName } from '../texts.ts';

/** Who refuses: the gateway writes `RequestID`, the operations themselves `RequestId`. */
type Refuser = 'gateway' | 'operation';

/** `Receiver` is Amazon's own failure; the two throttles leave the type empty (recorded). */
type Blame = 'Sender' | 'Receiver' | '';

type Refusal = { status: number; code: string; text: TextName; by: Refuser; blame: Blame };

const gateway = (status: number, code: string, text: TextName): Refusal => ({
  status,
  code,
  text,
  by: 'gateway',
  blame: 'Sender',
});
const operation = (status: number, code: string, text: TextName): Refusal => ({
  ...gateway(status, code, text),
  by: 'operation',
});

/**
 * Every way MWS says no, by our name for it. Codes and statuses are those of DG_Errors and of the sections' error lists;
 * the words stand in `texts.ts`. The same names order an answer from a fault (`{ "mws": "expired" }`).
 */
const REFUSALS = {
  access_denied: gateway(401, 'AccessDenied', 'mws.denied'),
  expired: gateway(401, 'AccessDenied', 'mws.expired'),
  disabled: gateway(401, 'AccessDenied', 'mws.disabled'),
  reactivating: gateway(401, 'AccessDenied', 'mws.reactivating'),
  wrong_pair: gateway(401, 'AccessDenied', 'mws.wrongPair'),
  wrong_region: gateway(401, 'AccessDenied', 'mws.wrongRegion'),
  ineligible: gateway(401, 'AccessDenied', 'mws.ineligible'),
  closed: gateway(401, 'AccessDenied', 'mws.closed'),
  token_missing: gateway(401, 'AccessDenied', 'mws.tokenMissing'),
  marketplace_denied: gateway(401, 'AccessDenied', 'mws.marketplaceDenied'),
  marketplace_unknown: gateway(400, 'InvalidParameterValue', 'mws.marketplaceUnknown'),
  marketplace_restricted: operation(400, 'InvalidRequest', 'mws.marketplaceRestricted'),
  parameter_missing: gateway(400, 'InvalidParameterValue', 'mws.parameterMissing'),
  parameter_invalid: gateway(400, 'InvalidParameterValue', 'mws.parameterInvalid'),
  seller_invalid: gateway(400, 'InvalidParameterValue', 'mws.sellerInvalid'),
  key_unknown: gateway(403, 'InvalidAccessKeyId', 'mws.keyUnknown'),
  signature_wrong: gateway(403, 'SignatureDoesNotMatch', 'mws.signatureWrong'),
  request_expired: gateway(400, 'RequestExpired', 'mws.requestExpired'),
  request_from_future: gateway(400, 'RequestExpired', 'mws.requestFromFuture'),
  address_invalid: gateway(404, 'InvalidAddress', 'mws.addressInvalid'),
  address_unknown: gateway(404, 'InvalidAddress', 'mws.addressUnknown'),
  throttled: { ...gateway(503, 'RequestThrottled', 'mws.throttled'), blame: '' },
  quota_exceeded: { ...gateway(503, 'QuotaExceeded', 'mws.quotaExceeded'), blame: '' },
  internal_error: { ...gateway(500, 'InternalError', 'mws.internal'), blame: 'Receiver' },
  unavailable: { ...gateway(503, 'ServiceUnavailable', 'mws.unavailable'), blame: 'Receiver' },
  stream_disconnected: gateway(400, 'InputStreamDisconnected', 'mws.streamDisconnected'),
  unlisted: gateway(409, 'AccountStateConflict', 'mws.unlisted'),
  value_missing: operation(400, 'ValidationError', 'mws.valueMissing'),
  value_invalid: operation(400, 'InvalidParameterValue', 'mws.parameterInvalid'),
  end_too_late: operation(400, 'InvalidParameterValue', 'mws.endTooLate'),
  token_old: operation(400, 'InvalidParameterValue', 'mws.tokenOld'),
  token_broken: operation(400, 'InvalidParameterValue', 'mws.tokenBroken'),
  one_filter: operation(400, 'InvalidParameterValue', 'mws.oneFilter'),
  finances_failed: { ...operation(500, 'NonRetriableInternalError', 'mws.internal'), blame: 'Receiver' },
  finances_busy: { ...operation(500, 'RetriableInternalError', 'mws.internal'), blame: 'Receiver' },
  report_unknown: operation(404, 'InvalidReportId', 'mws.reportUnknown'),
  report_denied: operation(401, 'AccessToReportDenied', 'mws.reportDenied'),
  report_not_ready: operation(404, 'ReportNotReady', 'mws.reportNotReady'),
  report_gone: operation(404, 'ReportNoLongerAvailable', 'mws.reportGone'),
  report_request_unknown: operation(400, 'InvalidReportRequestId', 'mws.reportRequestUnknown'),
  report_type_invalid: operation(400, 'InvalidReportType', 'mws.reportTypeInvalid'),
  schedule_invalid: operation(400, 'InvalidScheduleFrequency', 'mws.scheduleInvalid'),
  request_invalid: operation(400, 'InvalidRequest', 'mws.requestInvalid'),
} satisfies Record<string, Refusal>;

export type RefusalName = keyof typeof REFUSALS;

/** Names in the order of the table. */
export const REFUSAL_NAMES = Object.keys(REFUSALS) as [RefusalName, ...RefusalName[]];

export function refusalNamed(name: RefusalName): Refusal {
  return REFUSALS[name];
}

/** Refusals of the app itself: they come before anybody asks which seller it is about. */
const BEFORE_AUTHENTICATION: ReadonlySet<RefusalName> = new Set<RefusalName>([
  'key_unknown',
  'signature_wrong',
  'request_expired',
  'request_from_future',
  'unavailable',
  'internal_error',
  'stream_disconnected',
]);

export function strikesBeforeAuthentication(name: RefusalName): boolean {
  return BEFORE_AUTHENTICATION.has(name);
}

/** A request that is refused. Thrown wherever it is noticed and answered in the section's envelope. */
export class Refused extends Error {
  override name = 'Refused' as const;
  readonly refusal: RefusalName;
  /** What the words' `{placeholders}` stand for, beside what the request itself tells. */
  readonly values: Record<string, string>;

  constructor(refusal: RefusalName, values: Record<string, string> = {}) {
    super(refusal);
    this.refusal = refusal;
    this.values = values;
  }
}
