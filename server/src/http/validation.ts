/** Bodies and queries are checked by the contract's schemas; what is wrong is said field by field, in plain words. */
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { Fault, type FaultField } from '../core/fault.ts';

type Issue = z.core.$ZodIssue;

export const compileValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    const parsed = schema.safeParse(data ?? (httpPart === 'body' ? undefined : {}));
    if (parsed.success) return { value: parsed.data };
    return { error: invalid(toFields(parsed.error.issues, data)) };
  };
};

/** So many fields are named; a body of garbage must not make an answer of many times its size. */
const FIELDS_MOST = 20;

function invalid(errors: FaultField[]): Fault {
  if (errors.length <= FIELDS_MOST) return new Fault('invalid-fields', { errors });
  const detail = `${errors.length} fields need another look. The first ${FIELDS_MOST} are listed.`;
  return new Fault('invalid-fields', { detail, errors: errors.slice(0, FIELDS_MOST) });
}

/** One entry per field that needs another look. `data` tells a missing field from a wrong one. */
export function toFields(issues: readonly Issue[], data: unknown): FaultField[] {
  return issues.flatMap((issue) => fieldsOf(issue, data));
}

function fieldsOf(issue: Issue, data: unknown): FaultField[] {
  const field = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: field === '' ? key : `${field}.${key}`,
      code: 'unknown_field',
      message: 'This field is not known here; leave it out.',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return toFields(closest(issue.errors, data), data);
  }
  const name = field === '' ? 'body' : field;
  if (at(data, issue.path) === undefined) return [{ field: name, code: 'missing', message: 'This field is needed.' }];
  return [{ field: name, ...wordsOf(issue) }];
}

/**
 * The alternative that was most likely meant: the one with the fewest fields it does not know, then with the fewest
 * complaints. Where nothing was sent nothing is told by that, and the last one counts.
 */
function closest(alternatives: Issue[][], data: unknown): Issue[] {
  const isEmpty = typeof data !== 'object' || data === null || Object.keys(data).length === 0;
  const distance = (issues: Issue[]) => strangers(issues) * 1000 + (isEmpty ? 0 : issues.length);
  return alternatives.reduce((best, next) => (distance(next) <= distance(best) ? next : best));
}

function strangers(issues: Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
}

function at(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    data,
  );
}

function wordsOf(issue: Issue): { code: string; message: string } {
  switch (issue.code) {
    case 'invalid_type':
      return { code: 'wrong_type', message: `This must be ${article(issue.expected)}.` };
    case 'too_small':
      return issue.origin === 'string'
        ? { code: 'too_short', message: minimumWords(Number(issue.minimum)) }
        : { code: 'too_small', message: `This must be ${String(issue.minimum)} or more.` };
    case 'too_big':
      return issue.origin === 'string'
        ? { code: 'too_long', message: `This takes ${String(issue.maximum)} characters at most.` }
        : { code: 'too_big', message: `This must be ${String(issue.maximum)} or less.` };
    case 'invalid_value':
      return { code: 'unknown_value', message: `This must be one of: ${issue.values.map(String).join(', ')}.` };
    case 'invalid_format':
      return { code: 'wrong_form', message: formatWords(issue.format, issue.message) };
    default:
      return { code: 'wrong', message: issue.message };
  }
}

function minimumWords(minimum: number): string {
  return minimum === 1 ? 'This cannot be empty.' : `This needs ${minimum} characters or more.`;
}

function article(type: string): string {
  return type === 'string' ? 'a text' : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function formatWords(format: string, fallback: string): string {
  if (format === 'email') return 'This is no e-mail address; it looks like name@example.com.';
  if (format === 'datetime') return 'This must be an instant in UTC, for example 2026-11-23T12:00:00Z.';
  return fallback;
}
