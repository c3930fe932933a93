import type { Instant } from '../clock.ts';
import type { MwsGrant } from '../world/schema.ts';
import type { Amazon } from './amazon.ts';

/** One seller's permission for one MWS developer id, if there is one. */
export function findMwsGrant(amazon: Amazon, sellerId: string, developerId: string): MwsGrant | undefined {
  return amazon.mwsGrants.find((grant) => grant.sellerId === sellerId && grant.developerId === developerId);
}

/** *Renew*: one year from today; the developer keeps using the existing token (Seller Forums, Rick_MWS). */
export function renewMws(grant: MwsGrant, now: Instant): void {
  grant.authorizedAt = new Date(now).toISOString();
}

/** *Enable* after a disable: a new token, unless the developer `keepsTokenOnEnable`. */
export function enableMws(amazon: Amazon, grant: MwsGrant, now: Instant): void {
  const developer = amazon.developers.find((one) => one.developerId === grant.developerId);
  if (!grant.enabled && !developer?.keepsTokenOnEnable) grant.authToken = `amzn.mws.${amazon.issue('uuid')}`;
  grant.enabled = true;
  renewMws(grant, now);
}
