/** What an account is told of an incident that held stores of its own. */
import { happenedThen, happensNow } from '../core/words-incidents.ts';
import { readIncident } from '../db/incident-course.ts';
import type { IncidentRow } from '../db/incidents.ts';
import type { Tx } from '../db/open.ts';
import type { IncidentNews } from '../http/contract/store.ts';
import { placeOfCohort } from './cohort-place.ts';
import { instant, instantOrNull } from './present.ts';
import type { Shop } from './shop.ts';

/** Null where the incident is at no marketplace. */
export async function incidentNews(shop: Shop, tx: Tx, incidentId: string): Promise<IncidentNews | null> {
  const row = await readIncident(tx, incidentId);
  return row && toNews(shop, row);
}

function toNews(shop: Shop, row: IncidentRow): IncidentNews | null {
  const place = placeOfCohort(row.cohort);
  if (!place) return null;
  const { id, cause, operation, extent, closedAt } = row;
  const told = { cause, operation, extent, label: shop.connector(place.marketplace).label };
  const over = closedAt === null ? null : (row.overAt ?? closedAt);
  return {
    id,
    marketplace: place.marketplace,
    region: place.region,
    cause,
    from: instant(row.beganAt ?? row.openedAt),
    to: instantOrNull(over),
    text: { locale: 'en', sentence: `${over === null ? happensNow(told) : happenedThen(told)}.` },
  };
}
