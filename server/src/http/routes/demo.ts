/** The demo's fire drill: break a store on purpose, move the clock. Not there outside the demo. */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { DemoState, MoveClock, StartDrill } from '../contract/app.ts';
import { Id } from '../paging.ts';
import { requireSameOrigin, saysSameOrigin } from '../session.ts';
import type { DemoDesk } from '../../demo/desk.ts';
import type { App, Routes, Web } from '../web.ts';

const PREPARED_WITHIN_MS = 15_000;
const answer = { response: { 200: DemoState } };

export const addDemoRoutes: Routes = (app, web) => {
  if (web.demo === null) return;
  addDrills(app, web, web.demo);
  addClock(app, web, web.demo);
  addSignIn(app, web, web.demo);
};

function addDrills(app: App, { ask }: Web, demo: DemoDesk): void {
  app.route({
    method: 'GET',
    url: '/app/demo',
    schema: answer,
    handler: async (request) => {
      const { account } = await ask.person(request);
      return demo.state(account.id);
    },
  });

  app.route({
    method: 'POST',
    url: '/app/demo/drills',
    schema: { body: StartDrill, ...answer },
    handler: async (request) => {
      const { account } = await ask.person(request);
      await demo.start(account.id, request.body);
      return demo.state(account.id);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/app/demo/drills/:id',
    schema: { params: Id, ...answer },
    handler: async (request) => {
      const { account } = await ask.person(request);
      await demo.stop(account.id, request.params.id);
      return demo.state(account.id);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/app/demo/drills',
    schema: answer,
    handler: async (request) => {
      const { account } = await ask.person(request);
      await demo.stopAll(account.id);
      return demo.state(account.id);
    },
  });
}

function addClock(app: App, { ask }: Web, demo: DemoDesk): void {
  app.route({
    method: 'POST',
    url: '/app/demo/clock',
    schema: { body: MoveClock, ...answer },
    handler: async (request) => {
      const { account } = await ask.person(request);
      await demo.moveClock(account.id, request.body);
      return demo.state(account.id);
    },
  });
}

/** A newcomer may be quicker than the first start. */
async function untilPrepared({ prepared }: DemoDesk): Promise<void> {
  const late = setTimeout(PREPARED_WITHIN_MS, 'late', { ref: false });
  if ((await Promise.race([prepared, late])) === 'late') {
    throw new Fault('not-ready', { detail: 'The demo is still being prepared. Try again in a moment.' });
  }
}

function addSignIn(app: App, { people, settings }: Web, demo: DemoDesk): void {
  app.route({
    method: 'POST',
    url: '/app/demo/sign-in',
    schema: { response: { 204: z.null() } },
    handler: async (request, reply) => {
      if (saysSameOrigin(request, settings.publicUrl) === false) requireSameOrigin(request, settings.publicUrl);
      await untilPrepared(demo);
      const auth = await people.auth();
      const signedIn = await auth.api.signInEmail({ body: demo.person, returnHeaders: true });
      for (const cookie of signedIn.headers.getSetCookie()) reply.header('set-cookie', cookie);
      return reply.code(204).send(null);
    },
  });
}
