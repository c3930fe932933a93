import type { Instant } from '../clock.ts';
import type { Developer, MwsGrant } from '../world/schema.ts';
import { MWS_LIFETIME_MS } from './amazon.ts';
import type { Amazon, Seller } from './amazon.ts';
import { keepNotices } from './mwsNotices.ts';

/** Whether the developer's calls go through now, and why not. */
export type MwsStanding = 'working' | 'reactivating' | 'expired' | 'disabled';

/** One seller's permission for one MWS developer id, if there is one. */
export function findMwsGrant(amazon: Amazon, sellerId: string, developerId: string): MwsGrant | undefined {
  return amazon.mwsGrants.find((grant) => grant.sellerId === sellerId && grant.developerId === developerId);
}

/** Developers listed in a seller's Manage your apps, disabled and expired ones included. */
export function mwsGrantsOfSeller(amazon: Amazon, sellerId: string): MwsGrant[] {
  return amazon.mwsGrants.filter((grant) => grant.sellerId === sellerId);
}

export function findDeveloper(amazon: Amazon, developerId: string): Developer | undefined {
  return amazon.developers.find((one) => one.developerId === developerId);
}

export function mwsExpiresAt(grant: Pick<MwsGrant, 'authorizedAt'>): Instant {
  return Date.parse(grant.authorizedAt) + MWS_LIFETIME_MS;
}

export function mwsStanding(grant: MwsGrant, now: Instant): MwsStanding {
  if (!grant.enabled) return 'disabled';
  if (mwsExpiresAt(grant) <= now) return 'expired';
  return grant.worksFrom !== undefined && now < Date.parse(grant.worksFrom) ? 'reactivating' : 'working';
}

/**
 * *Renew*, at any time: one year from today, not from the old end. The developer keeps using the existing token
 * (Seller Forums, Rick_MWS). A disabled permission stays disabled.
 */
export function renewMws(amazon: Amazon, grant: MwsGrant, now: Instant): void {
  keepNotices(amazon, grant, now);
  if (mwsStanding(grant, now) === 'expired') delayReturn(amazon, grant, now);
  grant.authorizedAt = new Date(now).toISOString();
}

/**
 * *Enable*, and authorizing a developer that is listed already. After *Disable* there is a new token and the old one is
 * dead, unless the developer `keepsTokenOnEnable`; a permission that had only expired keeps its token. The year starts
 * anew.
 */
export function enableMws(amazon: Amazon, grant: MwsGrant, now: Instant): void {
  if (!grant.enabled) {
    if (!findDeveloper(amazon, grant.developerId)?.keepsTokenOnEnable) grant.authToken = issueAuthToken(amazon);
    grant.enabled = true;
    delayReturn(amazon, grant, now);
    grant.authorizedAt = new Date(now).toISOString();
  } else renewMws(amazon, grant, now);
}

/** *Disable*: calls with the token are refused at once. The developer stays listed. */
export function disableMws(amazon: Amazon, grant: MwsGrant, now: Instant): void {
  keepNotices(amazon, grant, now);
  grant.enabled = false;
}

/** Makes the year end now. */
export function expireMws(grant: MwsGrant, now: Instant): void {
  grant.authorizedAt = new Date(now - MWS_LIFETIME_MS).toISOString();
}

/** The seller authorizes a developer of the own region: a first token, or what `enableMws` does where it is listed. */
export function authorizeMws(
  amazon: Amazon,
  { seller, developer }: { seller: Pick<Seller, 'sellerId'>; developer: Pick<Developer, 'developerId'> },
  now: Instant,
): MwsGrant {
  const before = findMwsGrant(amazon, seller.sellerId, developer.developerId);
  if (before) {
    enableMws(amazon, before, now);
    return before;
  }
  const grant: MwsGrant = {
    sellerId: seller.sellerId,
    developerId: developer.developerId,
    authToken: issueAuthToken(amazon),
    authorizedAt: new Date(now).toISOString(),
    enabled: true,
    closed: [],
  };
  amazon.mwsGrants.push(grant);
  return grant;
}

const issueAuthToken = (amazon: Amazon): string => `amzn.mws.${amazon.issue('uuid')}`;

/** Access that was gone comes back only after the developer's delay. */
function delayReturn(amazon: Amazon, grant: MwsGrant, now: Instant): void {
  const seconds = findDeveloper(amazon, grant.developerId)?.reactivationDelaySeconds ?? 0;
  if (seconds > 0) grant.worksFrom = new Date(now + seconds * 1000).toISOString();
  else delete grant.worksFrom;
}
