/** Connecting and repairing by hand: typed-in credentials, checked field by field, proven before they count. */
import { Fault } from '../core/fault.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { Secret } from '../core/secret.ts';
import { forgetCredentials, nextVersion, putCandidate, readCredential } from '../db/credentials.ts';
import {
  findBySeller,
  isAlreadyThere,
  insertStore,
  lockStore,
  readStore,
  releaseStoreLease,
  saveStore,
  type StoreRow,
} from '../db/stores.ts';
import type { Tx } from '../db/open.ts';
import { deleteStore } from '../db/store-delete.ts';
import type { NewStore } from '../http/contract/connect.ts';
import type { DiagnosisBody, StoreBody } from '../http/contract/store.ts';
import { LOOK_LEASE_MS } from './probe.ts';
import { newStoreRow, siteOf } from './open-store.ts';
import { toDiagnosisBody, toStoreBody } from './present.ts';
import { appOf, type Shop } from './shop.ts';
import { setupRow } from './connect.ts';
import { leaveEvidence, tellOperatorOf } from './first-look.ts';
import { adopt, announce, discard, noteStrange, verify, type Candidate, type Proven, type Verified } from './verify.ts';

type Typed = NewStore['credentials'];

/** POST /v1/stores. 201 connected, 202 while the weather forbids a judgement; a fault, and no store, otherwise. */
export async function connectByHand(
  shop: Shop,
  { accountId, body }: { accountId: string; body: NewStore },
): Promise<{ status: 201 | 202; store: StoreBody }> {
  const site = siteOf(shop, body);
  checkTyped(shop, body.marketplace, body.credentials);
  const authorizedAt = statedTime(body.credentials.authorized_at, shop.now());
  const app = appOf(shop, body.marketplace);
  const sellerId = body.credentials.seller_id?.trim() ?? null;
  if (sellerId) await refuseSecond(shop, { accountId, marketplace: body.marketplace, region: site.region, sellerId });
  const email = body.email ?? (await shop.contactOf(accountId));
  const row = {
    ...newStoreRow(shop, { accountId, fields: body, site, app, email, phase: 'verifying' }),
    // What was claimed stays with the row while it is unproven, so that an interrupted connect can be finished.
    sellerId,
    authorizedAt,
    authorizedBy: authorizedAt === null ? null : ('stated' as const),
    nextAt: shop.now() + LOOK_LEASE_MS,
  };
  const token = new Secret(body.credentials.refresh_token);
  await shop.db.transaction(async (tx) => {
    await insertStore(tx, row);
    await putCandidate(
      { db: tx, vault: shop.vault },
      { accountId, storeId: row.id, version: 1, token, now: shop.now() },
    );
  });
  const candidate: Candidate = {
    row,
    app,
    connector: shop.connector(body.marketplace),
    version: 1,
    refreshToken: token,
    sellerId,
    authorizedAt,
    authorizedBy: authorizedAt === null ? null : 'stated',
    source: 'connect',
    anyRegion: true,
  };
  return conclude(shop, { candidate, verified: await verify(shop, candidate) });
}

type Concluding = { candidate: Candidate; verified: Verified };

async function conclude(
  shop: Shop,
  { candidate, verified }: Concluding,
): Promise<{ status: 201 | 202; store: StoreBody }> {
  switch (verified.kind) {
    case 'weather':
      await noteStrange(shop, candidate, verified);
      return { status: 202, store: toStoreBody(candidate.row, shop) };
    case 'failed':
      if (await shop.db.transaction((tx) => giveUp(shop, { tx, row: candidate.row, diagnosis: verified.diagnosis })))
        throw failedFault(shop, candidate.row, verified.diagnosis);
      // The watch took this process for dead and connected the store with the same token meanwhile.
      return { status: 201, store: await finishedElsewhere(shop, candidate) };
    case 'proven':
      return { status: 201, store: await adoptNow(shop, candidate, verified) };
  }
}

type GivingUp = { tx: Tx; row: StoreRow; diagnosis: Diagnosis };

/** No store remains; what only the operator can put right is told to him. False when it was connected meanwhile. */
async function giveUp(shop: Shop, { tx, row, diagnosis }: GivingUp): Promise<boolean> {
  await tellOperatorOf(shop, { tx, row, diagnosis });
  return deleteStore(tx, row.id);
}

