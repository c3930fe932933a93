/** What happened, oldest first: a consumer comes back with the last cursor and misses nothing. */
import { z } from 'zod';
import { listEvents } from '../../stores/read.ts';
import { EventBody } from '../contract/store.ts';
import { paged, Paging } from '../paging.ts';
import type { Routes } from '../web.ts';

const Filter = Paging.extend({ store: z.string().max(64).optional() });

export const addEventRoutes: Routes = (app, { shop, ask }) => {
  app.route({
    method: 'GET',
    url: '/v1/events',
    schema: {
      summary: 'The history of the account’s stores',
      querystring: Filter,
      response: { 200: paged(EventBody) },
    },
    handler: (request) =>
      ask.inAccount(request, async ({ accountId }) => {
        const { cursor, limit, store } = request.query;
        return listEvents(shop, {
          accountId,
          cursor: cursor ?? null,
          limit,
          ...(store === undefined ? {} : { storeId: store }),
        });
      }),
  });
};
