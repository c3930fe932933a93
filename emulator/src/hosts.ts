import { MARKETPLACES, regionOfSellerCentral } from './marketplaces.ts';
import type { Region } from './marketplaces.ts';
import { MWS_HOSTS } from './mws/hosts.ts';
import type { MwsRegion } from './mws/hosts.ts';
import { SQS_HOSTS } from './sqs/hosts.ts';

/**
 * What a host name stands for. One process plays them all, so the host decides which part answers.
 * `retail` is amazon.com itself: only the confirmation address of Amazon-started authorizations lives there
 * (Developer Guide, "Marketplace Appstore workflow", `https://amazon.com/apps/authorize/confirm/{appId}`).
 */
export type HostRole =
  | { kind: 'lwa' }
  | { kind: 'spapi'; region: Region }
  | { kind: 'sandbox'; region: Region }
  | { kind: 'seller-central'; region: Region }
  | { kind: 'retail' }
  | { kind: 'mws'; region: MwsRegion }
  /** The region is one of AWS's ("us-east-1"), where the queues are. */
  | { kind: 'sqs'; region: string };

const REGIONS: readonly Region[] = ['na', 'eu', 'fe'];
const LWA_HOSTS = ['api.amazon.com', 'api.amazon.co.uk', 'api.amazon.co.jp'];

const spapiHost = (region: Region): string => `sellingpartnerapi-${region}.amazon.com`;
const sandboxHost = (region: Region): string => `sandbox.sellingpartnerapi-${region}.amazon.com`;

const ROLES: ReadonlyMap<string, HostRole> = new Map<string, HostRole>([
  ...LWA_HOSTS.map((host) => [host, { kind: 'lwa' }] as const),
  ...REGIONS.map((region) => [spapiHost(region), { kind: 'spapi', region }] as const),
  ...REGIONS.map((region) => [sandboxHost(region), { kind: 'sandbox', region }] as const),
  ...sellerCentralHosts().map(([host, region]) => [host, { kind: 'seller-central', region }] as const),
  ['amazon.com', { kind: 'retail' }],
  ...MWS_HOSTS.map(({ host, region }) => [host, { kind: 'mws', region }] as const),
  ...SQS_HOSTS.map(({ host, region }) => [host, { kind: 'sqs', region }] as const),
]);

function sellerCentralHosts(): [string, Region][] {
  const hosts = [...new Set(MARKETPLACES.map((one) => one.sellerCentralHost))];
  return hosts.flatMap((host): [string, Region][] => {
    const region = regionOfSellerCentral(host);
    return region ? [[host, region]] : [];
  });
}

/** Every host name that is answered, in the order of the table above. */
export const HOSTS_PLAYED: readonly string[] = [...ROLES.keys()];

/** What the host stands for, or undefined when it is not played (the doors then refuse it). */
export function hostRole(host: string): HostRole | undefined {
  return ROLES.get(host.toLowerCase());
}
