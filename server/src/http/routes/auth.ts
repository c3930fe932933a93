/**
 * `/api/auth/*`: signing up, in and out, confirming an address, choosing a password. better-auth does the work; only these
 * doors of it are open. No answer and no length of work says whether an address is known here.
 */
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { confirmAddress, emailOfLink, findByEmail, mailConfirmation } from '../../people/persons.ts';
import { sendPersonMail } from '../../people/mail.ts';
import { callAuth, isRefusal, isWrongPassword, linkOver, requireStrong, wrongPassword } from '../auth-answers.ts';
import { createBackground, type Background } from '../background.ts';
import {
  ChangePassword,
  Confirm,
  Done,
  OnlyEmail,
  ResetPassword,
  SignIn,
  SignUp,
  UpdatePerson,
} from '../contract/sign-in.ts';
import { createGuesses } from '../guesses.ts';
import { cookieHeaders, requireSameOrigin, saysSameOrigin } from '../session.ts';
import { auditSigningIn } from '../sign-in-audit.ts';
import { createSignInGuard, waitFor, type SignInGuard } from '../sign-in-guard.ts';
import type { App, Routes, Web } from '../web.ts';

const DONE = { status: true } as const;
const done = { response: { 200: Done } };

type Inside = { web: Web; guard: SignInGuard; background: Background };

export const addAuthRoutes: Routes = (app, web) => {
  const background = createBackground(web.shop.log);
  const inside: Inside = { web, background, guard: createSignInGuard(web, background) };
  app.addHook('preHandler', async (request) => requireOwnPage(request, web));
  auditSigningIn(app, inside);
  app.addHook('onClose', () => background.ended());
  addSigningUp(app, inside);
  addSigningIn(app, inside);
  addForgotten(app, inside);
  addOwnSettings(app, inside);
};

/** Programs without cookies may call; a browser must come from our own pages. */
function requireOwnPage(request: FastifyRequest, { settings }: Web): void {
  if (request.method !== 'POST') return;
  const quiet = saysSameOrigin(request, settings.publicUrl) === null && request.headers.cookie === undefined;
  if (!quiet) requireSameOrigin(request, settings.publicUrl);
}

function addSigningUp(app: App, { web, guard, background }: Inside): void {
  app.route({
    method: 'POST',
    url: '/api/auth/sign-up/email',
    schema: { body: SignUp, ...done },
    handler: async (request, reply) => {
      guard.admitAddress(request);
      const { name, email, password } = request.body;
      await requireStrong('password', password, [name, email]);
      const { api } = await web.people.auth();
      await callAuth(reply, () => api.signUpEmail({ body: { name, email, password }, returnHeaders: true }));
      return DONE;
    },
  });

  app.route({
    method: 'POST',
    url: '/api/auth/send-verification-email',
    schema: { body: OnlyEmail, ...done },
    handler: async (request) => {
      guard.admitAddress(request);
      const person = await findByEmail(web.people, request.body.email);
      background.run(async () => person && mailConfirmation(web.people, person));
      return DONE;
    },
  });

  app.route({
    method: 'POST',
    url: '/api/auth/confirm',
    schema: { body: Confirm, ...done },
    handler: async (request, reply) => {
      const { token, password } = request.body;
      const email = await emailOfLink(web.people, token);
      if (email === null) throw linkOver();
      const settle = guard.admit(request, email);
      const became = await confirmAddress(web.people, { email, password }).catch((error: unknown) => {
        settle('failed');
        throw error;
      });
      settle(became === 'wrong_password' ? 'wrong' : 'right');
      if (became === 'wrong_password') throw wrongPassword('password');
      if (became === 'over') throw linkOver();
      const { api } = await web.people.auth();
      await callAuth(reply, () =>
        api.signInEmail({ body: { email, password }, headers: agentOf(request), returnHeaders: true }),
      );
      guard.remember(request, reply, email);
      return DONE;
    },
  });
}

