import { z } from 'zod';

import type { Stage } from '../stage.ts';
import { complaintsOf } from '../world/load.ts';
import { badBody } from './problem.ts';

/** One request to the control API, its path already matched. */
export type ControlRequest = {
  stage: Stage;
  /** Segments of the path that stand for `{names}`, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Parsed JSON, undefined without a body. */
  body: unknown;
};

/** A string body is sent as it is with its own content type; anything else as JSON. */
export type ControlAnswer = { status: number; body?: unknown; contentType?: string };

export type ControlRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path under `/_`, with `{names}`. */
  path: string;
  /** operationId of the OpenAPI document. */
  id: string;
  summary: string;
  /** What the body may be; it is what the handler validates with. */
  body?: z.ZodType;
  query?: Readonly<Record<string, string>>;
  handle: (request: ControlRequest) => ControlAnswer | Promise<ControlAnswer>;
};

export const ok = (body: unknown): ControlAnswer => ({ status: 200, body });

/** The body as the schema describes it. @throws ControlProblem 400 naming every place that is wrong. */
export function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (!result.success) throw badBody(complaintsOf(result.error));
  return result.data;
}
