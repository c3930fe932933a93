import type { Instant } from '../clock.ts';
import { CODE_LIFETIME_MS, findGrant, grantKey, grantWorks, isLive } from './amazon.ts';
import type { Amazon, App, AuthorizationCode, Grant, Seller } from './amazon.ts';

/** What *Confirm* on the consent page leads to. */
export type Authorized = { grant: Grant; code: AuthorizationCode };

/**
 * The seller confirms an app's consent page: the year starts anew, the app gets every role it asks for now, and a
 * single-use code goes to the redirect URI. On a grant that still works the old token lives until the code is exchanged;
 * on one that had ended it stays dead, unless the app `revivesOldToken`.
 *
 * `redirectUri` is where the code is sent; the token endpoint compares it when the app sends one.
 */
export function authorize(
  amazon: Amazon,
  party: { seller: Seller; app: App; redirectUri?: string | undefined },
  now: Instant,
): Authorized {
  const { seller, app } = party;
  const before = findGrant(amazon, seller.sellerId, app.applicationId);
  const grant = before ? renewed(before, app, now) : firstGrant(amazon, { seller, app }, now);
  const code: AuthorizationCode = {
    code: amazon.issue('code'),
    sellerId: seller.sellerId,
    applicationId: app.applicationId,
    redirectUri: party.redirectUri,
    issuedAt: now,
    used: false,
  };
  amazon.codes.set(code.code, code);
  return { grant, code };
}

function firstGrant(amazon: Amazon, { seller, app }: { seller: Seller; app: App }, now: Instant): Grant {
  const grant: Grant = {
    sellerId: seller.sellerId,
    applicationId: app.applicationId,
    authorizedAt: now,
    enabled: true,
    halfOpen: false,
    roles: [...app.roles],
    refreshTokens: [],
    retiredTokens: [],
  };
  amazon.grants.set(grantKey(seller.sellerId, app.applicationId), grant);
  return grant;
}

function renewed(grant: Grant, app: App, now: Instant): Grant {
  if (!isLive(grant, now)) {
    if (app.revivesOldToken) reviveTokens(grant);
    else retireTokens(grant);
  }
  if (!grant.enabled) grant.halfOpen = false;
  grant.authorizedAt = now;
  grant.enabled = true;
  grant.roles = [...app.roles];
  return grant;
}

/** Why a code is refused; the token endpoint tells none of it apart. */
export type CodeRefusal = 'unknown' | 'used' | 'old' | 'foreign' | 'redirect_uri' | 'ended';

/**
 * The app exchanges a code: a new refresh token, and the older ones end unless the app `revivesOldToken`.
 * `redirectUri` is compared only when the app sends one, as Amazon's own samples leave it out.
 */
export function redeemCode(
  amazon: Amazon,
  attempt: { code: string; app: App; redirectUri?: string | undefined },
  now: Instant,
): { grant: Grant; refreshToken: string } | { refused: CodeRefusal } {
  const code = amazon.codes.get(attempt.code);
  if (!code) return { refused: 'unknown' };
  const refused = refusalOf(code, attempt, now);
  if (refused) return { refused };
  code.used = true;
  const grant = findGrant(amazon, code.sellerId, code.applicationId);
  if (!grant || !grantWorks(amazon, grant, now)) return { refused: 'ended' };
  return { grant, refreshToken: replaceTokens(amazon, grant, attempt.app) };
}

function refusalOf(
  code: AuthorizationCode,
  attempt: { app: App; redirectUri?: string | undefined },
  now: Instant,
): CodeRefusal | undefined {
  if (code.used) return 'used';
  if (now - code.issuedAt >= CODE_LIFETIME_MS) return 'old';
  if (code.applicationId !== attempt.app.applicationId) return 'foreign';
  const bothNamed = attempt.redirectUri !== undefined && code.redirectUri !== undefined;
  return bothNamed && attempt.redirectUri !== code.redirectUri ? 'redirect_uri' : undefined;
}

/** The developer's own *Authorize app* button: one more refresh token, the earlier ones stay valid. */
export function selfAuthorize(
  amazon: Amazon,
  { seller, app }: { seller: Seller; app: App },
  now: Instant,
): { grant: Grant; refreshToken: string } {
  const before = findGrant(amazon, seller.sellerId, app.applicationId);
  const grant = before ? renewed(before, app, now) : firstGrant(amazon, { seller, app }, now);
  return { grant, refreshToken: addToken(amazon, grant) };
}

