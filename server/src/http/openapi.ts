/** OpenAPI 3.1 of the public API, made from the same schemas that check the requests. */
import swagger from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from './contract/store.ts';
import type { App } from './web.ts';

export async function describeApi(app: App, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Storekeeper',
        version: '1',
        description:
          'Keeps marketplace stores connected: watches, diagnoses and repairs. Problems are RFC 9457; lists page with a cursor; POST takes an Idempotency-Key.',
      },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key of the account.' },
          session: { type: 'apiKey', in: 'cookie', name: 'sk.session_token' },
        },
      },
      security: [{ key: [] }, { session: [] }],
    },
    transform: (route) =>
      route.url.startsWith('/v1/') && route.url !== '/v1/openapi.json'
        ? jsonSchemaTransform(route)
        : { schema: { hide: true }, url: route.url },
    transformObject: (document) => ('openapiObject' in document ? withProblems(document.openapiObject) : {}),
  });
  app.route({ method: 'GET', url: '/v1/openapi.json', schema: {}, handler: async () => app.swagger() });
}

/** Every call may answer a problem: said once for all of them. */
function withProblems<T extends { paths?: Record<string, unknown> | undefined }>(document: T): T {
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {})) addProblem(operation);
  }
  return document;
}

const PROBLEM = {
  description: 'A problem',
  content: { 'application/problem+json': { schema: z.toJSONSchema(Problem, { io: 'output' }) } },
};

function addProblem(operation: unknown): void {
  if (typeof operation !== 'object' || operation === null || !('responses' in operation)) return;
  Object.assign(operation.responses ?? {}, { default: PROBLEM });
}
