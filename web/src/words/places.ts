/** Regions and sites in the words of the pages. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

export const REGION_WORDS = {
  na: 'North America',
  eu: 'Europe',
  fe: 'Far East',
} as const satisfies Record<StoreBody['region'], string>;

export const REGIONS = ['na', 'eu', 'fe'] as const satisfies readonly StoreBody['region'][];

const MARKETPLACE_WORDS = { amazon: 'Amazon', 'amazon-mws': 'Amazon (MWS)' } as const satisfies Record<
  StoreBody['marketplace'],
  string
>;

export function marketplaceWord(marketplace: StoreBody['marketplace']): string {
  return MARKETPLACE_WORDS[marketplace];
}

/** `amazon.de, .at`: the first site whole, the others by their ending, so that the line stays short. */
export function siteList(sites: readonly string[]): string {
  const [first, ...others] = sites;
  if (first === undefined) return '';
  const brand = first.slice(0, first.indexOf('.'));
  return [
    first,
    ...others.map((site) => (brand !== '' && site.startsWith(`${brand}.`) ? site.slice(brand.length) : site)),
  ].join(', ');
}

/** The sites the store sells on, its own site first; only its own site while the marketplace has told none. */
export function sellingSites(store: StoreBody): string[] {
  const selling = store.sites.filter((site) => site.participating).map((site) => site.site);
  return [store.site, ...selling.filter((site) => site !== store.site)];
}

/** `amazon.com, .ca` up to three, else `5 sites`. */
export function sitesInShort(store: StoreBody): string {
  const sites = sellingSites(store);
  return sites.length > 3 ? `${sites.length} sites` : siteList(sites);
}

/** `Amazon North America · 3 sites` */
export function placeLine(store: StoreBody): string {
  const sites = sellingSites(store);
  const where = sites.length > 1 ? `${sites.length} sites` : siteList(sites);
  return `${marketplaceWord(store.marketplace)} ${REGION_WORDS[store.region]} · ${where}`;
}

/** `Amazon North America · amazon.com, .ca, .com.mx` */
export function longPlaceLine(store: StoreBody): string {
  const sites = sellingSites(store);
  const shown = sites.length > 5 ? `${siteList(sites.slice(0, 4))} and ${sites.length - 4} more` : siteList(sites);
  return `${marketplaceWord(store.marketplace)} ${REGION_WORDS[store.region]} · ${shown}`;
}
