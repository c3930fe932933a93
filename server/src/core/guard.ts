/**
 * The guard against false alarms: when a seller may be told. All five conditions of "When a seller may be alarmed"
 * (ARCHITECTURE.md, The judge). Showing a diagnosis to somebody who is looking is not alarming and needs no guard.
 */
import { endsOf } from './evidence.ts';
import type { GuardResult, JudgeInput, Lacking, Suspicion } from './judgement.ts';
import type { Observation } from './observation.ts';
import { isTooYoung } from './patience.ts';
import { clearedAt, isOrdinary, isSaidByOperator, isThin, type Weather } from './weather.ts';

/** Two failures count as two only when they are this far apart. */
export const APART_MS = 90_000;
/** An empty list is no error and may be late: only half a day of nothing is something to speak of. */
const EMPTY_APART_MS = 12 * 3_600_000;

export function guard(suspicion: Suspicion, input: JudgeInput): GuardResult {
  const { weather } = input;
  const failures = counted(suspicion, weather);
  const control = controlBetween(input.observations, failures);
  const lacking = [
    ...(isToldUnasked(suspicion) ? [] : lackingCalls(suspicion, { failures, control, weather })),
    ...(isTooYoung(suspicion, input) ? (['time'] as const) : []),
    ...(weather.app.cause === null ? [] : (['operator'] as const)),
  ];
  return {
    passed: lacking.length === 0,
    lacking,
    confidence: confidenceOf(suspicion, input),
    evidence: cited(suspicion, { failures, control }).map((o) => o.id),
  };
}

type Called = Rested & { weather: Weather };

/** What answers to calls of ours have to show; what the marketplace told by itself needs none of it. */
function lackingCalls(suspicion: Suspicion, { failures, control, weather }: Called): Lacking[] {
  const apartMs = suspicion.basis === 'empty' ? EMPTY_APART_MS : APART_MS;
  const lacking: Lacking[] = areApart(failures, apartMs) ? [] : ['second_failure'];
  // A good answer that states the standing needs one repeat and no control (contracts, Judging).
  if (suspicion.basis === 'stated') return lacking;
  if (!control || !hasCleared(weather)) lacking.push('control');
  lacking.push(...lackingProof(suspicion, failures));
  if (!isOrdinary(weather.share)) lacking.push('ordinary_cohort');
  if (isSaidByOperator(weather)) lacking.push('incident');
  return lacking;
}

type Rested = { failures: readonly Observation[]; control: Observation | null };

/** What counts, what it all began with, the control between, and what has to be read beside them. */
function cited({ evidence, beside }: Suspicion, { failures, control }: Rested): Observation[] {
  const ends = [...endsOf(evidence), ...endsOf(failures)];
  return [...new Set([...ends, ...(control ? [control] : []), ...beside])];
}

/** The marketplace's own word about one account is no answer to a call that weather could have spoilt. */
function isToldUnasked({ basis, evidence }: Suspicion): boolean {
  return basis === 'told' && evidence.length > 0 && evidence.every((o) => o.source === 'notification');
}

/**
 * Bad weather clears for one store after the other, and comes back: what failed before the first control was answered
 * again belongs to it. Who fails twice after that, far enough apart, fails alone.
 */
function counted({ basis, evidence }: Suspicion, weather: Weather): Observation[] {
  const from = clearedAt(weather);
  return basis === 'stated' ? evidence : evidence.filter((o) => o.at > from);
}

function hasCleared({ control: { lastRefusedAt, clearSince } }: Weather): boolean {
  return lastRefusedAt === null || clearSince !== null;
}

function areApart(failures: readonly Observation[], apartMs: number): boolean {
  const first = failures[0];
  const last = failures[failures.length - 1];
  return first !== undefined && last !== undefined && last.at - first.at >= apartMs;
}

/** A weak failure needs a second call of another kind, made with a fresh token; a refused token is its own proof. */
function lackingProof(suspicion: Suspicion, failures: readonly Observation[]): Lacking[] {
  if (suspicion.basis !== 'denied' && suspicion.basis !== 'partial') return [];
  const lacking: Lacking[] = [];
  const last = failures[failures.length - 1];
  if (!last?.freshToken) lacking.push('fresh_token');
  if (suspicion.basis === 'denied' && new Set(failures.map((o) => o.call)).size < 2) lacking.push('other_operation');
  return lacking;
}

function controlBetween(all: readonly Observation[], failures: readonly Observation[]): Observation | null {
  const first = failures[0];
  const last = failures[failures.length - 1];
  if (!first || !last) return null;
  return all.find((o) => o.rung === 'control' && o.answer === 'ok' && o.at > first.at && o.at <= last.at) ?? null;
}

/** Few neighbours mean little to compare with; an estimated date means a cause that is only likely. */
function confidenceOf(suspicion: Suspicion, { weather }: JudgeInput): GuardResult['confidence'] {
  if (suspicion.basis === 'stated' || isToldUnasked(suspicion)) return 'high';
  if (isThin(weather.share)) return 'low';
  return suspicion.likely.length > 1 ? 'medium' : 'high';
}
