/**
 * A branch of the shop in whatever process: all it needs comes as plain data, so that a child process can be given it.
 * Every branch may have an app of its own, and so a crowd of its own: nobody is then another's neighbour.
 */
import { createOutbound, type Outbound } from '../../server/src/connectors/outbound.ts';
import { createRegistry } from '../../server/src/connectors/registry.ts';
import type { App } from '../../server/src/core/access.ts';
import { Secret } from '../../server/src/core/secret.ts';
import { parseKey } from '../../server/src/db/keys.ts';
import type { OpenDatabase } from '../../server/src/db/open.ts';
import { openVault } from '../../server/src/db/vault.ts';
import { Crowd } from '../../server/src/stores/crowd.ts';
import { createLive } from '../../server/src/stores/live.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { memoryJournal } from '../../server/src/stores/token-journal.ts';

export type Ground = {
  /** The vault's key, base64. */
  key: string;
  /** Where all hosts of the marketplace are reached: the emulator's plain door, or what stands before it. */
  marketUrl: string;
  /** How far the product's clock is ahead of the machine's. Milliseconds. */
  aheadMs: number;
};

const REDIRECT_URI = 'http://127.0.0.1:4280/connect/amazon/callback';
export const CLIENT_SECRET = 'amzn1.oa2-cs.v1.current';

export function applicationId(n: number): string {
  return `amzn1.sellerapps.app.branch-${n}`;
}

function appOfBranch(n: number): App {
  return {
    marketplace: 'amazon',
    applicationId: applicationId(n),
    name: 'Storekeeper',
    clientId: clientId(n),
    clientSecret: new Secret(CLIENT_SECRET),
    previousClientSecret: null,
    secretExpiresAt: null,
    redirectUri: REDIRECT_URI,
    loginUri: null,
    draft: false,
    control: null,
  };
}

function clientId(n: number): string {
  return `amzn1.application-oa2-client.branch-${n}`;
}

/** The same app as the world file of the emulator has it. */
export function appInWorld(n: number, more: { revivesOldToken?: boolean } = {}): unknown {
  return {
    applicationId: applicationId(n),
    name: 'Storekeeper',
    clientId: clientId(n),
    clientSecrets: [{ secret: CLIENT_SECRET }],
    redirectUris: [REDIRECT_URI],
    consentLimit: 100_000,
    roles: ['finance', 'insights'],
    ...more,
  };
}

export type Branch = { shop: Shop; outbound: Outbound };
type Opening = { database: OpenDatabase; ground: Ground; owner: string; app: number; outbound?: Outbound };

export function openBranch({ database, ground, owner, app, ...given }: Opening): Branch {
  const outbound = given.outbound ?? openWay(ground);
  const now = () => Date.now() + ground.aheadMs;
  const theApp = appOfBranch(app);
  const shop: Shop = {
    db: database,
    vault: openVault({ keys: [parseKey(ground.key)] }),
    now,
    connector: createRegistry({ outbound }).connector,
    apps: () => [theApp],
    live: createLive(),
    log: { info: () => undefined, warn: () => undefined, error: (fields, message) => console.error(message, fields) },
    owner,
    publicUrl: 'http://127.0.0.1:4280',
    contactOf: async () => 'owner@example.test',
    settings: { probeIntervalMs: 3_600_000, operatorEmail: 'operator@example.test' },
    crowd: new Crowd({ db: database, now }),
    journal: memoryJournal(),
    tokens: new Map(),
  };
  return { shop, outbound };
}

/** The way out to the marketplace. */
export function openWay({ marketUrl }: Ground): Outbound {
  return createOutbound({ hostsUrl: `${marketUrl}/{host}`, userAgent: 'Storekeeper-Tests/1.0' });
}
