import { z } from 'zod';

import { marketplaceById } from '../marketplaces.ts';
import { worldSchema } from './schema.ts';
import type { World } from './schema.ts';

/** One thing wrong with a document: a JSON pointer to it and what to do ("/sellers/0/region"). */
export type Complaint = { pointer: string; detail: string };

/** A checked world, or everything that is wrong with it. Nothing of a wrong world is ever used. */
export function loadWorld(document: unknown): { world: World } | { complaints: Complaint[] } {
  const parsed = worldSchema.safeParse(document);
  if (!parsed.success) return { complaints: complaintsOf(parsed.error) };
  const complaints = [
    ...duplicates(parsed.data),
    ...dangling(parsed.data),
    ...misplaced(parsed.data),
    ...abroad(parsed.data),
  ];
  return complaints.length > 0 ? { complaints } : { world: parsed.data };
}

export function complaintsOf(error: z.ZodError): Complaint[] {
  return error.issues.flatMap((issue): Complaint[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ pointer: pointer([...path, key]), detail: 'is not a known field' }));
    return [{ pointer: pointer(path), detail: issue.message }];
  });
}

/** JSON pointer, RFC 6901; the document itself is "/". */
function pointer(path: readonly string[]): string {
  return `/${path.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
}

type Keyed = { pointer: string; key: string };

function duplicates(world: World): Complaint[] {
  const lists: Keyed[][] = [
    world.apps.map((app, at) => ({ pointer: `/apps/${at}/applicationId`, key: app.applicationId })),
    world.apps.map((app, at) => ({ pointer: `/apps/${at}/clientId`, key: app.clientId })),
    world.developers.map((one, at) => ({ pointer: `/developers/${at}/developerId`, key: one.developerId })),
    world.developers.map((one, at) => ({ pointer: `/developers/${at}/accessKeyId`, key: one.accessKeyId })),
    world.mwsGrants.map((grant, at) => ({
      pointer: `/mwsGrants/${at}`,
      key: `${grant.sellerId} and ${grant.developerId}`,
    })),
    world.sellers.map((seller, at) => ({ pointer: `/sellers/${at}/sellerId`, key: seller.sellerId })),
    world.destinations.map((one, at) => ({ pointer: `/destinations/${at}/destinationId`, key: one.destinationId })),
    world.subscriptions.map((one, at) => ({ pointer: `/subscriptions/${at}/subscriptionId`, key: one.subscriptionId })),
    world.queues.map((queue, at) => ({ pointer: `/queues/${at}/arn`, key: queue.arn })),
    world.grants.map((grant, at) => ({
      pointer: `/grants/${at}`,
      key: `${grant.sellerId} and ${grant.applicationId}`,
    })),
    world.grants.flatMap((grant, at) =>
      [...grant.refreshTokens, ...grant.retiredTokens].map((key) => ({ pointer: `/grants/${at}/refreshTokens`, key })),
    ),
    ...world.sellers.map((seller, at) =>
      seller.sites.map((site, index) => ({
        pointer: `/sellers/${at}/sites/${index}/marketplaceId`,
        key: site.marketplaceId,
      })),
    ),
  ];
  return lists.flatMap(repeated);
}

function repeated(list: readonly Keyed[]): Complaint[] {
  const seen = new Set<string>();
  return list.flatMap(({ pointer, key }) => {
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const shown = key.startsWith('Atzr') ? 'this refresh token' : key;
    return [{ pointer, detail: `is there twice: ${shown}` }];
  });
}

function dangling(world: World): Complaint[] {
  const sellers = new Set(world.sellers.map((seller) => seller.sellerId));
  const apps = new Set(world.apps.map((app) => app.applicationId));
  const developers = new Set(world.developers.map((developer) => developer.developerId));
  const destinations = new Set(world.destinations.map((one) => one.destinationId));
  const owned = ['grants', 'mwsGrants', 'payouts', 'transactions', 'settlements', 'subscriptions'] as const;
  const ofApps = ['grants', 'destinations', 'subscriptions'] as const;
  return [
    ...owned.flatMap((list) =>
      world[list].flatMap((entry, at) => unknown(sellers, entry.sellerId, `/${list}/${at}/sellerId`)),
    ),
    ...world.developers.flatMap(({ applicationId }, at) =>
      applicationId === undefined ? [] : unknown(apps, applicationId, `/developers/${at}/applicationId`),
    ),
    ...ofApps.flatMap((list) =>
      world[list].flatMap((entry, at) => unknown(apps, entry.applicationId, `/${list}/${at}/applicationId`)),
    ),
    ...world.subscriptions.flatMap((one, at) =>
      unknown(destinations, one.destinationId, `/subscriptions/${at}/destinationId`),
    ),
    ...world.mwsGrants.flatMap((grant, at) => unknown(developers, grant.developerId, `/mwsGrants/${at}/developerId`)),
  ];
}

function unknown(known: ReadonlySet<string>, id: string, pointer: string): Complaint[] {
  return known.has(id) ? [] : [{ pointer, detail: `names ${id}, which this world does not have` }];
}

/** Sites of another region: a seller's account is regional. */
function misplaced(world: World): Complaint[] {
  return world.sellers.flatMap((seller, at) =>
    seller.sites.flatMap((site, index) => {
      const found = marketplaceById(site.marketplaceId);
      const pointer = `/sellers/${at}/sites/${index}/marketplaceId`;
      if (!found) return [{ pointer, detail: `${site.marketplaceId} is not a known marketplace id` }];
      if (found.region === seller.region) return [];
      return [{ pointer, detail: `${found.name} belongs to region ${found.region}, the seller to ${seller.region}` }];
    }),
  );
}

/** MWS permissions of another region: a developer account is regional too. */
function abroad(world: World): Complaint[] {
  const sellers = new Map(world.sellers.map((seller) => [seller.sellerId, seller.region]));
  const developers = new Map(world.developers.map((developer) => [developer.developerId, developer.region]));
  return world.mwsGrants.flatMap(({ sellerId, developerId }, at) => {
    const [home, served] = [sellers.get(sellerId), developers.get(developerId)];
    if (home === undefined || served === undefined || home === served) return [];
    const detail = `is for a developer of region ${served}, the seller belongs to ${home}`;
    return [{ pointer: `/mwsGrants/${at}/developerId`, detail }];
  });
}
