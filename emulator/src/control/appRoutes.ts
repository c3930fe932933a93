import { z } from 'zod';

import type { App } from '../state/amazon.ts';
import { newsChanged } from '../state/announce.ts';
import { appFromEntry, appToEntry } from '../state/fromWorld.ts';
import { openQueue, readQueueArn } from '../state/queues.ts';
import { appSchema } from '../world/schema.ts';
import { badBody, notFound } from './problem.ts';
import { ok, parsed } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

const fields = appSchema.shape;

/** The world file's fields without their defaults; null takes an optional one away. */
const appPatch = z
  .strictObject({
    name: fields.name,
    developerName: fields.developerName.nullable(),
    clientId: fields.clientId,
    clientSecrets: fields.clientSecrets,
    redirectUris: fields.redirectUris.removeDefault(),
    loginUri: fields.loginUri.nullable(),
    draft: fields.draft.removeDefault(),
    roles: fields.roles.removeDefault(),
    revivesOldToken: fields.revivesOldToken.removeDefault(),
    refreshTokenRotation: fields.refreshTokenRotation.removeDefault(),
    eligible: fields.eligible.removeDefault(),
    consentLimit: fields.consentLimit.nullable(),
    notificationQueueArn: fields.notificationQueueArn.nullable(),
  })
  .partial();

function patch({ stage, params, body }: ControlRequest): ControlAnswer {
  const { amazon } = stage;
  const app = amazon.apps.get(params.applicationId ?? '');
  if (!app) throw notFound(`There is no app ${params.applicationId}`);
  const changed = merged(app, parsed(appPatch, body));
  const other = [...amazon.apps.values()].find((one) => one !== app && one.clientId === changed.clientId);
  if (other) throw badBody([{ pointer: '/clientId', detail: `is already the client id of ${other.applicationId}` }]);
  amazon.apps.set(app.applicationId, changed);
  newsChanged(amazon);
  const address = readQueueArn(changed.notificationQueueArn ?? '');
  if (address) openQueue(amazon, address, stage.clock.now());
  return ok(appToEntry(changed));
}

function merged(app: App, patch: z.infer<typeof appPatch>): App {
  const entries = Object.entries({ ...appToEntry(app), ...patch });
  return appFromEntry(appSchema.parse(Object.fromEntries(entries.filter(([, value]) => value !== null))));
}

export const APP_ROUTES: readonly ControlRoute[] = [
  {
    method: 'PATCH',
    path: '/apps/{applicationId}',
    id: 'changeApp',
    summary: "The world file's fields of an app; arrays are replaced, secrets and their expiry too",
    body: appPatch,
    handle: patch,
  },
];
