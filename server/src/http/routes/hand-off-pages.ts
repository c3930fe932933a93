/**
 * The page of a hand-off, for a store's owner who is no user here: server-rendered, escaped, in their language. A GET shows and
 * changes nothing, so that mail scanners and previews may; only the form's POST goes on, and binds the browser that sends it.
 */
import { readFileSync } from 'node:fs';
import formbody from '@fastify/formbody';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { handOffLanguage, type HandOffLanguage } from '../../core/hand-off.ts';
import type { Arrival } from '../../stores/arrive.ts';
import {
  isTripOf,
  leaveByHandOff,
  noteOpened,
  sayNotOwner,
  tripBegun,
  viewHandOff,
  type HandOffView,
} from '../../stores/hand-off-visit.ts';
import { bindBrowser, handOffOf, rememberHandOff } from '../browser.ts';
import { HandOffLanguageName } from '../contract/hand-off.ts';
import { createBrake } from '../limits.ts';
import {
  elsewherePage,
  HAND_OFF_NOTICES,
  handOffPage,
  handOffPageKey,
  unknownHandOffPage,
  type HandOffNotice,
  type HandOffPage,
} from '../pages/hand-off/page.ts';
import { refuseOtherSites } from '../session.ts';
import type { App, Web } from '../web.ts';

const Token = z.object({ token: z.string().max(200) });
/** Whatever is not one of ours counts as not said. */
const Query = z.object({
  lang: HandOffLanguageName.optional().catch(undefined),
  notice: z.enum(HAND_OFF_NOTICES).optional().catch(undefined),
});
const Form = z
  .object({ lang: HandOffLanguageName.optional().catch(undefined), here: z.literal('1').optional().catch(undefined) })
  .nullish();
const page = { page: true };

/** Unknown addresses from one place in a minute before it must wait: guessing is hopeless anyway, this keeps it cheap. */
const UNKNOWN_MOST = 60;

export async function addHandOffPages(app: App, web: Web): Promise<void> {
  await app.register(formbody, { bodyLimit: 4096 });
  addFiles(app);
  addPage(app, web);
  addPosts(app, web);
}

function addFiles(app: App): void {
  const files = [
    { name: 'style.css', type: 'text/css; charset=utf-8' },
    { name: 'page.js', type: 'text/javascript; charset=utf-8' },
  ];
  for (const { name, type } of files) {
    const content = readFileSync(new URL(`../pages/hand-off/${name}`, import.meta.url), 'utf8');
    app.route({
      method: 'GET',
      url: `/hand-off/${name}`,
      handler: async (_request, reply) => reply.type(type).header('cache-control', 'public, max-age=600').send(content),
    });
  }
}

function addPage(app: App, web: Web): void {
  const { shop } = web;
  const unknown = createBrake({ most: UNKNOWN_MOST, windowMs: 60_000, now: Date.now });

  async function view(request: FastifyRequest, token: string): Promise<HandOffView | null> {
    const waits = unknown.waits(request.ip);
    if (waits !== null) throw new Fault('too-many-requests', { retryAfterSeconds: waits });
    const found = await viewHandOff(shop, token);
    if (found === null) unknown.count(request.ip);
    return found;
  }

  app.route({
    method: 'GET',
    url: '/hand-off/:token',
    schema: { params: Token, querystring: Query },
    config: page,
    handler: async (request, reply) => {
      const { token } = request.params;
      const { lang, notice } = request.query;
      const found = await view(request, token);
      if (found === null) return sendUnknown(request, reply, { web, lang: lang ?? null });
      reply.code(found.state === 'revoked' || found.state === 'expired' ? 410 : 200);
      return sendPage(reply, web, handOffPage(pageOf(web, found, { token, lang, notice })));
    },
  });

  app.route({
    method: 'GET',
    url: '/hand-off/:token/state',
    schema: { params: Token },
    handler: async (request, reply) => {
      const found = await view(request, request.params.token);
      if (found === null) throw new Fault('not-found');
      return reply.header('cache-control', 'no-store').send({ page: handOffPageKey(found) });
    },
  });
}

