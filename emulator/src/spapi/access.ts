import type { Instant } from '../clock.ts';
import type { Region } from '../marketplaces.ts';
import { findGrant, isLive } from '../state/amazon.ts';
import type { AccessToken, Amazon, App, Seller } from '../state/amazon.ts';
import { text } from '../texts.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { denied, spapiError } from './errors.ts';

/**
 * The access token of a request, once it is known to be real, of its hour and not killed. The three refusals differ in
 * `details` only; everything that is wrong beyond the token itself is the opaque 403 of `denied`.
 */
export function readAccessToken(amazon: Amazon, request: WireRequest, now: Instant): AccessToken | WireAnswer {
  const sent = request.headers['x-amz-access-token'];
  if (typeof sent !== 'string' || sent === '') {
    const words = { message: text(amazon, 'spapi.denied'), details: text(amazon, 'spapi.tokenMissing') };
    return spapiError(400, 'Unauthorized', words);
  }
  const token = amazon.accessTokens.get(sent);
  if (!token || token.revoked) return denied(amazon, text(amazon, 'spapi.tokenInvalid'));
  if (token.expiresAt <= now) return denied(amazon, text(amazon, 'spapi.tokenExpired'));
  return token;
}

/** A seller whose data may be read now, and the roles that hold for it. */
export type Opened = { seller: Seller; app: App; roles: ReadonlySet<string> };

/**
 * Whether a seller's token opens that seller's data at this regional host. Undefined for every reason alike: another
 * region, account deactivated or closed, permission ended or half-open.
 */
export function openSeller(
  amazon: Amazon,
  { token, region }: { token: AccessToken; region: Region },
  now: Instant,
): Opened | undefined {
  if (token.sellerId === undefined) return undefined;
  const seller = amazon.sellers.get(token.sellerId);
  const app = amazon.apps.get(token.applicationId);
  const grant = findGrant(amazon, token.sellerId, token.applicationId);
  if (!seller || !app || !grant) return undefined;
  const barred = seller.status === 'DEACTIVATED' || seller.status === 'CLOSED';
  if (seller.region !== region || barred || grant.halfOpen || !isLive(grant, now)) return undefined;
  return { seller, app, roles: new Set(grant.roles.filter((role) => app.roles.includes(role))) };
}
