import type { Instant } from '../clock.ts';
import { invalidInput, SpapiProblem } from './errors.ts';

/** A parameter that the model forbids. Thrown while reading a query and answered as 400 `InvalidInput`. */
export class ParameterProblem extends SpapiProblem {
  override name = 'ParameterProblem';

  constructor(message: string) {
    super(message, invalidInput(message));
  }
}

/** Repeated or comma-separated, as every generated client sends arrays one way or the other. */
export function list(query: URLSearchParams, name: string, limit = Infinity): string[] {
  const values = query.getAll(name).flatMap((one) => one.split(','));
  if (values.length > limit) throw new ParameterProblem(`Invalid input: at most ${limit} values for ${name}`);
  return values.map((one) => one.trim()).filter((one) => one !== '');
}

/** Each value must be one of a closed list; the message is the sandbox's own ("Invalid input"). */
export function listOf(query: URLSearchParams, name: string, allowed: readonly string[]): string[] {
  const values = list(query, name);
  if (values.some((one) => !allowed.includes(one))) throw new ParameterProblem('Invalid input');
  return values;
}

const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** An ISO 8601 date or date and time; without a zone it is UTC. */
export function instant(query: URLSearchParams, name: string): Instant | undefined {
  const written = query.get(name);
  if (written === null || written === '') return undefined;
  const zoned = /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(written) || !written.includes('T') ? written : `${written}Z`;
  const parsed = ISO_8601.test(written) ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(parsed)) throw new ParameterProblem(`Invalid input: ${name} is not an ISO 8601 date-time`);
  return parsed;
}

export function wholeNumber(
  query: URLSearchParams,
  name: string,
  range: { min: number; max: number; otherwise: number },
): number {
  const written = query.get(name);
  if (written === null || written === '') return range.otherwise;
  const value = Number(written);
  if (!Number.isInteger(value) || value < range.min || value > range.max)
    throw new ParameterProblem(`Invalid input: ${name} must be between ${range.min} and ${range.max}`);
  return value;
}
