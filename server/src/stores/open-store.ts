/** A store row at its beginning. */
import type { App } from '../core/access.ts';
import type { Verdict } from '../core/connection.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Judgement } from '../core/judgement.ts';
import { CAPABILITIES } from '../core/observation.ts';
import type { Axes } from '../core/connection.ts';
import type { Site } from '../connectors/connector.ts';
import { Fault } from '../core/fault.ts';
import { newId } from '../db/ids.ts';
import type { StoreRow } from '../db/stores.ts';
import { cohortOf, type Shop } from './shop.ts';

export type StoreFieldsIn = {
  marketplace: StoreRow['marketplace'];
  site: string;
  name: string;
  email?: string | undefined;
  currency?: string | undefined;
  receiving_account?: string | undefined;
};

/** The site by its domain, or a fault that names the field and the sites there are. */
export function siteOf(
  shop: Shop,
  { marketplace, site }: { marketplace: StoreRow['marketplace']; site: string },
): Site {
  const { sites, label } = shop.connector(marketplace);
  const found = sites.find((s) => s.site === site.toLowerCase());
  if (found) return found;
  const known = sites.map((s) => s.site).join(', ');
  const message = `"${site.slice(0, 60)}" is no ${label} site that Storekeeper knows. Known sites: ${known}.`;
  throw new Fault('invalid-fields', { detail: message, errors: [{ field: 'site', code: 'unknown_site', message }] });
}

type Beginning = {
  accountId: string;
  fields: StoreFieldsIn;
  site: Site;
  app: App;
  email: string | null;
  phase: 'setup' | 'verifying';
};

export function newStoreRow(shop: Shop, { accountId, fields, site, app, email, phase }: Beginning): StoreRow {
  const now = shop.now();
  return {
    accountId,
    id: newId('st'),
    marketplace: fields.marketplace,
    applicationId: app.applicationId,
    cohort: cohortOf(fields.marketplace, app.applicationId, site.region),
    region: site.region,
    site: site.site,
    name: fields.name,
    email,
    secondEmail: null,
    currency: fields.currency ?? site.currency,
    receivingAccount: fields.receiving_account ?? null,
    sellerId: null,
    claimedSellerId: null,
    sellerProvenAt: null,
    supersededAt: null,
    sites: [],
    phase,
    verdict: phase,
    cause: null,
    judgement: beginning(phase, null),
    since: now,
    version: 1,
    credentialVersion: 0,
    authorizedAt: null,
    authorizedBy: null,
    firstOkAt: null,
    lastOkAt: null,
    lastLookAt: null,
    failingSince: null,
    failedLooks: 0,
    everOk: [],
    rowsSeen: [],
    alarm: null,
    repair: null,
    absence: null,
    lost: null,
    nextAt: null,
    leaseOwner: null,
    leaseUntil: null,
    attempt: 0,
    createdAt: now,
    closedAt: null,
  };
}

/** The judgement of a store that was never looked at. */
export function beginning(verdict: Extract<Verdict, 'setup' | 'verifying'>, diagnosis: Diagnosis | null): Judgement {
  const capability = Object.fromEntries(CAPABILITIES.map((c) => [c, 'unknown'])) as Axes['capability'];
  return {
    axes: { grant: verdict === 'setup' ? 'asked' : 'unproven', standing: 'unknown', capability, weather: 'clear' },
    verdict,
    diagnosis,
    notices: [],
    alarm: null,
    evidence: [],
    lacking: [],
  };
}
