/** Stores: one row each, with the verdict in force and when to look next. */
import type { Absence } from '../core/absence.ts';
import type { Marketplace } from '../core/access.ts';
import { sql, type RawBuilder } from 'kysely';
import { PENDING_VERDICTS, type Verdict } from '../core/connection.ts';
import type { Cause } from '../core/diagnosis.ts';
import type { Judgement, TokenLoss } from '../core/judgement.ts';
import type { Alarm, Phase, RepairState } from '../core/lifecycle.ts';
import type { Capability, Region, SiteStanding } from '../core/observation.ts';
import { cutPage, readCursor, type Page } from './cursor.ts';
import { differencesOf, type Reader, type Tx } from './dialect.ts';
import { claimDue, holdsLease, releaseLease, takeLease, type Claim, type Holding, type Taking } from './leases.ts';
import { toStoreRow, toStoreTable } from './store-row.ts';

/** Instants in milliseconds since 1970, UTC. */
export type StoreRow = {
  accountId: string;
  id: string;
  marketplace: Marketplace;
  applicationId: string;
  /** `marketplace:application:region`: the crowd whose weather this store shares. */
  cohort: string;
  region: Region;
  site: string;
  name: string;
  email: string | null;
  /** Hears the ladder beside the contact; null: the account's, if it has one. */
  secondEmail: string | null;
  currency: string | null;
  receivingAccount: string | null;
  /** The seller that data of the marketplace named, and nothing else. A repair never changes it to another one. */
  sellerId: string | null;
  /** Whom a callback or a person said it is. Compared with what data names; it proves nothing. */
  claimedSellerId: string | null;
  /** When data last named `sellerId` for new credentials; null while it is null. */
  sellerProvenAt: number | null;
  /** When the same seller's newer permission was proven in another account. */
  supersededAt: number | null;
  sites: SiteStanding[];
  phase: Phase;
  verdict: Verdict;
  cause: Cause | null;
  judgement: Judgement | null;
  since: number;
  version: number;
  credentialVersion: number;
  authorizedAt: number | null;
  authorizedBy: 'consent' | 'stated' | 'inferred' | null;
  firstOkAt: number | null;
  lastOkAt: number | null;
  lastLookAt: number | null;
  /** First failure of the open episode; null while all is well. */
  failingSince: number | null;
  failedLooks: number;
  everOk: Capability[];
  /** Kinds of data that ever gave rows. */
  rowsSeen: Capability[];
  alarm: Alarm | null;
  repair: RepairState | null;
  absence: Absence | null;
  /** A token of this store that was issued and then lost on our side, while no newer one is proven. */
  lost: TokenLoss | null;
  nextAt: number | null;
  leaseOwner: string | null;
  leaseUntil: number | null;
  attempt: number;
  createdAt: number;
  closedAt: number | null;
};

/** A new store, without a lease whatever the row says. Throws the database's unique violation when the seller is connected already (see isAlreadyThere). */
export async function insertStore(tx: Reader, row: StoreRow): Promise<void> {
  await tx
    .insertInto('store')
    .values({ ...toStoreTable(row), lease_owner: null, lease_until: null, attempt: 0, slow: 0 })
    .execute();
}

/** True for the error of a write that met a row of the same identity: another store, session or message was first. */
export function isAlreadyThere(r: Reader, error: unknown): boolean {
  return differencesOf(r).isUniqueViolation(error);
}

/** With `accountId`, a store of another account does not exist. */
export async function readStore(
  r: Reader,
  { id, accountId }: { id: string; accountId?: string },
): Promise<StoreRow | null> {
  let query = r.selectFrom('store').selectAll().where('id', '=', id);
  if (accountId !== undefined) query = query.where('account_id', '=', accountId);
  const row = await query.executeTakeFirst();
  return row ? toStoreRow(row) : null;
}

/** False once the store is closed or its row is gone. */
export async function storeIsOpen(r: Reader, id: string): Promise<boolean> {
  const found = await r.selectFrom('store').select('id').where('id', '=', id).where('phase', '<>', 'closed').execute();
  return found.length > 0;
}

