import { text } from '../texts.ts';
import type { About, Part, Stage } from '../stage.ts';
import { invalidInput, spapiError } from '../spapi/errors.ts';
import { readAccessToken } from '../spapi/access.ts';
import { takeToken } from '../spapi/usagePlan.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { sandboxCases } from './cases.ts';
import type { SandboxCase } from './cases.ts';
import { matchSandbox } from './match.ts';
import type { SandboxMatch } from './match.ts';

/** Every operation of the sandbox alike ("Selling Partner API sandbox", usage plan). */
const PLAN = { rate: 5, burst: 15 };

/** The static sandbox of Selling Partner API: any seller's token opens it, and it knows nobody's data. */
export const sandbox: Part = {
  about,
  answer(stage, request, injected) {
    const answer = route(stage, request, injected);
    return { ...answer, headers: { 'x-amzn-RequestId': stage.amazon.issue('uuid'), ...answer.headers } };
  },
};

function about({ amazon }: Stage, request: WireRequest): About {
  const sent = request.headers['x-amz-access-token'];
  const token = typeof sent === 'string' ? amazon.accessTokens.get(sent) : undefined;
  return { operation: find(request, undefined)?.operation, sellerId: token?.sellerId };
}

function find({ method, path, query }: WireRequest, body: unknown): SandboxMatch | undefined {
  return matchSandbox(sandboxCases(), { method, path, query, body });
}

function route(stage: Stage, request: WireRequest, injected: () => WireAnswer | undefined): WireAnswer {
  const { amazon } = stage;
  const now = stage.clock.now();
  const found = find(request, readJson(request.body));
  if (!found) return spapiError(403, 'MissingAuthenticationToken', { message: text(amazon, 'spapi.denied') });
  const token = readAccessToken(amazon, request, now);
  if ('status' in token) return token;
  const fault = injected();
  if (fault) return fault;
  const bucket = `sandbox ${found.operation} ${token.sellerId ?? '-'} ${token.applicationId}`;
  if (amazon.throttle && !takeToken(amazon, bucket, { plan: PLAN, now }))
    return spapiError(429, 'QuotaExceeded', { message: text(amazon, 'spapi.quota') });
  return withRateLimit(found.matched ? verbatim(found.matched) : invalidInput('Could not match input arguments'));
}

function verbatim({ status, response }: SandboxCase): WireAnswer {
  if (response === undefined) return { status, headers: {}, body: '' };
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(response) };
}

/** Only on 20x, 400 and 404 ("Usage Plans and Rate Limits"); some cases are failures of other kinds. */
function withRateLimit(answer: WireAnswer): WireAnswer {
  const told = answer.status < 300 || answer.status === 400 || answer.status === 404;
  return told ? { ...answer, headers: { ...answer.headers, 'x-amzn-RateLimit-Limit': PLAN.rate.toFixed(1) } } : answer;
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined; // a body that is no JSON matches no case that wants one
  }
}
