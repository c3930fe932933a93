/**
 * The pages of a connect session and of arrivals from the marketplace: server-rendered, no script, escaped. A GET of a link
 * changes nothing; *Continue* binds the browser to its session by a cookie.
 */
import { readFileSync } from 'node:fs';
import formbody from '@fastify/formbody';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { accountName } from '../../people/accounts.ts';
import { switchAccount } from '../../people/sign-in.ts';
import { ARRIVAL_PAGES, PAGES, type ArrivalPage } from '../../stores/arrival-pages.ts';
import { arrivalPageNamed, arriveAtCallback, type Arrival } from '../../stores/arrive.ts';
import { arriveAtLogin, isLoginArrival } from '../../stores/login-arrival.ts';
import { confirmAgain, leaveForMarketplace, pageOfSession } from '../../stores/connect.ts';
import { bindBrowser, browserOf, linkOf, rememberLink } from '../browser.ts';
import { createBrake } from '../limits.ts';
import { arrivalPage, loginPage, thanksPage } from '../pages/arrival-page.ts';
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
  addLogin(app, web);
  addArrived(app, web);
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
        // A value for this browser; only *Continue* ties the session to it.
        const browser = bindBrowser(request, reply, settings.publicUrl);
        const { session, accountId } = await pageOfSession(shop, { token, browser });
        rememberLink(reply, token, settings.publicUrl);
        const asking = await accountName(web.people, accountId);
        return sendPage(reply, web, sessionPage({ session, token, asking }));
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
    // A GET of this address uses up a one-time code: no program may do it by asking for its headers.
    exposeHeadRoute: false,
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
      // The address holds a one-time code or a token, so the browser leaves it at once, whatever came of it.
      reply.header('cache-control', 'no-store');
      if (owners !== null) return reply.redirect(owners, 303);
      if (arrival.kind === 'page') return reply.redirect(cleanAddress(arrival), 303);
      if (signedIn === null || !accountIds.includes(arrival.accountId)) return toLink({ request, reply, web }, arrival);
      if (signedIn.account.id !== arrival.accountId) {
        await switchAccount(web.people, { signedIn, accountId: arrival.accountId });
      }
      return reply.redirect(`/connect/${encodeURIComponent(arrival.sessionId)}`, 303);
    },
  });
}

/** *Continue* presses from one address in a minute before it must wait. */
const LOGINS_MOST = 30;

/** The Login URI, for everybody alike: a page first, and only its click writes and goes on. */
function addLogin(app: App, web: Web): void {
  const logins = createBrake({ most: LOGINS_MOST, windowMs: 60_000, now: Date.now });

  app.route({
    method: 'GET',
    url: '/connect/amazon/login',
    schema: { querystring: Query },
    config: page,
    handler: async (request, reply) => {
      const query = plain(request.query);
      if (!isLoginArrival(web.shop, query)) return sendArrival(reply, web, PAGES.malformed);
      return sendPage(reply, web, loginPage(fieldsOf(query)));
    },
  });

  app.route({
    method: 'POST',
    url: '/connect/amazon/login',
    schema: { body: Query },
    config: page,
    handler: async (request, reply) => {
      refuseOtherSites(request, web.settings.publicUrl);
      const waits = logins.waits(request.ip);
      if (waits !== null) throw new Fault('too-many-requests', { retryAfterSeconds: waits });
      logins.count(request.ip);
      const browser = bindBrowser(request, reply, web.settings.publicUrl);
      const arrival = await arriveAtLogin(web.shop, { query: plain(request.body), browser });
      if (arrival.kind === 'page') return sendArrival(reply, web, arrival);
      return reply.header('cache-control', 'no-store').redirect(arrival.location, 303);
    },
  });
}

/** What the connector reads of the address; the rest goes nowhere. */
function fieldsOf(query: Record<string, string | undefined>): Record<string, string> {
  const names = ['amazon_callback_uri', 'amazon_state', 'selling_partner_id', 'version'];
  return Object.fromEntries(names.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])));
}

const Arrived = z.object({ page: z.enum(ARRIVAL_PAGES) });
const AboutStore = z.object({ store: z.string().max(60).optional().catch(undefined) });

function cleanAddress({ page: name, storeId }: ArrivalPage): string {
  const path = `/connect/arrived/${name}`;
  return storeId === undefined ? path : `${path}?${new URLSearchParams({ store: storeId }).toString()}`;
}

/** Where an arrival that cannot go on is explained. The address says nothing of what came with it. */
function addArrived(app: App, web: Web): void {
  app.route({
    method: 'GET',
    url: THANKS,
    config: page,
    handler: async (_request, reply) => sendPage(reply, web, thanksPage()),
  });

  app.route({
    method: 'GET',
    url: '/connect/arrived/:page',
    schema: { params: Arrived, querystring: AboutStore },
    config: page,
    handler: async (request, reply) => {
      const signedIn = await web.ask.personOrNull(request);
      const accountIds = signedIn?.accounts.map((account) => account.id) ?? [];
      const storeId = request.query.store ?? null;
      return sendArrival(
        reply,
        web,
        await arrivalPageNamed(web.shop, {
          name: request.params.page,
          storeId,
          accountIds,
          browser: browserOf(request),
        }),
      );
    },
  });
}

type Exchange = { request: FastifyRequest; reply: FastifyReply; web: Web };

const THANKS = '/connect/arrived/thanks';

/** Nobody is signed in: the browser goes back to the link it was following, if that is the same session. */
async function toLink(
  { request, reply, web }: Exchange,
  arrival: Extract<Arrival, { kind: 'session' }>,
): Promise<FastifyReply> {
  const token = linkOf(request);
  const browser = browserOf(request);
  if (token === null || browser === null) return reply.redirect(THANKS, 303);
  const found = await pageOfSession(web.shop, { token, browser }).catch((error: unknown) => {
    if (error instanceof Fault && error.status < 500) return null;
    throw error;
  });
  if (found?.session.id !== arrival.sessionId) return reply.redirect(THANKS, 303);
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
