/** The calendar that other programs subscribe to, and its address. Whoever has the address may read; it is the only key. */
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { makeAddress, readCalendar, removeAddress } from '../../outbox/calendar-feed.ts';
import { accountName } from '../../people/accounts.ts';
import { noteMaker } from '../../people/made.ts';
import { CalendarAddress } from '../contract/renewals.ts';
import type { Routes } from '../web.ts';

export const addCalendarRoutes: Routes = (app, { shop, people, ask }) => {
  app.route({
    method: 'POST',
    url: '/app/calendar',
    schema: { response: { 201: CalendarAddress } },
    handler: (request, reply) =>
      ask.asPerson(request, async ({ account, personId }) => {
        const { url, webcalUrl, madeAt } = await makeAddress(shop, { accountId: account.id });
        await noteMaker(people, { what: 'calendar_feed', accountId: account.id, personId });
        const made_at = new Date(madeAt).toISOString();
        return reply.code(201).header('cache-control', 'no-store').send({ url, webcal_url: webcalUrl, made_at });
      }),
  });

  app.route({
    method: 'DELETE',
    url: '/app/calendar',
    schema: { response: { 204: z.null() } },
    handler: (request, reply) =>
      ask.asPerson(request, async ({ account }) => {
        await removeAddress(shop, { accountId: account.id });
        return reply.code(204).send(null);
      }),
  });

  app.route({
    method: 'GET',
    url: '/calendar/:file',
    schema: { params: z.object({ file: z.string().max(200) }) },
    handler: async (request, reply) => {
      const nameOf = (accountId: string) => accountName(people, accountId);
      const found = await readCalendar(shop, { file: request.params.file, nameOf });
      // One answer for every address that opens nothing: whether it ever did is not told.
      if (found === null) throw new Fault('not-found');
      reply.header('cache-control', 'private, no-cache').header('etag', found.etag);
      if (isKnown(request.headers['if-none-match'], found.etag)) return reply.code(304).send();
      return reply
        .type('text/calendar; charset=utf-8')
        .header('content-disposition', 'inline; filename="store-renewals.ics"')
        .send(found.text());
    },
  });
};

/** If-None-Match: a list, weak marks count (RFC 9110, 13.1.2). */
function isKnown(header: string | undefined, etag: string): boolean {
  const known = (header ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}
