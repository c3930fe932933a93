/** Numbers for an operator's dashboard, and one log line per request: the route's pattern, never its address. */
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { App } from './web.ts';

const registries = new WeakMap<object, Registry>();

export function createMeters(app: App): void {
  const registry = new Registry();
  registries.set(app.server, registry);
  collectDefaultMetrics({ register: registry, prefix: 'storekeeper_' });
  const seconds = new Histogram({
    name: 'storekeeper_http_request_seconds',
    help: 'Time to answer a request, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const ms = Math.round(reply.elapsedTime);
    seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, ms / 1000);
    request.log.info({ method: request.method, route, status: reply.statusCode, ms }, 'request');
  });
}

export function meters(app: App): Registry {
  return registries.get(app.server) ?? new Registry();
}
