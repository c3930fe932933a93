import type { Instant } from '../clock.ts';
import { marketplaceById } from '../marketplaces.ts';
import type { Region } from '../marketplaces.ts';
import { namedValue } from '../state/issue.ts';
import { queueArn } from '../state/queues.ts';
import { settledFortnights } from './earnings.ts';
import { worldSchema } from './schema.ts';
import type { World, WorldFile } from './schema.ts';

const DAY = 86_400_000;

type Shop = {
  sellerId: string;
  storeName: string;
  region: Region;
  /** Countries of its sites, the main one first. */
  countries: string[];
  /** Domain of its people's addresses; two stores of one owner share it. */
  domain: string;
  helper?: boolean;
  /** Days since the seller allowed the app; absent: not connected yet. */
  allowedDaysAgo?: number;
  loginWithAmazon?: true;
  /** Days since the seller authorized the region's MWS developer; absent: never did. */
  mwsDaysAgo?: number;
  /** Whether the seller took that permission back since. */
  mwsDisabled?: boolean;
};

/** Twelve stores across the regions: some just connected, one near its yearly end, one past it, three not connected. */
const SHOPS: readonly Shop[] = [
  {
    sellerId: 'A3FHEXAMPLEYWS',
    storeName: 'Blue Bird',
    region: 'na',
    countries: ['US', 'CA', 'MX'],
    domain: 'bluebird',
    helper: true,
    allowedDaysAgo: 341,
  },
  {
    sellerId: 'A2HALDENHOMEUK',
    storeName: 'Halden Home UK',
    region: 'eu',
    countries: ['GB', 'IE'],
    domain: 'haldenhome',
    helper: true,
    allowedDaysAgo: 120,
    mwsDaysAgo: 90,
  },
  {
    sellerId: 'A1HALDENHOMEDE',
    storeName: 'Halden Home DE',
    region: 'eu',
    countries: ['DE', 'FR', 'IT'],
    domain: 'haldenhome',
    allowedDaysAgo: 201,
  },
  {
    sellerId: 'A3STUDIOKITENL',
    storeName: 'Studio Kite',
    region: 'eu',
    countries: ['NL', 'BE', 'DE'],
    domain: 'studiokite',
    helper: true,
    allowedDaysAgo: 369,
    mwsDaysAgo: 369,
  },
  {
    sellerId: 'A1NORTHWINDPET',
    storeName: 'Northwind Pet',
    region: 'eu',
    countries: ['ES', 'IT', 'FR'],
    domain: 'northwindpet',
    allowedDaysAgo: 45,
    mwsDaysAgo: 200,
    mwsDisabled: true,
  },
  {
    sellerId: 'A2SAKURADESKJP',
    storeName: 'Sakura Desk',
    region: 'fe',
    countries: ['JP'],
    domain: 'sakuradesk',
    allowedDaysAgo: 300,
    mwsDaysAgo: 345,
  },
  {
    sellerId: 'A3COPPERKETTLE',
    storeName: 'Copper Kettle',
    region: 'fe',
    countries: ['AU'],
    domain: 'copperkettle',
    allowedDaysAgo: 12,
    mwsDaysAgo: 20,
  },
  {
    sellerId: 'A1TIDEWATERBKS',
    storeName: 'Tidewater Books',
    region: 'na',
    countries: ['US'],
    domain: 'tidewater',
    helper: true,
    allowedDaysAgo: 180,
    mwsDaysAgo: 180,
  },
  {
    sellerId: 'A2KAFFEEHAUSNO',
    storeName: 'Kaffeehaus Nord',
    region: 'eu',
    countries: ['DE', 'FR', 'IT', 'ES', 'NL', 'SE', 'PL', 'BE'],
    domain: 'kaffeehausnord',
    allowedDaysAgo: 358,
  },
  {
    sellerId: 'A3MAPLEANDPINE',
    storeName: 'Maple & Pine',
    region: 'na',
    countries: ['CA', 'US'],
    domain: 'mapleandpine',
    helper: true,
    loginWithAmazon: true,
    mwsDaysAgo: 60,
  },
  {
    sellerId: 'A1HARBOURTOYSG',
    storeName: 'Harbour Toys',
    region: 'eu',
    countries: ['GB', 'IE'],
    domain: 'harbourtoys',
  },
  {
    sellerId: 'A2ATELIERLUNEF',
    storeName: 'Atelier Lune',
    region: 'eu',
    countries: ['FR', 'BE'],
    domain: 'atelierlune',
    helper: true,
    mwsDaysAgo: 367,
  },
];

const SITE_OF_COUNTRY: Record<string, string> = {
  US: 'ATVPDKIKX0DER',
  CA: 'A2EUQ1WTGCTBG2',
  MX: 'A1AM78C64UM0Y8',
  GB: 'A1F83G8C2ARO7P',
  IE: 'A28R8C7NBKEWEA',
  DE: 'A1PA6795UKMFR9',
  FR: 'A13V1IB3VIYZZH',
  IT: 'APJ6JRA9NG5V4',
  ES: 'A1RKKUPIHCS9HS',
  NL: 'A1805IZSGTT6HS',
  SE: 'A2NODRKZP88ZB9',
  PL: 'A1C3SOZRARQ6R3',
  BE: 'AMEN7PMS3EDWL',
  JP: 'A1VC38T7YXB528',
  AU: 'A39IBJ37TRP1C6',
};

