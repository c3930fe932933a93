/** Which marketplaces, sites and currencies a store can be connected with. */
import { MARKETPLACES, type App, type Marketplace } from '../../core/access.ts';
import { findApp, isAutomatic, type Shop } from '../../stores/shop.ts';
import { Catalogue } from '../contract/app.ts';
import type { Routes, Web } from '../web.ts';

const MORE_CURRENCIES = ['USD', 'EUR', 'GBP'];

export const addCatalogueRoutes: Routes = (app, web) => {
  app.route({
    method: 'GET',
    url: '/app/catalogue',
    schema: { response: { 200: Catalogue } },
    handler: async (request) => {
      await web.ask.person(request);
      const marketplaces = MARKETPLACES.map((marketplace) => describe(web, marketplace));
      const sold = marketplaces.flatMap((one) => one.sites.map((site) => site.currency));
      return { marketplaces, currencies: [...new Set([...MORE_CURRENCIES, ...sold])].sort() };
    },
  });
};

function describe({ shop }: Web, marketplace: Marketplace) {
  const connector = shop.connector(marketplace);
  return {
    marketplace,
    label: connector.label,
    retired_on: connector.retired?.on ?? null,
    app_name: shop.apps().find((app) => app.marketplace === marketplace)?.name ?? null,
    credential_fields: fieldsOf(connector),
    sites: connector.sites.map((site) => ({
      site: site.site,
      marketplace_id: site.marketplaceId,
      name: site.name,
      country: site.country,
      currency: site.currency,
      region: site.region,
      ...served(findApp(shop, { marketplace, region: site.region, site: site.site })),
    })),
  };
}

function served(app: App | null) {
  return { app_name: app?.name ?? null, automatic: app !== null && isAutomatic(app) };
}

/** Where the token alone does not say whose it is, the seller ID has to be typed too, and comes first as on the page it is copied from. */
function fieldsOf({ tokenField, grant }: ReturnType<Shop['connector']>) {
  const seller = { name: 'seller_id', required: grant.kind === 'direct' } as const;
  const token = { name: tokenField, required: true } as const;
  return grant.kind === 'direct' ? [seller, token] : [token, seller];
}
