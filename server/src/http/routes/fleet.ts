/** The operator's pages: all accounts at once. */
import { accountNames } from '../../people/accounts.ts';
import { readFleet } from '../../stores/fleet.ts';
import { Fleet } from '../contract/app.ts';
import { askOperator } from '../operator.ts';
import type { Routes } from '../web.ts';

export const addFleetRoutes: Routes = (app, web) => {
  app.route({
    method: 'GET',
    url: '/app/fleet',
    schema: { response: { 200: Fleet } },
    handler: async (request) => {
      await askOperator(web, request);
      const { stores, ...counts } = await readFleet(web.shop);
      const names = await accountNames(
        web.people,
        stores.map(({ accountId }) => accountId),
      );
      const named = stores.map(({ accountId, ...store }) => ({ ...store, account: names.get(accountId) ?? accountId }));
      return { mws: { ...counts, stores: named } };
    },
  });
};
