/**
 * `/api/auth/*`: sign-up, sign-in and sign-out by better-auth. Only these few of its doors are open; people, accounts and
 * keys have doors of their own under `/app`.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../core/fault.ts';
import { createBrake } from '../limits.ts';
import { requireSameOrigin, saysSameOrigin } from '../session.ts';
import type { Routes, Web } from '../web.ts';

const OPEN = new Set(['sign-up/email', 'sign-in/email', 'sign-out', 'get-session', 'change-password', 'update-user']);

/** Wrong passwords for one e-mail address, and tries from one network address, in a quarter of an hour. */
const WRONG_MOST = 10;
const TRIES_MOST = 100;
const WINDOW_MS = 15 * 60_000;

type Brakes = { wrong: ReturnType<typeof createBrake>; tries: ReturnType<typeof createBrake> };

export const addAuthRoutes: Routes = (app, web) => {
  const brakes: Brakes = {
    wrong: createBrake({ most: WRONG_MOST, windowMs: WINDOW_MS, now: Date.now }),
    tries: createBrake({ most: TRIES_MOST, windowMs: WINDOW_MS, now: Date.now }),
  };
  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    handler: async (request, reply) => {
      const door = request.params['*'];
      if (!OPEN.has(door)) throw new Fault('not-found');
      requireOwnPage(request, web);
      const key = door.endsWith('/email') ? guard(request, brakes) : null;
      const answer = await (await web.people.auth()).handler(toRequest(request, web.settings.publicUrl));
      if (key !== null) note(brakes, key, answer.status);
      return relay(reply, answer);
    },
  });
};

/** Programs without cookies may call; a browser must come from our own pages. */
function requireOwnPage(request: FastifyRequest, { settings }: Web): void {
  if (request.method !== 'POST') return;
  const quiet = saysSameOrigin(request, settings.publicUrl) === null && request.headers.cookie === undefined;
  if (!quiet) requireSameOrigin(request, settings.publicUrl);
}

function guard(request: FastifyRequest, brakes: Brakes): string {
  const body = request.body;
  const email = typeof body === 'object' && body !== null && 'email' in body ? String(body.email) : '';
  const key = createHash('sha256').update(email.trim().toLowerCase()).digest('base64url');
  const waits = brakes.wrong.waits(key) ?? brakes.tries.waits(request.ip);
  if (waits !== null) {
    throw new Fault('too-many-requests', {
      detail: `Too many tries. Wait ${Math.ceil(waits / 60)} minutes, then try again.`,
      retryAfterSeconds: waits,
    });
  }
  brakes.tries.count(request.ip);
  return key;
}

function note(brakes: Brakes, key: string, status: number): void {
  if (status === 401) brakes.wrong.count(key);
  if (status === 200) brakes.wrong.forget(key);
}

/** better-auth sees our own address, whatever name of this machine the browser used. */
function toRequest(request: FastifyRequest, publicUrl: string): Request {
  const headers = new Headers({ origin: publicUrl, 'content-type': 'application/json' });
  for (const name of ['cookie', 'user-agent'] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  return new Request(new URL(request.url, publicUrl), {
    method: request.method,
    headers,
    ...(request.method === 'POST' ? { body: JSON.stringify(request.body ?? {}) } : {}),
  });
}

async function relay(reply: FastifyReply, answer: Response): Promise<FastifyReply> {
  for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
  reply.code(answer.status).header('cache-control', 'no-store');
  const text = await answer.text();
  if (answer.ok) return reply.type('application/json').serializer(String).send(text);
  return reply
    .type('application/problem+json')
    .serializer(String)
    .send(JSON.stringify(toProblem(answer.status, text)));
}

/** better-auth's refusals as problems; its own code stays beside ours. */
function toProblem(status: number, text: string) {
  const said = parse(text);
  const title = said.message ?? 'This did not work';
  return {
    type: 'urn:storekeeper:problem:sign-in',
    title,
    status,
    code: said.code ?? 'SIGN_IN',
    detail: title,
    message: title,
  };
}

function parse(text: string): { message?: string; code?: string } {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) return {};
    return {
      ...('message' in body && typeof body.message === 'string' ? { message: body.message } : {}),
      ...('code' in body && typeof body.code === 'string' ? { code: body.code } : {}),
    };
  } catch {
    return {};
  }
}
