import type { About, Part, Stage } from '../stage.ts';
import { ACCESS_TOKEN_LIFETIME_MS } from '../state/amazon.ts';
import { text } from '../texts.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { jsonAnswer } from '../wire.ts';
import { lwaError, NOT_STORED } from './errors.ts';
import { authenticateClient, exchange } from './token.ts';
import { peekTokenRequest, readTokenRequest } from './tokenRequest.ts';

const TOKEN_PATH = '/auth/o2/token';
const TOKEN_INFO_PATH = '/auth/o2/tokeninfo';

/** Login with Amazon: the token endpoint and the check of an access token. */
export const loginWithAmazon: Part = {
  about,
  answer(stage, request, injected) {
    const answer = route(stage, request, injected);
    return { ...answer, headers: { 'x-amzn-RequestId': stage.amazon.issue('uuid'), ...answer.headers } };
  },
};

function route(stage: Stage, request: WireRequest, injected: () => WireAnswer | undefined): WireAnswer {
  if (request.path === TOKEN_PATH && request.method === 'POST') return token(stage, request, injected);
  if (request.path === TOKEN_INFO_PATH && request.method === 'GET') return injected() ?? tokenInfo(stage, request);
  return lwaError(404, 'invalid_request', `There is nothing at ${request.method} ${request.path}`);
}

function token(stage: Stage, request: WireRequest, injected: () => WireAnswer | undefined): WireAnswer {
  const { amazon } = stage;
  const parameters = readTokenRequest(amazon, request);
  if ('status' in parameters) return parameters;
  const attempt = { amazon, parameters, now: stage.clock.now() };
  const client = authenticateClient(attempt);
  if ('status' in client) return client;
  return injected() ?? exchange(attempt, client.app, client.grantType);
}

/**
 * `GET /auth/o2/tokeninfo?access_token=`: whose token and how many seconds are left. A good token does not prove that
 * the Selling Partner API answers it (amzn/selling-partner-api-docs 24).
 */
function tokenInfo(stage: Stage, request: WireRequest): WireAnswer {
  const { amazon } = stage;
  const found = amazon.accessTokens.get(request.query.get('access_token') ?? '');
  const now = stage.clock.now();
  if (!found || found.revoked || found.expiresAt <= now)
    return lwaError(400, 'invalid_token', text(amazon, 'lwa.invalidAccessToken'));
  const body = {
    iss: 'https://www.amazon.com',
    aud: amazon.apps.get(found.applicationId)?.clientId ?? '',
    app_id: found.applicationId,
    exp: Math.floor((found.expiresAt - now) / 1000),
    iat: Math.floor((found.expiresAt - ACCESS_TOKEN_LIFETIME_MS) / 1000),
  };
  return jsonAnswer(200, body, NOT_STORED);
}

function about(stage: Stage, request: WireRequest): About {
  if (request.path === TOKEN_INFO_PATH) return { operation: 'tokeninfo' };
  if (request.path !== TOKEN_PATH) return {};
  const parameters = peekTokenRequest(request);
  const { amazon } = stage;
  const byToken = amazon.refreshTokens.get(parameters.get('refresh_token') ?? '')?.sellerId;
  const byCode = amazon.codes.get(parameters.get('code') ?? '')?.sellerId;
  return { operation: 'token', sellerId: byToken ?? byCode };
}
