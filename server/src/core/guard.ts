/**
 * The guard against false alarms: when a seller may be told. All five conditions of "When a seller may be alarmed"
 * (ARCHITECTURE.md, The judge). Showing a diagnosis to somebody who is looking is not alarming and needs no guard.
 */
import type { GuardResult, JudgeInput, Lacking, Suspicion } from './judgement.ts';
import type { Observation } from './observation.ts';
import { isOrdinary, isThin, type Weather } from './weather.ts';

/** Two failures count as two only when they are this far apart. */
export const APART_MS = 90_000;

export function guard(suspicion: Suspicion, input: JudgeInput): GuardResult {
  const { weather } = input;
  const failures = suspicion.evidence;
  const control = controlBetween(input.observations, failures);
  const toldUnasked = isToldUnasked(suspicion);
  const lacking: Lacking[] = toldUnasked || areApart(failures) ? [] : ['second_failure'];
  // A good answer that states the standing needs one repeat and no control (contracts, Judging).
  if (suspicion.basis !== 'stated' && !toldUnasked) {
    if (!control || !hasCleared(weather, failures)) lacking.push('control');
    lacking.push(...lackingProof(suspicion, failures));
    if (!isOrdinary(weather.share)) lacking.push('ordinary_cohort');
  }
  if (weather.app.cause !== null) lacking.push('operator');
  return {
    passed: lacking.length === 0,
    lacking,
    confidence: confidenceOf(suspicion, input),
    evidence: [...pairOf(failures), ...(control ? [control] : [])].map((o) => o.id),
  };
}

/** The marketplace's own word about one account is no answer to a call that weather could have spoilt. */
function isToldUnasked({ basis, evidence }: Suspicion): boolean {
  return basis === 'told' && evidence.length > 0 && evidence.every((o) => o.source === 'notification');
}

/** Bad weather clears for one store after the other: who still fails this long after the first control was answered fails alone. */
function hasCleared(weather: Weather, failures: readonly Observation[]): boolean {
  const { lastRefusedAt, clearSince } = weather.control;
  if (lastRefusedAt === null) return true;
  const last = failures[failures.length - 1];
  return clearSince !== null && last !== undefined && last.at - clearSince >= APART_MS;
}

function areApart(failures: readonly Observation[]): boolean {
  const first = failures[0];
  const last = failures[failures.length - 1];
  return first !== undefined && last !== undefined && last.at - first.at >= APART_MS;
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

/** First and last failure; between them more of the same proves nothing more. */
function pairOf(failures: readonly Observation[]): Observation[] {
  const first = failures[0];
  const last = failures[failures.length - 1];
  if (!first || !last) return [];
  if (first.id === last.id) return [first];
  const other = failures.findLast((o) => o.call !== first.call && o.id !== last.id);
  return last.call === first.call && other ? [first, other, last] : [first, last];
}

/** Few neighbours mean little to compare with; an estimated date means a cause that is only likely. */
function confidenceOf(suspicion: Suspicion, { weather }: JudgeInput): GuardResult['confidence'] {
  if (suspicion.basis === 'stated' || isToldUnasked(suspicion)) return 'high';
  if (isThin(weather.share)) return 'low';
  return suspicion.likely.length > 1 ? 'medium' : 'high';
}
