/** The *Reconnect Your Store* dialog: opening it starts the quick looking. */
import { openSession } from '../../stores/connect.ts';
import { lookNow, openRepair, readRepair, sellerCentralOpened } from '../../stores/repair.ts';
import { timeline } from '../../stores/read.ts';
import { bindBrowser } from '../browser.ts';
import { Repair } from '../contract/connect.ts';
import { HandOff, TimelineEntry } from '../contract/app.ts';
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

/** The link for the owner, and what happened before. */
const addAround: Routes = (app, { shop, ask }) => {
  // Bound to no browser yet: the first one that opens the link is the owner's.
  app.route({
    method: 'POST',
    url: '/app/stores/:id/hand-off',
    schema: { params: Id, response: { 201: HandOff } },
    handler: (request, reply) =>
      ask.asPerson(request, async ({ account }) => {
        const opening = { accountId: account.id, storeId: request.params.id, browser: null };
        const { session } = await openSession(shop, opening);
        return reply.code(201).send({ url: session.url, expires_at: session.expires_at });
      }),
  });

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
