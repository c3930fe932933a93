/** For orchestrators and dashboards. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../../core/fault.ts';
import type { Secret } from '../../core/secret.ts';
import { meters } from '../meters.ts';
import { bearerOf } from '../session.ts';
import type { Routes } from '../web.ts';

export const addHealthRoutes: Routes = (app, { doors, settings }) => {
  app.route({ method: 'GET', url: '/healthz', handler: async () => ({ status: 'ok' }) });

  app.route({
    method: 'GET',
    url: '/readyz',
    handler: async () => {
      const missing = await doors.notReady();
      if (missing !== null) throw new Fault('not-ready', { detail: missing });
      return { status: 'ready' };
    },
  });

  app.route({
    method: 'GET',
    url: '/metrics',
    handler: async (request, reply) => {
      // Numbers of the whole instance are for its operator alone.
      if (!isFromThisMachine(request) && !holdsToken(request, settings.metricsToken ?? null))
        throw new Fault('not-found');
      const registry = meters(app);
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  });
};

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** A proxy on the same machine passes callers from outside on, and shows it in its headers or in the host. */
function isFromThisMachine({ raw, headers }: FastifyRequest): boolean {
  if (!LOOPBACK.test(raw.socket.remoteAddress ?? '')) return false;
  return LOCAL_HOST.test(headers.host ?? '') && FORWARDED.every((name) => headers[name] === undefined);
}

function holdsToken(request: FastifyRequest, token: Secret | null): boolean {
  const given = bearerOf(request);
  return token !== null && given !== null && timingSafeEqual(digest(given), digest(token.reveal()));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
