/** Consent by the Selling Partner API: it brings a one-time code, which the token endpoint takes for the tokens. */
import type { AmazonApp } from '../../core/access.ts';
import { Secret } from '../../core/secret.ts';
import { consentPage, readReturn } from '../amazon-arrival.ts';
import type { MapUrl, Query } from '../amazon-arrival.ts';
import type { Callback, ConsentRequest } from '../connector.ts';

export function consentUrl(request: ConsentRequest<AmazonApp>, mapUrl: MapUrl): string {
  return mapUrl(consentPage(request));
}

/** Amazon's codes are letters and digits. */
const CODE = { name: 'spapi_oauth_code', pattern: /^[\w.~+/=-]{4,512}$/ };

export function readCallback(query: Query): Callback {
  return readReturn(query, CODE, ({ state, value, sellerId }) => ({
    kind: 'code',
    state,
    code: new Secret(value),
    sellerId,
  }));
}
