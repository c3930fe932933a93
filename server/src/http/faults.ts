/** Faults leave as RFC 9457 problems; whatever else goes wrong leaves as a 500 with a code that finds the log line. */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault, FAULTS, type FaultCode } from '../core/fault.ts';
import { isOutage, reportOutage } from '../database-outage.ts';
import { errorPage } from './pages/error-page.ts';

export type ProblemBody = Record<string, unknown> & { status: number; code: string; title: string };

export function toProblem(fault: Fault): ProblemBody {
  return {
    type: `urn:storekeeper:problem:${fault.code}`,
    title: FAULTS[fault.code].title,
    status: fault.status,
    code: fault.code,
    ...(fault.detail === null ? {} : { detail: fault.detail }),
    ...(fault.errors.length === 0 ? {} : { errors: fault.errors }),
    ...fault.extra,
  };
}

/** Fastify's own refusals in our words. Everything that is not listed is a mistake of ours. */
const FRAMEWORK: Record<string, { code: FaultCode; detail?: string }> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported-media-type', detail: 'Send application/json.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body-too-large', detail: 'At most 256 KB are taken.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'invalid-request', detail: 'Content-Length does not match the body.' },
  FST_ERR_BAD_URL: { code: 'invalid-request', detail: 'The address is not properly percent-encoded.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'not-found' },
  FST_ERR_PARAM_TOO_LONG: { code: 'not-found' },
};

export function toFault(error: unknown): Fault | null {
  if (error instanceof Fault) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = FRAMEWORK[code];
  return known === undefined ? null : new Fault(known.code, known.detail === undefined ? {} : { detail: known.detail });
}

/** The one place where errors leave. Pages for people get a page, everything else a problem. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fault = noticedBy(request).outage ?? toFault(error) ?? unexpected(error, request);
  if (isOutage(fault)) reportOutage(request.server.log, 'requests', fault);
  if (fault.retryAfterSeconds !== null)
    reply.header('retry-after', String(Math.max(1, Math.ceil(fault.retryAfterSeconds))));
  if (fault.code === 'not-signed-in') reply.header('www-authenticate', 'Bearer realm="Storekeeper"');
  reply.code(fault.status).header('cache-control', 'no-store');
  if (request.routeOptions.config.page === true) {
    return reply
      .type('text/html; charset=utf-8')
      .serializer(String)
      .send(errorPage(toProblem(fault)));
  }
  return reply
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(toProblem(fault));
}

const noticed = new WeakMap<FastifyRequest, { outage: Fault | null }>();

/** Where an outage of the database is kept that was found while this request was answered. */
export function noticedBy(request: FastifyRequest): { outage: Fault | null } {
  const known = noticed.get(request) ?? { outage: null };
  noticed.set(request, known);
  return known;
}

/** A refusal that a library made out of an outage is replaced by the outage; everything else leaves as it is. */
export function answerOutage(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const { outage } = noticedBy(request);
  if (outage === null || reply.statusCode < 400 || reply.statusCode === outage.status) return payload;
  reportOutage(request.server.log, 'requests', outage);
  const body = JSON.stringify(toProblem(outage));
  reply
    .code(outage.status)
    .type('application/problem+json')
    .header('retry-after', String(outage.retryAfterSeconds ?? 1))
    .header('content-length', Buffer.byteLength(body));
  return body;
}

function unexpected(error: unknown, request: FastifyRequest): Fault {
  const code = randomBytes(5).toString('hex');
  // The address is left out: it may carry a one-time code. The route's pattern says where it was.
  request.log.error(
    { ticket: code, method: request.method, route: request.routeOptions.url ?? null, err: error },
    'a request failed unexpectedly',
  );
  return new Fault('internal', {
    detail: `Nothing was changed by it. Tell the operator this code: ${code}.`,
    extra: { instance: `urn:storekeeper:error:${code}` },
  });
}
