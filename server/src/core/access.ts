/** The operator's apps and the credentials of a store. */
import type { Region } from './observation.ts';
import type { Secret } from './secret.ts';

/** `amazon` is the Selling Partner API, `amazon-mws` the Marketplace Web Service that it replaced. */
export const MARKETPLACES = ['amazon', 'amazon-mws'] as const;
export type Marketplace = (typeof MARKETPLACES)[number];

/** Where a store sells. It decides which of the operator's apps the store is reached with. */
export type Place = { marketplace: Marketplace; region: Region; site: string };

export type App = AmazonApp | MwsApp;

/** An application registered with Amazon. Two secrets may be live while the marketplace lets the old one run out. */
export type AmazonApp = {
  marketplace: 'amazon';
  applicationId: string;
  /** The name a seller sees in Manage Your Apps. */
  name: string;
  clientId: string;
  clientSecret: Secret;
  previousClientSecret: Secret | null;
  secretExpiresAt: number | null;
  redirectUri: string;
  loginUri: string | null;
  draft: boolean;
  /** The operator's own store: the best control there is. */
  control: { region: Region; grantToken: Secret } | null;
  /** The queue that the marketplace sends notifications to; without one everything is learnt by looking. */
  notifications?: QueueSettings | null;
  /** True: the secret is rotated by itself, through the queue, two weeks before its end. */
  rotateSecret?: boolean;
};

/** An SQS queue. Without keys the machine's own AWS identity is used. */
export type QueueSettings = {
  queueUrl: string;
  region: string;
  keys: { accessKeyId: string; secretAccessKey: Secret } | null;
};

/** An MWS developer: one per region, and in the Far East one per country, each with a key of its own (facts A.3). */
export type MwsApp = {
  marketplace: 'amazon-mws';
  /** The developer ID as sellers see it in Manage Your Apps: twelve digits, 4-4-4. */
  applicationId: string;
  /** The developer name beside it. */
  name: string;
  region: Region;
  /** Country codes it serves; null: all of its region. */
  countries: readonly string[] | null;
  accessKeyId: string;
  secretKey: Secret;
  /** The hybrid application whose consent also gives an MWS auth token; null: sellers connect by hand. */
  hybrid: { applicationId: string; redirectUri: string; draft: boolean } | null;
  /** The operator's own store: the best control there is. */
  control: { region: Region; sellerId: string; grantToken: Secret } | null;
};

/**
 * What a store is reached with: the long-lived secret of its grant (Amazon's refresh token, MWS's auth token). `version`
 * grows with every proven replacement; a verdict about an older one is dropped.
 */
export type StoreCredentials = { version: number; grantToken: Secret };

/** An access token lives an hour and is kept in memory only. `mintedAt` in milliseconds. */
export type AccessToken = { token: Secret; mintedAt: number; expiresAt: number };

/** A year, as Amazon counts an authorization: 365 days (facts: an app must be re-authorized every 365 days). */
export const GRANT_DAYS = 365;
const DAY = 86_400_000;

/** When a grant runs out, estimated: no API gives the date (rule R9). Milliseconds; null while `authorizedAt` is unknown. */
export function estimatedExpiry(authorizedAt: number | null): number | null {
  return authorizedAt === null ? null : authorizedAt + GRANT_DAYS * DAY;
}