/** *Disable*: every token of the grant is dead at once, access tokens included. The app stays listed. */
export function disable(amazon: Amazon, grant: Grant): void {
  grant.enabled = false;
  retireTokens(grant);
  killAccessTokens(amazon, grant);
}

/**
 * *Enable* after *Disable* (or after the year ended), as a test without a browser does it: the seller confirms again,
 * so the year starts anew. With `revivesOldToken` the tokens from before work again and none is issued; without it a
 * new one is.
 */
export function enable(amazon: Amazon, grant: Grant, now: Instant): { refreshToken: string | undefined } {
  const app = amazon.apps.get(grant.applicationId);
  const alreadyLive = isLive(grant, now);
  if (!grant.enabled) grant.halfOpen = false;
  grant.enabled = true;
  grant.authorizedAt = now;
  if (app?.revivesOldToken) reviveTokens(grant);
  else if (!alreadyLive) retireTokens(grant);
  if (grant.refreshTokens.length > 0) return { refreshToken: undefined };
  return { refreshToken: addToken(amazon, grant) };
}

/**
 * *Re-authorize* carried through to the end, code exchange included: the year starts anew, roles are the app's of today,
 * and there is a new refresh token. The old one dies unless the app `revivesOldToken`.
 */
export function reauthorize(amazon: Amazon, grant: Grant, now: Instant): { refreshToken: string } {
  const app = amazon.apps.get(grant.applicationId);
  if (app) renewed(grant, app, now);
  return { refreshToken: replaceTokens(amazon, grant, app) };
}

/** Makes the grant one of those whose consent succeeded and whose every data call is refused. */
export function halfOpen(grant: Grant, on = true): void {
  grant.halfOpen = on;
}

export function dropRole(grant: Grant, role: string): void {
  grant.roles = grant.roles.filter((one) => one !== role);
}

/** Whether one more seller may consent: a public app outside the Appstore is limited (25 by Amazon's rule). */
export function withinConsentLimit(amazon: Amazon, party: { seller: Seller; app: App }, now: Instant): boolean {
  const limit = party.app.consentLimit;
  if (limit === undefined) return true;
  let others = 0;
  for (const grant of amazon.grants.values()) {
    if (grant.applicationId !== party.app.applicationId || !isLive(grant, now)) continue;
    if (grant.sellerId === party.seller.sellerId) return true;
    others += 1;
  }
  return others < limit;
}

function replaceTokens(amazon: Amazon, grant: Grant, app: App | undefined): string {
  if (!app?.revivesOldToken) retireTokens(grant);
  return addToken(amazon, grant);
}

/** A refresh succeeds: the token for its answer, by the app's `refreshTokenRotation`. */
export function rotateRefreshToken(amazon: Amazon, used: { grant: Grant; app: App; refreshToken: string }): string {
  const { grant, app, refreshToken } = used;
  switch (app.refreshTokenRotation) {
    case 'none':
      return refreshToken;
    case 'keeps_old':
      return addToken(amazon, grant);
    case 'replaces':
    case 'detects_reuse':
      grant.refreshTokens = grant.refreshTokens.filter((token) => token !== refreshToken);
      grant.retiredTokens.push(refreshToken);
      return addToken(amazon, grant);
  }
}

/** A token that had ended was sent again: with `detects_reuse` every token of the grant ends (RFC 9700, 4.14.2). */
export function noteReuse(amazon: Amazon, used: { grant: Grant; app: App; refreshToken: string }): void {
  const { grant, app, refreshToken } = used;
  if (app.refreshTokenRotation !== 'detects_reuse' || !grant.retiredTokens.includes(refreshToken)) return;
  retireTokens(grant);
  killAccessTokens(amazon, grant);
}

function addToken(amazon: Amazon, grant: Grant): string {
  const token = amazon.issue('refresh');
  grant.refreshTokens.push(token);
  amazon.refreshTokens.set(token, grant);
  return token;
}

function retireTokens(grant: Grant): void {
  grant.retiredTokens.push(...grant.refreshTokens);
  grant.refreshTokens = [];
}

function reviveTokens(grant: Grant): void {
  grant.refreshTokens.push(...grant.retiredTokens);
  grant.retiredTokens = [];
}

/** Access tokens minted for this grant stop working before their hour is over. */
function killAccessTokens(amazon: Amazon, grant: Pick<Grant, 'sellerId' | 'applicationId'>): void {
  for (const token of amazon.accessTokens.values()) {
    if (token.sellerId === grant.sellerId && token.applicationId === grant.applicationId) token.revoked = true;
  }
}
