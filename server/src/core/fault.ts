/** Faults: what a caller did wrong or what we cannot do, one class with a closed list of codes. */

/** Each code with the HTTP status that says the same, and its plain title (RFC 9457 `title`). */
export const FAULTS = {
  'invalid-request': { status: 400, title: 'The request cannot be read' },
  'invalid-json': { status: 400, title: 'The body is not valid JSON' },
  'unsupported-media-type': { status: 415, title: 'The body has a content type that is not taken here' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'invalid-fields': { status: 422, title: 'Some fields need another look' },
  'not-signed-in': { status: 401, title: 'Sign in first, or send an API key' },
  'sign-in-refused': { status: 401, title: 'Signing in did not work' },
  'link-ended': { status: 410, title: 'This link has ended' },
  'not-allowed': { status: 403, title: 'This is not allowed for you' },
  'wrong-host': { status: 421, title: 'This service does not answer to this host name' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'not-found': { status: 404, title: 'There is nothing here by this name' },
  'already-connected': { status: 409, title: 'This store is connected already' },
  'idempotency-conflict': { status: 409, title: 'This Idempotency-Key was used with another request' },
  'session-ended': { status: 410, title: 'This connect link has ended' },
  'nothing-to-hand-off': { status: 409, title: 'There is nothing that the store’s owner could confirm' },
  'connection-failed': { status: 422, title: 'The store could not be connected' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'probe-budget-spent': { status: 429, title: 'This store was asked too often' },
  'app-not-configured': { status: 503, title: 'No app is configured for this marketplace' },
  'database-unavailable': { status: 503, title: 'The database of this service is unavailable' },
  'not-ready': { status: 503, title: 'Storekeeper is starting or stopping' },
  internal: { status: 500, title: 'Storekeeper made a mistake' },
} as const;

export type FaultCode = keyof typeof FAULTS;
export type FaultField = { field: string; code: string; message: string };

type FaultMore = {
  /** One sentence for this very case: what happened and what to do. */
  detail?: string;
  errors?: FaultField[];
  /** Further members of the problem, for example `diagnosis`. */
  extra?: Record<string, unknown>;
  retryAfterSeconds?: number;
  cause?: unknown;
};

export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly detail: string | null;
  readonly errors: FaultField[];
  readonly extra: Record<string, unknown>;
  readonly retryAfterSeconds: number | null;

  constructor(code: FaultCode, more: FaultMore = {}) {
    super(more.detail ?? FAULTS[code].title, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.detail = more.detail ?? null;
    this.errors = more.errors ?? [];
    this.extra = more.extra ?? {};
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
  }

  get status(): number {
    return FAULTS[this.code].status;
  }
}
