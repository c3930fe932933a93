/** A store between its table and the product: JSON columns parsed, names in camelCase. */
import type { Insertable, Selectable } from 'kysely';
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from './json.ts';
import type { StoreTable } from './schema.ts';
import type { StoreRow } from './stores.ts';

/** The columns are written by `toStoreTable` alone, so their text values are the unions that they were written from. */
export function toStoreRow(t: Selectable<StoreTable>): StoreRow {
  return {
    ...fixedOf(t),
    ...stateOf(t),
    leaseOwner: t.lease_owner,
    leaseUntil: t.lease_until,
    attempt: t.attempt,
  };
}

function fixedOf(t: Selectable<StoreTable>) {
  return {
    accountId: t.account_id,
    id: t.id,
    marketplace: t.marketplace as StoreRow['marketplace'],
    applicationId: t.application_id,
    cohort: t.cohort,
    region: t.region as StoreRow['region'],
    site: t.site,
    name: t.name,
    email: t.email,
    secondEmail: t.second_email,
    currency: t.currency,
    receivingAccount: t.receiving_account,
    sellerId: t.seller_id,
    claimedSellerId: t.claimed_seller_id,
    sellerProvenAt: t.seller_proven_at,
    supersededAt: t.superseded_at,
    createdAt: t.created_at,
    closedAt: t.closed_at,
  };
}

function stateOf(t: Selectable<StoreTable>) {
  return {
    sites: fromJson<StoreRow['sites']>(t.sites),
    phase: t.phase as StoreRow['phase'],
    verdict: t.verdict as StoreRow['verdict'],
    cause: t.cause as StoreRow['cause'],
    judgement: fromJson<StoreRow['judgement']>(t.judgement),
    since: t.since,
    version: t.version,
    credentialVersion: t.credential_version,
    authorizedAt: t.authorized_at,
    authorizedBy: t.authorized_by as StoreRow['authorizedBy'],
    firstOkAt: t.first_ok_at,
    lastOkAt: t.last_ok_at,
    lastLookAt: t.last_look_at,
    failingSince: t.failing_since,
    failedLooks: t.failed_looks,
    everOk: fromJson<StoreRow['everOk']>(t.ever_ok),
    rowsSeen: fromJson<StoreRow['rowsSeen']>(t.rows_seen),
    alarm: fromJsonOrNull<NonNullable<StoreRow['alarm']>>(t.alarm),
    repair: fromJsonOrNull<NonNullable<StoreRow['repair']>>(t.repair),
    absence: fromJsonOrNull<NonNullable<StoreRow['absence']>>(t.absence),
    lost: fromJsonOrNull<NonNullable<StoreRow['lost']>>(t.lost),
    nextAt: t.next_at,
  };
}

/** Every column except the lease, which only claiming and releasing may touch. */
export function toStoreTable(
  row: StoreRow,
): Omit<Insertable<StoreTable>, 'lease_owner' | 'lease_until' | 'attempt' | 'slow'> {
  return {
    account_id: row.accountId,
    id: row.id,
    marketplace: row.marketplace,
    application_id: row.applicationId,
    cohort: row.cohort,
    region: row.region,
    site: row.site,
    name: row.name,
    email: row.email,
    second_email: row.secondEmail,
    currency: row.currency,
    receiving_account: row.receivingAccount,
    seller_id: row.sellerId,
    claimed_seller_id: row.claimedSellerId,
    seller_proven_at: row.sellerProvenAt,
    superseded_at: row.supersededAt,
    sites: toJson(row.sites),
    phase: row.phase,
    verdict: row.verdict,
    cause: row.cause,
    judgement: toJson(row.judgement),
    since: row.since,
    version: row.version,
    credential_version: row.credentialVersion,
    authorized_at: row.authorizedAt,
    authorized_by: row.authorizedBy,
    first_ok_at: row.firstOkAt,
    last_ok_at: row.lastOkAt,
    last_look_at: row.lastLookAt,
    failing_since: row.failingSince,
    failed_looks: row.failedLooks,
    ever_ok: toJson(row.everOk),
    rows_seen: toJson(row.rowsSeen),
    alarm: toJsonOrNull(row.alarm),
    repair: toJsonOrNull(row.repair),
    absence: toJsonOrNull(row.absence),
    lost: toJsonOrNull(row.lost),
    next_at: row.nextAt,
    created_at: row.createdAt,
    closed_at: row.closedAt,
  };
}
