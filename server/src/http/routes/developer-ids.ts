/** `/v1/developer_ids`: the developer that the sellers of a site authorize at MWS. */
import { z } from 'zod';
import { developerIds } from '../../stores/developer-ids.ts';
import { DeveloperIdBody } from '../contract/connect.ts';
import type { Routes } from '../web.ts';

export const addDeveloperIdRoutes: Routes = (app, { shop, ask }) => {
  app.route({
    method: 'GET',
    url: '/v1/developer_ids',
    schema: {
      summary: 'Developer name and ID for Authorize new developer, of one site or of all that have one',
      querystring: z.strictObject({ site: z.string().trim().min(1).max(60).optional() }),
      response: { 200: z.object({ data: z.array(DeveloperIdBody) }) },
    },
    handler: (request) =>
      ask.inAccount(request, async () => ({ data: developerIds(shop, request.query.site ?? null) })),
  });
};