async function adoptNow(shop: Shop, candidate: Candidate, proven: Proven): Promise<StoreBody> {
  const row = await shop.db
    .transaction((tx) => adopt(shop, { tx, candidate, proven }))
    .catch((error: unknown) => refuseDuplicate(shop, candidate, error));
  if (!row) return finishedElsewhere(shop, candidate);
  await announce(shop, { candidate, proven, row });
  return toStoreBody(row, shop);
}

/** Somebody else brought this very connect or repair to its end; a store that is gone was removed meanwhile. */
async function finishedElsewhere(shop: Shop, { row: { id, accountId }, version }: Candidate): Promise<StoreBody> {
  const row = await readStore(shop.db.db, { id, accountId });
  if (row?.phase === 'live' && row.credentialVersion >= version) return toStoreBody(row, shop);
  throw new Fault('not-found', {
    detail: 'The store was removed, or other credentials were entered, while these were being checked.',
  });
}

/** The seller turned out to be connected already, under a name that was not typed. */
async function refuseDuplicate(shop: Shop, candidate: Candidate, error: unknown): Promise<never> {
  if (!isAlreadyThere(shop.db.db, error)) throw error;
  if (candidate.row.phase !== 'live') await shop.db.transaction((tx) => deleteStore(tx, candidate.row.id));
  throw alreadyConnected(shop, candidate.row.marketplace);
}

type Seller = { accountId: string; marketplace: StoreRow['marketplace']; region: StoreRow['region']; sellerId: string };

async function refuseSecond(shop: Shop, seller: Seller): Promise<void> {
  const rows = await findBySeller(shop.db.db, seller);
  if (rows.length > 0) throw alreadyConnected(shop, seller.marketplace, rows[0]);
}

function alreadyConnected(shop: Shop, marketplace: StoreRow['marketplace'], row?: StoreRow): Fault {
  const { label } = shop.connector(marketplace);
  const which = row ? ` as "${row.name}"` : '';
  return new Fault('already-connected', {
    detail: `This ${label} seller is connected in this account already${which}. To give it new credentials, open that store and reconnect it.`,
    extra: row ? { store_id: row.id } : {},
  });
}

function checkTyped(shop: Shop, marketplace: StoreRow['marketplace'], typed: Typed): void {
  const problems = shop
    .connector(marketplace)
    .checkCredentials({ refreshToken: typed.refresh_token, sellerId: typed.seller_id });
  if (problems.length === 0) return;
  throw new Fault('invalid-fields', {
    detail: 'Nothing was sent to the marketplace: some fields cannot be right.',
    errors: problems,
    extra: { cause: 'cred.malformed' },
  });
}

function statedTime(stated: string | undefined, now: number): number | null {
  if (stated === undefined) return null;
  const at = Date.parse(stated);
  if (Number.isFinite(at) && at <= now + 60_000) return Math.min(at, now);
  const message =
    'The day of the permission lies in the future. Enter the day on which it was given, or leave it empty.';
  throw new Fault('invalid-fields', {
    detail: message,
    errors: [{ field: 'credentials.authorized_at', code: 'in_the_future', message }],
  });
}

function failedFault(shop: Shop, row: StoreRow, diagnosis: Diagnosis): Fault {
  const body = diagnosisBody(shop, row, diagnosis);
  return new Fault('connection-failed', { detail: body.text.sentence, extra: { diagnosis: body } });
}

function diagnosisBody(shop: Shop, row: StoreRow, diagnosis: Diagnosis): DiagnosisBody {
  const { label } = shop.connector(row.marketplace);
  const now = shop.now();
  const { name: storeName, authorizedAt } = row;
  return toDiagnosisBody(diagnosis, {
    label,
    storeName,
    since: now,
    now,
    authorizedAt,
    sellerBound: row.phase === 'live',
  });
}

/** PUT /v1/stores/{id}/credentials: the old pair stays until the new one is proven. */
export async function replaceCredentials(
  shop: Shop,
  who: { accountId: string; id: string; credentials: Typed },
): Promise<StoreBody> {
  const row = await readStore(shop.db.db, { accountId: who.accountId, id: who.id });
  if (!row || row.phase === 'closed')
    throw new Fault('not-found', { detail: 'There is no such store in this account.' });
  checkTyped(shop, row.marketplace, who.credentials);
  const typedSeller = who.credentials.seller_id?.trim() ?? null;
  refuseOtherSeller(row, typedSeller);
  const authorizedAt = statedTime(who.credentials.authorized_at, shop.now());
  const candidate = await keepCandidate(shop, { row, typed: who.credentials, typedSeller, authorizedAt });
  const verified = await verify(shop, candidate);
  if (verified.kind === 'proven') return adoptNow(shop, candidate, verified);
  await shop.db.transaction((tx) => discard(tx, candidate));
  if (verified.kind === 'failed') throw failedFault(shop, row, verified.diagnosis);
  throw new Fault('connection-failed', {
    detail: `${candidate.connector.label} is not answering as it should just now, so the new token could not be checked. The old one stays. Try again in a few minutes.`,
    extra: verified.diagnosis ? { diagnosis: diagnosisBody(shop, row, verified.diagnosis) } : {},
  });
}

