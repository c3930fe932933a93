/**
 * Consent by a hybrid application: the consent page of the Selling Partner API, which for an application that stands for
 * an MWS developer too brings an MWS auth token back (SP-API Developer Guide, "Hybrid Selling Partner API applications").
 */
import type { MwsApp } from '../../core/access.ts';
import { Fault } from '../../core/fault.ts';
import { Secret } from '../../core/secret.ts';
import { consentPage, readReturn } from '../amazon-arrival.ts';
import type { MapUrl, Query } from '../amazon-arrival.ts';
import type { Callback, ConsentRequest } from '../connector.ts';

/** The hybrid application of a developer; without one, sellers connect by hand. */
export function hybridOf(app: MwsApp): NonNullable<MwsApp['hybrid']> {
  if (app.hybrid !== null) return app.hybrid;
  throw new Fault('app-not-configured', {
    detail: `Amazon cannot be asked for ${app.name}: connect this store by hand, with its Seller ID and MWS auth token.`,
  });
}

export function consentUrl({ app, site, state }: ConsentRequest<MwsApp>, mapUrl: MapUrl): string {
  return mapUrl(consentPage({ app: hybridOf(app), site, state }));
}

const TOKEN = { name: 'mws_auth_token', pattern: /^amzn\.mws\.[\w-]{8,128}$/ };

/**
 * The token itself comes back, beside a one-time code that is left alone: nothing has to be exchanged. Amazon sends none
 * to a seller who is also the developer, nor for an application that is not hybrid; then the callback is malformed.
 */
export function readCallback(query: Query): Callback {
  return readReturn(query, TOKEN, ({ state, value, sellerId }) => ({
    kind: 'token',
    state,
    grantToken: new Secret(value),
    sellerId,
  }));
}
