/** Problems (RFC 9457) as the server sends them, and what a form makes of them. Pure. */
import type { DiagnosisBody, Problem } from '../../../server/src/http/contract/store.ts';

export type FieldErrors = Record<string, string>;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldErrors(value: unknown): NonNullable<Problem['errors']> {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((entry) => ({
    field: String(entry['field'] ?? ''),
    code: String(entry['code'] ?? ''),
    message: String(entry['message'] ?? ''),
  }));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Without the members that are not known: the contract has optional members, not undefined ones. */
function known<T extends Record<string, unknown>>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/**
 * Any refusal as a Problem. A body that is no problem document (a proxy's page, a sign-in library's `{ code, message }`)
 * becomes one, so that pages have a single thing to show.
 */
export function asProblem(body: unknown, status: number): Problem {
  const from = isRecord(body) ? body : {};
  const errors = fieldErrors(from['errors']);
  return {
    type: text(from['type']) ?? 'about:blank',
    title: text(from['title']) ?? 'The server did not answer as expected',
    status,
    code: text(from['code']) ?? 'unexpected',
    ...known({
      detail: text(from['detail']) ?? text(from['message']),
      instance: text(from['instance']),
      errors: errors.length === 0 ? undefined : errors,
      diagnosis: isRecord(from['diagnosis']) ? (from['diagnosis'] as DiagnosisBody) : undefined,
    }),
  };
}

/**
 * Splits a problem's `errors` into those that a form shows at its fields and the messages left over.
 * `names` maps the server's field (`credentials.refresh_token`, `/credentials/refresh_token`) to the form's own.
 */
export function fieldErrorsOf(
  problem: Problem,
  names: Readonly<Record<string, string>>,
): { fields: FieldErrors; others: string[] } {
  const fields: FieldErrors = {};
  const others: string[] = [];
  for (const { field, message } of problem.errors ?? []) {
    const dotted = field
      .replace(/^\//, '')
      .replaceAll('/', '.')
      .replace(/^body\./, '');
    const name = names[dotted];
    if (name === undefined) others.push(message);
    else fields[name] = fields[name] === undefined ? message : `${fields[name]} ${message}`;
  }
  return { fields, others };
}

/** The one sentence of a problem: its detail, else its title. */
export function sentenceOf(problem: Problem): string {
  return problem.detail ?? problem.title;
}

/** A code to copy for whoever runs this Storekeeper. */
export function codeOf(problem: Problem): string {
  return problem.instance === undefined ? `${problem.code}·${problem.status}` : `${problem.instance}·${problem.status}`;
}
