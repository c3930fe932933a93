import { badBody } from './problem.ts';
import { ok } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

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
];
