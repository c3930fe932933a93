/** The evidence of a store: every answer that was worth keeping. */
import { listObservations } from '../../stores/read.ts';
import { ObservationBody } from '../contract/store.ts';
import { Id, paged, Paging } from '../paging.ts';
import type { Routes } from '../web.ts';

export const addObservationRoutes: Routes = (app, { shop, ask }) => {
  app.route({
    method: 'GET',
    url: '/v1/stores/:id/observations',
    schema: {
      summary: 'What a store’s status rests on, newest first',
      params: Id,
      querystring: Paging,
      response: { 200: paged(ObservationBody) },
    },
    handler: (request) =>
      ask.inAccount(request, async ({ accountId }) => {
        const { cursor, limit } = request.query;
        return listObservations(shop, { accountId, id: request.params.id, cursor: cursor ?? null, limit });
      }),
  });
};
