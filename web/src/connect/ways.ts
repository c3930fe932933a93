/** Which ways into a marketplace are offered, for which sites. Pure. */
import type { Catalogue } from '../../../server/src/http/contract/app.ts';

export type Marketplace = Catalogue['marketplaces'][number];
export type CatalogueSite = Marketplace['sites'][number];
/** `consent` at the marketplace, or credentials typed in. */
export type Way = 'consent' | 'by_hand';

/** Where the operator has an app, the newest way first; without any app the newest alone, so that it can be said. */
export function offered({ marketplaces }: Pick<Catalogue, 'marketplaces'>): Marketplace[] {
  const newestFirst = [...marketplaces].sort((a, b) => Number(isLegacy(a)) - Number(isLegacy(b)));
  const configured = newestFirst.filter((one) => one.app_name !== null);
  return configured.length > 0 ? configured : newestFirst.slice(0, 1);
}

/** A way that the marketplace replaced by another: only for stores that still use it. */
export function isLegacy({ marketplace }: Pick<Marketplace, 'marketplace'>): boolean {
  return marketplace === 'amazon-mws';
}

export function siteOf(marketplace: Marketplace | undefined, site: string): CatalogueSite | undefined {
  return marketplace?.sites.find((entry) => entry.site === site);
}

/** The site that was chosen, where this marketplace serves it too; else the first that it serves. */
export function keptSite(marketplace: Marketplace | undefined, site: string): string {
  const kept = siteOf(marketplace, site);
  if (kept !== undefined && kept.app_name !== null) return site;
  return (marketplace?.sites.find((entry) => entry.app_name !== null) ?? marketplace?.sites[0])?.site ?? '';
}

/** The way that was chosen, where the site allows it: without a consent page everything goes by hand. */
export function wayAt(site: CatalogueSite | undefined, chosen: Way): Way {
  return site === undefined || site.automatic || site.app_name === null ? chosen : 'by_hand';
}
