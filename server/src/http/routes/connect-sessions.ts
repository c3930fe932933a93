/** `/v1/connect_sessions`: one trip of a seller to the marketplace's consent page and back. */
import { z } from 'zod';
import { noteMaker } from '../../people/made.ts';
import { createdSession, openSession, readSession } from '../../stores/connect.ts';
import { bindBrowser } from '../browser.ts';
import { ConnectSession, NewConnectSession, NewMoveSession, NewRepairSession } from '../contract/connect.ts';
import { once, send } from '../idempotency.ts';
import { Id } from '../paging.ts';
import type { Routes } from '../web.ts';

const NewSession = z.union([NewRepairSession, NewMoveSession, NewConnectSession]);

export const addConnectSessionRoutes: Routes = (app, { shop, people, ask, doors, settings }) => {
  app.route({
    method: 'POST',
    url: '/v1/connect_sessions',
    schema: {
      summary: 'Begin a connection, with store_id a repair, with move_to too a move; send the seller to its url',
      body: NewSession,
      response: { 201: ConnectSession },
    },
    handler: (request, reply) =>
      ask.inAccount(request, async ({ accountId, personId, signedIn }) => {
        const browser = signedIn === null ? null : bindBrowser(request, reply, settings.publicUrl);
        const answer = await once(request, { idempotency: doors.idempotency, accountId }, async (remember) => {
          const opening = { accountId, browser, ...wanted(request.body), remember };
          const { session } = await openSession(shop, opening);
          await noteMaker(people, { what: 'connect_session', accountId, id: session.id, personId });
          return createdSession(session);
        });
        return send(reply, answer);
      }),
  });

  app.route({
    method: 'GET',
    url: '/v1/connect_sessions/:id',
    schema: {
      summary: 'How it stands, with the ladder’s steps as they run',
      params: Id,
      response: { 200: ConnectSession },
    },
    handler: (request) =>
      ask.inAccount(request, async ({ accountId }) => {
        return readSession(shop, { accountId, id: request.params.id });
      }),
  });
};

/** With `store_id` it is a repair or a move, and the store's own fields count. */
function wanted(body: z.infer<typeof NewSession>) {
  if ('move_to' in body) return { storeId: body.store_id, moveTo: body.move_to };
  if (body.store_id !== undefined) return { storeId: body.store_id };
  return 'site' in body ? { fields: body } : {};
}
