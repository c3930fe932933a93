/** Causes in a few words, for lists of several. Whole sentences with dates come from the server. */
import type { DiagnosisBody } from '../../../server/src/http/contract/store.ts';

export type Cause = DiagnosisBody['cause'];

export const CAUSE_WORDS = {
  'grant.expiring': 'The yearly permission runs out soon',
  'grant.expired': 'The yearly permission ran out',
  'grant.revoked': 'Access was switched off at Amazon',
  'grant.half_open': 'Amazon took the permission but lets no call through',
  'grant.superseded': 'The permission was given again elsewhere',
  'grant.role_missing': 'Amazon shares only part of the data with us',
  'grant.abandoned': 'Amazon’s permission page was left before confirming',
  'grant.denied': 'The permission was refused at Amazon',
  'grant.not_owner': 'Somebody other than the primary user tried to confirm',
  'cred.malformed': 'The credentials were not copied whole',
  'cred.wrong_pair': 'Seller ID and token do not belong together',
  'cred.wrong_region': 'The store sells in another region',
  'cred.wrong_app': 'The token was made for another app',
  'cred.wrong_store': 'Another store was confirmed at Amazon',
  'cred.unproven': 'Amazon named no seller for the permission',
  'store.inactive': 'None of the store’s sites is selling',
  'store.deactivated': 'Amazon deactivated the store',
  'store.at_risk': 'Amazon says the store is at risk',
  'store.closed': 'The store is closed at Amazon',
  'store.listings_suspended': 'Listings are suspended, perhaps a vacation',
  'store.site_refused': 'Amazon refuses one of the store’s sites',
  'store.payouts_disabled': 'Amazon has paused payouts',
  'store.identity_unverified': 'The seller ID is not proven yet',
  'store.duplicate': 'The seller is connected twice in this account',
  'data.silent_empty': 'Amazon answers without data that it always gave',
  'app.secret_expired': 'Our key at Amazon ran out',
  'app.secret_expiring': 'Our key at Amazon runs out soon',
  'app.key_unknown': 'Amazon does not know our key any more',
  'app.secret_wrong': 'We sign our calls to Amazon wrongly',
  'app.mws_dev_id_missing': 'We have no developer ID for this region yet',
  'app.mismatch': 'Our app is not set up right at Amazon',
  'app.suspended': 'Our app is suspended at Amazon',
  'app.draft': 'Our app is not published at Amazon yet',
  'app.redirect_mismatch': 'Our address is not registered at Amazon',
  'app.consent_limit': 'Amazon lets our app take no more sellers',
  'mkt.outage': 'Amazon is not answering',
  'mkt.auth_incident': 'Amazon is refusing everyone',
  'mkt.throttle': 'Amazon asks us to slow down',
  'mkt.sunset': 'Amazon has replaced MWS by a new way',
  'own.network': 'Our own network has a problem',
  'own.clock': 'Our own clock is wrong',
  'own.interrupted': 'We could not finish with your confirmation',
  'own.database': 'Our own database has a problem',
  'own.credential': 'We cannot open its stored credential',
  'own.check': 'We cannot check it because of a fault of ours',
  unknown: 'An answer that we do not know',
} as const satisfies Record<Cause, string>;

/** Said only when it is not high: why it is not certain, with one cause standing or several. */
export function confidenceWords(
  confidence: DiagnosisBody['confidence'] | null,
  likely: DiagnosisBody['likely'],
): string {
  if (confidence === null || confidence === 'high') return '';
  if (likely.length > 1) return 'We are not sure: the evidence leaves room for more than one cause.';
  if (confidence === 'medium') return 'We are fairly sure, not certain.';
  return 'We are fairly sure, not certain: we have only few stores to compare with.';
}
