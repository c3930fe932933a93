import type { Moment } from '../clock.ts';
import { hostRole } from '../hosts.ts';
import type { Region } from '../marketplaces.ts';
import type { About, Part, Stage } from '../stage.ts';
import type { AccessToken } from '../state/amazon.ts';
import { text } from '../texts.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { jsonAnswer } from '../wire.ts';
import { openSeller, readAccessToken } from './access.ts';
import type { Said } from './call.ts';
import { denied, spapiError, SpapiProblem } from './errors.ts';
import { operationAt } from './operations.ts';
import type { Operation } from './operations.ts';
import { takeToken } from './usagePlan.ts';

/** The production hosts of Selling Partner API. */
export const sellingPartnerApi: Part = {
  about,
  answer(stage, request, injected) {
    const answer = route(stage, request, injected);
    return { ...answer, headers: { 'x-amzn-RequestId': stage.amazon.issue('uuid'), ...answer.headers } };
  },
};

type Step = { stage: Stage; region: Region; moment: Moment; said: Said; injected: () => WireAnswer | undefined };

function route(stage: Stage, request: WireRequest, injected: () => WireAnswer | undefined): WireAnswer {
  const { amazon } = stage;
  const found = operationAt(request.method, request.path);
  // The gateway answers so for whatever it has no operation for.
  if (!found) return spapiError(403, 'MissingAuthenticationToken', { message: text(amazon, 'spapi.denied') });
  const moment = stage.clock.moment();
  const token = readAccessToken(amazon, request, moment.now);
  if ('status' in token) return token;
  const said = { query: request.query, params: found.params, body: request.body };
  return admitted({ stage, region: regionOf(request), moment, said, injected }, found.operation, token);
}

function admitted(step: Step, operation: Operation, token: AccessToken): WireAnswer {
  const { stage, moment } = step;
  const ready = prepare(step, operation, token);
  if (!ready) return denied(stage.amazon);
  const fault = step.injected();
  if (fault) return fault;
  const bucket = `${operation.id} ${token.sellerId ?? '-'} ${token.applicationId}`;
  if (stage.amazon.throttle && !takeToken(stage.amazon, bucket, { plan: operation.plan, now: moment.now }))
    return spapiError(429, 'QuotaExceeded', { message: text(stage.amazon, 'spapi.quota') });
  return withRateLimit(answered(ready), operation);
}

/** The operation ready to run, or undefined when the token does not open it here. */
function prepare(step: Step, operation: Operation, token: AccessToken): (() => unknown) | undefined {
  const { stage, region, moment, said } = step;
  const { amazon } = stage;
  const { now } = moment;
  if (operation.access === 'grantless') {
    const app = amazon.apps.get(token.applicationId);
    const scopes = token.scope?.split(/\s+/) ?? [];
    if (!app || !scopes.includes(operation.scope)) return undefined;
    return () => operation.answer({ amazon, now, moment, region, app, ...said });
  }
  const opened = openSeller(amazon, { token, region }, now);
  if (!opened || !operation.roles(said).every((role) => opened.roles.has(role))) return undefined;
  return () => operation.answer({ amazon, now, moment, region, ...said, ...opened });
}

function regionOf(request: WireRequest): Region {
  const role = hostRole(request.host);
  return role?.kind === 'spapi' ? role.region : 'na';
}

function answered(run: () => unknown): WireAnswer {
  try {
    const given = run();
    return given === undefined ? { status: 204, headers: {}, body: '' } : jsonAnswer(200, given);
  } catch (problem) {
    if (problem instanceof SpapiProblem) return problem.wire;
    throw problem;
  }
}

/** The account-application rate, only on 20x, 400 and 404 ("Usage Plans and Rate Limits"). */
function withRateLimit(answer: WireAnswer, operation: Operation): WireAnswer {
  if (answer.status >= 300 && answer.status !== 400 && answer.status !== 404) return answer;
  return { ...answer, headers: { ...answer.headers, 'x-amzn-RateLimit-Limit': String(operation.plan.rate) } };
}

function about(stage: Stage, request: WireRequest): About {
  const sent = request.headers['x-amz-access-token'];
  const token = typeof sent === 'string' ? stage.amazon.accessTokens.get(sent) : undefined;
  return { operation: operationAt(request.method, request.path)?.operation.id, sellerId: token?.sellerId };
}
