/** Is a fault of the operator's over? Asked once a minute for every incident that is open, whether or not a store is due. */
import type { App } from '../core/access.ts';
import { appOfCohort, overBy } from '../core/app-fault.ts';
import type { Site } from '../connectors/connector.ts';
import { SKEW_LIMIT_MS } from '../core/suspicion.ts';
import { closeIncident, openIncidents, type IncidentRow } from '../db/incidents.ts';
import { someStoreShows } from '../db/fleet.ts';
import { appNamed } from './app-incidents.ts';
import { serves, type Shop } from './shop.ts';
import { callContext } from './subject.ts';

const DAY = 86_400_000;

/** Closes what is over; how many were. Asks the marketplace outside of any transaction. */
export async function endFaults(shop: Shop): Promise<number> {
  let ended = 0;
  for (const row of await openIncidents(shop.db.db)) {
    // How long a secret still lives is watched by the calendar.
    if (row.openedBy !== 'app' || row.cause === 'app.secret_expiring' || !(await isOver(shop, row))) continue;
    const at = shop.now();
    const { cohort, cause } = row;
    await shop.db.transaction((tx) => closeIncident(tx, { cohort, cause, at, by: 'app', openedBefore: at }));
    ended += 1;
  }
  return ended;
}

async function isOver(shop: Shop, row: IncidentRow): Promise<boolean> {
  switch (overBy(row.cause)) {
    case 'app':
      return appIsTaken(shop, row);
    case 'machine':
      return machineIsWell(shop, row);
    case 'consent':
      return row.cause === 'app.draft' && isDraft(appNamed(shop, appOfCohort(row.cohort)));
    case 'stores':
      return nobodyShows(shop, row);
  }
}

/** The marketplace takes the app's own token or key. An app that was taken out of the settings has no fault any more. */
async function appIsTaken(shop: Shop, { cohort }: IncidentRow): Promise<boolean> {
  const app = appNamed(shop, appOfCohort(cohort));
  const site = app && siteOf(shop, app);
  if (!app || !site) return true;
  return (await shop.connector(app.marketplace).askApp({ app, site }, callContext(shop))).answer === 'ok';
}

export function siteOf(shop: Shop, app: App): Site | null {
  return shop.connector(app.marketplace).sites.find((site) => serves(app, site)) ?? null;
}

async function machineIsWell(shop: Shop, { cause }: IncidentRow): Promise<boolean> {
  const marketplace = shop.apps()[0]?.marketplace ?? 'amazon';
  const { answer, facts } = await shop.connector(marketplace).askSelf(callContext(shop));
  if (answer !== 'ok' || cause === 'own.network') return answer === 'ok';
  return facts.skewMs !== undefined && Math.abs(facts.skewMs) <= SKEW_LIMIT_MS;
}

/** Whoever says that the app is a draft asks the page for drafts, and is not refused for it. */
function isDraft(app: App | null): boolean {
  return app?.marketplace === 'amazon' && app.draft;
}

/** A fault that was met while connecting may have left no store behind: then it stands for a day, or until a consent goes through. */
async function nobodyShows(shop: Shop, { cohort, cause, operation, openedAt }: IncidentRow): Promise<boolean> {
  if (operation === 'consent' && shop.now() - openedAt < DAY) return false;
  return !(await someStoreShows(shop.db.db, { applicationId: appOfCohort(cohort), cause }));
}
