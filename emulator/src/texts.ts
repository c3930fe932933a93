import type { Amazon } from './state/amazon.ts';

/**
 * Amazon's own words, verbatim as developers have quoted them (GitHub threads of selling-partner-api-docs and -models)
 * or as the documentation prints them. Where the real choice is unverified a world can replace any of them by name.
 */
const TEXTS = {
  'lwa.revoked':
    "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.",
  'lwa.unknownToken': 'The request has an invalid grant parameter : refresh_token',
  'lwa.code': 'The request has an invalid grant parameter : code',
  'lwa.client': 'Client authentication failed',
  'lwa.unauthorizedClient': 'Not authorized for requested operation',
  'lwa.scope': 'The request has an invalid scope parameter : {scope}',
  'lwa.grantType': 'The authorization grant type is not supported by the authorization server',
  'lwa.missing': 'The request is missing a required parameter : {parameter}',
  'lwa.invalidAccessToken': 'The request has an invalid parameter : access_token',
  'lwa.contentType': 'The Content-Type header must be application/x-www-form-urlencoded',
  'lwa.unavailable': 'The authorization server is unable to handle the request',
  'lwa.throttled': 'The request rate is too high',
  'lwa.unlisted': 'The request cannot be processed in the current state of the account',
  'spapi.denied': 'Access to requested resource is denied.',
  'spapi.tokenExpired': 'The access token you provided has expired.',
  'spapi.tokenInvalid': 'The access token you provided is revoked, malformed or invalid.',
  'spapi.tokenMissing': 'Access token is missing in the request header.',
  'spapi.incident': 'The security token included in the request is expired',
  'spapi.quota': 'You exceeded your quota for the requested resource.',
  'spapi.internal': 'We encountered an internal error. Please try again.',
  'spapi.unavailable': 'Service is temporarily unavailable. Please try again.',
  'spapi.notFound': "The requested resource doesn't exist.",
  'spapi.unparsable': 'Request has missing or invalid parameters and cannot be parsed.',
  /** createDestination for a queue that is one already (amzn/selling-partner-api-docs 1800, 2072). */
  'spapi.conflict': 'The requested resource conflict with a resource in the server.',
  'spapi.destinationExists': 'A destination with arn {arn} already exists for the application {applicationId}',
  /** createSubscription a second time (amzn/selling-partner-api-docs 3448). */
  'spapi.stateConflict': 'The resource specified conflicts with the current state.',
  'spapi.subscriptionExists': 'Subscription already exist for notification type {notificationType}',
  'spapi.destinationUnknown': "No destination with id '{destinationId}' for applicationId '{applicationId}'",
  'spapi.forbidden': 'The requested action is forbidden.',
  'spapi.destinationUsed': 'Destination has subscriptions',
  'spapi.notEnrolled':
    'Application is not enrolled for rotation notification. Please update application notification preference in Developer console.',
  'mws.expired': 'Access denied',
  'mws.disabled': 'AuthToken is not valid for SellerId and AWSAccountId',
  'mws.wrongPair': 'AuthToken is not valid for SellerId and AWSAccountId',
  /** The permission was renewed or enabled and does not work yet. */
  'mws.reactivating': 'Access denied',
  'mws.wrongRegion': 'Access denied',
  'mws.ineligible':
    'The seller does not have an eligible Amazon account to call Amazon MWS. For more information about eligible accounts, see the Amazon MWS documentation.',
  'mws.closed': 'Access to {operation} is denied',
  'mws.denied': 'Access denied',
  'mws.tokenMissing': 'Missing required MWSAuthToken for Seller.',
  'mws.marketplaceDenied': 'Seller {sellerId} does not have access to the given marketplace',
  'mws.marketplaceUnknown': "No marketplace found for unobfuscated ID='{marketplaceId}'.",
  'mws.marketplaceRestricted':
    'Report rejected for this client. The provided marketplaces are correctly associated with your account, but you are prevented from performing this action in the following marketplaces: {marketplaceId}. Please contact Seller Support in your home marketplace',
  'mws.parameterMissing': 'Missing required parameter {parameter}.',
  'mws.parameterInvalid': 'Invalid value for parameter {parameter}.',
  'mws.sellerInvalid': 'Invalid seller id',
  'mws.keyUnknown': 'The AWS Access Key Id you provided does not exist in our records.',
  'mws.signatureWrong':
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  'mws.requestExpired': 'Request signature is too far in the past and has expired. Timestamp date: {timestamp}',
  'mws.requestFromFuture': 'Request signature is too far in the future. Timestamp date: {timestamp}',
  'mws.addressInvalid': 'Operation {action} is not available for section {section}',
  'mws.addressUnknown':
    'Resource {path} is not found on this server. API Section is missing or you have provided an invalid operation name.',
  'mws.throttled': 'Request is throttled',
  'mws.quotaExceeded':
    'You exceeded your quota of {max} requests per 1 hour for operation {operation}.  Your quota will reset on {resetsOn}',
  'mws.internal': 'We encountered an internal error. Please contact the MWS team if this problem persists.',
  'mws.unavailable': 'Service is currently unavailable. Please try again after some time.',
  'mws.streamDisconnected': 'There was an error reading the input stream.',
  'mws.unlisted': 'The request conflicts with the current state of the account.',
  'mws.valueMissing':
    "1 validation error detected: Value null at '{field}' failed to satisfy constraint: Member must not be null",
  'mws.endTooLate': 'End date is not valid, should be no later than 2 minutes from now',
  'mws.tokenOld': 'Token is not valid, token duration is 17 minutes.',
  'mws.tokenBroken': 'Token is not valid',
  'mws.oneFilter': 'Exactly one of PostedAfter, AmazonOrderId and FinancialEventGroupId is required.',
  'mws.reportUnknown': 'Provided Report Id was invalid.',
  'mws.reportDenied': 'Access to the report was denied.',
  'mws.reportNotReady': 'Report not yet generated.',
  'mws.reportGone': 'The specified report is no longer available for download.',
  'mws.reportRequestUnknown': 'One or more of the provided ReportRequestIds could not be found.',
  'mws.reportTypeInvalid': 'Submitted Report Type was invalid.',
  'mws.scheduleInvalid': 'Submitted schedule frequency was invalid.',
  'mws.requestInvalid': 'The request was invalid.',
  /** Amazon's mail as SpaceWare quotes it; the quotation leaves out what stands between, and gives no subject. */
  'mws.notice.subject': 'Action is required by you to renew your authorization',
  'mws.notice.text':
    'Action is required by you to renew your authorization to enable software applications from {developer} to access your Amazon selling account.\n\nThe provider listed below has access to your account. That access will expire on {date}.\n\n{developer} {developerId}',
  'spapi.unlisted': 'The request conflicts with the current state of the account.',
} as const;

export type TextName = keyof typeof TEXTS;

/** The text by its name, the world's own wording first; `{placeholders}` are filled from `values`. */
export function text(amazon: Pick<Amazon, 'texts'>, name: TextName, values: Record<string, string> = {}): string {
  const words = amazon.texts[name] ?? TEXTS[name];
  return words.replaceAll(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}
