import type { Instant } from '../clock.ts';
import { ACCESS_TOKEN_LIFETIME_MS } from './amazon.ts';
import type { AccessToken, Amazon, App, Grant } from './amazon.ts';

/** An access token for a seller's data, one hour of emulator time. */
export function mintAccessToken(amazon: Amazon, grant: Grant, now: Instant): AccessToken {
  const { sellerId, applicationId } = grant;
  const expiresAt = now + ACCESS_TOKEN_LIFETIME_MS;
  return keep(
    amazon,
    { token: amazon.issue('access'), applicationId, expiresAt, revoked: false, sellerId, scope: undefined },
    now,
  );
}

/** An access token for the app's own operations. */
export function mintGrantlessToken(amazon: Amazon, party: { app: App; scope: string }, now: Instant): AccessToken {
  const { applicationId } = party.app;
  const expiresAt = now + ACCESS_TOKEN_LIFETIME_MS;
  const token = amazon.issue('grantless');
  return keep(
    amazon,
    { token, applicationId, expiresAt, revoked: false, sellerId: undefined, scope: party.scope },
    now,
  );
}

/**
 * Tokens are kept for an hour after their end, so that "has expired" and "is invalid" stay two answers; insertion
 * order is the order of expiry unless the clock was moved back, so forgetting stops at the first one to keep.
 */
function keep(amazon: Amazon, token: AccessToken, now: Instant): AccessToken {
  for (const old of amazon.accessTokens.values()) {
    if (old.expiresAt + ACCESS_TOKEN_LIFETIME_MS > now) break;
    amazon.accessTokens.delete(old.token);
  }
  amazon.accessTokens.set(token.token, token);
  return token;
}

/** Whether one of the app's secrets, not yet expired, is this one. */
export function secretIsLive(app: App, secret: string, now: Instant): boolean {
  return app.clientSecrets.some((one) => one.secret === secret && (one.expiresAt === undefined || now < one.expiresAt));
}
