/** Worlds for the tests: an app and as many sellers as wanted. */
import { loadWorld } from '../../emulator/src/world/load.ts';
import type { World } from '../../emulator/src/world/schema.ts';

const SITES = {
  na: ['ATVPDKIKX0DER'],
  eu: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'],
  fe: ['A1VC38T7YXB528'],
} as const;
export type TestRegion = keyof typeof SITES;
export const SITE_OF = { na: 'amazon.com', eu: 'amazon.de', fe: 'amazon.co.jp' } as const;

export function checkWorld(document: unknown): World {
  const loaded = loadWorld(document);
  if ('world' in loaded) return loaded.world;
  throw new Error(loaded.complaints.map((c) => `${c.pointer} ${c.detail}`).join('\n'));
}

export function sellerId(n: number): string {
  return `A${String(n).padStart(4, '0')}TESTSELLER`;
}

export function tokenOf(n: number): string {
  return `Atzr|IwEBIFakeRefreshTokenForSeller${String(n).padStart(4, '0')}abcdefghijklmnopqrstuvwxyz`;
}

export type FleetWish = {
  now: string;
  /** How many sellers, and where. */
  sellers: { region: TestRegion }[];
  /** Days before `now` on which every grant was given. */
  grantedDaysAgo?: number;
  throttle?: boolean;
  /** Sellers that have not given their permission yet. */
  ungranted?: readonly number[];
};

export function fleet({
  now,
  sellers,
  grantedDaysAgo = 100,
  throttle = true,
  ungranted = [],
}: FleetWish): Record<string, unknown> {
  const authorizedAt = new Date(Date.parse(now) - grantedDaysAgo * 86_400_000).toISOString();
  return {
    now,
    throttle,
    apps: [
      {
        applicationId: 'amzn1.sellerapps.app.x',
        name: 'Storekeeper',
        clientId: 'amzn1.application-oa2-client.x',
        clientSecrets: [{ secret: 'amzn1.oa2-cs.v1.current' }],
        redirectUris: ['http://127.0.0.1:4280/connect/amazon/callback'],
        loginUri: 'http://127.0.0.1:4280/connect/amazon/login',
        draft: false,
        roles: ['finance', 'insights'],
        revivesOldToken: false,
      },
    ],
    sellers: sellers.map(({ region }, n) => ({
      sellerId: sellerId(n),
      region,
      storeName: `Store ${n}`,
      users: [{ email: `owner${n}@example.test`, password: 'demo-owner', primary: true }],
      sites: SITES[region].map((marketplaceId) => ({ marketplaceId, participating: true, suspendedListings: false })),
    })),
    grants: sellers
      .map((_, n) => ({
        sellerId: sellerId(n),
        applicationId: 'amzn1.sellerapps.app.x',
        authorizedAt,
        enabled: true,
        roles: ['finance', 'insights'],
        refreshTokens: [tokenOf(n)],
      }))
      .filter((_, n) => !ungranted.includes(n)),
  };
}
