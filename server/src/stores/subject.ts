/** Whom the ladder asks about, and how a call is made for it. */
import type { Connector, Site } from '../connectors/connector.ts';
import type { App } from '../core/access.ts';
import type { Secret } from '../core/secret.ts';
import type { Shop } from './shop.ts';

/** No single call may take longer, body included. */
const CALL_DEADLINE_MS = 12_000;

export type Subject = {
  accountId: string;
  /** Null before the store exists. */
  storeId: string | null;
  cohort: string;
  /** The site that stands for the region: it chooses the host. */
  site: Site;
  sellerId: string | null;
  app: App;
  connector: Connector;
  credentials: { version: number; grantToken: Secret };
};

export function callContext(shop: Shop): { now: () => number; deadlineMs: number } {
  return { now: shop.now, deadlineMs: CALL_DEADLINE_MS };
}

export function tokenKey(storeId: string, version: number): string {
  return `${storeId}:${version}`;
}
