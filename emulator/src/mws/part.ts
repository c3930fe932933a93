import type { Instant } from '../clock.ts';
import type { About, Part, Stage } from '../stage.ts';
import type { Seller } from '../state/amazon.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import type { Developer } from '../world/schema.ts';
import { admit } from './access.ts';
import { documentAnswer, gatewayNamespace, refusalAnswer, resultAnswer } from './answers.ts';
import type { Reply } from './answers.ts';
import { addressOf, readAsked } from './asked.ts';
import type { Asked } from './asked.ts';
import { operationOf } from './operations.ts';
import type { PlayedOperation } from './operations.ts';
import { Refused } from './refusals.ts';
import type { Section } from './sections.ts';
import { SERVICE_STATUS, SERVICE_STATUS_PLAN, serviceStatus } from './serviceStatus.ts';
import { signer } from './signer.ts';
import { hourlyQuota, takeRequest } from './usagePlan.ts';
import type { UsagePlan } from './usagePlan.ts';

/** Amazon Marketplace Web Service: Sellers, Finances and Reports; the other sections know their status and no operation. */
export const marketplaceWebService: Part = {
  about(_stage, request): About {
    const { action, sellerId } = readAsked(request);
    return { operation: action || undefined, sellerId: sellerId || undefined };
  },
  answer(stage, request, injected) {
    const asked = readAsked(request);
    const reply: Reply = { amazon: stage.amazon, now: stage.clock.now(), requestId: stage.amazon.issue('uuid') };
    try {
      return serve({ stage, request, asked, reply, now: reply.now, injected });
    } catch (problem) {
      if (problem instanceof Refused) return refusalAnswer(reply, asked, problem);
      throw problem;
    }
  },
};

type Visit = {
  stage: Stage;
  request: WireRequest;
  asked: Asked;
  /** Gets its `quota` as soon as one was taken from, so that errors tell it too. */
  reply: Reply;
  now: Instant;
  injected: () => WireAnswer | undefined;
};

function serve(visit: Visit): WireAnswer {
  const { stage, request, asked } = visit;
  const { section } = asked;
  if (!section) throw new Refused('address_unknown');
  if (asked.action === '') throw new Refused('parameter_missing', { parameter: 'Action' });
  const developer = signer(stage.amazon, request, asked);
  if (asked.action === SERVICE_STATUS) return status(visit, section, developer);
  const seller = admit({ amazon: stage.amazon, host: request.host, asked, developer, now: visit.now });
  const fault = visit.injected();
  if (fault) return fault;
  const operation = operationOf(section, asked.action);
  if (!operation) throw new Refused('address_invalid');
  return carryOut(visit, operation, { section, developer, seller });
}

function status(visit: Visit, section: Section, developer: Developer): WireAnswer {
  const { asked, stage, request, reply, now } = visit;
  const fault = visit.injected();
  if (fault) return fault;
  take(visit, SERVICE_STATUS_PLAN, developer);
  const result = serviceStatus(stage.amazon, { host: request.host, section }, now);
  return resultAnswer(reply, asked.action, { result, prolog: true, namespace: gatewayNamespace(section) });
}

type Party = { section: Section; developer: Developer; seller: Seller };

function carryOut(visit: Visit, operation: PlayedOperation, { section, developer, seller }: Party): WireAnswer {
  const { stage, request, asked, reply, now } = visit;
  take(visit, operation.plan, developer);
  const call = { amazon: stage.amazon, now, host: request.host, seller, developer, parameters: asked.parameters };
  const given = operation.answer(call);
  if (typeof given === 'string') return documentAnswer(reply, given);
  const { prolog, identity } = operation;
  return resultAnswer(reply, asked.action, { result: given, prolog, namespace: section.namespace, identity });
}

function take({ stage, asked, reply, now }: Visit, plan: UsagePlan, { developerId }: Developer): void {
  const use = { plan, operation: addressOf(asked), caller: { sellerId: asked.sellerId || '-', developerId } };
  reply.quota = hourlyQuota(stage.amazon, use, now);
  takeRequest(stage.amazon, use, now);
}
