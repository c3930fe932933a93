/** A cohort's name in its parts (see cohortOf). */
import { MARKETPLACES, type Marketplace } from '../core/access.ts';
import { REGIONS, type Region } from '../core/observation.ts';

export type CohortPlace = { marketplace: Marketplace; applicationId: string; region: Region };

/** Null for the incidents of an app or of this machine. */
export function placeOfCohort(cohort: string): CohortPlace | null {
  const first = cohort.indexOf(':');
  const last = cohort.lastIndexOf(':');
  const marketplace = MARKETPLACES.find((one) => one === cohort.slice(0, first));
  const region = REGIONS.find((one) => one === cohort.slice(last + 1));
  if (!marketplace || !region || first === last) return null;
  return { marketplace, region, applicationId: cohort.slice(first + 1, last) };
}
