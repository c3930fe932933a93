/** `/v1/stores`: connect by hand, list, read, change, remove, replace credentials, look now. */
import { z } from 'zod';
import { VERDICTS } from '../../core/connection.ts';
import { requireManager } from '../../people/members.ts';
import { connectByHand, replaceCredentials } from '../../stores/by-hand.ts';
import { probeNow } from '../../stores/probe.ts';
import { listStores, patchStore, readStore } from '../../stores/read.ts';
import { connectedStore } from '../../stores/remember.ts';
import { removeStore } from '../../stores/remove.ts';
import { NewCredentials, NewStore, ProbeResult, StorePatch } from '../contract/connect.ts';
import { StoreBody } from '../contract/store.ts';
import { once, send } from '../idempotency.ts';
import { Id, paged, Paging } from '../paging.ts';
import type { App, Routes, Web } from '../web.ts';

const Filter = Paging.extend({ pending: z.enum(['true', 'false']).optional(), verdict: z.enum(VERDICTS).optional() });

export const addStoreRoutes: Routes = (app, web) => {
  addReading(app, web);
  addByHand(app, web);
  addChanging(app, web);
  addLooking(app, web);
};

function addReading(app: App, { shop, ask }: Web): void {
  app.route({
    method: 'GET',
    url: '/v1/stores',
    schema: { summary: 'The stores of the account', querystring: Filter, response: { 200: paged(StoreBody) } },
    handler: (request) =>
      ask.inAccount(request, async ({ accountId }) => {
        const { pending, verdict, cursor, limit } = request.query;
        return listStores(shop, {
          accountId,
          cursor: cursor ?? null,
          limit,
          ...(pending === undefined ? {} : { pending: pending === 'true' }),
          ...(verdict === undefined ? {} : { verdict }),
        });
      }),
  });

  app.route({
    method: 'GET',
    url: '/v1/stores/:id',
    schema: { summary: 'One store', params: Id, response: { 200: StoreBody } },
    handler: (request) =>
      ask.inAccount(request, async ({ accountId }) => {
        return readStore(shop, { accountId, id: request.params.id });
      }),
  });
}

function addByHand(app: App, { shop, ask, doors }: Web): void {
  app.route({
    method: 'POST',
    url: '/v1/stores',
    schema: {
      summary: 'Connect a store with typed-in credentials; the ladder runs at once',
      body: NewStore,
      response: { 201: StoreBody, 202: StoreBody },
    },
    handler: (request, reply) =>
      ask.inAccount(request, async ({ accountId }) => {
        const answer = await once(request, { idempotency: doors.idempotency, accountId }, async (remember) =>
          connectedStore(await connectByHand(shop, { accountId, body: request.body, remember })),
        );
        return send(reply, answer);
      }),
  });

  app.route({
    method: 'PUT',
    url: '/v1/stores/:id/credentials',
    schema: {
      summary: 'Repair by hand, or move by hand: the old credentials stay until the new ones are proven',
      params: Id,
      body: NewCredentials,
      response: { 200: StoreBody },
    },
    handler: (request) =>
      ask.inAccount(request, async ({ accountId }) => {
        return replaceCredentials(shop, { accountId, id: request.params.id, ...request.body });
      }),
  });
}

function addChanging(app: App, { shop, ask }: Web): void {
  app.route({
    method: 'PATCH',
    url: '/v1/stores/:id',
    schema: {
      summary: 'Change what you call it, or pause it',
      params: Id,
      body: StorePatch,
      response: { 200: StoreBody },
    },
    handler: (request) =>
      ask.inAccount(request, async ({ accountId }) => {
        return patchStore(shop, { accountId, id: request.params.id, patch: request.body });
      }),
  });

  app.route({
    method: 'DELETE',
    url: '/v1/stores/:id',
    schema: { summary: 'Disconnect a store and forget its credentials', params: Id, response: { 204: z.null() } },
    handler: (request, reply) =>
      ask.inAccount(request, async ({ accountId, signedIn }) => {
        // A key's rights are the account's; a person's are those of their role.
        if (signedIn !== null) requireManager(signedIn);
        await removeStore(shop, { accountId, id: request.params.id });
        return reply.code(204).send(null);
      }),
  });
}

function addLooking(app: App, { shop, ask, doors }: Web): void {
  app.route({
    method: 'POST',
    url: '/v1/stores/:id/probe',
    schema: { summary: 'Look now', params: Id, response: { 200: ProbeResult } },
    handler: (request, reply) =>
      ask.inAccount(request, async ({ accountId }) => {
        const answer = await once(request, { idempotency: doors.idempotency, accountId }, async () => ({
          status: 200,
          body: await probeNow(shop, { accountId, id: request.params.id }),
        }));
        return send(reply, answer);
      }),
  });
}
