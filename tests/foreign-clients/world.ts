import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator } from '../../emulator/src/app.ts';
import type { Emulator } from '../../emulator/src/app.ts';
import { loadWorld } from '../../emulator/src/world/load.ts';
import type { WorldFile } from '../../emulator/src/world/schema.ts';

const SITES = [{ marketplaceId: 'ATVPDKIKX0DER' }, { marketplaceId: 'A2EUQ1WTGCTBG2' }];
const APP = 'amzn1.sellerapps.app.a';

export const NORTH = 'A1NORTH';
export const NORTH_TOKEN = 'Atzr|north';
export const EUROPE_TOKEN = 'Atzr|europe';
export const OTHER_APPS_TOKEN = 'Atzr|other-app';

export const OWNER = { email: 'owner@north.test', password: 'north', primary: true };

type PayoutFields = { id: string; currentStatus: 'PAID' | 'STARTED'; creationDate: string; currencyAmount: number };

const payout = ({ currencyAmount, ...fields }: PayoutFields) => ({
  ...fields,
  sellerId: NORTH,
  partnerMetadata: { partnerId: NORTH, accountType: 'STANDARD_ORDERS', marketplaceId: 'ATVPDKIKX0DER' },
  statusHistory: [{ status: fields.currentStatus, lastUpdatedDate: fields.creationDate }],
  type: 'SCHEDULED',
  amount: { currencyCode: 'USD', currencyAmount },
  accountTail: '123',
  paymentMethod: 'BANK_ACCOUNT',
  period: { startDate: '2026-10-28T00:00:00Z', endDate: '2026-11-11T00:00:00Z' },
});

const developer = (region: 'na' | 'eu' | 'fe', name: string) => ({
  region,
  developerName: `App ${name}`,
  developerId: `0000-1111-${name.toUpperCase()}`,
  accessKeyId: `AKIA${name.toUpperCase()}`,
  secretKey: `secret-${name}`,
});

const settlement = (sellerId: string, settlementId: string, end: string) => ({
  sellerId,
  settlementId,
  start: '2026-10-28T00:00:00Z',
  end,
  currency: 'USD',
  accountType: 'STANDARD_ORDERS',
  lines: [{ transactionType: 'Order', amountType: 'ItemPrice', amountDescription: 'Principal', amount: 1234.56 }],
});

const app = (letter: string) => ({
  applicationId: `amzn1.sellerapps.app.${letter}`,
  name: `App ${letter}`,
  clientId: `client-${letter}`,
  clientSecrets: [{ secret: `secret-${letter}` }],
  redirectUris: ['https://app.test/callback'],
});

/** The MWS developer that `NORTH` authorized. */
export const NORTH_DEVELOPER = '0000-1111-NORTH';

