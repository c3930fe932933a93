/** What a seller types into *Authorize new developer*: the operator's MWS developers, site by site. */
import type { Site } from '../connectors/connector.ts';
import { Fault } from '../core/fault.ts';
import type { DeveloperIdBody } from '../http/contract/connect.ts';
import { siteOf } from './open-store.ts';
import { findApp, isAutomatic, type Shop } from './shop.ts';

const MARKETPLACE = 'amazon-mws';

/** Of one site or of all that have one. Throws a fault for a site nobody knows, and for a named one without a developer. */
export function developerIds(shop: Shop, domain: string | null): DeveloperIdBody[] {
  const { sites } = shop.connector(MARKETPLACE);
  if (domain === null) return sites.flatMap((site) => developerOf(shop, site) ?? []);
  const site = siteOf(shop, { marketplace: MARKETPLACE, site: domain });
  const found = developerOf(shop, site);
  if (found) return [found];
  throw new Fault('not-found', {
    detail: `No MWS developer is configured here for ${site.site}. The operator adds one to the file named by STOREKEEPER_APPS_FILE.`,
  });
}

function developerOf(shop: Shop, { site, region, country }: Site): DeveloperIdBody | null {
  const app = findApp(shop, { marketplace: MARKETPLACE, region, site });
  if (!app) return null;
  return {
    marketplace: MARKETPLACE,
    site,
    country,
    region,
    developer_name: app.name,
    developer_id: app.applicationId,
    automatic: isAutomatic(app),
  };
}