/** Reads the store and keeps everybody else from writing it until the transaction ends. */
export async function lockStore(tx: Tx, id: string): Promise<StoreRow | null> {
  const query = tx.selectFrom('store').selectAll().where('id', '=', id);
  const row = await differencesOf(tx).forUpdate(query).executeTakeFirst();
  return row ? toStoreRow(row) : null;
}

/** Writes the whole row except its lease. */
export async function saveStore(tx: Reader, row: StoreRow): Promise<void> {
  const { account_id, id, created_at: _kept, ...rest } = toStoreTable(row);
  await tx.updateTable('store').set(rest).where('id', '=', id).where('account_id', '=', account_id).execute();
}

/** Instants in milliseconds. `owner` and `credentialVersion`: whose lease it was looked at under, and with which credentials. */
export type Touch = {
  id: string;
  owner: string;
  credentialVersion: number;
  lastLookAt: number;
  lastOkAt: number;
  nextAt: number;
};

/**
 * After a look that found nothing new: moves the instants, nothing else, in one statement. False, and nothing moved, when
 * the lease has gone to somebody else or ran out, or the credentials are others by now.
 */
export async function touchStore(tx: Reader, touch: Touch): Promise<boolean> {
  const result = await tx
    .updateTable('store')
    .set({ last_look_at: touch.lastLookAt, last_ok_at: touch.lastOkAt, next_at: touch.nextAt })
    .where('id', '=', touch.id)
    .where('lease_owner', '=', touch.owner)
    .where('lease_until', '>', touch.lastLookAt)
    .where('credential_version', '=', touch.credentialVersion)
    .where('phase', '<>', 'closed')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Instants in milliseconds. `twice`: it is not the first look in a row that could not be made. */
type Uncheckable = { id: string; owner: string; now: number; nextAt: number; failedLooks: number; twice: boolean };

/** After a look that could neither be made nor judged. False when the lease has gone to another. */
export async function noteUncheckable(tx: Reader, noted: Uncheckable): Promise<boolean> {
  const { id, owner, now, nextAt, failedLooks, twice } = noted;
  // An alarm that stands is not taken back by a fault of ours.
  const seen = twice && {
    verdict: sql<Verdict>`case when alarm is null then 'operator_problem' else verdict end`,
    cause: sql<Cause | null>`case when alarm is null then 'own.check' else cause end`,
  };
  const result = await tx
    .updateTable('store')
    .set({ next_at: nextAt, failed_looks: failedLooks, failing_since: sql`coalesce(failing_since, ${now})`, ...seen })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .where('phase', '=', 'live')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export type StoreFilter = {
  accountId: string;
  cursor?: string | null;
  limit: number;
  /** True: only those listed under *Stores pending connection*; false: only the others. */
  pending?: boolean | undefined;
  verdict?: Verdict | undefined;
  /** Paused and disconnected stores are hidden otherwise, unless asked for by verdict. */
  includeHidden?: boolean;
};

const HIDDEN: readonly Verdict[] = ['paused', 'closed'];

/** An account's stores, oldest first. Throws Fault `invalid-request` for a foreign cursor. */
export async function listStores(r: Reader, filter: StoreFilter): Promise<Page<StoreRow>> {
  let query = r.selectFrom('store').selectAll().where('account_id', '=', filter.accountId);
  if (filter.verdict !== undefined) query = query.where('verdict', '=', filter.verdict);
  else if (filter.includeHidden !== true) query = query.where('verdict', 'not in', HIDDEN);
  if (filter.pending !== undefined) query = query.where('verdict', filter.pending ? 'in' : 'not in', PENDING_VERDICTS);
  const place = readCursor(filter.cursor);
  if (place) query = query.where(sql<boolean>`(created_at, id) > (${place.at}, ${place.id})`);
  const rows = await query
    .orderBy('created_at')
    .orderBy('id')
    .limit(filter.limit + 1)
    .execute();
  return cutPage(rows.map(toStoreRow), filter.limit, (row) => ({ at: row.createdAt, id: row.id }));
}

/** Stores of a seller that are not closed; without `accountId` in every account. */
export async function findBySeller(
  r: Reader,
  seller: { marketplace: string; region: string; sellerId: string; accountId?: string },
): Promise<StoreRow[]> {
  let query = r
    .selectFrom('store')
    .selectAll()
    .where('marketplace', '=', seller.marketplace)
    .where('region', '=', seller.region)
    .where('seller_id', '=', seller.sellerId)
    .where('phase', '<>', 'closed');
  if (seller.accountId !== undefined) query = query.where('account_id', '=', seller.accountId);
  const rows = await query.orderBy('created_at').execute();
  return rows.map(toStoreRow);
}

/** Stores of one account that are said to be this seller's and were never named. */
export async function findByClaim(
  r: Reader,
  seller: { marketplace: string; region: string; sellerId: string; accountId: string },
): Promise<StoreRow[]> {
  const rows = await r
    .selectFrom('store')
    .selectAll()
    .where('account_id', '=', seller.accountId)
    .where('marketplace', '=', seller.marketplace)
    .where('region', '=', seller.region)
    .where('claimed_seller_id', '=', seller.sellerId)
    .where('seller_id', 'is', null)
    .where('phase', '<>', 'closed')
    .orderBy('created_at')
    .execute();
  return rows.map(toStoreRow);
}

/** The same seller's newer permission was proven in another account; nothing else of the store changes. */
export async function markSuperseded(db: Reader, { id, at }: { id: string; at: number }): Promise<void> {
  await db.updateTable('store').set({ superseded_at: at }).where('id', '=', id).execute();
}

/** Sellers of the account's live stores at one place, the newest first. */
export async function siblingSellers(
  r: Reader,
  place: { accountId: string; marketplace: string; region: string; limit: number },
): Promise<string[]> {
  const rows = await r
    .selectFrom('store')
    .select('seller_id')
    .where('account_id', '=', place.accountId)
    .where('marketplace', '=', place.marketplace)
    .where('region', '=', place.region)
    .where('phase', '=', 'live')
    .orderBy('created_at', 'desc')
    .limit(place.limit)
    .execute();
  return rows.flatMap((row) => (row.seller_id === null ? [] : [row.seller_id]));
}

/** `slow`: only stores whose last look took long, or only the others, and none of `notCohorts`. */
export type Lane = { slow: boolean; notCohorts?: readonly string[] };

/** Leases due stores, longest due first; what another claimer has or is taking is passed over. */
export async function claimDueStores(db: Reader, claim: Claim & { lane?: Lane }): Promise<StoreRow[]> {
  const { lane, ...rest } = claim;
  const rows = await claimDue(db, 'store', lane ? { ...rest, also: inLane(lane) } : rest);
  return rows.map(toStoreRow);
}

function inLane({ slow, notCohorts = [] }: Lane): RawBuilder<unknown> {
  const lane = slow ? sql`and slow = 1` : sql`and slow = 0`;
  return notCohorts.length === 0 ? lane : sql`${lane} and cohort not in (${sql.join(notCohorts)})`;
}

/** Leases one store, due or not; null while somebody else, in this process or another, holds it. */
export async function takeStoreLease(db: Reader, taking: Taking): Promise<StoreRow | null> {
  const row = await takeLease(db, 'store', taking);
  return row ? toStoreRow(row) : null;
}

/** `slow`: whether the look took long, where one was made. */
export async function releaseStoreLease(
  db: Reader,
  { slow, ...lease }: { id: string; owner: string; slow?: boolean },
): Promise<boolean> {
  return releaseLease(db, 'store', { ...lease, also: slow === undefined ? sql`` : sql`, slow = ${slow ? 1 : 0}` });
}

/** Ask in the transaction that writes the outcome: an expired lease may have a new holder. */
export function holdsStoreLease(tx: Reader, holding: Holding): Promise<boolean> {
  return holdsLease(tx, 'store', holding);
}
