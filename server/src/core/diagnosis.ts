/** Everything that can be wrong with a connection, who can put it right, and how. */
import type { Capability } from './observation.ts';

export const OWNERS = ['seller', 'operator', 'marketplace', 'system', 'nobody'] as const;
export type Owner = (typeof OWNERS)[number];

export const ACTIONS = [
  'none',
  'renew',
  'enable',
  'reauthorize',
  'reenter',
  'reactivate',
  'request_report',
  'wait',
  'contact',
] as const;
export type Action = (typeof ACTIONS)[number];

type CauseRule = {
  owner: Owner;
  action: Action;
  /** True when access can come back without new credentials. */
  healsInPlace: boolean;
  /** Where the verdict of a confirmed cause stands. */
  leadsTo: 'reconnect' | 'store_blocked' | 'limited' | 'operator_problem' | 'held' | 'setup' | 'expiring' | 'notice';
};

/** The closed list of causes. Source: the table of causes in ARCHITECTURE.md; each row is a row there. */
export const CAUSES = {
  'grant.expiring': { owner: 'seller', action: 'renew', healsInPlace: true, leadsTo: 'expiring' },
  'grant.expired': { owner: 'seller', action: 'renew', healsInPlace: true, leadsTo: 'reconnect' },
  'grant.revoked': { owner: 'seller', action: 'enable', healsInPlace: true, leadsTo: 'reconnect' },
  'grant.half_open': { owner: 'seller', action: 'reauthorize', healsInPlace: false, leadsTo: 'reconnect' },
  // The seller gave our app the same permission again through another account of this server, so the one here ended.
  'grant.superseded': { owner: 'seller', action: 'reauthorize', healsInPlace: false, leadsTo: 'reconnect' },
  'grant.role_missing': { owner: 'operator', action: 'wait', healsInPlace: false, leadsTo: 'limited' },
  'grant.abandoned': { owner: 'seller', action: 'reauthorize', healsInPlace: false, leadsTo: 'setup' },
  'grant.denied': { owner: 'seller', action: 'reauthorize', healsInPlace: false, leadsTo: 'setup' },
  'grant.not_owner': { owner: 'seller', action: 'contact', healsInPlace: false, leadsTo: 'setup' },
  'cred.malformed': { owner: 'seller', action: 'reenter', healsInPlace: false, leadsTo: 'setup' },
  'cred.wrong_pair': { owner: 'seller', action: 'reenter', healsInPlace: false, leadsTo: 'reconnect' },
  'cred.wrong_region': { owner: 'system', action: 'none', healsInPlace: true, leadsTo: 'notice' },
  'cred.wrong_app': { owner: 'seller', action: 'reenter', healsInPlace: false, leadsTo: 'reconnect' },
  'cred.wrong_store': { owner: 'seller', action: 'reauthorize', healsInPlace: false, leadsTo: 'reconnect' },
  'cred.unproven': { owner: 'seller', action: 'reauthorize', healsInPlace: false, leadsTo: 'setup' },
  'store.inactive': { owner: 'seller', action: 'reactivate', healsInPlace: true, leadsTo: 'store_blocked' },
  'store.deactivated': { owner: 'seller', action: 'contact', healsInPlace: true, leadsTo: 'store_blocked' },
  'store.at_risk': { owner: 'seller', action: 'contact', healsInPlace: true, leadsTo: 'notice' },
  'store.closed': { owner: 'nobody', action: 'none', healsInPlace: false, leadsTo: 'store_blocked' },
  'store.listings_suspended': { owner: 'seller', action: 'none', healsInPlace: true, leadsTo: 'notice' },
  'store.site_refused': { owner: 'seller', action: 'contact', healsInPlace: true, leadsTo: 'notice' },
  'store.payouts_disabled': { owner: 'seller', action: 'contact', healsInPlace: true, leadsTo: 'notice' },
  'store.identity_unverified': { owner: 'system', action: 'none', healsInPlace: true, leadsTo: 'notice' },
  'store.duplicate': { owner: 'seller', action: 'none', healsInPlace: true, leadsTo: 'notice' },
  // Success without rows for a store that always had some: only its owner can look whether there should be any.
  'data.silent_empty': { owner: 'seller', action: 'contact', healsInPlace: true, leadsTo: 'limited' },
  'app.secret_expired': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'operator_problem' },
  'app.secret_expiring': { owner: 'operator', action: 'none', healsInPlace: true, leadsTo: 'notice' },
  'app.key_unknown': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'operator_problem' },
  'app.secret_wrong': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'operator_problem' },
  'app.mws_dev_id_missing': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'setup' },
  'app.mismatch': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'operator_problem' },
  'app.suspended': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'operator_problem' },
  'app.draft': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'setup' },
  'app.redirect_mismatch': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'setup' },
  'app.consent_limit': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'setup' },
  'mkt.outage': { owner: 'marketplace', action: 'wait', healsInPlace: true, leadsTo: 'held' },
  'mkt.auth_incident': { owner: 'marketplace', action: 'wait', healsInPlace: true, leadsTo: 'held' },
  'mkt.throttle': { owner: 'marketplace', action: 'wait', healsInPlace: true, leadsTo: 'held' },
  'mkt.sunset': { owner: 'operator', action: 'reauthorize', healsInPlace: false, leadsTo: 'notice' },
  'own.network': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'operator_problem' },
  'own.clock': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'operator_problem' },
  // A permission that we lost on our side: ours, though only the seller can give it again.
  'own.interrupted': { owner: 'system', action: 'reauthorize', healsInPlace: false, leadsTo: 'reconnect' },
  'own.database': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'operator_problem' },
  // The check itself cannot be made: its credential does not open, or the program or its settings have a fault.
  'own.credential': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'operator_problem' },
  'own.check': { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'operator_problem' },
  unknown: { owner: 'operator', action: 'wait', healsInPlace: true, leadsTo: 'notice' },
} as const satisfies Record<string, CauseRule>;

