/**
 * Where MWS is reached. Hosts: the endpoints table of the MWS Developer Guide as it stands in three client libraries.
 * Countries that MWS never had (Belgium, Ireland, South Africa) are left out, and so is China, whose sellers have no
 * Seller Central that we could send them to.
 */
import { AMAZON_SITES } from '../amazon-sites.ts';
import type { Site } from '../connector.ts';

const AMERICA = 'mws.amazonservices.com';
const EUROPE = 'mws-eu.amazonservices.com';

/** A region has several hosts: a developer's key and a seller's token open some of them only. */
const HOSTS: Readonly<Record<string, string>> = {
  US: AMERICA,
  CA: AMERICA,
  MX: AMERICA,
  BR: AMERICA,
  GB: EUROPE,
  DE: EUROPE,
  FR: EUROPE,
  IT: EUROPE,
  ES: EUROPE,
  NL: EUROPE,
  SE: EUROPE,
  PL: EUROPE,
  TR: EUROPE,
  EG: EUROPE,
  SA: EUROPE,
  AE: 'mws.amazonservices.ae',
  IN: 'mws.amazonservices.in',
  JP: 'mws.amazonservices.jp',
  AU: 'mws.amazonservices.com.au',
  SG: 'mws-fe.amazonservices.com',
};

/** The 20 shops that MWS served, in the order in which a person looks for them. */
export const MWS_SITES: readonly Site[] = AMAZON_SITES.filter((site) => hostOf(site) !== undefined);

/** The host that serves a site; undefined where MWS has none. */
export function hostOf(site: Site): string | undefined {
  return HOSTS[site.country];
}

const BY_MARKETPLACE = new Map(MWS_SITES.map((site) => [site.marketplaceId, site]));

/** Undefined for what is no shop of ours: `A6W85IYQ5WB1C` ("IBA", log-in with Amazon) really stands in such lists. */
export function mwsSite(marketplaceId: string): Site | undefined {
  return BY_MARKETPLACE.get(marketplaceId);
}
