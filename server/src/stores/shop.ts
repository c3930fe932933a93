/** What every verb is given: the outside world as arguments. */
import type { Connector, Site } from '../connectors/connector.ts';
import type { AccessToken, App, Place } from '../core/access.ts';
import { Fault } from '../core/fault.ts';
import type { OpenDatabase } from '../db/open.ts';
import type { StoreRow } from '../db/stores.ts';
import type { Vault } from '../db/vault.ts';
import type { Crowd } from './crowd.ts';
import type { TokenJournal } from './token-journal.ts';
import type { Live } from './live.ts';

export type Log = {
  info: (fields: Record<string, unknown>, message: string) => void;
  warn: (fields: Record<string, unknown>, message: string) => void;
  error: (fields: Record<string, unknown>, message: string) => void;
};

export type Shop = {
  db: OpenDatabase;
  vault: Vault;
  /** The product's clock, milliseconds. */
  now: () => number;
  connector: (marketplace: StoreRow['marketplace']) => Connector;
  /** The operator's apps: one for Amazon, an MWS developer per region. */
  apps: () => readonly App[];
  live: Live;
  log: Log;
  /** This process, in leases. */
  owner: string;
  publicUrl: string;
  /** The e-mail of an account's owner, for stores that were given none. */
  contactOf: (accountId: string) => Promise<string | null>;
  settings: { probeIntervalMs: number; operatorEmail: string | null };
  crowd: Crowd;
  /** Where tokens wait that could not be saved yet. */
  journal: TokenJournal;
  /** Access tokens of the last hour, in memory only; key: store id and credential version. */
  tokens: Map<string, AccessToken>;
};

/** The site that stands for a store: the chosen one, or one of the region that turned out to be its own. */
export function siteIn(shop: Shop, { marketplace, region, site }: Place): Site {
  const { sites, label } = shop.connector(marketplace);
  const found =
    sites.find((one) => one.site === site && one.region === region) ?? sites.find((one) => one.region === region);
  if (found) return found;
  throw new Fault('internal', { detail: `${label} has no site in ${region}.` });
}

/** The app that serves a place, or null when none is configured. */
export function findApp(shop: Shop, place: Place): App | null {
  const site = siteIn(shop, place);
  return shop.apps().find((app) => app.marketplace === place.marketplace && serves(app, site)) ?? null;
}

/** An Amazon app serves all regions; an MWS developer one, and in the Far East one country of it. */
export function serves(app: App, { region, country }: Site): boolean {
  if (app.marketplace === 'amazon') return true;
  return app.region === region && (app.countries === null || app.countries.includes(country));
}

/** Whether a consent page at the marketplace connects a store of this app; else its credentials are typed in. */
export function isAutomatic(app: App): boolean {
  return app.marketplace === 'amazon' || app.hybrid !== null;
}

/** Whether the marketplace may tell things by itself: only then is anything looked up that was told. */
export function hasQueue(app: App): boolean {
  return app.marketplace === 'amazon' && app.notifications != null;
}

/** The app for a place; a fault that an operator understands when there is none. */
export function appOf(shop: Shop, place: Place): App {
  const app = findApp(shop, place);
  if (app) return app;
  const { label } = shop.connector(place.marketplace);
  throw new Fault('app-not-configured', {
    detail: `No ${label} app is configured here yet for ${place.site}. The operator adds it to the file named by STOREKEEPER_APPS_FILE.`,
  });
}

/** How a person is told about a place: the marketplace, our app there, and what is typed where it is authorized by its ID. */
export function namesAt(shop: Shop, place: Place) {
  const { label } = shop.connector(place.marketplace);
  const app = findApp(shop, place);
  if (!app) return { label };
  const { name, applicationId: id } = app;
  return { label, appName: name, developer: app.marketplace === 'amazon-mws' ? { name, id, site: place.site } : null };
}

/** The app that a store is reached with once it has moved; null where nothing replaced its marketplace, or no app is there. */
export function appAfterMove(shop: Shop, { marketplace, region, site }: Place): App | null {
  const { retired } = shop.connector(marketplace);
  return retired ? findApp(shop, { marketplace: retired.movesTo, region, site }) : null;
}

/** The crowd that a store shares its weather with. */
export function cohortOf(marketplace: string, applicationId: string, region: string): string {
  return `${marketplace}:${applicationId}:${region}`;
}
