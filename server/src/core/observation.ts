/**
 * Observations: what a probe, a data call, a seller's act or the clock told us. Append-only facts,
 * already translated out of the marketplace's own words by its connector.
 */

import type { Standing } from './notice.ts';

/** Amazon's selling regions: one grant covers every site of a region. */
export const REGIONS = ['na', 'eu', 'fe'] as const;
export type Region = (typeof REGIONS)[number];

/** Kinds of data a grant can open. `connected` needs a successful data call, not a token (rule R7). */
export const CAPABILITIES = ['participations', 'payouts', 'finances', 'reports', 'notifications'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** The rungs of the ladder, in the order in which they are asked; `pair` cross-checks a seller ID and token that fail together. */
export const RUNGS = [
  'local',
  'self',
  'app',
  'control',
  'grant',
  'identity',
  'pair',
  'capability',
  'freshness',
] as const;
export type Rung = (typeof RUNGS)[number];

/**
 * What an answer means, whatever the marketplace called it.
 * - `ok`: the call did what it should (an empty list is ok: rule R2)
 * - `grant_refused`: the token endpoint says the seller's permission is gone (Amazon: `invalid_grant`, "User may have revoked")
 * - `token_unknown`: the token endpoint does not know this refresh token for this app
 * - `code_refused`: the one-time consent code was too old, used, or of another app
 * - `app_refused`: the app's own credentials were refused (`invalid_client`)
 * - `app_secret_expired`: the marketplace says that the app's secret ran out
 * - `app_key_unknown`, `app_secret_wrong`: the operator's signing key is not known, or signs wrongly (MWS)
 * - `clock_refused`: the request's own time is too far from the marketplace's: our clock (MWS `RequestExpired`)
 * - `wrong_app`: the token belongs to another app (`unauthorized_client`)
 * - `denied`: a data call was refused without a reason (Amazon's opaque 403)
 * - `section_denied`: refused, and the marketplace names the section that our app may not call (MWS "Access to … is denied")
 * - `pair_refused`: the token is not this seller's for this developer: mistyped, another's, or taken back (MWS)
 * - `access_denied`: refused without a reason for the seller as a whole: run out, switched off, another region (MWS)
 * - `not_eligible`: the marketplace says that the seller's account may not be reached at all
 * - `site_refused`: one site of the store is closed to it, the others are not
 * - `token_stale`: the access token itself is too old or was cancelled: ask with a fresh one before believing anything
 * - `refusal_for_all`: a refusal that speaks of the marketplace's own machinery, seen when everybody is refused
 * - `throttled`: asked too often; never evidence against a grant (rule R2)
 * - `marketplace_error`: 5xx · `no_answer`: nothing came back in time · `garbled`: an answer that cannot be read
 * - `local_error`: a fault of ours kept the check from being made; `code` says which: nobody was asked
 * - `bad_request`: the marketplace found our question wrong · `unknown`: no rule knows this answer (rule R12)
 */
export const ANSWERS = [
  'ok',
  'grant_refused',
  'token_unknown',
  'code_refused',
  'app_refused',
  'app_secret_expired',
  'app_key_unknown',
  'app_secret_wrong',
  'clock_refused',
  'wrong_app',
  'denied',
  'section_denied',
  'pair_refused',
  'access_denied',
  'not_eligible',
  'site_refused',
  'token_stale',
  'refusal_for_all',
  'throttled',
  'marketplace_error',
  'no_answer',
  'garbled',
  'bad_request',
  'local_error',
  'unknown',
] as const;
export type Answer = (typeof ANSWERS)[number];

/** A site as the marketplace describes it: does the store sell there, are its listings suspended. */
export type SiteStanding = {
  /** The shop's domain, for example `amazon.de`. */
  site: string;
  marketplaceId: string;
  storeName: string | null;
  participating: boolean;
  /** True also in vacation mode: a notice, not a broken connection. */
  listingsSuspended: boolean;
};

/** What a good answer told beside being good. Every field is optional: most calls tell one thing. */
export type LearntFacts = {
  sites?: SiteStanding[];
  /** The identity that the marketplace itself put into its answer. */
  sellerId?: string;
  /** Whether a list held anything. An empty one is no error (rule R2); one that used to be full is worth a second look. */
  rows?: 'some' | 'none';
  /** Health of the coming payout, where the marketplace tells it. */
  payouts?: 'scheduled' | 'disabled' | 'at_risk' | 'none';
  /** Health of the marketplace's service by its own word; `info` is green with a message. */
  service?: 'green' | 'info' | 'yellow' | 'red';
  /** What the marketplace told of the seller's account as a whole. */
  standing?: Standing;
  /** Marketplace clock minus our clock, milliseconds, from the `Date` header. */
  skewMs?: number;
};

/** One answer, understood. `at` is milliseconds since 1970, UTC; `ms` is how long the call took. */
export type Observation = {
  id: string;
  at: number;
  /** `notification`: nobody asked, the marketplace told it. */
  source: 'connect' | 'probe' | 'repair' | 'seller' | 'clock' | 'notification';
  rung: Rung;
  /** The marketplace's operation (`getMarketplaceParticipations`), or `token`. */
  call: string;
  region: Region | null;
  capability: Capability | null;
  answer: Answer;
  /** HTTP status and the marketplace's own code and words, redacted; for *How we know* only. */
  status: number | null;
  code: string | null;
  message: string | null;
  ms: number;
  credentialVersion: number;
  /** True when the call was made with an access token minted in the same run. */
  freshToken: boolean;
  facts: LearntFacts;
};

/** The calls of one look follow each other within this. Milliseconds. */
export const ONE_LOOK_MS = 60_000;

/** The fault of ours that an answer speaks of, or null: no store's grant is moved by it (rule R11). */
export function appFaultCause(
  answer: Answer,
): 'app.secret_expired' | 'app.key_unknown' | 'app.secret_wrong' | 'own.clock' | null {
  switch (answer) {
    case 'app_refused':
    case 'app_secret_expired':
      return 'app.secret_expired';
    case 'app_key_unknown':
      return 'app.key_unknown';
    case 'app_secret_wrong':
      return 'app.secret_wrong';
    case 'clock_refused':
      return 'own.clock';
    default:
      return null;
  }
}

/** An answer about the store's own data, and no witness. */
export function isData({ rung }: Observation): boolean {
  return rung === 'identity' || rung === 'capability';
}

/** A data call refused, with a reason or without one. */
export function isDenial(answer: Answer): boolean {
  return answer === 'denied' || answer === 'section_denied';
}

/** A seller ID and token refused together, without a token endpoint that could say more. */
export function isPairRefusal(answer: Answer): boolean {
  return answer === 'pair_refused' || answer === 'access_denied' || answer === 'not_eligible';
}

/** Answers that say nothing about a store's grant or standing: weather at most. */
export function saysNothing(answer: Answer): boolean {
  return WEATHER_ANSWERS.has(answer);
}

const WEATHER_ANSWERS: ReadonlySet<Answer> = new Set([
  'throttled',
  'marketplace_error',
  'no_answer',
  'garbled',
  'bad_request',
  'token_stale',
]);
