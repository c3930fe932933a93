import { faultSchema } from '../faults/faults.ts';
import { notFound } from './problem.ts';
import { ok, parsed } from './route.ts';
import type { ControlRoute } from './route.ts';

export const FAULT_ROUTES: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/faults',
    id: 'addFault',
    summary: 'Injects answers: a kind or a status, for whatever matches; the newest match wins',
    body: faultSchema,
    handle({ stage, body }) {
      const order = parsed(faultSchema, body);
      const { id } = stage.faults.add(stage.amazon.issue('fault'), order);
      return { status: 201, body: { id } };
    },
  },
  {
    method: 'GET',
    path: '/faults',
    id: 'listFaults',
    summary: 'Every fault with the number of requests it has answered, newest first',
    handle: ({ stage }) => ok({ data: stage.faults.list() }),
  },
  {
    method: 'DELETE',
    path: '/faults',
    id: 'removeFaults',
    summary: 'Ends every fault',
    handle({ stage }) {
      stage.faults.clear();
      return { status: 204 };
    },
  },
  {
    method: 'DELETE',
    path: '/faults/{id}',
    id: 'removeFault',
    summary: 'Ends one fault',
    handle({ stage, params }) {
      if (!stage.faults.remove(params.id ?? '')) throw notFound(`There is no fault ${params.id}`);
      return { status: 204 };
    },
  },
];
