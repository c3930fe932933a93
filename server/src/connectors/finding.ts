/** From an answer of the wire to the finding the verbs get: the part that is the same for every marketplace. */
import type { Answer, Capability, LearntFacts, Region, Rung } from '../core/observation.ts';
import type { CallContext, Finding } from './connector.ts';
import type { Limits, NoAnswerReason, OutboundResult } from './outbound.ts';

/** An answer in our words, with the marketplace's own (redacted) for *How we know*. `body` is what a good answer carried. */
export type Understood<Body = unknown> = {
  answer: Answer;
  status: number | null;
  code: string | null;
  message: string | null;
  body: Body;
};

/** A broken or oversized answer did come; the rest is silence. */
const SILENCE = {
  timeout: 'no_answer',
  refused: 'no_answer',
  dns: 'no_answer',
  tls: 'no_answer',
  reset: 'no_answer',
  stopped: 'no_answer',
  cut: 'garbled',
  too_large: 'garbled',
} satisfies Record<NoAnswerReason, Answer>;

/** A call to which nothing readable came back, understood; the reason stands as its code. */
export function silent({ reason }: { reason: NoAnswerReason }): Understood<null> {
  return { answer: SILENCE[reason], status: null, code: reason, message: null, body: null };
}

/** The same understanding when the body turned out not to have the shape it is documented with. */
export function garbled(understood: Understood, message: string): Understood<null> {
  return { ...understood, answer: 'garbled', message, body: null };
}

/** Which question was asked, where and for what. */
export type About = { rung: Rung; call: string; region: Region | null; capability: Capability | null };

/** `ms` is what the whole question took, `now` the product's clock when the answer was in. */
export function toFinding(
  about: About,
  understood: Understood & { facts?: LearntFacts },
  heard: { result: OutboundResult; ms: number; now: number },
): Finding {
  return {
    ...about,
    answer: understood.answer,
    status: understood.status,
    code: understood.code,
    message: understood.message,
    ms: heard.ms,
    facts: { ...understood.facts, ...skew(heard.result, heard.now) },
  };
}

/**
 * Marketplace clock minus ours. `now` is the product's clock when the answer was in. The `Date` header is cut to whole
 * seconds, hence the half second; what is left is the answer's way back.
 */
function skew(result: OutboundResult, now: number): { skewMs?: number } {
  if (result.kind === 'no_answer' || result.date === null) return {};
  return { skewMs: result.date + 500 - now };
}

/** What is left of the deadline; at least a millisecond, so that a spent one ends as `timeout`. */
export function limitsOf(context: CallContext, spentMs = 0): Limits {
  const deadlineMs = Math.max(1, context.deadlineMs - spentMs);
  return context.signal ? { deadlineMs, signal: context.signal } : { deadlineMs };
}
