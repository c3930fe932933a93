/** The people of an account, and invitations by link. */
import { z } from 'zod';
import { acceptInvitation, invite, readInvitation } from '../../people/invitations.ts';
import { listPeople, removePerson } from '../../people/members.ts';
import { Invitation, InvitationPage, NewPerson, Person } from '../contract/app.ts';
import { Id } from '../paging.ts';
import type { Routes } from '../web.ts';

export const addPeopleRoutes: Routes = (app, { people, ask }) => {
  app.route({
    method: 'GET',
    url: '/app/people',
    schema: { response: { 200: z.object({ data: z.array(Person) }) } },
    handler: async (request) => {
      return { data: await listPeople(people, await ask.person(request)) };
    },
  });

  app.route({
    method: 'POST',
    url: '/app/people',
    schema: { body: NewPerson, response: { 201: Invitation } },
    handler: async (request, reply) => {
      const signedIn = await ask.person(request);
      const made = await invite(people, { signedIn, ...request.body });
      return reply.code(201).send({ id: made.id, email: made.email, url: made.url, expires_at: made.expiresAt });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/app/people/:id',
    schema: { params: Id, response: { 204: z.null() } },
    handler: async (request, reply) => {
      await removePerson(people, { signedIn: await ask.person(request), id: request.params.id });
      return reply.code(204).send(null);
    },
  });
};

export const addInvitationRoutes: Routes = (app, { people, ask }) => {
  // `id` is the secret of the link: its holder may read it, signed in or not.
  app.route({
    method: 'GET',
    url: '/app/invitations/:id',
    schema: { params: Id, response: { 200: InvitationPage } },
    handler: async (request, reply) => {
      const found = await readInvitation(people, request.params.id);
      reply.header('cache-control', 'no-store');
      return {
        id: found.id,
        email: found.email,
        account_name: found.accountName,
        invited_by: found.invitedBy,
        role: found.role,
        expires_at: found.expiresAt,
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/app/invitations/:id/accept',
    schema: { params: Id, response: { 204: z.null() } },
    handler: async (request, reply) => {
      const signedIn = await ask.person(request);
      await acceptInvitation(people, { signedIn, secret: request.params.id });
      return reply.code(204).send(null);
    },
  });
};
