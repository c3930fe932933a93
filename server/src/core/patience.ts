/**
 * How long a refusal must last before it may alarm a seller, where a marketplace that refuses some of its sellers for
 * some hours gives the very same answers. Only time tells the two apart.
 */
import { causeRule, type Diagnosis, type Likely } from './diagnosis.ts';
import type { GuardResult, JudgeInput, StoreFacts, Suspicion } from './judgement.ts';
import type { Observation } from './observation.ts';

/**
 * Longer than an incident at a marketplace lasts, and so short that a real loss is found within a day even where six hours
 * lie between two looks. Milliseconds.
 */
export const PATIENCE_MS = 13 * 3_600_000;

/** When a refusal of this store has lasted long enough, in milliseconds since 1970; null where time proves nothing more. */
export function decidedAt(suspicion: Suspicion, { store }: Pick<JudgeInput, 'store'>): number | null {
  const [first] = suspicion.evidence;
  return first && isOpaque(suspicion, store) ? first.at + PATIENCE_MS : null;
}

/** True while the newest failure is still so young that the marketplace alone may be the reason. */
export function isTooYoung(suspicion: Suspicion, input: Pick<JudgeInput, 'store'>): boolean {
  const decided = decidedAt(suspicion, input);
  return decided !== null && (suspicion.evidence.at(-1)?.at ?? 0) < decided;
}

/**
 * Calls are refused without a reason, all or some of them, while the permission itself is accepted: a permission that was
 * taken back is refused at the token endpoint. A seller who is repairing the store sees at once what their repair has met.
 */
function isOpaque(suspicion: Suspicion, store: StoreFacts): boolean {
  if (isBeingRepaired(store) || neverWorkedSinceConsent(store)) return false;
  const { basis, evidence } = suspicion;
  if (basis === 'partial') return namesNothing(evidence.at(-1));
  return basis === 'denied' && evidence.some(({ answer }) => answer === 'denied');
}

/** Where other data answers, a refusal of the pair names neither a section nor a role either. */
function namesNothing(refused: Observation | undefined): boolean {
  const answer = refused?.answer;
  return answer === 'denied' || answer === 'pair_refused' || answer === 'access_denied';
}

function isBeingRepaired({ alarm, repair }: StoreFacts): boolean {
  return alarm !== null && repair !== null;
}

/** A permission that has opened nothing since it was given: that is half open, and its seller is at hand. */
function neverWorkedSinceConsent({ everOk, lastOkAt, authorizedAt, authorizedBy }: StoreFacts): boolean {
  if (everOk.length === 0 || lastOkAt === null) return true;
  return authorizedBy === 'consent' && lastOkAt < (authorizedAt ?? 0);
}

const SOME_SELLERS: Likely = {
  cause: 'mkt.auth_incident',
  reason: 'The marketplace may refuse some of its sellers for hours and answer all others.',
};

type Waiting = { suspicion: Suspicion; proof: GuardResult; until: number };

/** What stands in the row until then: the marketplace or the store, with everything that the answers leave open. */
export function waitingDiagnosis({ suspicion, proof, until }: Waiting): Diagnosis {
  const { cause } = SOME_SELLERS;
  const { owner, action, healsInPlace } = causeRule(cause);
  return {
    cause,
    likely: [SOME_SELLERS, ...suspicion.likely],
    owner,
    action,
    healsInPlace,
    confidence: 'low',
    evidence: proof.evidence,
    excluded: [],
    capability: suspicion.capability,
    until,
  };
}
