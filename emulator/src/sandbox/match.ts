import type { SandboxCase } from './cases.ts';

/** What a case is matched against. `body` is the parsed JSON body, undefined without one. */
export type SandboxRequest = { method: string; path: string; query: URLSearchParams; body: unknown };

/** The first case decides the operation; `matched` is undefined when no case fits its parameters. */
export type SandboxMatch = { operation: string; matched: SandboxCase | undefined };

/**
 * Finds the case that answers a request; undefined when no operation has its method and path.
 * Of several that fit, the one that asks for most wins, and of equal ones the successful one: getAccount has a 200 and a
 * 400 case that both ask for nothing. Parameters the case does not name are ignored.
 */
export function matchSandbox(cases: readonly SandboxCase[], request: SandboxRequest): SandboxMatch | undefined {
  const candidates = cases.flatMap((one) => {
    const inPath = one.method === request.method ? pathParameters(one.template, request.path) : null;
    return inPath ? [{ one, inPath }] : [];
  });
  const first = candidates[0];
  if (!first) return undefined;
  const fitting = candidates.filter(({ one, inPath }) => fits(one, request, inPath)).map(({ one }) => one);
  fitting.sort((a, b) => specificity(b) - specificity(a) || failure(a) - failure(b));
  return { operation: first.one.operation, matched: fitting[0] };
}

/** Values of the template's names, decoded; null when the path is another one. A fixed segment is compared as it is. */
function pathParameters(template: string, path: string): Map<string, string> | null {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const values = new Map<string, string>();
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith('{')) values.set(segment.slice(1, -1), decoded(value));
    else if (segment !== value) return null;
  }
  return values;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function fits(one: SandboxCase, request: SandboxRequest, inPath: Map<string, string>): boolean {
  return Object.entries(one.parameters).every(([name, value]) => {
    if (name === 'body') return contains(request.body, value);
    const given = inPath.has(name) ? [inPath.get(name) ?? ''] : request.query.getAll(name);
    return sameText(given, value);
  });
}

/** Dates and numbers are compared as the text that was sent ("2019-10-31"); a list is sent repeated or with commas. */
function sameText(given: string[], value: unknown): boolean {
  if (!Array.isArray(value)) return given.length === 1 && given[0] === String(value);
  const items = given.flatMap((text) => text.split(','));
  return items.length === value.length && items.every((item, index) => item === String(value[index]));
}

/** Whether the sent JSON has everything the case asks for; shipping's cases name one field of a long body. */
function contains(given: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(given) && given.length === wanted.length && wanted.every((item, at) => contains(given[at], item))
    );
  }
  if (isRecord(wanted))
    return isRecord(given) && Object.entries(wanted).every(([name, value]) => contains(given[name], value));
  return given === wanted;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const specificity = (one: SandboxCase): number => leaves(one.parameters);
const failure = (one: SandboxCase): number => (one.status < 300 ? 0 : 1);

function leaves(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, one) => sum + leaves(one), 0);
}
