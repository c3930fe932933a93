/** The renewal day: what is to be renewed where, the day itself, and what a person says is done. */
import formbody from '@fastify/formbody';
import { chooseRenewalDay, leaveToRenew, noteRenewed, readRenewals } from '../../stores/renewals.ts';
import { bindBrowser } from '../browser.ts';
import { ChosenDay, Renewals } from '../contract/renewals.ts';
import { Id } from '../paging.ts';
import type { App, Routes, Web } from '../web.ts';

export const addRenewalRoutes: Routes = (app, { shop, ask }) => {
  const response = { 200: Renewals };

  app.route({
    method: 'GET',
    url: '/app/renewals',
    schema: { response },
    handler: (request) => ask.asPerson(request, ({ account }) => readRenewals(shop, { accountId: account.id })),
  });

  app.route({
    method: 'PUT',
    url: '/app/renewals/day',
    schema: { body: ChosenDay, response },
    handler: (request) =>
      ask.asPerson(request, ({ account }) => chooseRenewalDay(shop, { accountId: account.id, day: request.body.day })),
  });

  app.route({
    method: 'POST',
    url: '/app/renewals/:id/renewed',
    schema: { params: Id, response },
    handler: (request) =>
      ask.asPerson(request, ({ account }) => noteRenewed(shop, { accountId: account.id, id: request.params.id })),
  });
};

/** A real form, so that the answer can lead a new tab to the marketplace. */
export async function addRenewalForm(app: App, { shop, ask, settings }: Web): Promise<void> {
  await app.register(formbody, { bodyLimit: 4096 });

  app.route({
    method: 'POST',
    url: '/app/renewals/:id/leave',
    schema: { params: Id },
    config: { page: true },
    handler: async (request, reply) => {
      const { location } = await ask.asPerson(request, ({ account }) => {
        const browser = bindBrowser(request, reply, settings.publicUrl);
        return leaveToRenew(shop, { accountId: account.id, id: request.params.id, browser });
      });
      return reply.header('cache-control', 'no-store').redirect(location, 303);
    },
  });
}
