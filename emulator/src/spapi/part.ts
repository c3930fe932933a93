import type { Instant } from '../clock.ts';
import { hostRole } from '../hosts.ts';
import type { Region } from '../marketplaces.ts';
import type { About, Part, Stage } from '../stage.ts';
import type { AccessToken } from '../state/amazon.ts';
import { text } from '../texts.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { jsonAnswer } from '../wire.ts';
import { openSeller, readAccessToken } from './access.ts';
import { denied, spapiError } from './errors.ts';
import { operationAt } from './operations.ts';
import type { Operation } from './operations.ts';
import { ParameterProblem } from './parameters.ts';
import { takeToken } from './usagePlan.ts';

/** The production hosts of Selling Partner API. */
export const sellingPartnerApi: Part = {
  about,
  answer(stage, request, injected) {
    const answer = route(stage, request, injected);
    return { ...answer, headers: { 'x-amzn-RequestId': stage.amazon.issue('uuid'), ...answer.headers } };
  },
};

type Step = { stage: Stage; request: WireRequest; now: Instant; injected: () => WireAnswer | undefined };

function route(stage: Stage, request: WireRequest, injected: () => WireAnswer | undefined): WireAnswer {
  const { amazon } = stage;
  const operation = operationAt(request.method, request.path);
  // The gateway answers so for whatever it has no operation for.
  if (!operation) return spapiError(403, 'MissingAuthenticationToken', { message: text(amazon, 'spapi.denied') });
  const now = stage.clock.now();
  const token = readAccessToken(amazon, request, now);
  if ('status' in token) return token;
  return admitted({ stage, request, now, injected }, operation, token);
}

function admitted(step: Step, operation: Operation, token: AccessToken): WireAnswer {
  const { stage, now } = step;
  const ready = prepare(step, operation, token);
  if (!ready) return denied(stage.amazon);
  const fault = step.injected();
  if (fault) return fault;
  const bucket = `${operation.id} ${token.sellerId ?? '-'} ${token.applicationId}`;
  if (stage.amazon.throttle && !takeToken(stage.amazon, bucket, { plan: operation.plan, now }))
    return spapiError(429, 'QuotaExceeded', { message: text(stage.amazon, 'spapi.quota') });
  return withRateLimit(answered(ready), operation);
}

/** The operation ready to run, or undefined when the token does not open it here. */
function prepare(step: Step, operation: Operation, token: AccessToken): (() => unknown) | undefined {
  const { stage, request, now } = step;
  const { amazon } = stage;
  if (operation.access === 'grantless') {
    const scopes = token.scope?.split(/\s+/) ?? [];
    return scopes.includes(operation.scope) ? operation.answer : undefined;
  }
  const opened = openSeller(amazon, { token, region: regionOf(request) }, now);
  if (!opened || !operation.roles(request.query).every((role) => opened.roles.has(role))) return undefined;
  return () => operation.answer({ amazon, now, query: request.query, ...opened });
}

function regionOf(request: WireRequest): Region {
  const role = hostRole(request.host);
  return role?.kind === 'spapi' ? role.region : 'na';
}

function answered(run: () => unknown): WireAnswer {
  try {
    return jsonAnswer(200, run());
  } catch (problem) {
    if (problem instanceof ParameterProblem) return problem.answer();
    throw problem;
  }
}

/** The account-application rate, only on 20x, 400 and 404 ("Usage Plans and Rate Limits"). */
function withRateLimit(answer: WireAnswer, operation: Operation): WireAnswer {
  return { ...answer, headers: { ...answer.headers, 'x-amzn-RateLimit-Limit': String(operation.plan.rate) } };
}

function about(stage: Stage, request: WireRequest): About {
  const sent = request.headers['x-amz-access-token'];
  const token = typeof sent === 'string' ? stage.amazon.accessTokens.get(sent) : undefined;
  return { operation: operationAt(request.method, request.path)?.id, sellerId: token?.sellerId };
}