function addSigningIn(app: App, { web, guard }: Inside): void {
  app.route({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    schema: { body: SignIn, ...done },
    handler: async (request, reply) => {
      const { email, password } = request.body;
      const settle = guard.admit(request, email);
      const { api } = await web.people.auth();
      await callAuth(reply, () =>
        api.signInEmail({ body: { email, password }, headers: agentOf(request), returnHeaders: true }),
      ).catch((error: unknown) => {
        settle(isRefusal(error) ? 'wrong' : 'failed');
        throw error;
      });
      settle('right');
      guard.remember(request, reply, email);
      return DONE;
    },
  });

  app.route({
    method: 'POST',
    url: '/api/auth/sign-out',
    schema: done,
    handler: async (request, reply) => {
      const { api } = await web.people.auth();
      await callAuth(reply, () => api.signOut({ headers: cookieHeaders(request), returnHeaders: true }));
      return DONE;
    },
  });

  app.route({
    method: 'GET',
    url: '/api/auth/get-session',
    handler: async (request, reply) => {
      const signedIn = await web.ask.personOrNull(request);
      reply.header('cache-control', 'no-store').type('application/json');
      if (signedIn === null) return reply.send('null');
      const { personId: id, name, email, emailVerified } = signedIn;
      return { user: { id, name, email, emailVerified }, session: { id: signedIn.sessionId } };
    },
  });
}

function addForgotten(app: App, { web, guard, background }: Inside): void {
  app.route({
    method: 'POST',
    url: '/api/auth/request-password-reset',
    schema: { body: OnlyEmail, ...done },
    handler: async (request) => {
      guard.admitAddress(request);
      const person = await findByEmail(web.people, request.body.email);
      const { api } = await web.people.auth();
      background.run(async () => person && api.requestPasswordReset({ body: { email: person.email } }));
      return DONE;
    },
  });

  app.route({
    method: 'POST',
    url: '/api/auth/reset-password',
    schema: { body: ResetPassword, ...done },
    handler: async (request, reply) => {
      guard.admitAddress(request);
      await requireStrong('newPassword', request.body.newPassword, []);
      const { api } = await web.people.auth();
      await callAuth(reply, () => api.resetPassword({ body: request.body, returnHeaders: true }));
      return DONE;
    },
  });
}

/** Wrong current passwords of one person, in a quarter of an hour. */
const WRONG_MOST = 10;
const WINDOW_MS = 15 * 60_000;

function addOwnSettings(app: App, { web, background }: Inside): void {
  const guesses = createGuesses({ most: WRONG_MOST, windowMs: WINDOW_MS, now: Date.now });

  app.route({
    method: 'POST',
    url: '/api/auth/change-password',
    schema: { body: ChangePassword, ...done },
    handler: async (request, reply) => {
      const { personId: id, name, email } = await web.ask.person(request);
      const taken = guesses.take(id);
      if ('waits' in taken) throw waitFor(taken.waits);
      await changePassword(request.body).catch((error: unknown) => {
        if (!isWrongPassword(error)) taken.giveBack();
        throw error;
      });
      guesses.forget(id);
      background.run(() => sendPersonMail(web.people, { what: 'password_changed', person: { id, name, email } }));
      return DONE;

      async function changePassword({ currentPassword, newPassword }: z.infer<typeof ChangePassword>): Promise<void> {
        await requireStrong('newPassword', newPassword, [name, email]);
        const { api } = await web.people.auth();
        const body = { currentPassword, newPassword, revokeOtherSessions: true };
        await callAuth(reply, () => api.changePassword({ body, headers: cookieHeaders(request), returnHeaders: true }));
      }
    },
  });

  app.route({
    method: 'POST',
    url: '/api/auth/update-user',
    schema: { body: UpdatePerson, ...done },
    handler: async (request, reply) => {
      await web.ask.person(request);
      const { api } = await web.people.auth();
      const { name } = request.body;
      await callAuth(reply, () =>
        api.updateUser({ body: { name }, headers: cookieHeaders(request), returnHeaders: true }),
      );
      return DONE;
    },
  });
}

function agentOf(request: FastifyRequest): Headers {
  const agent = request.headers['user-agent'];
  return new Headers(agent === undefined ? {} : { 'user-agent': agent });
}
