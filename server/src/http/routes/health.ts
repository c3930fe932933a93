/** For orchestrators and dashboards. */
import { Fault } from '../../core/fault.ts';
import { meters } from '../meters.ts';
import type { Routes } from '../web.ts';

export const addHealthRoutes: Routes = (app, { doors }) => {
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
      // Numbers of the whole instance are for its operator: not for a caller from outside, who comes through the proxy.
      if (request.headers['x-forwarded-for'] !== undefined) throw new Fault('not-found');
      const registry = meters(app);
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  });
};