function addPosts(app: App, web: Web): void {
  const { shop, settings } = web;

  // Sent by the page's script once somebody has the page before them.
  app.route({
    method: 'POST',
    url: '/hand-off/:token/opened',
    schema: { params: Token },
    handler: async (request, reply) => {
      refuseOtherSites(request, settings.publicUrl);
      await noteOpened(shop, request.params.token);
      return reply.code(204).send();
    },
  });

  app.route({
    method: 'POST',
    url: '/hand-off/:token/continue',
    schema: { params: Token, body: Form },
    config: page,
    handler: async (request, reply) => {
      refuseOtherSites(request, settings.publicUrl);
      const { token } = request.params;
      const language = request.body?.lang ?? null;
      const here = request.body?.here === '1';
      const browser = bindBrowser(request, reply, settings.publicUrl);
      const left = await leaveByHandOff(shop, { token, browser, language, here }).catch(endedOrThrow);
      if (left === null) return reply.redirect(pathOf(token, { lang: language }), 303);
      if (left.kind === 'left') {
        rememberHandOff(reply, token, settings.publicUrl);
        return reply.header('cache-control', 'no-store').redirect(left.location, 303);
      }
      const found = await viewHandOff(shop, token);
      if (found === null) return sendUnknown(request, reply, { web, lang: language });
      reply.code(409);
      return sendPage(reply, web, elsewherePage(pageOf(web, found, { token, lang: language ?? undefined })));
    },
  });

  app.route({
    method: 'POST',
    url: '/hand-off/:token/not-owner',
    schema: { params: Token, body: Form },
    config: page,
    handler: async (request, reply) => {
      refuseOtherSites(request, settings.publicUrl);
      const { token } = request.params;
      await sayNotOwner(shop, token).catch(endedOrThrow);
      return reply.redirect(pathOf(token, { lang: request.body?.lang ?? null }), 303);
    },
  });
}

/** Over, unknown, or being checked: the page itself says which, in its own language. */
function endedOrThrow(error: unknown): null {
  if (error instanceof Fault && (error.code === 'session-ended' || error.code === 'not-found')) return null;
  throw error;
}

type Said = { token: string; lang?: HandOffLanguage | undefined; notice?: HandOffNotice | undefined };

function pageOf({ settings }: Web, view: HandOffView, { token, lang, notice }: Said): HandOffPage {
  const path = pathOf(token, {});
  return { view, language: lang ?? view.language, path, url: `${settings.publicUrl}${path}`, notice: notice ?? null };
}

function pathOf(token: string, said: { lang?: string | null; notice?: HandOffNotice }): string {
  const query = new URLSearchParams();
  if (said.lang != null) query.set('lang', said.lang);
  if (said.notice !== undefined) query.set('notice', said.notice);
  const path = `/hand-off/${encodeURIComponent(token)}`;
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

function sendUnknown(
  request: FastifyRequest,
  reply: FastifyReply,
  { web, lang }: { web: Web; lang: HandOffLanguage | null },
): FastifyReply {
  return sendPage(reply.code(404), web, unknownHandOffPage(lang ?? spokenBy(request)));
}

/** The first language of the browser's that we have. */
function spokenBy(request: FastifyRequest): HandOffLanguage {
  const wanted = (request.headers['accept-language'] ?? '').split(',').map((one) => one.split(';', 1)[0]?.trim() ?? '');
  return handOffLanguage(...wanted.slice(0, 10));
}

function sendPage(reply: FastifyReply, { settings }: Web, content: string): FastifyReply {
  const targets = ["'self'", ...settings.formTargets].join(' ');
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex, nofollow, noarchive')
    .header(
      'content-security-policy',
      `default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action ${targets}`,
    )
    .send(content);
}

/** What an owner's own page says better than a page for users: the trip can be begun anew from there. */
const LED_BACK: Readonly<Record<string, HandOffNotice>> = {
  expired: 'late',
  replayed: 'again',
  other_browser: 'again',
  malformed: 'again',
  no_state: 'again',
  unknown_state: 'again',
};

/** Where an arrival from the marketplace goes when this browser is following an owner's link; null when it is not. */
export async function backToHandOff(request: FastifyRequest, { shop }: Web, arrival: Arrival): Promise<string | null> {
  const token = handOffOf(request);
  if (token === null) return null;
  if (arrival.kind === 'session') {
    return (await isTripOf(shop, { token, sessionId: arrival.sessionId })) ? pathOf(token, {}) : null;
  }
  const notice = LED_BACK[arrival.page];
  const begun = notice === undefined ? null : await tripBegun(shop, token);
  // All is done already: only what belongs to that very trip is told so.
  if (begun === null || (begun === 'done' && arrival.page !== 'replayed')) return null;
  return pathOf(token, notice === undefined || begun === 'done' ? {} : { notice });
}
