import { HOSTS_PLAYED } from '../hosts.ts';
import { MARKETPLACES } from '../marketplaces.ts';
import { enter } from '../stage.ts';
import { worldFromAmazon } from '../state/fromWorld.ts';
import { loadWorld } from '../world/load.ts';
import { worldSchema } from '../world/schema.ts';
import { badBody } from './problem.ts';
import { ok } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

function replace({ stage, body }: ControlRequest): ControlAnswer {
  const loaded = loadWorld(body);
  if ('complaints' in loaded) throw badBody(loaded.complaints);
  enter(stage, loaded.world);
  const { apps, sellers, grants, mwsGrants } = loaded.world;
  return ok({
    now: new Date(stage.clock.now()).toISOString(),
    apps: apps.length,
    sellers: sellers.length,
    grants: grants.length,
    mwsGrants: mwsGrants.length,
  });
}

export const WORLD_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/world',
    id: 'readWorld',
    summary: 'The whole world as a world file, secrets in clear',
    handle: ({ stage }) => ok(worldFromAmazon(stage.amazon, stage.clock.now())),
  },
  {
    method: 'PUT',
    path: '/world',
    id: 'replaceWorld',
    summary: 'Replaces everything, all or nothing: quotas, tokens, codes, queues, faults and log too',
    body: worldSchema,
    handle: replace,
  },
  {
    method: 'GET',
    path: '/hosts',
    id: 'listHosts',
    summary: 'The host names that are played, and the marketplaces',
    handle: () => ok({ hosts: HOSTS_PLAYED, marketplaces: MARKETPLACES }),
  },
];