function refuseOtherSeller(row: StoreRow, typed: string | null): void {
  if (typed === null || row.sellerId === null || typed === row.sellerId) return;
  const message = `This store is bound to seller ${row.sellerId}. To connect ${typed.slice(0, 40)}, add it as a new store.`;
  throw new Fault('invalid-fields', {
    detail: message,
    errors: [{ field: 'credentials.seller_id', code: 'other_seller', message }],
  });
}

type Keeping = { row: StoreRow; typed: Typed; typedSeller: string | null; authorizedAt: number | null };

async function keepCandidate(shop: Shop, { row, typed, typedSeller, authorizedAt }: Keeping): Promise<Candidate> {
  const token = new Secret(typed.refresh_token);
  const version = await shop.db.transaction(async (tx) => {
    await lockStore(tx, row.id);
    const next = await nextVersion(tx, { storeId: row.id });
    await putCandidate(
      { db: tx, vault: shop.vault },
      { accountId: row.accountId, storeId: row.id, version: next, token, now: shop.now() },
    );
    return next;
  });
  return {
    row,
    app: appOf(shop, row.marketplace),
    connector: shop.connector(row.marketplace),
    version,
    refreshToken: token,
    sellerId: row.sellerId ?? typedSeller,
    authorizedAt,
    authorizedBy: authorizedAt === null ? null : 'stated',
    source: 'repair',
    anyRegion: row.sellerId === null,
  };
}

/** A connect by hand that was interrupted, or that waits for better weather: the watch goes on with it. */
export async function resumeByHand(shop: Shop, row: StoreRow): Promise<void> {
  try {
    const kept = await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId: row.id, state: 'candidate' });
    if (kept) await resumeWith(shop, row, kept);
    else await shop.db.transaction((tx) => deleteStore(tx, row.id));
  } finally {
    await releaseStoreLease(shop.db.db, { id: row.id, owner: row.leaseOwner ?? '' });
  }
}

async function resumeWith(shop: Shop, row: StoreRow, kept: { version: number; refreshToken: Secret }): Promise<void> {
  const candidate: Candidate = {
    row,
    app: appOf(shop, row.marketplace),
    connector: shop.connector(row.marketplace),
    version: kept.version,
    refreshToken: kept.refreshToken,
    sellerId: row.sellerId,
    authorizedAt: row.authorizedAt,
    authorizedBy: row.authorizedBy,
    source: 'connect',
    anyRegion: true,
  };
  const verified = await verify(shop, candidate);
  if (verified.kind === 'proven') return void (await adoptNow(shop, candidate, verified));
  if (verified.kind === 'weather') await noteStrange(shop, candidate, verified);
  await postpone(shop, row, verified);
}

/** Weather: look again, ever more slowly. A diagnosis: the store waits, set up but not connected, and says why. */
async function postpone(shop: Shop, row: StoreRow, verified: Exclude<Verified, Proven>): Promise<void> {
  const { observations } = verified;
  const diagnosis = verified.kind === 'failed' ? verified.diagnosis : null;
  const now = shop.now();
  const after = await shop.db.transaction(async (tx) => {
    const found = await lockStore(tx, row.id);
    if (!found || found.phase !== 'verifying') return null;
    if (diagnosis) await forgetCredentials(tx, row.id);
    const wait = Math.min(10 * 60_000, 5_000 * 2 ** Math.min(found.failedLooks, 7));
    const next: StoreRow = diagnosis
      ? setupRow(found, diagnosis, now)
      : { ...found, failedLooks: found.failedLooks + 1, lastLookAt: now, nextAt: now + wait };
    await saveStore(tx, next);
    if (diagnosis) await leaveEvidence(shop, { tx, row: next, diagnosis, observations });
    return next;
  });
  if (after) shop.live.publish({ type: 'store', accountId: after.accountId, store: toStoreBody(after, shop) });
}
