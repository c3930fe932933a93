/** The HTTP server: one Fastify, the contract's schemas, security headers, limits, and the routes by group. */
import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { fastify, LogController, type RawServerDefault } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { Fault } from '../core/fault.ts';
import type { AppLog } from '../log.ts';
import { answerError } from './faults.ts';
import { BODY_LIMIT, parseJsonBodies } from './json-body.ts';
import { createMeters } from './meters.ts';
import { describeApi } from './openapi.ts';
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
import { bearerOf, changesSomething } from './session.ts';
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
  const https = web.settings.publicUrl.startsWith('https://');
  const app: App = fastify<RawServerDefault>({
    loggerInstance: log,
    // One line per request, without its address, is written by the meters.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    // An https address declares one proxy in front; only its word about the caller's address is taken.
    trustProxy: https ? (_address, hop) => hop < 1 : false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: answerError,
  }).withTypeProvider();
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  parseJsonBodies(app);
  refuseNul(app);
  acceptEarlierCookies(app, web);
  createMeters(app);
  await app.register(cookie);
  await secureHeaders(app, { https, formTargets: web.settings.formTargets });
  await limitWrites(app);
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

/** No database takes a NUL character in a text, and no honest address has one. */
function refuseNul(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (/%00/.test(request.url)) throw new Fault('invalid-request', { detail: 'The address holds a NUL character.' });
  });
}

/** After the secret of sign-in cookies was rotated, the library would refuse the cookies that were given out before. */
function acceptEarlierCookies(app: App, { people }: Web): void {
  app.addHook('onRequest', async (request) => {
    const { cookie: header } = request.headers;
    if (header !== undefined) request.headers.cookie = people.cookies.current(header);
  });
}

async function secureHeaders(app: App, at: { https: boolean; formTargets: string[] }): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        frameSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'self'"],
        // Consent starts with a form that is answered by a redirect: browsers check where it leads, too.
        formAction: ["'self'", ...at.formTargets],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: at.https ? { maxAge: 31_536_000 } : false,
  });
}

/** Writes a minute: far above what a person can click, and above what an import of stores makes. */
const WRITES_BY_KEY = 60_000;
const WRITES_BY_PERSON = 600;

async function limitWrites(app: App): Promise<void> {
  await app.register(rateLimit, {
    global: true,
    timeWindow: 60_000,
    cache: 20_000,
    max: (request) => (bearerOf(request) === null ? WRITES_BY_PERSON : WRITES_BY_KEY),
    keyGenerator: (request) => `${bearerOf(request) === null ? 'person' : 'key'} ${request.ip}`,
    allowList: (request) => !changesSomething(request.method),
    errorResponseBuilder: (_request, context) =>
      new Fault('too-many-requests', { retryAfterSeconds: Math.ceil(context.ttl / 1000) }),
  });
}
