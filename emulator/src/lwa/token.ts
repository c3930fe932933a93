import type { Instant } from '../clock.ts';
import { ACCESS_TOKEN_LIFETIME_MS, appByClientId, grantWorks } from '../state/amazon.ts';
import type { AccessToken, Amazon, App, Grant } from '../state/amazon.ts';
import { noteReuse, redeemCode, rotateRefreshToken } from '../state/grants.ts';
import { mintAccessToken, mintGrantlessToken, secretIsLive } from '../state/tokens.ts';
import { text } from '../texts.ts';
import type { WireAnswer } from '../wire.ts';
import { jsonAnswer } from '../wire.ts';
import { lwaError, NOT_STORED } from './errors.ts';
import { missing } from './tokenRequest.ts';
import type { TokenParameters } from './tokenRequest.ts';

/** One request at the token endpoint with everything needed to answer it. */
export type Exchange = { amazon: Amazon; parameters: TokenParameters; now: Instant };

/** Scopes of the operations that no seller has to allow (SP-API documentation, "Grantless operations"). */
const GRANTLESS_SCOPES = ['sellingpartnerapi::notifications', 'sellingpartnerapi::client_credential:rotation'];

const REQUIRED = {
  authorization_code: 'code',
  refresh_token: 'refresh_token',
  client_credentials: 'scope',
} as const;

type GrantType = keyof typeof REQUIRED;

const isGrantType = (value: string): value is GrantType => Object.hasOwn(REQUIRED, value);

/**
 * Which app asks, once its credentials are proven. A wrong, rotated or expired secret is `401 invalid_client`: it is
 * the app's fault and says nothing about any seller.
 */
export function authenticateClient({
  amazon,
  parameters,
  now,
}: Exchange): { app: App; grantType: GrantType } | WireAnswer {
  const grantType = parameters.get('grant_type');
  if (!grantType) return missing(amazon, 'grant_type');
  if (!isGrantType(grantType)) return lwaError(400, 'unsupported_grant_type', text(amazon, 'lwa.grantType'));
  for (const name of [REQUIRED[grantType], 'client_id', 'client_secret']) {
    if (!parameters.get(name)) return missing(amazon, name);
  }
  const app = appByClientId(amazon, parameters.get('client_id') ?? '');
  if (!app || !secretIsLive(app, parameters.get('client_secret') ?? '', now))
    return lwaError(401, 'invalid_client', text(amazon, 'lwa.client'));
  return { app, grantType };
}

/** Tokens, or the refusal that fits, for a client already authenticated. */
export function exchange(request: Exchange, app: App, grantType: GrantType): WireAnswer {
  switch (grantType) {
    case 'authorization_code':
      return byCode(request, app);
    case 'refresh_token':
      return byRefreshToken(request, app);
    case 'client_credentials':
      return byScope(request, app);
  }
}

function byCode({ amazon, parameters, now }: Exchange, app: App): WireAnswer {
  const attempt = { code: parameters.get('code') ?? '', app, redirectUri: parameters.get('redirect_uri') };
  const outcome = redeemCode(amazon, attempt, now);
  if ('refused' in outcome) return lwaError(400, 'invalid_grant', text(amazon, 'lwa.code'));
  return tokens(mintAccessToken(amazon, outcome.grant, now), outcome.refreshToken);
}

function byRefreshToken({ amazon, parameters, now }: Exchange, app: App): WireAnswer {
  const refreshToken = parameters.get('refresh_token') ?? '';
  const grant = amazon.refreshTokens.get(refreshToken);
  if (!grant) return lwaError(400, 'invalid_grant', text(amazon, 'lwa.unknownToken'));
  if (grant.applicationId !== app.applicationId)
    return lwaError(400, 'unauthorized_client', text(amazon, 'lwa.unauthorizedClient'));
  if (!opens(amazon, { grant, refreshToken }, now)) {
    noteReuse(amazon, { grant, app, refreshToken });
    return lwaError(400, 'invalid_grant', text(amazon, 'lwa.revoked'));
  }
  return tokens(mintAccessToken(amazon, grant, now), rotateRefreshToken(amazon, { grant, app, refreshToken }));
}

/** A closed account ends its permissions; a deactivated one does not: its tokens are good and its data is refused. */
function opens(amazon: Amazon, key: { grant: Grant; refreshToken: string }, now: Instant): boolean {
  return grantWorks(amazon, key.grant, now) && key.grant.refreshTokens.includes(key.refreshToken);
}

function byScope({ amazon, parameters, now }: Exchange, app: App): WireAnswer {
  const scope = parameters.get('scope') ?? '';
  const wrong = scope.split(/\s+/).find((one) => !GRANTLESS_SCOPES.includes(one));
  if (wrong !== undefined) return lwaError(400, 'invalid_scope', text(amazon, 'lwa.scope', { scope: wrong }));
  return tokens(mintGrantlessToken(amazon, { app, scope }, now));
}

function tokens(access: AccessToken, refreshToken?: string): WireAnswer {
  const body = {
    access_token: access.token,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    token_type: 'bearer',
    expires_in: ACCESS_TOKEN_LIFETIME_MS / 1000,
  };
  return jsonAnswer(200, body, { 'content-type': 'application/json;charset=UTF-8', ...NOT_STORED });
}
