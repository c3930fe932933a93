/** What every verb is given: the outside world as arguments. */
import type { Connector } from '../connectors/connector.ts';
import type { AccessToken, App, Place } from '../core/access.ts';
import { Fault } from '../core/fault.ts';
import type { OpenDatabase } from '../db/open.ts';
import type { StoreRow } from '../db/stores.ts';
import type { Vault } from '../db/vault.ts';
import type { Crowd } from './crowd.ts';
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
  /** The operator's app for a place, or null when none is configured. */
  app: (place: Place) => App | null;
  live: Live;
  log: Log;
  /** This process, in leases. */
  owner: string;
  publicUrl: string;
  /** The e-mail of an account's owner, for stores that were given none. */
  contactOf: (accountId: string) => Promise<string | null>;
  settings: { probeIntervalMs: number; operatorEmail: string | null };
  crowd: Crowd;
  /** Access tokens of the last hour, in memory only; key: store id and credential version. */
  tokens: Map<string, AccessToken>;
};

/** The app for a place; a fault that an operator understands when there is none. */
export function appOf(shop: Shop, place: Place): App {
  const app = shop.app(place);
  if (app) return app;
  const { label } = shop.connector(place.marketplace);
  throw new Fault('app-not-configured', {
    detail: `No ${label} app is configured here yet. The operator adds it to the file named by STOREKEEPER_APPS_FILE.`,
  });
}

/** The crowd that a store shares its weather with. */
export function cohortOf(marketplace: string, applicationId: string, region: string): string {
  return `${marketplace}:${applicationId}:${region}`;
}
