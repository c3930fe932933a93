/**
 * The hand-off: a link for a store's owner who is no user here. Which steps it takes, how it stands, and in which languages
 * its page speaks. All instants are milliseconds.
 */
import type { Cause } from './diagnosis.ts';

/** The page exists in these; a site of any other language begins in English. */
export const HAND_OFF_LANGUAGES = ['en', 'de', 'fr', 'it', 'es', 'nl', 'pl', 'sv', 'ja', 'zh'] as const;
export type HandOffLanguage = (typeof HAND_OFF_LANGUAGES)[number];

/** How long a link works: one day, three, a week, two weeks. */
export const HAND_OFF_DAYS = { P1D: 1, P3D: 3, P7D: 7, P14D: 14 } as const;
export type HandOffSpan = keyof typeof HAND_OFF_DAYS;

/** After this long a trip to Amazon counts as not come back; until then a link that runs out does not break it off. */
export const TRIP_MS = 15 * 60_000;

/**
 * - `opened`: a browser showed the page to somebody, or *Continue* was pressed. Fetching it is not enough.
 * - `left`: went to Amazon · `back`: confirmed there and came back · `checking`: Amazon's permission is kept, the ladder runs
 * - `not_back`: nobody came back within a quarter of an hour · `not_owner`: whoever opened it says so, or Amazon does
 */
export const HAND_OFF_STEPS = [
  'opened',
  'left',
  'back',
  'checking',
  'green',
  'refused',
  'not_owner',
  'wrong_store',
  'failed',
  'not_back',
  'revoked',
] as const;
export type HandOffStepKind = (typeof HAND_OFF_STEPS)[number];
export type HandOffStep = { kind: HandOffStepKind; at: number };

export const HAND_OFF_STATES = ['made', ...HAND_OFF_STEPS, 'expired'] as const;
export type HandOffState = (typeof HAND_OFF_STATES)[number];

/** As many are kept; somebody who tries for ever moves the middle out, not the beginning or the end. */
const STEPS_MOST = 40;

/** The steps with one more. The page opened again is counted elsewhere, and is no step back. */
export function withStep(steps: readonly HandOffStep[], step: HandOffStep): HandOffStep[] {
  if (step.kind === 'opened' && steps.some(({ kind }) => kind === 'opened')) return [...steps];
  const longer = [...steps, step];
  return longer.length <= STEPS_MOST ? longer : [...longer.slice(0, 4), ...longer.slice(5)];
}

export type HandOffFacts = {
  steps: readonly HandOffStep[];
  expiresAt: number;
  revokedAt: number | null;
  usedAt: number | null;
};

/** How the hand-off stands. Used up wins over everything; a trip that is under way is not broken off by the clock. */
export function handOffState({ steps, expiresAt, revokedAt, usedAt }: HandOffFacts, now: number): HandOffState {
  if (usedAt !== null) return 'green';
  if (revokedAt !== null) return 'revoked';
  const last = steps.at(-1);
  if (now >= expiresAt && !isUnderWay(last, now)) return 'expired';
  return last?.kind ?? 'made';
}

function isUnderWay(last: HandOffStep | undefined, now: number): boolean {
  if (last?.kind === 'back' || last?.kind === 'checking') return true;
  return last?.kind === 'left' && now - last.at < TRIP_MS;
}

/** Nothing can be done with the link any more. */
export function isOver(state: HandOffState): boolean {
  return state === 'green' || state === 'revoked' || state === 'expired';
}

/** The step that a failed trip is. `otherStore`: somebody confirmed for another seller than the store's own. */
export function stepOfFailure(cause: Cause, otherStore: boolean): HandOffStepKind {
  if (otherStore) return 'wrong_store';
  if (cause === 'grant.denied') return 'refused';
  return cause === 'grant.not_owner' ? 'not_owner' : 'failed';
}

/** The page's language for a site's own (`de-DE`), or for the first that a browser asks for and that we have. */
export function handOffLanguage(...wanted: readonly string[]): HandOffLanguage {
  for (const one of wanted) {
    const [primary = ''] = one.toLowerCase().split('-', 1);
    const known = HAND_OFF_LANGUAGES.find((language) => language === primary);
    if (known !== undefined) return known;
  }
  return 'en';
}
