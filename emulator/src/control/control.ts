import type { IncomingMessage, ServerResponse } from 'node:http';

import { readBody } from '../readBody.ts';
import type { Stage } from '../stage.ts';
import type { WireAnswer } from '../wire.ts';
import { jsonAnswer } from '../wire.ts';
import { APP_ROUTES } from './appRoutes.ts';
import { CLOCK_ROUTES } from './clockRoutes.ts';
import { DEVELOPER_ROUTES } from './developerRoutes.ts';
import { EARNINGS_ROUTES } from './earningsRoutes.ts';
import { FAULT_ROUTES } from './faultRoutes.ts';
import { GRANT_ROUTES } from './grantRoutes.ts';
import { NOTICE_ROUTES } from './noticeRoutes.ts';
import { NOTIFICATION_ROUTES } from './notificationRoutes.ts';
import { openApiDocument } from './openapi.ts';
import { badBody, ControlProblem, notFound } from './problem.ts';
import { proofRoute } from './proofRoutes.ts';
import { QUEUE_ROUTES } from './queueRoutes.ts';
import type { ControlAnswer, ControlRoute } from './route.ts';
import { ok } from './route.ts';
import { SELLER_ROUTES } from './sellerRoutes.ts';
import { SERVICES_ROUTES } from './servicesRoutes.ts';
import { WATCH_ROUTES } from './watchRoutes.ts';
import { WORLD_ROUTES } from './worldRoutes.ts';

/** A world of a million sellers' grants fits; anything larger is a mistake. */
const BODY_LIMIT = 512 * 1024 * 1024;

export type Control = { handle: (target: string, req: IncomingMessage, res: ServerResponse) => void };

/** What the process knows beside the stage. */
export type Around = { certificate: () => string | undefined; proofKey?: string | undefined };

/**
 * The control API under `/_/`. `certificate` gives the proxy's CA as PEM, or undefined while there is no proxy.
 * It is for this machine alone: other addresses, and pages of other origins in a browser here, are refused.
 */
export function createControl(stage: Stage, { certificate, proofKey }: Around): Control {
  const routes: ControlRoute[] = [
    ...CLOCK_ROUTES,
    ...WORLD_ROUTES,
    ...SELLER_ROUTES,
    ...GRANT_ROUTES,
    ...APP_ROUTES,
    ...DEVELOPER_ROUTES,
    ...NOTICE_ROUTES,
    ...NOTIFICATION_ROUTES,
    ...QUEUE_ROUTES,
    ...EARNINGS_ROUTES,
    ...FAULT_ROUTES,
    ...SERVICES_ROUTES,
    ...WATCH_ROUTES,
    certificateRoute(certificate),
    proofRoute(proofKey),
  ];
  routes.push({
    method: 'GET',
    path: '/openapi.json',
    id: 'readOpenApi',
    summary: 'This document',
    handle: () => ok(openApiDocument(routes)),
  });

  async function answer(target: string, req: IncomingMessage): Promise<WireAnswer> {
    if (!isLocalHost(req)) throw new ControlProblem(421, 'Wrong host', WRONG_HOST);
    if (!isLocal(req)) throw new ControlProblem(403, 'Forbidden', 'The control API answers this machine only');
    const [path = '', query = ''] = target.split('?', 2);
    const { route, params } = routeFor(routes, req.method ?? 'GET', path);
    const body = await jsonBody(req);
    const given = await route.handle({ stage, params, query: new URLSearchParams(query), body });
    if (route.method !== 'GET') stage.keep?.();
    return onWire(given);
  }

  return {
    handle(target, req, res) {
      answer(target, req)
        .catch(asProblem)
        .then((given) => res.writeHead(given.status, given.headers).end(given.body))
        .catch(() => res.destroy());
    },
  };
}

function certificateRoute(certificate: () => string | undefined): ControlRoute {
  return {
    method: 'GET',
    path: '/ca.pem',
    id: 'readCertificate',
    summary: 'The certificate authority of the proxy door, to be trusted by clients that use it',
    handle() {
      const pem = certificate();
      if (pem === undefined) throw notFound('The proxy door is closed, so there is no certificate');
      return { status: 200, body: pem, contentType: 'application/x-pem-file' };
    },
  };
}

function routeFor(routes: readonly ControlRoute[], method: string, path: string) {
  const here = routes.flatMap((route) => {
    const params = matched(route.path, path);
    return params ? [{ route, params }] : [];
  });
  const found = here.find(({ route }) => route.method === method);
  if (found) return found;
  if (here.length === 0) throw notFound(`There is nothing at /_${path}; see /_/openapi.json`);
  const allowed = here.map(({ route }) => route.method).join(', ');
  throw new ControlProblem(405, 'Method not allowed', `/_${path} takes ${allowed}`);
}

function matched(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const value = given[at] ?? '';
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = decoded(value);
    else if (segment !== value) return undefined;
  }
  return params;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badBody(`${segment} is not percent-encoded text`);
  }
}

async function jsonBody(req: IncomingMessage): Promise<unknown> {
  const body = await readBody(req, BODY_LIMIT);
  if (!body) throw new ControlProblem(413, 'Too large', `The body is larger than ${BODY_LIMIT} bytes`);
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw badBody(`The body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

function onWire({ status, body, contentType }: ControlAnswer): WireAnswer {
  if (typeof body === 'string') return { status, headers: { 'content-type': contentType ?? 'text/plain' }, body };
  return body === undefined ? { status, headers: {}, body: '' } : jsonAnswer(status, body);
}

function asProblem(error: unknown): WireAnswer {
  if (error instanceof ControlProblem) return error.answer();
  process.stderr.write(`emulator: ${error instanceof Error ? error.stack : String(error)}\n`);
  return new ControlProblem(500, 'Emulator failed', 'The emulator failed; its standard error says where').answer();
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOCAL_ORIGIN = /^https?:\/\/(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?$/;

const WRONG_HOST = 'Use 127.0.0.1 or localhost: a page elsewhere can point its own name at this machine';
const LOCAL_HOST = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?$/i;

/** Refuses a name that was pointed at this machine (DNS rebinding). Other machines may know it by any name. */
export function isLocalHost(req: IncomingMessage): boolean {
  if (!LOOPBACK.test(req.socket.remoteAddress ?? '')) return true;
  return req.headers.host === undefined || LOCAL_HOST.test(req.headers.host);
}

function isLocal(req: IncomingMessage): boolean {
  const { origin } = req.headers;
  return LOOPBACK.test(req.socket.remoteAddress ?? '') && (origin === undefined || LOCAL_ORIGIN.test(origin));
}
