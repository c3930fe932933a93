import type { WireAnswer } from '../wire.ts';
import { jsonAnswer } from '../wire.ts';

/** Neither a token nor a refusal may be kept by anything on the way (OAuth 2.0, RFC 6749 section 5.1). */
export const NOT_STORED = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** A refusal of the token endpoint: `{"error":…,"error_description":…}`. */
export function lwaError(status: number, error: string, description: string): WireAnswer {
  const body = { error, error_description: description };
  return { ...jsonAnswer(status, body), headers: { 'content-type': 'application/json;charset=UTF-8', ...NOT_STORED } };
}
