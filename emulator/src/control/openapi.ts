import { z } from 'zod';

import type { ControlRoute } from './route.ts';

const PROBLEM = { description: 'Problem (RFC 9457)', content: { 'application/problem+json': {} } };

/** The OpenAPI 3.1 document of the control API, from the very table that answers it. */
export function openApiDocument(routes: readonly ControlRoute[]): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = `/_${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Control of the emulated Amazon', version: '1' },
    paths,
  };
}

function operation(route: ControlRoute): unknown {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(route.query ?? {}).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }));
  return {
    operationId: route.id,
    summary: route.summary,
    parameters: [...inPath, ...inQuery],
    ...(route.body ? { requestBody: { required: true, content: jsonOf(route.body) } } : {}),
    responses: { default: PROBLEM, '2XX': { description: 'Done' } },
  };
}

function jsonOf(schema: z.ZodType): unknown {
  return { 'application/json': { schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) } };
}
