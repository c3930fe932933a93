/**
 * The pages of a connect session and of arrivals from the marketplace: server-rendered, no script, escaped. A browser is
 * bound to its session by a cookie.
 */
import { readFileSync } from 'node:fs';
import formbody from '@fastify/formbody';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { switchAccount } from '../../people/sign-in.ts';
import type { ArrivalPage } from '../../stores/arrival-pages.ts';
import { arriveAtCallback, arriveAtLogin, type Arrival } from '../../stores/arrive.ts';
import { confirmAgain, leaveForMarketplace, pageOfSession } from '../../stores/connect.ts';
import { bindBrowser, browserOf, linkOf, rememberLink } from '../browser.ts';
import { arrivalPage, thanksPage } from '../pages/arrival-page.ts';
import { sessionPage } from '../pages/session-page.ts';
import { Id } from '../paging.ts';
import { refuseOtherSites } from '../session.ts';
import type { App, Web } from '../web.ts';
import { backToHandOff } from './hand-off-pages.ts';

const Token = z.object({ token: z.string().max(200) });
/** A marketplace's query: texts only; whatever comes twice counts as wrong. */
const Query = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const page = { page: true };

export async function addConnectPages(app: App, web: Web): Promise<void> {
  await app.register(formbody, { bodyLimit: 4096 });
  addStyle(app);
  addSessionPages(app, web);
  addAgain(app, web);
  addArrivals(app, web);
}

const CSS = readFileSync(new URL('../pages/style.css', import.meta.url), 'utf8');

function addStyle(app: App): void {
  app.route({
    method: 'GET',
    url: '/connect/style.css',
    handler: async (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=600').send(CSS),
  });
}

function addSessionPages(app: App, web: Web): void {
  const { shop, settings } = web;

  for (const url of ['/connect/s/:token', '/connect/s/:token/done']) {
    app.route({
      method: 'GET',
      url,
      schema: { params: Token },
      config: page,
      handler: async (request, reply) => {
        const { token } = Token.parse(request.params);
        const browser = bindBrowser(request, reply, settings.publicUrl);
        const session = await pageOfSession(shop, { token, browser });
        rememberLink(reply, token, settings.publicUrl);
        return sendPage(reply, web, sessionPage({ session, token }));
      },
    });
  }

  app.route({
    method: 'POST',
    url: '/connect/s/:token/continue',
    schema: { params: Token },
    config: page,
    handler: async (request, reply) => {
      refuseOtherSites(request, settings.publicUrl);
      const { token } = request.params;
      const browser = bindBrowser(request, reply, settings.publicUrl);
      const { location } = await leaveForMarketplace(shop, { token, browser });
      rememberLink(reply, token, settings.publicUrl);
      return reply.header('cache-control', 'no-store').redirect(location, 303);
    },
  });

  // The same for a person who is signed in and knows the session by its id.
  app.route({
    method: 'POST',
    url: '/connect/:id/continue',
    schema: { params: Id },
    config: page,
    handler: async (request, reply) => {
      const { account } = await web.ask.person(request);
      const browser = bindBrowser(request, reply, settings.publicUrl);
      const visitor = { sessionId: request.params.id, accountId: account.id, browser };
      const { location } = await leaveForMarketplace(shop, visitor);
      return reply.header('cache-control', 'no-store').redirect(location, 303);
    },
  });
}

/** The one click of a page that Amazon's visitor came to by a way that did not begin here. */
function addAgain(app: App, web: Web): void {
  app.route({
    method: 'POST',
    url: '/connect/stores/:id/continue',
    schema: { params: Id },
    config: page,
    handler: async (request, reply) => {
      const { accounts } = await web.ask.person(request);
      const browser = bindBrowser(request, reply, web.settings.publicUrl);
      const accountIds = accounts.map((account) => account.id);
      const { location } = await confirmAgain(web.shop, { storeId: request.params.id, accountIds, browser });
      return reply.header('cache-control', 'no-store').redirect(location, 303);
    },
  });
}

function addArrivals(app: App, web: Web): void {
  const schema = { querystring: Query };

  app.route({
    method: 'GET',
    url: '/connect/amazon/callback',
    schema,
    config: page,
    handler: async (request, reply) => {
      const signedIn = await web.ask.personOrNull(request);
      const accountIds = signedIn?.accounts.map((account) => account.id) ?? [];
      const arrival = await arriveAtCallback(web.shop, {
        query: plain(request.query),
        browser: browserOf(request),
        accountIds,
      });
      const owners = signedIn === null ? await backToHandOff(request, web, arrival) : null;
      if (owners !== null) return reply.redirect(owners, 303);
      if (arrival.kind === 'page') return sendArrival(reply, web, arrival);
      if (signedIn === null || !accountIds.includes(arrival.accountId)) return toLink({ request, reply, web }, arrival);
      if (signedIn.account.id !== arrival.accountId) {
        await switchAccount(web.people, { signedIn, accountId: arrival.accountId });
      }
      return reply.redirect(`/connect/${encodeURIComponent(arrival.sessionId)}`, 303);
    },
  });

  app.route({
    method: 'GET',
    url: '/connect/amazon/login',
    schema,
    config: page,
    handler: async (request, reply) => {
      const browser = bindBrowser(request, reply, web.settings.publicUrl);
      const arrival = await arriveAtLogin(web.shop, { query: plain(request.query), browser });
      if (arrival.kind === 'page') return sendArrival(reply, web, arrival);
      return reply.header('cache-control', 'no-store').redirect(arrival.location, 303);
    },
  });
}

type Exchange = { request: FastifyRequest; reply: FastifyReply; web: Web };

/** Nobody is signed in: the browser goes back to the link it was following, if that is the same session. */
async function toLink(
  { request, reply, web }: Exchange,
  arrival: Extract<Arrival, { kind: 'session' }>,
): Promise<FastifyReply> {
  const token = linkOf(request);
  const browser = browserOf(request);
  if (token === null || browser === null) return sendPage(reply, web, thanksPage());
  const session = await pageOfSession(web.shop, { token, browser }).catch((error: unknown) => {
    if (error instanceof Fault) return null;
    throw error;
  });
  if (session?.id !== arrival.sessionId) return sendPage(reply, web, thanksPage());
  return reply.redirect(`/connect/s/${encodeURIComponent(token)}/done`, 303);
}

function plain(query: z.infer<typeof Query>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
  );
}

function sendArrival(reply: FastifyReply, web: Web, arrival: ArrivalPage): FastifyReply {
  return sendPage(reply.code(arrival.status), web, arrivalPage(arrival));
}

function sendPage(reply: FastifyReply, web: Web, content: string): FastifyReply {
  const targets = ["'self'", ...web.settings.formTargets].join(' ');
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header(
      'content-security-policy',
      `default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action ${targets}`,
    )
    .send(content);
}
