/** The *Reconnect Your Store* dialog: opening it starts the quick looking. */
import { lookNow, openRepair, readRepair, sellerCentralOpened } from '../../stores/repair.ts';
import { timeline } from '../../stores/read.ts';
import { bindBrowser } from '../browser.ts';
import { Repair } from '../contract/connect.ts';
import { TimelineEntry } from '../contract/app.ts';
import { Id, paged, Paging } from '../paging.ts';
import type { Routes } from '../web.ts';

export const addRepairRoutes: Routes = (app, web) => {
  addDialog(app, web);
  addAround(app, web);
};

const addDialog: Routes = (app, { shop, ask, settings }) => {
  const schema = { params: Id, response: { 200: Repair } };

  app.route({
    method: 'POST',
    url: '/app/stores/:id/repair',
    schema,
    handler: (request, reply) =>
      ask.asPerson(request, async ({ account }) => {
        const browser = bindBrowser(request, reply, settings.publicUrl);
        return openRepair(shop, { accountId: account.id, id: request.params.id, browser });
      }),
  });

  app.route({
    method: 'GET',
    url: '/app/stores/:id/repair',
    schema,
    handler: (request) =>
      ask.asPerson(request, async ({ account }) => {
        return readRepair(shop, { accountId: account.id, id: request.params.id });
      }),
  });

  app.route({
    method: 'POST',
    url: '/app/stores/:id/repair/opened',
    schema,
    handler: (request) =>
      ask.asPerson(request, async ({ account }) => {
        return sellerCentralOpened(shop, { accountId: account.id, id: request.params.id });
      }),
  });

  app.route({
    method: 'POST',
    url: '/app/stores/:id/repair/look',
    schema,
    handler: (request) =>
      ask.asPerson(request, async ({ account }) => {
        return lookNow(shop, { accountId: account.id, id: request.params.id });
      }),
  });
};

/** What happened before. */
const addAround: Routes = (app, { shop, ask }) => {
  app.route({
    method: 'GET',
    url: '/app/stores/:id/timeline',
    schema: { params: Id, querystring: Paging, response: { 200: paged(TimelineEntry) } },
    handler: (request) =>
      ask.asPerson(request, async ({ account }) => {
        const { cursor, limit } = request.query;
        return timeline(shop, { accountId: account.id, id: request.params.id, cursor: cursor ?? null, limit });
      }),
  });
};
