import type { Amazon } from '../state/amazon.ts';
import { text } from '../texts.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { lwaError } from './errors.ts';

/** The parameters of a token request, from a form or a JSON body alike. */
export type TokenParameters = ReadonlyMap<string, string>;

/**
 * Reads the body. The documented type is a form; JSON bodies are accepted too, because clients send them to the real
 * endpoint (npm `amazon-sp-api`). HTTP Basic credentials stand in for `client_id` and `client_secret`.
 */
export function readTokenRequest(amazon: Amazon, request: WireRequest): TokenParameters | WireAnswer {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') {
    const parameters = fromJson(request.body.toString('utf8'));
    return parameters ? withBasic(parameters, request) : missing(amazon, 'grant_type');
  }
  if (type !== 'application/x-www-form-urlencoded')
    return lwaError(400, 'invalid_request', text(amazon, 'lwa.contentType'));
  return withBasic(new Map(new URLSearchParams(request.body.toString('utf8'))), request);
}

/** What the request is about, read without judging it: used to match faults and to write the log. */
export function peekTokenRequest(request: WireRequest): TokenParameters {
  const body = request.body.toString('utf8');
  return fromJson(body) ?? new Map(new URLSearchParams(body));
}

export function missing(amazon: Amazon, parameter: string): WireAnswer {
  return lwaError(400, 'invalid_request', text(amazon, 'lwa.missing', { parameter }));
}

function fromJson(body: string): Map<string, string> | undefined {
  if (!body.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return undefined;
    return new Map(Object.entries(value).flatMap(([key, one]) => (typeof one === 'string' ? [[key, one]] : [])));
  } catch {
    return undefined;
  }
}

function withBasic(parameters: Map<string, string>, request: WireRequest): TokenParameters {
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined || parameters.has('client_id')) return parameters;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return new Map([...parameters, ['client_id', formDecoded(id)], ['client_secret', formDecoded(secret.join(':'))]]);
}

/** RFC 6749 section 2.3.1: both halves are form-encoded before they are joined. */
function formDecoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
