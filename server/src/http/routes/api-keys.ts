/** The account's API keys. A key is shown once, when it is made. */
import { z } from 'zod';
import { createApiKey, deleteApiKey, listApiKeys, type ApiKey as Key } from '../../people/api-keys.ts';
import { requireManager } from '../../people/members.ts';
import { ApiKey, CreatedApiKey, NewApiKey } from '../contract/app.ts';
import { Id } from '../paging.ts';
import type { Routes } from '../web.ts';

export const addApiKeyRoutes: Routes = (app, { people, ask }) => {
  app.route({
    method: 'GET',
    url: '/app/api-keys',
    schema: { response: { 200: z.object({ data: z.array(ApiKey) }) } },
    handler: async (request) => {
      const { account } = await ask.person(request);
      return { data: (await listApiKeys(people, account.id)).map(toBody) };
    },
  });

  app.route({
    method: 'POST',
    url: '/app/api-keys',
    schema: { body: NewApiKey, response: { 201: CreatedApiKey } },
    handler: async (request, reply) => {
      const signedIn = await ask.person(request);
      requireManager(signedIn);
      const made = await createApiKey(people, { accountId: signedIn.account.id, name: request.body.name });
      return reply.code(201).send({ ...toBody(made), key: made.key.reveal() });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/app/api-keys/:id',
    schema: { params: Id, response: { 204: z.null() } },
    handler: async (request, reply) => {
      const signedIn = await ask.person(request);
      requireManager(signedIn);
      await deleteApiKey(people, { accountId: signedIn.account.id, id: request.params.id });
      return reply.code(204).send(null);
    },
  });
};

function toBody(key: Key) {
  return { id: key.id, name: key.name, start: key.start, created_at: key.createdAt, last_used_at: key.lastUsedAt };
}
