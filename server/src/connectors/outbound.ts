/**
 * The one HTTP client. Every call to a marketplace leaves here: one pool per origin, one total deadline, a bounded
 * body, no redirects. What the network does is a value, never an exception.
 */
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';

/**
 * Why nothing readable came back.
 * - `timeout`: the deadline passed, whatever was under way (connecting, headers, body)
 * - `refused`: no connection (refused or unreachable) · `dns`: the name was not found · `tls`: no trust in the certificate
 * - `reset`: the connection ended before an answer began · `cut`: it ended, or turned to nonsense, inside the answer
 * - `too_large`: the body passed the limit · `stopped`: the caller's own signal ended the call
 */
export type NoAnswerReason = 'timeout' | 'refused' | 'dns' | 'tls' | 'reset' | 'cut' | 'too_large' | 'stopped';

/** `headers` have lower-case names; `date` is the `Date` header in milliseconds since 1970; `ms` the time spent. */
export type OutboundAnswer = {
  kind: 'answer';
  status: number;
  headers: Record<string, string>;
  body: string;
  ms: number;
  date: number | null;
};
type NoAnswer = { kind: 'no_answer'; reason: NoAnswerReason; ms: number };
export type OutboundResult = OutboundAnswer | NoAnswer;

/** Time limits of one call: `deadlineMs` covers connecting, headers and body together. */
export type Limits = { deadlineMs: number; signal?: AbortSignal };

/** `url` is always the real address, `https://HOST/path`; where it is sent is the hosts template's business. */
export type OutboundRequest = Limits & {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string;
};

export type Outbound = {
  send: (request: OutboundRequest) => Promise<OutboundResult>;
  /** The address a browser or a call really goes to: the real one, or the hosts template with host and path filled in. */
  mapUrl: (realUrl: string) => string;
  close: () => Promise<void>;
};

export type OutboundSettings = {
  /** `STOREKEEPER_HOSTS_URL`, for example `http://127.0.0.1:4290/{host}`; null: the real hosts. */
  hostsUrl: string | null;
  /** Amazon wants at most 500 characters, `App/1.0 (Language=…; Platform=…)`. */
  userAgent: string;
  maxBodyBytes?: number;
  /** False: nothing leaves, and every call is refused. For the demo, whose emulator may have lost its port. */
  isReachable?: () => boolean;
  /** What carries the requests to one origin; a pool of connections unless told otherwise. */
  carrierFor?: (origin: string) => Carrier;
};

/** As much of a pool of connections as is used of it. */
export type Carrier = {
  request: (
    options: Dispatcher.RequestOptions,
  ) => Promise<Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'> & { body: AsyncIterable<Buffer> }>;
  destroy: () => Promise<void>;
};

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const CONNECTIONS_PER_ORIGIN = 64;

export function createOutbound(settings: OutboundSettings): Outbound {
  const mapUrl = urlMapper(settings.hostsUrl);
  const { carrierFor = openPool } = settings;
  const pools = new Map<string, Carrier>();

  const poolOf = (origin: string): Carrier => {
    const pool = pools.get(origin) ?? carrierFor(origin);
    pools.set(origin, pool);
    return pool;
  };

  return {
    mapUrl,
    async send(request) {
      if (settings.isReachable?.() === false) return { kind: 'no_answer', reason: 'refused', ms: 0 };
      const url = new URL(mapUrl(request.url));
      const options: Dispatcher.RequestOptions = {
        method: request.method,
        path: url.pathname + url.search,
        headers: { 'user-agent': settings.userAgent, accept: 'application/json', ...request.headers },
        body: request.body ?? null,
      };
      const maxBytes = settings.maxBodyBytes ?? MAX_BODY_BYTES;
      return withDeadline(request, (signal) => exchange(poolOf(url.origin), { ...options, signal }, maxBytes));
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

/** Our own deadline rules, so undici's timers are off; HTTP/2 is off because one stalled stream must not hold others. */
function openPool(origin: string): Pool {
  return new Pool(origin, {
    connections: CONNECTIONS_PER_ORIGIN,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });
}

/** Throws when the template is no http(s) address with `{host}`: a setting is wrong, and starting with it would mislead. */
function urlMapper(hostsUrl: string | null): (realUrl: string) => string {
  if (hostsUrl !== null && !/^https?:\/\/\S*\{host\}\S*$/.test(hostsUrl))
    throw new TypeError('The hosts template must be an http or https address that contains {host}.');
  return (realUrl) => {
    const real = new URL(realUrl);
    if (real.protocol !== 'https:') throw new TypeError('Marketplaces are reached by https addresses only.');
    if (hostsUrl === null) return real.href;
    const base = hostsUrl.replace('{host}', real.hostname).replace(/\/+$/, '');
    return base + real.pathname + real.search + real.hash;
  };
}

type Outcome =
  | { kind: 'no_answer'; reason: NoAnswerReason }
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: string };

/** The deadline ends the waiting itself: a request still queued behind a connection attempt does not hear its signal. */
async function withDeadline(limits: Limits, run: (signal: AbortSignal) => Promise<Outcome>): Promise<OutboundResult> {
  const started = performance.now();
  const controller = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<Outcome>();
  const finish = (reason: NoAnswerReason) => () => {
    end({ kind: 'no_answer', reason });
    controller.abort();
  };
  const timer = setTimeout(finish('timeout'), limits.deadlineMs);
  const stop = finish('stopped');
  limits.signal?.addEventListener('abort', stop, { once: true });
  if (limits.signal?.aborted) stop();
  try {
    const outcome = await (controller.signal.aborted ? ended : Promise.race([ended, run(controller.signal)]));
    const ms = Math.round(performance.now() - started);
    if (outcome.kind === 'no_answer') return { ...outcome, ms };
    return { ...outcome, ms, date: readDate(outcome.headers['date']) };
  } finally {
    clearTimeout(timer);
    limits.signal?.removeEventListener('abort', stop);
  }
}

async function exchange(pool: Carrier, options: Dispatcher.RequestOptions, maxBytes: number): Promise<Outcome> {
  let answer: Awaited<ReturnType<Carrier['request']>>;
  try {
    answer = await pool.request(options);
  } catch (error) {
    return { kind: 'no_answer', reason: reasonOf(error) };
  }
  const headers = flatten(answer.headers);
  try {
    const body = await collect(answer.body, maxBytes);
    if (body === null) return { kind: 'no_answer', reason: 'too_large' };
    return { kind: 'answer', status: answer.statusCode, headers, body };
  } catch {
    return { kind: 'no_answer', reason: 'cut' };
  }
}

/** The whole body as text, or null as soon as it passes the limit; leaving the loop destroys the stream. */
async function collect(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

function readDate(header: string | undefined): number | null {
  const date = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(date) ? null : date;
}

/** Node's and undici's error codes, first match wins; what is not listed is a connection that ended. */
const REASONS: readonly [RegExp, NoAnswerReason][] = [
  [/^(ENOTFOUND|EAI_)/, 'dns'],
  [/^(ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)/, 'refused'],
  [/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)/, 'timeout'],
  [/CERT|^ERR_TLS|^ERR_SSL|^EPROTO|^UNABLE_TO_|SELF_SIGNED/, 'tls'],
  [/^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_)/, 'cut'],
];

function reasonOf(error: unknown): NoAnswerReason {
  const code = codeOf(error);
  return REASONS.find(([pattern]) => pattern.test(code))?.[1] ?? 'reset';
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  // undici drops the code of some parser errors and keeps the name.
  if (error.name === 'HTTPParserError') return 'HPE_';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}