/** One store in North America with a fortnight of earnings, one in Europe, a second app, and an MWS developer a region. */
export const WORLD: WorldFile = {
  now: '2026-11-23T12:00:00Z',
  apps: [app('a'), app('b')],
  developers: [developer('na', 'north'), developer('eu', 'europe'), developer('fe', 'east')],
  sellers: [
    { sellerId: NORTH, region: 'na', storeName: 'North Store', users: [OWNER], sites: SITES },
    { sellerId: 'A2EUROPE', region: 'eu', storeName: 'Europe Store', sites: [{ marketplaceId: 'A1PA6795UKMFR9' }] },
  ],
  grants: [
    { sellerId: NORTH, applicationId: APP, authorizedAt: '2026-06-01T00:00:00Z', refreshTokens: [NORTH_TOKEN] },
    { sellerId: 'A2EUROPE', applicationId: APP, authorizedAt: '2026-06-01T00:00:00Z', refreshTokens: [EUROPE_TOKEN] },
    {
      sellerId: NORTH,
      applicationId: 'amzn1.sellerapps.app.b',
      authorizedAt: '2026-06-01T00:00:00Z',
      refreshTokens: [OTHER_APPS_TOKEN],
    },
  ],
  mwsGrants: [
    {
      sellerId: NORTH,
      developerId: NORTH_DEVELOPER,
      authToken: 'amzn.mws.north',
      authorizedAt: '2026-06-01T00:00:00Z',
    },
    {
      sellerId: 'A2EUROPE',
      developerId: '0000-1111-EUROPE',
      authToken: 'amzn.mws.europe',
      authorizedAt: '2026-06-01T00:00:00Z',
    },
  ],
  payouts: [
    payout({ id: 'PAYOUT-PAST', currentStatus: 'PAID', creationDate: '2026-11-12T08:00:00Z', currencyAmount: 1234.56 }),
    payout({ id: 'PAYOUT-NEXT', currentStatus: 'STARTED', creationDate: '2026-11-26T08:00:00Z', currencyAmount: 77.5 }),
  ],
  transactions: [
    {
      sellerId: NORTH,
      transactionId: 'TX-1',
      transactionType: 'Shipment',
      transactionStatus: 'RELEASED',
      postedDate: '2026-11-20T10:00:00Z',
      totalAmount: { currencyCode: 'USD', currencyAmount: 77.5 },
      sellingPartnerMetadata: {
        sellingPartnerId: NORTH,
        accountType: 'STANDARD_ORDERS',
        marketplaceId: 'ATVPDKIKX0DER',
      },
    },
  ],
  settlements: [
    settlement(NORTH, '20261111', '2026-11-11T00:00:00Z'),
    settlement('A2EUROPE', '3001', '2026-10-28T00:00:00Z'),
    settlement('A2EUROPE', '3002', '2026-11-11T00:00:00Z'),
  ],
};

/** The emulator of these tests and what a person running it could do to it by its control API. */
export type Amazon = {
  emulator: Emulator;
  /** The world of this file again, as it was at the start. */
  reset: () => Promise<void>;
  /** On the permission of the first app, or of the one or the developer named. */
  act: (sellerId: string, action: Record<string, unknown>, id?: string) => Promise<void>;
  /** What the American MWS host says of one of its sections from now on. */
  service: (section: string, status: 'GREEN' | 'GREEN_I' | 'YELLOW' | 'RED') => Promise<void>;
  advance: (duration: string) => Promise<void>;
  /** Sets the notification preference of the first app. */
  enrol: (notificationQueueArn: string) => Promise<void>;
  fault: (order: Record<string, unknown>) => Promise<void>;
  /** How often the token endpoint was asked since the last reset. */
  tokenCalls: () => Promise<number>;
  /** An access token for the store in North America, fetched without any client. */
  accessToken: () => Promise<string>;
  stop: () => Promise<void>;
};

export async function startAmazon(): Promise<Amazon> {
  const caDir = mkdtempSync(join(tmpdir(), 'foreign-clients-'));
  const loaded = loadWorld(WORLD);
  if (!('world' in loaded)) throw new Error(JSON.stringify(loaded.complaints));
  const emulator = createEmulator({ world: loaded.world, proxyPort: 0, caDir });
  await emulator.start();
  const control = async (method: string, path: string, body: unknown): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${emulator.url}/_${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  return {
    emulator,
    reset: () => control('PUT', '/world', WORLD),
    act: (sellerId, action, id = APP) => control('POST', `/grants/${sellerId}/${id}`, action),
    service: (section, status) => control('PATCH', '/services', { host: 'mws.amazonservices.com', section, status }),
    advance: (duration) => control('POST', '/clock', { advance: duration }),
    enrol: (notificationQueueArn) => control('PATCH', `/apps/${APP}`, { notificationQueueArn }),
    fault: (order) => control('POST', '/faults', order),
    async tokenCalls() {
      const read = await fetch(`${emulator.url}/_/log`).then((answer) => answer.text());
      return (JSON.parse(read) as { data: { operation: string }[] }).data.filter((row) => row.operation === 'token')
        .length;
    },
    async accessToken() {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: NORTH_TOKEN,
        client_id: 'client-a',
        client_secret: 'secret-a',
      });
      const answer = await fetch(`${emulator.url}/api.amazon.com/auth/o2/token`, { method: 'POST', body });
      return (JSON.parse(await answer.text()) as { access_token: string }).access_token;
    },
    async stop() {
      await emulator.stop();
      rmSync(caDir, { recursive: true });
    },
  };
}
