/**
 * Amazon's shops, the same for every way into Amazon: ids and regions from the SP-API Developer Guide ("Marketplace
 * IDs"), consent hosts from its "Seller Central URLs" and Amazon's own authorization sample. The hosts of IE and ZA are
 * remembered, not documented.
 */
import type { Region } from '../core/observation.ts';
import type { Site } from './connector.ts';

const EUROPE_CONSENT_HOST = 'sellercentral-europe.amazon.com';

/** The language carries the country: `en-GB`. */
type Row = [site: string, marketplaceId: string, currency: string, language: string];

const ROWS: Readonly<Record<Region, readonly Row[]>> = {
  na: [
    ['amazon.com', 'ATVPDKIKX0DER', 'USD', 'en-US'],
    ['amazon.ca', 'A2EUQ1WTGCTBG2', 'CAD', 'en-CA'],
    ['amazon.com.mx', 'A1AM78C64UM0Y8', 'MXN', 'es-MX'],
    ['amazon.com.br', 'A2Q3Y263D00KWC', 'BRL', 'pt-BR'],
  ],
  eu: [
    ['amazon.co.uk', 'A1F83G8C2ARO7P', 'GBP', 'en-GB'],
    ['amazon.de', 'A1PA6795UKMFR9', 'EUR', 'de-DE'],
    ['amazon.fr', 'A13V1IB3VIYZZH', 'EUR', 'fr-FR'],
    ['amazon.it', 'APJ6JRA9NG5V4', 'EUR', 'it-IT'],
    ['amazon.es', 'A1RKKUPIHCS9HS', 'EUR', 'es-ES'],
    ['amazon.nl', 'A1805IZSGTT6HS', 'EUR', 'nl-NL'],
    ['amazon.se', 'A2NODRKZP88ZB9', 'SEK', 'sv-SE'],
    ['amazon.pl', 'A1C3SOZRARQ6R3', 'PLN', 'pl-PL'],
    ['amazon.com.be', 'AMEN7PMS3EDWL', 'EUR', 'fr-BE'],
    ['amazon.ie', 'A28R8C7NBKEWEA', 'EUR', 'en-IE'],
    ['amazon.com.tr', 'A33AVAJ2PDY3EV', 'TRY', 'tr-TR'],
    ['amazon.eg', 'ARBP9OOSHTCHU', 'EGP', 'ar-EG'],
    ['amazon.sa', 'A17E79C6D8DWNP', 'SAR', 'ar-SA'],
    ['amazon.ae', 'A2VIGQ35RCS4UG', 'AED', 'en-AE'],
    ['amazon.in', 'A21TJRUUN4KGV', 'INR', 'en-IN'],
    ['amazon.co.za', 'AE08WJ6YKNBMC', 'ZAR', 'en-ZA'],
  ],
  fe: [
    ['amazon.co.jp', 'A1VC38T7YXB528', 'JPY', 'ja-JP'],
    ['amazon.com.au', 'A39IBJ37TRP1C6', 'AUD', 'en-AU'],
    ['amazon.sg', 'A19VAU5U5O7RUS', 'SGD', 'en-SG'],
  ],
};

/** Sites whose sellers sign in at the common European Seller Central; every other site has its own. */
const EUROPE_SIGN_IN: ReadonlySet<string> = new Set([
  'amazon.co.uk',
  'amazon.de',
  'amazon.fr',
  'amazon.it',
  'amazon.es',
]);

function toSite(region: Region, [site, marketplaceId, currency, language]: Row): Site {
  return {
    site,
    marketplaceId,
    name: `A${site.slice(1)}`,
    country: language.slice(-2),
    currency,
    language,
    region,
    consentHost: EUROPE_SIGN_IN.has(site) ? EUROPE_CONSENT_HOST : `sellercentral.${site}`,
  };
}

/** The 23 marketplaces, in the order in which a person looks for them: by region, the largest first. */
export const AMAZON_SITES: readonly Site[] = [
  ...ROWS.na.map((row) => toSite('na', row)),
  ...ROWS.eu.map((row) => toSite('eu', row)),
  ...ROWS.fe.map((row) => toSite('fe', row)),
];

const BY_MARKETPLACE = new Map(AMAZON_SITES.map((site) => [site.marketplaceId, site]));

export function amazonSiteByMarketplace(marketplaceId: string): Site | undefined {
  return BY_MARKETPLACE.get(marketplaceId);
}
