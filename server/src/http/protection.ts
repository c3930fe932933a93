/** What protects every route: whom the service answers, which headers it sends, how long it waits, how much it takes. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { ConnectionError, FastifyRequest } from 'fastify';
import { Fault, type FaultCode } from '../core/fault.ts';
import { toProblem } from './faults.ts';
import { bearerOf, changesSomething } from './session.ts';
import type { App, WebSettings } from './web.ts';

/** A browser or a program sends its headers at once, and a body of 256 KB in seconds. Milliseconds. */
export const PATIENCE = { headersMs: 10_000, requestMs: 30_000, checkMs: 2_000 };
/** Open connections of one process; above it new ones are closed. */
export const CONNECTIONS_MOST = 8_000;

/** Answers of the API and of the app are for their caller alone, so no cache may keep them. */
const PRIVATE = /^\/(v1|app|api)(\/|\?|$)/;
/** Orchestrators and scrapers reach a process by any name of its machine, and nothing here is secret without a token. */
const ANY_NAME = /^\/(healthz|readyz)(\?|$)/;

export function protectRequests(app: App, settings: WebSettings): void {
  const own = new URL(settings.publicUrl).hostname;
  const warned = { proxy: false };
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (PRIVATE.test(request.url)) reply.header('cache-control', 'no-store');
    // No database takes a NUL character in a text, and no honest address has one.
    if (/%00/.test(request.url)) throw new Fault('invalid-request', { detail: 'The address holds a NUL character.' });
    if (!ANY_NAME.test(request.url)) refuseOtherHosts(request, own);
    if (!warned.proxy && isUnnamedProxy(request, settings)) {
      warned.proxy = true;
      app.log.warn(
        { address: request.ip },
        'X-Forwarded-For is ignored: name the proxy in STOREKEEPER_TRUSTED_PROXIES',
      );
    }
  });
}

/**
 * A page elsewhere can point its own name at this machine and read our answers as its own (DNS rebinding). Only a name
 * can be pointed, so addresses pass. A named proxy checks names before us.
 */
function refuseOtherHosts(request: FastifyRequest, own: string): void {
  if (request.ips !== undefined && request.ips.length > 1) return;
  const name = nameIn(request.headers.host ?? '');
  if (name === own || name === 'localhost' || name === '' || isIP(name) !== 0) return;
  throw new Fault('wrong-host', {
    detail: `Use ${own}. A proxy in front must pass the Host header on, or be named in STOREKEEPER_TRUSTED_PROXIES.`,
  });
}

function nameIn(host: string): string {
  return host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}

function isUnnamedProxy(request: FastifyRequest, { trustedProxies = [] }: WebSettings): boolean {
  return trustedProxies.length === 0 && request.headers['x-forwarded-for'] !== undefined;
}

export async function secureHeaders(app: App, { publicUrl, formTargets }: WebSettings): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        frameSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'self'"],
        // Consent starts with a form that is answered by a redirect: browsers check where it leads, too.
        formAction: ["'self'", ...formTargets],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // For this name alone: what else runs under the operator's domain is not ours to decide.
    strictTransportSecurity: publicUrl.startsWith('https://')
      ? { maxAge: 31_536_000, includeSubDomains: false }
      : false,
  });
}

/** Writes a minute: far above what a person can click, and above what an import of stores makes. */
const WRITES_BY_KEY = 60_000;
const WRITES_BY_PERSON = 600;

export async function limitWrites(app: App): Promise<void> {
  await app.register(rateLimit, {
    global: true,
    timeWindow: 60_000,
    cache: 20_000,
    max: (request) => (bearerOf(request) === null ? WRITES_BY_PERSON : WRITES_BY_KEY),
    keyGenerator: writer,
    allowList: (request) => !changesSomething(request.method),
    errorResponseBuilder: (_request, context) =>
      new Fault('too-many-requests', { retryAfterSeconds: Math.ceil(context.ttl / 1000) }),
  });
}

/** Each key counts for itself, so that nothing else from its address uses up what it may write. */
function writer(request: FastifyRequest): string {
  const key = bearerOf(request);
  if (key === null) return `person ${request.ip}`;
  return `key ${createHash('sha256').update(key).digest('base64url')}`;
}

const CLIENT_ERRORS: Record<string, FaultCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

/** A request that is not whole, too slow, or no HTTP: one answer, and the connection is closed. */
export function answerBrokenRequest(error: ConnectionError, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable && socket.bytesWritten === 0) {
    const code = CLIENT_ERRORS[error.code] ?? 'invalid-request';
    const problem = toProblem(new Fault(code));
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      'content-type: application/problem+json',
      'cache-control: no-store',
      'connection: close',
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}
