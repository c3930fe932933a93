/** Which marketplaces, sites and currencies a store can be connected with. */
import { MARKETPLACES, type Marketplace } from '../../core/access.ts';
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
    app_name: shop.apps().find((app) => app.marketplace === marketplace)?.name ?? null,
    sites: connector.sites.map((site) => ({
      site: site.site,
      marketplace_id: site.marketplaceId,
      name: site.name,
      country: site.country,
      currency: site.currency,
      region: site.region,
    })),
  };
}
