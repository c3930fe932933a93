/** Who is signed in, and in which account they work. */
import { z } from 'zod';
import { switchAccount, type SignedIn } from '../../people/sign-in.ts';
import { Me, Offer } from '../contract/app.ts';
import { isOperator } from '../operator.ts';
import type { Routes, Web } from '../web.ts';

export const addMeRoutes: Routes = (app, web) => {
  // Asked before anybody is signed in: is this the demo, whose door stands open?
  app.route({
    method: 'GET',
    url: '/app/offer',
    schema: { response: { 200: Offer } },
    handler: async () => ({ demo: web.demo !== null, sends_mail: web.settings.sendsMail }),
  });

  app.route({
    method: 'GET',
    url: '/app/me',
    schema: { response: { 200: Me } },
    handler: async (request) => {
      return toMe(web, await web.ask.person(request));
    },
  });

  app.route({
    method: 'POST',
    url: '/app/me/account',
    schema: { body: z.strictObject({ account_id: z.string().max(64) }), response: { 200: Me } },
    handler: async (request) => {
      const signedIn = await web.ask.person(request);
      return toMe(web, await switchAccount(web.people, { signedIn, accountId: request.body.account_id }));
    },
  });
};

async function toMe(web: Web, signedIn: SignedIn): Promise<Me> {
  return {
    person: {
      id: signedIn.personId,
      name: signedIn.name,
      email: signedIn.email,
      email_verified: signedIn.emailVerified,
    },
    account: signedIn.account,
    accounts: signedIn.accounts.map(({ id, name }) => ({ id, name })),
    demo: web.demo !== null,
    operator: await isOperator(web, signedIn),
    now: new Date(web.shop.now()).toISOString(),
    unread_mails: (await web.doors.mailbox?.unread(signedIn.account.id)) ?? 0,
  };
}
