/** Faults of the operator's own app and machine: where an incident stands, and what shows that it is over. Pure. */
import type { Cause } from './diagnosis.ts';

/** The cohort under which incidents of this machine stand. */
export const OWN_COHORT = 'own';

/** Where a fault of the operator's stands: an app's is one for all its regions, this machine's one for all apps. */
export function faultCohort(cause: Cause, applicationId: string): string {
  return cause.startsWith('own.') ? OWN_COHORT : `app:${applicationId}`;
}

/** The app that an incident is about; null: this machine's. */
export function appOfCohort(cohort: string): string | null {
  return cohort.startsWith('app:') ? cohort.slice('app:'.length) : null;
}

/**
 * What shows that a fault is over.
 * - `app`: the app's own token or key is taken again · `machine`: another host answers, and our clock is its clock
 * - `consent`: a seller's consent went through · `stores`: no store shows the fault any more
 */
export type OverBy = 'app' | 'machine' | 'consent' | 'stores';

export function overBy(cause: Cause): OverBy {
  switch (cause) {
    case 'app.secret_expired':
    case 'app.key_unknown':
    case 'app.secret_wrong':
      return 'app';
    case 'own.network':
    case 'own.clock':
      return 'machine';
    case 'app.draft':
    case 'app.redirect_mismatch':
    case 'app.consent_limit':
    case 'app.suspended':
    case 'app.mws_dev_id_missing':
      return 'consent';
    default:
      return 'stores';
  }
}

/** What a consent that goes through disproves: the page that refused everybody lets somebody pass. */
export const CONSENT_DISPROVES = [
  'app.draft',
  'app.redirect_mismatch',
  'app.consent_limit',
  'app.suspended',
  'app.mws_dev_id_missing',
  'app.mismatch',
] as const satisfies readonly Cause[];
