/** What goes into a judgement and what comes out. */
import type { Axes, Verdict } from './connection.ts';
import type { Cause, Confidence, Diagnosis, Likely } from './diagnosis.ts';
import type { Alarm, Phase, RepairState } from './lifecycle.ts';
import type { Capability, Observation, SiteStanding } from './observation.ts';
import type { Weather } from './weather.ts';

export type StoreFacts = {
  phase: Phase;
  /** The marketplace as a person says it: "Amazon". */
  label: string;
  /** The seller that data named; null while nothing did. */
  sellerId: string | null;
  /** Whom somebody said it is: compared with what data names, and no proof. */
  claimedSellerId?: string | null;
  /** Data named a seller that another store of the account has. */
  duplicate?: boolean;
  /** When the same seller's newer permission was proven in another account. Milliseconds. */
  supersededAt?: number | null;
  credentialVersion: number;
  authorizedAt: number | null;
  authorizedBy: 'consent' | 'stated' | 'inferred' | null;
  firstOkAt: number | null;
  /** End of the last look in which everything answered. */
  lastOkAt: number | null;
  everOk: Capability[];
  /** Kinds of data that ever gave rows. */
  rowsSeen: Capability[];
  sites: SiteStanding[];
  alarm: Alarm | null;
  repair: RepairState | null;
  /** Capabilities that other stores of the same app have denied just now. */
  deniedElsewhere: Capability[];
  /** The site that was chosen lies in another region than the one that answers. */
  regionCorrected: boolean;
  /** What the marketplace told last of the account as a whole, unasked, where it is not that all is well. */
  told?: { standing: 'at_risk' | 'deactivated'; seen: Observation } | null;
  /** A token of this store that we lost, where our own journal shows it. */
  lost?: TokenLoss | null;
};

/**
 * A token that the marketplace issued and that we did not keep. `at` in milliseconds.
 * - `code`: a confirmation was used and its token never reached the database
 * - `refresh`: the marketplace replaced the token and its answer never reached the database
 * - `restore`: the database is older than a token that was in it
 */
export type TokenLoss = { at: number; how: 'code' | 'refresh' | 'restore' };

export type JudgeInput = {
  store: StoreFacts;
  /** The open episode, oldest first: everything seen since the last look in which all was well. */
  observations: readonly Observation[];
  weather: Weather;
  now: number;
};

/** What is suspected before the guard has spoken. `basis` says which proof the guard asks for. */
export type Suspicion = {
  cause: Cause;
  likely: Likely[];
  /** The observations that it rests on, oldest first. */
  evidence: Observation[];
  /** What has to be read beside them: without it the same rules would read the evidence as something else. */
  beside: Observation[];
  capability: Capability | null;
  /** Which half of a pair is wrong, where that could be told. */
  half?: 'token' | 'seller_id';
  basis: 'refused' | 'denied' | 'partial' | 'stated' | 'told' | 'empty' | 'weather' | 'operator' | 'own' | 'unknown';
};

export type Judgement = {
  axes: Axes;
  verdict: Verdict;
  diagnosis: Diagnosis | null;
  notices: { cause: Cause }[];
  alarm: Alarm | null;
  /** Ids of the observations that it rests on: judged over these alone, everything else alike, verdict and cause are the same. */
  evidence: string[];
  /** What the guard still waits for before a seller may be told; empty when it passed or has nothing to guard. */
  lacking: Lacking[];
};

export type Lacking =
  | 'second_failure'
  /** It has not lasted longer than trouble at the marketplace lasts. */
  | 'time'
  | 'fresh_token'
  | 'other_operation'
  | 'control'
  | 'ordinary_cohort'
  | 'incident'
  | 'operator';

export type GuardResult = { passed: boolean; lacking: Lacking[]; confidence: Confidence; evidence: string[] };