const DEMO_APP = {
  applicationId: `amzn1.sellerapps.app.${namedValue('uuid', 'demo app')}`,
  name: 'Storekeeper',
  developerName: 'Halden Software',
  clientId: `amzn1.application-oa2-client.${namedValue('uuid', 'demo client').replaceAll('-', '')}`,
  redirectUris: ['http://127.0.0.1:4280/connect/amazon/callback'],
  loginUri: 'http://127.0.0.1:4280/connect/amazon/login',
  notificationQueueArn: queueArn('us-east-1', 'storekeeper-notifications'),
};

const REGIONS: readonly Region[] = ['na', 'eu', 'fe'];

/** The demo's MWS developer of a region. The digits are made up: no such developer is known. */
function developer(region: Region): NonNullable<WorldFile['developers']>[number] {
  const at = REGIONS.indexOf(region);
  return {
    region,
    developerName: `Storekeeper${region.toUpperCase()}`,
    developerId: `0000-1111-000${at + 1}`,
    accessKeyId: `AKIADEMOSTOREKEEPER${region.toUpperCase()}`.slice(0, 20),
    secretKey: namedValue('clientSecret', `mws ${region}`).slice(-40),
  };
}

/**
 * The world of an emulator started without one. Everything in it is as old as its story says from `now`, so a demo is
 * fresh whenever it starts. Every primary user's password is `demo-owner`, every helper's `demo-helper`.
 */
export function defaultWorld(now: Instant): World {
  // Without an end: a demo that moves the clock a year ahead is about the sellers' permissions, not the app's secret.
  const secret = { secret: namedValue('clientSecret', 'demo') };
  const file: WorldFile = {
    apps: [{ ...DEMO_APP, clientSecrets: [secret] }],
    developers: REGIONS.map(developer),
    sellers: SHOPS.map(seller),
    grants: SHOPS.flatMap((shop) => grant(shop, now)),
    mwsGrants: SHOPS.flatMap((shop) => mwsGrant(shop, now)),
  };
  return { ...worldSchema.parse(file), ...earnings(now) };
}

function seller({
  sellerId,
  region,
  storeName,
  countries,
  domain,
  helper,
  loginWithAmazon,
}: Shop): NonNullable<WorldFile['sellers']>[number] {
  const owner = { email: `owner@${domain}.test`, password: 'demo-owner', primary: true };
  const second = { email: `helper@${domain}.test`, password: 'demo-helper', primary: false };
  return {
    sellerId,
    region,
    storeName,
    users: helper ? [owner, second] : [owner],
    sites: sitesOf(countries).map((marketplaceId) => ({ marketplaceId })),
    loginWithAmazon,
  };
}

function grant({ sellerId, allowedDaysAgo }: Shop, now: Instant): NonNullable<WorldFile['grants']> {
  if (allowedDaysAgo === undefined) return [];
  const authorizedAt = iso(now - allowedDaysAgo * DAY);
  const refreshTokens = [namedValue('refresh', sellerId)];
  return [{ sellerId, applicationId: DEMO_APP.applicationId, authorizedAt, refreshTokens }];
}

function mwsGrant({ sellerId, region, ...shop }: Shop, now: Instant): NonNullable<WorldFile['mwsGrants']> {
  if (shop.mwsDaysAgo === undefined) return [];
  const { developerId } = developer(region);
  const authToken = `amzn.mws.${namedValue('uuid', `mws ${sellerId}`)}`;
  const authorizedAt = iso(now - shop.mwsDaysAgo * DAY);
  return [{ sellerId, developerId, authToken, authorizedAt, enabled: !shop.mwsDisabled }];
}

/** Half a year back and a little over a year ahead, so that moved clocks still find payouts. */
function earnings(now: Instant): Pick<World, 'payouts' | 'transactions' | 'settlements'> {
  const span = { from: now - 182 * DAY, to: now + 400 * DAY };
  const parts = SHOPS.flatMap(({ sellerId, countries }) =>
    sitesOf(countries)
      .slice(0, countries.length > 2 ? 2 : 1)
      .map((marketplaceId) => settledFortnights({ sellerId, marketplaceId, ...span })),
  );
  return {
    payouts: parts.flatMap((one) => one.payouts),
    transactions: parts.flatMap((one) => one.transactions),
    settlements: parts.flatMap((one) => one.settlements),
  };
}

function sitesOf(countries: readonly string[]): string[] {
  return countries.flatMap((country) => {
    const id = SITE_OF_COUNTRY[country];
    return id !== undefined && marketplaceById(id) ? [id] : [];
  });
}

const iso = (instant: Instant): string => new Date(instant).toISOString();
