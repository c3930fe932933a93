/** The operator's apps and the credentials of a store. */
import type { Region } from './observation.ts';
import type { Secret } from './secret.ts';

/** A registered application of the operator. Two secrets may be live while the marketplace lets the old one run out. */
export type App = {
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
  control: { region: Region; refreshToken: Secret } | null;
};

/** What a store is reached with. `version` grows with every proven replacement; a verdict about an older one is dropped. */
export type StoreCredentials = { version: number; refreshToken: Secret };

/** An access token lives an hour and is kept in memory only. `mintedAt` in milliseconds. */
export type AccessToken = { token: Secret; mintedAt: number; expiresAt: number };

/** A year, as Amazon counts an authorization: 365 days (facts: an app must be re-authorized every 365 days). */
export const GRANT_DAYS = 365;
const DAY = 86_400_000;

/** When a grant runs out, estimated: no API gives the date (rule R9). Milliseconds; null while `authorizedAt` is unknown. */
export function estimatedExpiry(authorizedAt: number | null): number | null {
  return authorizedAt === null ? null : authorizedAt + GRANT_DAYS * DAY;
}
