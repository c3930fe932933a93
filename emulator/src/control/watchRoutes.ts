import { z } from 'zod';

import { badBody } from './problem.ts';
import { ok, parsed } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

const serviceSchema = z.strictObject({
  host: z.string().min(1),
  section: z.string().min(1),
  status: z.enum(['GREEN', 'GREEN_I', 'YELLOW', 'RED']),
});

function readLog({ stage, query }: ControlRequest): ControlAnswer {
  return ok(stage.log.read(wholeNumber(query, 'since') ?? 0, wholeNumber(query, 'limit')));
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const written = query.get(name);
  if (written === null || written === '') return undefined;
  if (!/^\d+$/.test(written)) throw badBody(`${name} must be a whole number`);
  return Number(written);
}

export const WATCH_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/log',
    id: 'readLog',
    summary: 'Requests served after the row `since`, oldest first; the last 100,000 are kept',
    query: { since: 'id of the last row seen', limit: 'most rows to answer with' },
    handle: readLog,
  },
  {
    method: 'GET',
    path: '/services',
    id: 'listServices',
    summary: 'What GetServiceStatus says, where it is not GREEN',
    handle: ({ stage }) => ok({ data: [...stage.amazon.services.values()] }),
  },
  {
    method: 'PATCH',
    path: '/services',
    id: 'changeService',
    summary: 'What GetServiceStatus says of one section at one host',
    body: serviceSchema,
    handle({ stage, body }) {
      const service = parsed(serviceSchema, body);
      stage.amazon.services.set(`${service.host} ${service.section}`, service);
      return ok(service);
    },
  },
];
