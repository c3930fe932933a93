import { z } from 'zod';

import { findDeveloper } from '../state/mwsGrants.ts';
import { developerSchema } from '../world/schema.ts';
import type { Developer } from '../world/schema.ts';
import { badBody, notFound } from './problem.ts';
import { ok, parsed } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

const fields = developerSchema.shape;

/** The world file's fields without their defaults; null takes the linked application away. */
const developerPatch = z
  .strictObject({
    developerName: fields.developerName,
    accessKeyId: fields.accessKeyId,
    secretKey: fields.secretKey,
    keepsTokenOnEnable: fields.keepsTokenOnEnable.removeDefault(),
    eligible: fields.eligible.removeDefault(),
    reactivationDelaySeconds: fields.reactivationDelaySeconds.removeDefault(),
    disabledWhenExpired: fields.disabledWhenExpired.removeDefault(),
    applicationId: fields.applicationId.nullable(),
    closed: fields.closed.removeDefault(),
  })
  .partial();

function patch({ stage, params, body }: ControlRequest): ControlAnswer {
  const { amazon } = stage;
  const developer = findDeveloper(amazon, params.developerId ?? '');
  if (!developer) throw notFound(`There is no developer ${params.developerId}`);
  const changed = merged(developer, parsed(developerPatch, body));
  const other = amazon.developers.find((one) => one !== developer && one.accessKeyId === changed.accessKeyId);
  if (other) throw badBody([{ pointer: '/accessKeyId', detail: `is already the key of ${other.developerId}` }]);
  if (changed.applicationId !== undefined && !amazon.apps.has(changed.applicationId))
    throw badBody([{ pointer: '/applicationId', detail: 'names no application of this world' }]);
  amazon.developers[amazon.developers.indexOf(developer)] = changed;
  return ok(changed);
}

function merged(developer: Developer, patch: z.infer<typeof developerPatch>): Developer {
  const entries = Object.entries({ ...developer, ...patch }).filter(([, value]) => value !== null);
  return developerSchema.parse(Object.fromEntries(entries));
}

export const DEVELOPER_ROUTES: readonly ControlRoute[] = [
  {
    method: 'PATCH',
    path: '/developers/{developerId}',
    id: 'changeDeveloper',
    summary: "The world file's fields of an MWS developer: its keys, and what Amazon does with its authorizations",
    body: developerPatch,
    handle: patch,
  },
];
