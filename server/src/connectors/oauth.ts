/**
 * Token endpoints, through oauth4webapi: it builds the request and checks a good answer. What a refusal means is each
 * marketplace's own `evidence.ts`, so the answer itself comes back beside the tokens.
 */
import {
  ClientSecretPost,
  customFetch,
  genericTokenEndpointRequest,
  processGenericTokenEndpointResponse,
} from 'oauth4webapi';
import type { AuthorizationServer, Client } from 'oauth4webapi';

import { Secret } from '../core/secret.ts';
import type { Limits, Outbound, OutboundAnswer, OutboundResult } from './outbound.ts';

export type TokenQuestion = {
  /** The real address, `https://…`; the outbound client maps it, so no insecure request has to be allowed here. */
  endpoint: string;
  clientId: string;
  clientSecret: Secret;
  grantType: 'authorization_code' | 'refresh_token' | 'client_credentials';
  parameters: Record<string, string>;
};

export type Tokens = { accessToken: Secret; refreshToken: Secret | null; lifetimeMs: number };

/** `tokens` is null unless the answer was a 200 that carries a usable access token. */
export type TokenAnswer = { result: OutboundResult; tokens: Tokens | null };

/** Where an answer does not say how long its token lives: an hour, as every marketplace here does (RFC 6749, 5.1). */
const DEFAULT_LIFETIME_SECONDS = 3600;

export async function askForToken(outbound: Outbound, question: TokenQuestion, limits: Limits): Promise<TokenAnswer> {
  const server: AuthorizationServer = {
    issuer: new URL(question.endpoint).origin,
    token_endpoint: question.endpoint,
  };
  const client: Client = { client_id: question.clientId };
  const heard: { result: OutboundResult | null } = { result: null };
  try {
    const response = await genericTokenEndpointRequest(
      server,
      client,
      ClientSecretPost(question.clientSecret.reveal()),
      question.grantType,
      question.parameters,
      {
        [customFetch]: async (url, { headers, body }) => {
          const result = await outbound.send({ ...limits, method: 'POST', url, headers, body: body.toString() });
          heard.result = result;
          return normalised(result);
        },
      },
    );
    const tokens = toTokens(await processGenericTokenEndpointResponse(server, client, response));
    return { result: answered(heard.result), tokens };
  } catch (error) {
    // The library throws for every refusal; the answer that made it throw is kept. Without one it is our mistake.
    if (heard.result === null) throw error;
    return { result: heard.result, tokens: null };
  }
}

function answered(result: OutboundResult | null): OutboundResult {
  if (result === null) throw new TypeError('The token endpoint was not asked.');
  return result;
}

/**
 * The answer as the library wants it: only the members used, numbers as numbers, `token_type` present. Marketplaces
 * leave it out or send names of their own; an `id_token` that nobody asked for must not fail the exchange.
 */
function normalised(result: OutboundResult): Response {
  if (result.kind === 'no_answer') return Response.json({ error: result.reason }, { status: 504 });
  const body = result.status === 200 ? jsonObject(result) : null;
  if (body === null) return Response.json({ error: 'refused' }, { status: 400 });
  const seconds = Number(body['expires_in']);
  return Response.json({
    access_token: body['access_token'],
    token_type: 'bearer',
    expires_in: Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_LIFETIME_SECONDS,
    ...(typeof body['refresh_token'] === 'string' && body['refresh_token'] !== ''
      ? { refresh_token: body['refresh_token'] }
      : {}),
  });
}

function jsonObject(answer: OutboundAnswer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(answer.body);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

type Processed = { access_token: string; refresh_token?: string; expires_in?: number };

/** A token that cannot stand in a header or a form is no token. */
function toTokens(body: Processed): Tokens | null {
  if (!isPrintable(body.access_token)) return null;
  if (body.refresh_token !== undefined && !isPrintable(body.refresh_token)) return null;
  return {
    accessToken: new Secret(body.access_token),
    refreshToken: body.refresh_token === undefined ? null : new Secret(body.refresh_token),
    lifetimeMs: (body.expires_in ?? DEFAULT_LIFETIME_SECONDS) * 1000,
  };
}

function isPrintable(value: string): boolean {
  return /^[\x21-\x7e]+$/.test(value);
}