export type Cause = keyof typeof CAUSES;

export function causeRule(cause: Cause): CauseRule {
  return CAUSES[cause];
}

/** True when nothing happens before the seller does something, whoever caused it. */
export function sellerMustAct(cause: Cause): boolean {
  const { owner, action } = causeRule(cause);
  return owner === 'seller' || (owner === 'system' && action !== 'none');
}

export type Confidence = 'high' | 'medium' | 'low';

export type Likely = { cause: Cause; reason: string };

/**
 * A diagnosis: the first cause, and where the evidence leaves several standing, all of them in `likely`
 * (first = the cause), each with its reason. `evidence` are observation ids.
 */
export type Diagnosis = {
  cause: Cause;
  likely: Likely[];
  owner: Owner;
  action: Action;
  healsInPlace: boolean;
  confidence: Confidence;
  evidence: string[];
  excluded: Likely[];
  capability: Capability | null;
  /** Which half of a wrong pair is wrong, where a cross-check could tell. */
  half?: 'token' | 'seller_id';
  /** When it will be known which of the likely causes it is, where only time tells. Milliseconds since 1970. */
  until?: number;
};

/** Nobody came back from the permission page: what it showed is seen by the person in front of it alone. */
export const NOBODY_CAME_BACK: readonly Likely[] = [
  { cause: 'grant.abandoned', reason: 'Nobody came back from the permission page; that is all we see.' },
  { cause: 'grant.not_owner', reason: 'The page lets only the store’s primary user confirm.' },
  { cause: 'app.draft', reason: 'The page refuses everybody while our app is not published.' },
  { cause: 'app.redirect_mismatch', reason: 'The page refuses everybody when it does not know our address.' },
  { cause: 'app.suspended', reason: 'The page refuses everybody when our app was stopped.' },
  { cause: 'app.consent_limit', reason: 'The page refuses new stores when our app may take no more.' },
];
