import type { Region } from '../marketplaces.ts';

/** China has an MWS of its own; the other regions are those of Selling Partner API. */
export type MwsRegion = Region | 'cn';

type MwsHost = { host: string; region: MwsRegion; marketplaceIds: readonly string[] };

const CANADA = 'A2EUQ1WTGCTBG2';
const MEXICO = 'A1AM78C64UM0Y8';
const EUROPE = [
  'A1F83G8C2ARO7P',
  'A1PA6795UKMFR9',
  'A13V1IB3VIYZZH',
  'APJ6JRA9NG5V4',
  'A1RKKUPIHCS9HS',
  'A1805IZSGTT6HS',
  'A2NODRKZP88ZB9',
  'A1C3SOZRARQ6R3',
  'A33AVAJ2PDY3EV',
  'ARBP9OOSHTCHU',
  'A17E79C6D8DWNP',
  // Belgium, Ireland and South Africa opened when MWS was already closing; they are put where their neighbours are.
  'AMEN7PMS3EDWL',
  'A28R8C7NBKEWEA',
  'AE08WJ6YKNBMC',
];

/**
 * MWS's endpoints and the sites behind each ("Amazon MWS endpoints and MarketplaceId values"; `peddler` v2.4.0 and npm
 * `@scaleleap/amazon-marketplaces` 13 agree). The country names for Canada and Mexico are older and still answered in
 * 2020.
 */
export const MWS_HOSTS: readonly MwsHost[] = [
  {
    host: 'mws.amazonservices.com',
    region: 'na',
    marketplaceIds: ['ATVPDKIKX0DER', CANADA, MEXICO, 'A2Q3Y263D00KWC'],
  },
  { host: 'mws.amazonservices.ca', region: 'na', marketplaceIds: [CANADA] },
  { host: 'mws.amazonservices.com.mx', region: 'na', marketplaceIds: [MEXICO] },
  { host: 'mws-eu.amazonservices.com', region: 'eu', marketplaceIds: EUROPE },
  { host: 'mws.amazonservices.ae', region: 'eu', marketplaceIds: ['A2VIGQ35RCS4UG'] },
  { host: 'mws.amazonservices.in', region: 'eu', marketplaceIds: ['A21TJRUUN4KGV'] },
  { host: 'mws.amazonservices.jp', region: 'fe', marketplaceIds: ['A1VC38T7YXB528'] },
  { host: 'mws.amazonservices.com.au', region: 'fe', marketplaceIds: ['A39IBJ37TRP1C6'] },
  { host: 'mws-fe.amazonservices.com', region: 'fe', marketplaceIds: ['A19VAU5U5O7RUS'] },
  { host: 'mws.amazonservices.com.cn', region: 'cn', marketplaceIds: ['AAHKV2X7AFYLW'] },
  { host: 'mai.amazon.cn', region: 'cn', marketplaceIds: ['AAHKV2X7AFYLW'] },
];

const BY_NAME = new Map(MWS_HOSTS.map((one) => [one.host, one]));

/** Region of an MWS host; undefined for any other host. */
export function mwsRegion(host: string): MwsRegion | undefined {
  return BY_NAME.get(host)?.region;
}

/** Whether a site's data is behind this MWS host. */
export function servedAt(host: string, marketplaceId: string): boolean {
  return BY_NAME.get(host)?.marketplaceIds.includes(marketplaceId) ?? false;
}
