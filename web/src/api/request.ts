/** The one door to the server: same origin, the session's cookie, JSON in and out. */
import type { Problem } from '../../../server/src/http/contract/store.ts';
import { asProblem, sentenceOf } from './problem.ts';

/** The server answered, but with a refusal. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;
  /** Seconds until it is worth asking again, where the server said so. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(sentenceOf(problem));
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** No answer came: the server is down or the line is. Nothing is known about what it did. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Options = { method?: Method; body?: unknown; signal?: AbortSignal };

/** Calls `path` and gives the JSON body as `T` (undefined for 204). Throws Refused or Unreachable. */
export async function request<T>(path: string, { method = 'GET', body, signal }: Options = {}): Promise<T> {
  const response = await send(path, { method, body, ...(signal === undefined ? {} : { signal }) });
  const text = await response.text();
  const parsed = parse(text);
  if (response.ok) return parsed as T;
  const seconds = Number(response.headers.get('retry-after'));
  const problem = asProblem(parsed, response.status);
  // The request's id finds the line in the server's log; it is the code a person can send on.
  const id = response.headers.get('x-request-id');
  if (id !== null && problem.instance === undefined) problem.instance = id;
  throw new Refused(problem, Number.isFinite(seconds) && seconds > 0 ? seconds : null);
}

async function send(path: string, { method, body, signal }: Options): Promise<Response> {
  try {
    return await fetch(path, {
      method: method ?? 'GET',
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Unreachable('The server cannot be reached.', { cause: error });
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The problem behind any error, so that every failure can be shown the same way. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refused) return error.problem;
  return {
    type: 'about:blank',
    title: 'The server cannot be reached',
    status: 0,
    code: 'unreachable',
    detail: 'No answer came. Nothing you typed is lost; try again in a moment.',
  };
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Refused && error.problem.status === status;
}
