import type { Moment } from '../clock.ts';
import type { World } from '../world/schema.ts';
import { grantKey } from './amazon.ts';
import type { Amazon, App, Grant, Seller } from './amazon.ts';
import type { Issuer } from './issue.ts';
import { openQueue, queueFromEntry, queueToEntry, readQueueArn } from './queues.ts';
import type { Queue } from './queues.ts';

const ms = (instant: string): number => Date.parse(instant);
const iso = (instant: number): string => new Date(instant).toISOString();

function bySeller<Entry extends { sellerId: string }>(entries: readonly Entry[]): Map<string, Entry[]> {
  return Map.groupBy(entries, (entry) => entry.sellerId);
}

export function appFromEntry(entry: World['apps'][number]): App {
  const clientSecrets = entry.clientSecrets.map((one) => ({
    secret: one.secret,
    expiresAt: one.expiresAt === undefined ? undefined : ms(one.expiresAt),
  }));
  return { ...structuredClone(entry), clientSecrets };
}

export function appToEntry(app: App): World['apps'][number] {
  const clientSecrets = app.clientSecrets.map(({ secret, expiresAt }) =>
    expiresAt === undefined ? { secret } : { secret, expiresAt: iso(expiresAt) },
  );
  return { ...app, clientSecrets };
}

/** A grant as the world file and the control API write it. */
export function grantToEntry(grant: Grant): World['grants'][number] {
  return { ...grant, authorizedAt: iso(grant.authorizedAt) };
}

/**
 * The state a validated world describes. Money is only read, so it is shared with the world; the rest is copied.
 * `issue` outlives worlds, so that a value is never handed out twice.
 */
export function amazonFromWorld(world: World, issue: Issuer, moment: Moment): Amazon {
  const amazon = stateOf(world, issue, moment);
  const named = [
    ...world.apps.map((app) => app.notificationQueueArn),
    ...world.destinations.map(({ resource }) => ('sqs' in resource ? resource.sqs.arn : undefined)),
  ];
  for (const arn of named) {
    const address = arn === undefined ? undefined : readQueueArn(arn);
    if (address) openQueue(amazon, address, moment.now);
  }
  return amazon;
}

function stateOf(world: World, issue: Issuer, moment: Moment): Amazon {
  const apps = new Map(world.apps.map((entry) => [entry.applicationId, appFromEntry(entry)]));
  const grants = world.grants.map((entry): Grant => {
    const roles = entry.roles ?? apps.get(entry.applicationId)?.roles ?? [];
    return { ...structuredClone(entry), authorizedAt: ms(entry.authorizedAt), roles: [...roles] };
  });
  const tokens = grants.flatMap((grant) =>
    [...grant.refreshTokens, ...grant.retiredTokens].map((token): [string, Grant] => [token, grant]),
  );
  return {
    apps,
    developers: structuredClone(world.developers),
    sellers: new Map(world.sellers.map((entry): [string, Seller] => [entry.sellerId, structuredClone(entry)])),
    grants: new Map(grants.map((grant) => [grantKey(grant.sellerId, grant.applicationId), grant])),
    mwsGrants: structuredClone(world.mwsGrants),
    notices: [],
    codes: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(tokens),
    payouts: bySeller(world.payouts),
    transactions: bySeller(world.transactions),
    settlements: bySeller(world.settlements),
    destinations: new Map(structuredClone(world.destinations).map((one) => [one.destinationId, one])),
    subscriptions: new Map(structuredClone(world.subscriptions).map((one) => [one.subscriptionId, one])),
    queues: new Map(
      world.queues.flatMap((entry): [string, Queue][] => {
        const queue = queueFromEntry(entry, moment);
        return queue ? [[entry.arn, queue]] : [];
      }),
    ),
    arrivals: new Set(),
    announcedUntil: moment.now,
    texts: { ...world.texts },
    throttle: world.throttle,
    buckets: new Map(),
    services: new Map(),
    issue,
  };
}

/** The state written back as a world file, secrets in clear: `GET /_/world`. */
export function worldFromAmazon(amazon: Amazon, now: number): World {
  return {
    now: iso(now),
    apps: [...amazon.apps.values()].map(appToEntry),
    developers: amazon.developers,
    sellers: [...amazon.sellers.values()],
    grants: [...amazon.grants.values()].map(grantToEntry),
    mwsGrants: amazon.mwsGrants,
    payouts: [...amazon.payouts.values()].flat(),
    transactions: [...amazon.transactions.values()].flat(),
    settlements: [...amazon.settlements.values()].flat(),
    destinations: [...amazon.destinations.values()],
    subscriptions: [...amazon.subscriptions.values()],
    queues: [...amazon.queues.values()].map(queueToEntry),
    texts: amazon.texts,
    throttle: amazon.throttle,
  };
}
