/** The weather over every cohort, for operators; and for everybody how the marketplaces answer. */
import type { FastifyReply } from 'fastify';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { closeByOperator, openByOperator } from '../../stores/incidents.ts';
import { readCohorts, readIncidents, readStatus } from '../../stores/weather-map.ts';
import {
  CloseIncident,
  CohortList,
  IncidentList,
  NotedIncident,
  OpenIncident,
  StatusBody,
} from '../contract/incident.ts';
import { askOperator } from '../operator.ts';
import { placePage, statusPage } from '../pages/status-page.ts';
import type { App, Routes, Web } from '../web.ts';

/** However many ask, the public answer is made at most this often. Milliseconds. */
const STATUS_MS = 5_000;
const INCIDENTS = 50;
const Limit = z.object({ limit: z.coerce.number().int().min(1).max(200).default(INCIDENTS) });
const Place = z.object({ marketplace: z.string().max(40), region: z.string().max(10) });
const page = { page: true };

export const addIncidentRoutes: Routes = (app, web) => {
  const status = keepStatus(web);
  addReading(app, web);
  addWord(app, web, status.forget);
  addStatus(app, status.read);
  addStatusPages(app, status.read);
};

function addReading(app: App, web: Web): void {
  app.route({
    method: 'GET',
    url: '/app/operator/cohorts',
    schema: { response: { 200: CohortList } },
    handler: async (request) => {
      await askOperator(web, request);
      const as_of = new Date(web.shop.now()).toISOString();
      return { as_of, data: await readCohorts(web.shop) };
    },
  });

  app.route({
    method: 'GET',
    url: '/app/operator/incidents',
    schema: { querystring: Limit, response: { 200: IncidentList } },
    handler: async (request) => {
      await askOperator(web, request);
      return { data: await readIncidents(web.shop, { limit: request.query.limit }) };
    },
  });
}

/** Whose word it was stands in the log; the incident itself says only that an operator said so. */
function addWord(app: App, web: Web, changed: () => void): void {
  app.route({
    method: 'POST',
    url: '/app/operator/incidents',
    schema: { body: OpenIncident, response: { 201: NotedIncident } },
    handler: async (request, reply) => {
      const { personId } = await askOperator(web, request);
      const { cohort } = request.body;
      const noted = await openByOperator(web.shop, request.body);
      changed();
      web.shop.log.info({ incident: noted.id, cohort, person: personId }, 'an operator opened an incident');
      return reply.code(201).send(noted);
    },
  });

  app.route({
    method: 'POST',
    url: '/app/operator/incidents/close',
    schema: { body: CloseIncident, response: { 200: NotedIncident } },
    handler: async (request) => {
      const { personId } = await askOperator(web, request);
      const { cohort } = request.body;
      const noted = await closeByOperator(web.shop, request.body);
      changed();
      web.shop.log.info({ incident: noted.id, cohort, person: personId }, 'an operator closed an incident');
      return noted;
    },
  });
}

type ReadStatus = () => Promise<StatusBody>;

/** One answer for all who ask within some seconds, and for all who ask at once. */
function keepStatus({ shop }: Web): { read: ReadStatus; forget: () => void } {
  let kept: { at: number; status: Promise<StatusBody> } | null = null;
  const forget = (): void => {
    kept = null;
  };
  const read = (): Promise<StatusBody> => {
    const now = shop.now();
    if (kept !== null && Math.abs(now - kept.at) < STATUS_MS) return kept.status;
    const status = readStatus(shop);
    kept = { at: now, status };
    status.catch(forget);
    return status;
  };
  return { read, forget };
}

function addStatus(app: App, read: ReadStatus): void {
  app.route({
    method: 'GET',
    url: '/v1/status',
    schema: {
      summary:
        'How the marketplaces answer, per marketplace and region, with the incidents of ninety days. Needs no key',
      security: [],
      response: { 200: StatusBody },
    },
    handler: async (_request, reply) => briefly(reply).send(await read()),
  });
}

const CSS = readFileSync(new URL('../pages/status.css', import.meta.url), 'utf8');

function addStatusPages(app: App, read: ReadStatus): void {
  app.route({
    method: 'GET',
    url: '/status/style.css',
    handler: async (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=600').send(CSS),
  });

  app.route({
    method: 'GET',
    url: '/status',
    config: page,
    handler: async (_request, reply) => sendPage(reply, statusPage(await read())),
  });

  app.route({
    method: 'GET',
    url: '/status/:marketplace/:region',
    schema: { params: Place },
    config: page,
    handler: async (request, reply) => {
      const { marketplace, region } = request.params;
      const status = await read();
      const place = status.places.find((one) => one.marketplace === marketplace && one.region === region);
      if (!place)
        throw new Fault('not-found', { detail: 'Nothing is watched there. /status names every place that is.' });
      return sendPage(reply, placePage(status, place));
    },
  });
}

function briefly(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', `public, max-age=${STATUS_MS / 1000}`);
}

function sendPage(reply: FastifyReply, content: string): FastifyReply {
  return briefly(reply)
    .type('text/html; charset=utf-8')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
    )
    .send(content);
}
