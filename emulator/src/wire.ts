import type { IncomingHttpHeaders } from 'node:http';

/** Which door a request came through: `/{host}/…` on the plain listener, or TLS terminated by the CONNECT proxy. */
export type Door = 'plain' | 'proxy';

/** One request to a host that is played, the same from both doors. */
export type WireRequest = {
  host: string;
  method: string;
  /** Path without the host and without the query, percent-encoding kept ("/auth/o2/token"). */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  door: Door;
  /** Origin of the plain listener ("http://127.0.0.1:4290"), for links that lead back to it. */
  plainOrigin: string;
  /** Aborted when the client hangs up, for answers that wait for something. */
  gone?: AbortSignal;
};

export type WireAnswer = {
  status: number;
  headers: Record<string, string | string[]>;
  body: string | Buffer;
  /** What the request log shows beside host and status; a part that knows fills it in. */
  seen?: { operation?: string | undefined; sellerId?: string | undefined };
};

export function jsonAnswer(status: number, value: unknown, headers: WireAnswer['headers'] = {}): WireAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}
