/** The demo's mailbox: what would have been sent. */
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { Mail } from '../contract/app.ts';
import { Id } from '../paging.ts';
import type { Routes } from '../web.ts';

export const addMailboxRoutes: Routes = (app, { ask, doors, shop }) => {
  const { mailbox } = doors;
  if (mailbox === null) return;

  app.route({
    method: 'GET',
    url: '/app/mailbox',
    schema: { response: { 200: z.object({ data: z.array(Mail), unread: z.number().int() }) } },
    handler: (request) =>
      ask.asPerson(request, async ({ account }) => {
        const [data, unread] = await Promise.all([mailbox.list(account.id), mailbox.unread(account.id)]);
        return { data, unread };
      }),
  });

  app.route({
    method: 'POST',
    url: '/app/mailbox/:id/read',
    schema: { params: Id, response: { 204: z.null() } },
    handler: (request, reply) =>
      ask.asPerson(request, async ({ account }) => {
        const found = await mailbox.markRead({ accountId: account.id, id: request.params.id });
        if (!found) throw new Fault('not-found');
        shop.live.publish({ type: 'mailbox', accountId: account.id });
        return reply.code(204).send(null);
      }),
  });
};
