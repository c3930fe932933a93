/** The HTTP server: one Fastify, the contract's schemas, security headers, limits, and the routes by group. */
import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import { fastify, LogController, type RawServerDefault } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { noticeOutages } from '../database-outage.ts';
import { agentFamily } from '../core/audit.ts';
import type { AppLog } from '../log.ts';
import { answerError, answerOutage, noticedBy } from './faults.ts';
import { BODY_LIMIT, parseJsonBodies } from './json-body.ts';
import { createMeters } from './meters.ts';
import { describeApi } from './openapi.ts';
import {
  answerBrokenRequest,
  CONNECTIONS_MOST,
  limitWrites,
  PATIENCE,
  protectRequests,
  secureHeaders,
} from './protection.ts';
import { addApiKeyRoutes } from './routes/api-keys.ts';
import { addAuthRoutes } from './routes/auth.ts';
import { addCalendarRoutes } from './routes/calendar.ts';
import { addCatalogueRoutes } from './routes/catalogue.ts';
import { addConnectPages } from './routes/connect-pages.ts';
import { addConnectSessionRoutes } from './routes/connect-sessions.ts';
import { addDeveloperIdRoutes } from './routes/developer-ids.ts';
import { addDemoRoutes } from './routes/demo.ts';
import { addEventRoutes } from './routes/events.ts';
import { addAppsRoutes } from './routes/apps.ts';
import { addFleetRoutes } from './routes/fleet.ts';
import { addHandOffPages } from './routes/hand-off-pages.ts';
import { addHandOffRoutes } from './routes/hand-offs.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addIncidentRoutes } from './routes/incidents.ts';
import { addLiveRoutes } from './routes/live.ts';
import { addMailboxRoutes } from './routes/mailbox.ts';
import { addMeRoutes } from './routes/me.ts';
import { addMessageRoutes } from './routes/messages.ts';
import { addObservationRoutes } from './routes/observations.ts';
import { addInvitationRoutes, addPeopleRoutes } from './routes/people.ts';
import { addRenewalForm, addRenewalRoutes } from './routes/renewals.ts';
import { addRepairRoutes } from './routes/repair.ts';
import { addStoreRoutes } from './routes/stores.ts';
import { addSpa } from './spa.ts';
import { compileValidator } from './validation.ts';
import type { App, Routes, Web } from './web.ts';

export const ROUTES: readonly Routes[] = [
  addHealthRoutes,
  addStoreRoutes,
  addConnectSessionRoutes,
  addObservationRoutes,
  addEventRoutes,
  addRepairRoutes,
  addHandOffRoutes,
  addRenewalRoutes,
  addCalendarRoutes,
  addMeRoutes,
  addMessageRoutes,
  addPeopleRoutes,
  addInvitationRoutes,
  addApiKeyRoutes,
  addCatalogueRoutes,
  addDeveloperIdRoutes,
  addFleetRoutes,
  addAppsRoutes,
  addIncidentRoutes,
  addLiveRoutes,
  addMailboxRoutes,
  addDemoRoutes,
];

/** Builds the server; it listens when told to. */
export async function createServer(web: Web, log: AppLog): Promise<App> {
  const { settings } = web;
  const { trustedProxies = [], patience = PATIENCE } = settings;
  const app: App = fastify<RawServerDefault>({
    loggerInstance: log,
    // One line per request, without its address, is written by the meters.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    // Only the word of a named proxy about the caller's address is taken.
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    requestTimeout: patience.requestMs,
    http: { headersTimeout: patience.headersMs, connectionsCheckingInterval: patience.checkMs },
    clientErrorHandler: answerBrokenRequest,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: answerError,
  }).withTypeProvider();
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  parseJsonBodies(app);
  app.server.maxConnections = CONNECTIONS_MOST;
  protectRequests(app, settings);
  acceptEarlierCookies(app, web);
  nameActors(app, web);
  createMeters(app);
  await app.register(cookie);
  await secureHeaders(app, settings);
  await limitWrites(app);
  answerOutages(app);
  await describeApi(app, web.settings.publicUrl);
  await app.register(async (scope) => {
    for (const add of ROUTES) add(scope.withTypeProvider(), web);
  });
  await app.register(async (scope) => addAuthRoutes(scope.withTypeProvider(), web));
  await app.register(async (scope) => addConnectPages(scope.withTypeProvider(), web));
  await app.register(async (scope) => addHandOffPages(scope.withTypeProvider(), web));
  await app.register(async (scope) => addRenewalForm(scope.withTypeProvider(), web));
  await addSpa(app, web.settings.webFolder);
  return app;
}

/** The audit log names who acts. Until a sign-in or a key is known, it is a visitor; the handler runs inside this scope. */
function nameActors(app: App, { shop }: Web): void {
  app.addHook('preHandler', (request, _reply, done) => {
    const origin = { ip: request.ip, agent: agentFamily(request.headers['user-agent']) };
    shop.db.acting({ actor: { kind: 'visitor' }, origin }, done);
  });
}

/** After the secret of sign-in cookies was rotated, the library would refuse the cookies that were given out before. */
function acceptEarlierCookies(app: App, { people }: Web): void {
  app.addHook('onRequest', async (request) => {
    const { cookie: header } = request.headers;
    if (header !== undefined) request.headers.cookie = people.cookies.current(header);
  });
}

/** Whatever a library inside made of an outage of the database, the answer says what it was. */
function answerOutages(app: App): void {
  app.addHook('preHandler', (request, _reply, done) => noticeOutages(noticedBy(request), done));
  app.addHook('onSend', async (request, reply, payload) => answerOutage(request, reply, payload));
}
