import type { Instant } from '../clock.ts';
import type { Developer } from '../world/schema.ts';
import type { Amazon, App, Seller, SignedIn } from './amazon.ts';
import { withinConsentLimit } from './grants.ts';

/** The consent pages' own error codes (SP-API documentation, "Authorization Errors"). */
export type ConsentErrorCode =
  | 'MD1000'
  | 'MD5100'
  | 'MD5101'
  | 'MD5110'
  | 'MD9000'
  | 'MD9010'
  | 'MD9100'
  | 'SPDC8143'
  | 'CONSENT_LIMIT_REACHED';

export const CONSENT_ERRORS: Record<ConsentErrorCode, string> = {
  MD1000: 'The application is in Draft and the authorization address lacks version=beta.',
  MD5100: 'The authorization address is malformed.',
  MD5101: 'The redirect_uri is not one of those registered for the application.',
  MD5110: 'The redirect_uri has a fragment.',
  MD9000: 'This Developer is not currently eligible for new authorizations.',
  MD9010: 'The application has no Amazon MWS developer ID in this region.',
  MD9100: 'The application has no registered redirect URI.',
  SPDC8143: 'Only the primary user of the selling account can authorize an application.',
  CONSENT_LIMIT_REACHED: 'The application has reached its limit of authorizations.',
};

export type ConsentAddress = {
  applicationId: string | null;
  redirectUri: string | null;
  /** `beta` while the app is in Draft. */
  version: string | null;
};

/**
 * What the consent address alone decides, before anybody signs in: which app, and where the code will go. Without a
 * `redirect_uri` it is the first registered one.
 */
export function checkConsentAddress(
  amazon: Amazon,
  address: ConsentAddress,
): { app: App; redirectUri: string } | { error: ConsentErrorCode } {
  const app = address.applicationId ? amazon.apps.get(address.applicationId) : undefined;
  if (!app) return { error: 'MD5100' };
  const [firstUri] = app.redirectUris;
  if (firstUri === undefined) return { error: 'MD9100' };
  const redirectUri = address.redirectUri || firstUri;
  if (redirectUri.includes('#')) return { error: 'MD5110' };
  if (!app.redirectUris.includes(redirectUri)) return { error: 'MD5101' };
  if (app.draft && address.version !== 'beta') return { error: 'MD1000' };
  if (!app.eligible) return { error: 'MD9000' };
  return { app, redirectUri };
}

/** What the signed-in person may not do; undefined when they may confirm. */
export function checkConsenter(
  amazon: Amazon,
  party: SignedIn & { app: App },
  now: Instant,
): ConsentErrorCode | undefined {
  if (!party.user.primary) return 'SPDC8143';
  const refused = checkMwsSide(amazon, party);
  if (refused) return refused;
  if (!withinConsentLimit(amazon, party, now)) return 'CONSENT_LIMIT_REACHED';
  return undefined;
}

/** A seller in front of an application. */
type Meeting = { seller: Pick<Seller, 'region'>; app: Pick<App, 'applicationId'> };

/** The MWS developer that a hybrid application is in this seller's region; none when it is not hybrid. */
export function mwsSide(amazon: Amazon, { seller, app }: Meeting): Developer | undefined {
  return linkedDevelopers(amazon, app).find((one) => one.region === seller.region);
}

/** What stands in the way of the MWS token that a hybrid application's consent gives as well. */
export function checkMwsSide(amazon: Amazon, meeting: Meeting): 'MD9000' | 'MD9010' | undefined {
  if (linkedDevelopers(amazon, meeting.app).length === 0) return undefined;
  const developer = mwsSide(amazon, meeting);
  if (!developer) return 'MD9010';
  return developer.eligible ? undefined : 'MD9000';
}

const linkedDevelopers = (amazon: Amazon, { applicationId }: Meeting['app']): Developer[] =>
  amazon.developers.filter((one) => one.applicationId === applicationId);
