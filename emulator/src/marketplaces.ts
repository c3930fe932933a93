/**
 * Amazon's marketplaces as Selling Partner API names them: ids, names, currencies, languages, domains and the Seller
 * Central host where a seller of that site signs in. Sources: the SP-API Developer Guide ("Marketplace IDs",
 * "Seller Central URLs") and the Sellers API v1 model for the shape of an entry.
 */
export type Region = 'na' | 'eu' | 'fe';

export type Marketplace = {
  id: string;
  /** Display name, as `getMarketplaceParticipations` gives it ("Amazon.co.uk"). */
  name: string;
  /** ISO 3166-1 alpha-2; the United Kingdom is GB in the Sellers API, although its consent pages say UK. */
  countryCode: string;
  /** ISO 4217. */
  currency: string;
  /** Locale with an underscore, the Sellers API's way ("en_US"). */
  language: string;
  /** Shop domain ("www.amazon.com"). */
  domain: string;
  region: Region;
  /** Host of the consent pages for sellers of this site. */
  sellerCentralHost: string;
};

type Row = [id: string, country: string, currency: string, language: string, site: string, sellerCentral: string];

const NORTH_AMERICA: Row[] = [
  ['ATVPDKIKX0DER', 'US', 'USD', 'en_US', 'amazon.com', 'sellercentral.amazon.com'],
  ['A2EUQ1WTGCTBG2', 'CA', 'CAD', 'en_CA', 'amazon.ca', 'sellercentral.amazon.ca'],
  ['A1AM78C64UM0Y8', 'MX', 'MXN', 'es_MX', 'amazon.com.mx', 'sellercentral.amazon.com.mx'],
  ['A2Q3Y263D00KWC', 'BR', 'BRL', 'pt_BR', 'amazon.com.br', 'sellercentral.amazon.com.br'],
];

const EUROPE: Row[] = [
  ['A1F83G8C2ARO7P', 'GB', 'GBP', 'en_GB', 'amazon.co.uk', 'sellercentral-europe.amazon.com'],
  ['A1PA6795UKMFR9', 'DE', 'EUR', 'de_DE', 'amazon.de', 'sellercentral-europe.amazon.com'],
  ['A13V1IB3VIYZZH', 'FR', 'EUR', 'fr_FR', 'amazon.fr', 'sellercentral-europe.amazon.com'],
  ['APJ6JRA9NG5V4', 'IT', 'EUR', 'it_IT', 'amazon.it', 'sellercentral-europe.amazon.com'],
  ['A1RKKUPIHCS9HS', 'ES', 'EUR', 'es_ES', 'amazon.es', 'sellercentral-europe.amazon.com'],
  ['A1805IZSGTT6HS', 'NL', 'EUR', 'nl_NL', 'amazon.nl', 'sellercentral.amazon.nl'],
  ['A2NODRKZP88ZB9', 'SE', 'SEK', 'sv_SE', 'amazon.se', 'sellercentral.amazon.se'],
  ['A1C3SOZRARQ6R3', 'PL', 'PLN', 'pl_PL', 'amazon.pl', 'sellercentral.amazon.pl'],
  ['AMEN7PMS3EDWL', 'BE', 'EUR', 'fr_BE', 'amazon.com.be', 'sellercentral.amazon.com.be'],
  ['A28R8C7NBKEWEA', 'IE', 'EUR', 'en_IE', 'amazon.ie', 'sellercentral.amazon.ie'],
  ['A33AVAJ2PDY3EV', 'TR', 'TRY', 'tr_TR', 'amazon.com.tr', 'sellercentral.amazon.com.tr'],
  ['ARBP9OOSHTCHU', 'EG', 'EGP', 'ar_AE', 'amazon.eg', 'sellercentral.amazon.eg'],
  ['A17E79C6D8DWNP', 'SA', 'SAR', 'ar_AE', 'amazon.sa', 'sellercentral.amazon.sa'],
  ['A2VIGQ35RCS4UG', 'AE', 'AED', 'en_AE', 'amazon.ae', 'sellercentral.amazon.ae'],
  ['A21TJRUUN4KGV', 'IN', 'INR', 'en_IN', 'amazon.in', 'sellercentral.amazon.in'],
  ['AE08WJ6YKNBMC', 'ZA', 'ZAR', 'en_ZA', 'amazon.co.za', 'sellercentral.amazon.co.za'],
];

const FAR_EAST: Row[] = [
  ['A1VC38T7YXB528', 'JP', 'JPY', 'ja_JP', 'amazon.co.jp', 'sellercentral.amazon.co.jp'],
  ['A39IBJ37TRP1C6', 'AU', 'AUD', 'en_AU', 'amazon.com.au', 'sellercentral.amazon.com.au'],
  ['A19VAU5U5O7RUS', 'SG', 'SGD', 'en_SG', 'amazon.sg', 'sellercentral.amazon.sg'],
];

function marketplace(region: Region, [id, countryCode, currency, language, site, sellerCentralHost]: Row): Marketplace {
  const name = `A${site.slice(1)}`;
  return { id, name, countryCode, currency, language, domain: `www.${site}`, region, sellerCentralHost };
}

export const MARKETPLACES: readonly Marketplace[] = [
  ...NORTH_AMERICA.map((row) => marketplace('na', row)),
  ...EUROPE.map((row) => marketplace('eu', row)),
  ...FAR_EAST.map((row) => marketplace('fe', row)),
];

const BY_ID = new Map(MARKETPLACES.map((one) => [one.id, one]));

export function marketplaceById(id: string): Marketplace | undefined {
  return BY_ID.get(id);
}

/** The region whose sellers sign in at this Seller Central host; undefined for any other host. */
export function regionOfSellerCentral(host: string): Region | undefined {
  return MARKETPLACES.find((one) => one.sellerCentralHost === host)?.region;
}
