/** Connecting and repairing by hand: typed-in credentials, checked field by field, proven before they count. */
import type { Marketplace } from '../core/access.ts';
import { noteCannotFinish, openCredential } from './cannot-look.ts';
import { Fault } from '../core/fault.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { Secret } from '../core/secret.ts';
import { appendAudit } from '../db/audit.ts';
import { isOutage } from '../database-outage.ts';
import { forgetCredentials, nextVersion, putCandidate } from '../db/credentials.ts';
import {
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
import { alreadyConnected, movedAlready, twinOf } from './duplicate.ts';
import { asMoved, refuseMove } from './move.ts';
import { newStoreRow, siteOf } from './open-store.ts';
import { toDiagnosisBody, toStoreBody } from './present.ts';
import { connectedStore, forgetful, type Remember } from './remember.ts';
import { appOf, namesAt, type Shop } from './shop.ts';
import { checkTyped, statedTime, typedToken, type Typed } from './typed-credentials.ts';
import { setupRow } from './connect.ts';
import { noteSuperseded } from './superseded.ts';
import { leaveEvidence, tellOperatorOf } from './first-look.ts';
import { adopt, announce, discard, noteStrange, verify, type Candidate, type Proven, type Verified } from './verify.ts';

type Connecting = { accountId: string; body: NewStore; remember?: Remember };
type Connected = { status: 201 | 202; store: StoreBody };

/** POST /v1/stores. 201 connected, 202 while the weather forbids a judgement; a fault, and no store, otherwise. */
export async function connectByHand(
  shop: Shop,
  { accountId, body, remember = forgetful }: Connecting,
): Promise<Connected> {
  const earlier = await goOn(shop, { accountId, remember });
  if (earlier !== null) return earlier;
  const site = siteOf(shop, body);
  checkTyped(shop, body.marketplace, body.credentials);
  const authorizedAt = statedTime(body.credentials.authorized_at, shop.now());
  const app = appOf(shop, { marketplace: body.marketplace, ...site });
  const sellerId = body.credentials.seller_id?.trim() ?? null;
  const { marketplace } = body;
  const twin = sellerId ? await twinOf(shop, { accountId, marketplace, region: site.region, sellerId }) : null;
  if (twin) throw alreadyConnected(shop, marketplace, twin);
  const email = body.email ?? (await shop.contactOf(accountId));
  const row = {
    ...newStoreRow(shop, { accountId, fields: body, site, app, email, phase: 'verifying' }),
    // What was claimed stays with the row while it is unproven, so that an interrupted connect can be finished.
    claimedSellerId: sellerId,
    authorizedAt,
    authorizedBy: authorizedAt === null ? null : ('stated' as const),
    nextAt: shop.now() + LOOK_LEASE_MS,
  };
  const token = new Secret(typedToken(shop, body.marketplace, body.credentials));
  await shop.db.transaction(async (tx) => {
    await insertStore(tx, row);
    await putCandidate(
      { db: tx, vault: shop.vault },
      { accountId, storeId: row.id, version: 1, token, now: shop.now() },
    );
    await appendAudit(tx, { accountId, kind: 'credentials.entered', at: shop.now(), storeId: row.id });
    await remember.begun(tx, row.id);
  });
  const candidate = connectCandidate(shop, row, { version: 1, grantToken: token });
  return conclude(shop, { candidate, verified: await verify(shop, candidate), remember });
}

/** The process of an earlier run ended: the store that it had begun is brought to its end. Null when there is none. */
async function goOn(
  shop: Shop,
  { accountId, remember }: { accountId: string; remember: Remember },
): Promise<Connected | null> {
  if (remember.resumes === null) return null;
  const row = await readStore(shop.db.db, { accountId, id: remember.resumes });
  if (row?.phase === 'live') return { status: 201, store: toStoreBody(row, shop) };
  if (row?.phase === 'verifying') {
    const kept = await openCredential(shop, { id: row.id, state: 'candidate' });
    const candidate = kept && connectCandidate(shop, row, kept);
    if (candidate) return conclude(shop, { candidate, verified: await verify(shop, candidate), remember });
  }
  // It was never connected, and this request is to connect it: what is left of it makes room.
  if (row) await shop.db.transaction((tx) => deleteStore(tx, row.id));
  return null;
}

function connectCandidate(shop: Shop, row: StoreRow, kept: { version: number; grantToken: Secret }): Candidate {
  return {
    row,
    app: appOf(shop, row),
    connector: shop.connector(row.marketplace),
    version: kept.version,
    grantToken: kept.grantToken,
    sellerId: row.sellerId ?? row.claimedSellerId,
    authorizedAt: row.authorizedAt,
    authorizedBy: row.authorizedBy,
    source: 'connect',
    anyRegion: true,
  };
}

type Concluding = { candidate: Candidate; verified: Verified; remember: Remember };

async function conclude(shop: Shop, { candidate, verified, remember }: Concluding): Promise<Connected> {
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
      return { status: 201, store: await adoptNow(shop, { candidate, proven: verified, remember }) };
  }
}

type GivingUp = { tx: Tx; row: StoreRow; diagnosis: Diagnosis };

/** No store remains; what only the operator can put right is told to him. False when it was connected meanwhile. */
async function giveUp(shop: Shop, { tx, row, diagnosis }: GivingUp): Promise<boolean> {
  await tellOperatorOf(shop, { tx, row, diagnosis });
  return deleteStore(tx, row.id);
}

type Adopting = { candidate: Candidate; proven: Proven; remember?: Remember };

async function adoptNow(shop: Shop, { candidate, proven, remember = forgetful }: Adopting): Promise<StoreBody> {
  await noteSuperseded(shop, candidate, proven);
  const row = await shop.db
    .transaction(async (tx) => {
      const adopted = await adopt(shop, { tx, candidate, proven });
      if (adopted) await remember.answer(tx, connectedStore({ status: 201, store: toStoreBody(adopted, shop) }));
      return adopted;
    })
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
  const { row } = candidate;
  await shop.db.transaction(async (tx) => {
    if (row.phase === 'live') await discard(tx, candidate);
    else await deleteStore(tx, row.id);
  });
  const now = await readStore(shop.db.db, { id: row.id });
  const moving = now !== null && now.marketplace !== row.marketplace;
  throw moving ? movedAlready(row, null) : alreadyConnected(shop, row.marketplace, null);
}

function failedFault(shop: Shop, row: StoreRow, diagnosis: Diagnosis): Fault {
  const body = diagnosisBody(shop, row, diagnosis);
  return new Fault('connection-failed', { detail: body.text.sentence, extra: { diagnosis: body } });
}

function diagnosisBody(shop: Shop, row: StoreRow, diagnosis: Diagnosis): DiagnosisBody {
  const now = shop.now();
  const { name: storeName, authorizedAt } = row;
  return toDiagnosisBody(diagnosis, {
    ...namesAt(shop, row),
    storeName,
    since: now,
    now,
    authorizedAt,
    sellerBound: row.phase === 'live',
  });
}

type Replacing = { accountId: string; id: string; marketplace?: Marketplace | undefined; credentials: Typed };

/**
 * PUT /v1/stores/{id}/credentials: the old pair stays until the new one is proven. With another `marketplace` the store
 * moves there, and keeps what it has if it cannot.
 */
export async function replaceCredentials(shop: Shop, who: Replacing): Promise<StoreBody> {
  const found = await readStore(shop.db.db, { accountId: who.accountId, id: who.id });
  if (!found || found.phase === 'closed')
    throw new Fault('not-found', { detail: 'There is no such store in this account.' });
  const to = who.marketplace ?? found.marketplace;
  if (to !== found.marketplace) await refuseMove(shop, { row: found, to });
  const row = asMoved(shop, { row: found, to });
  checkTyped(shop, row.marketplace, who.credentials);
  const typedSeller = who.credentials.seller_id?.trim() ?? null;
  refuseOtherSeller(row, typedSeller);
  const authorizedAt = statedTime(who.credentials.authorized_at, shop.now());
  const candidate = await keepCandidate(shop, { row, typed: who.credentials, typedSeller, authorizedAt });
  const verified = await verify(shop, candidate);
  if (verified.kind === 'proven') return adoptNow(shop, { candidate, proven: verified });
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
  const token = new Secret(typedToken(shop, row.marketplace, typed));
  const version = await shop.db.transaction(async (tx) => {
    await lockStore(tx, row.id);
    const next = await nextVersion(tx, { storeId: row.id });
    await putCandidate(
      { db: tx, vault: shop.vault },
      { accountId: row.accountId, storeId: row.id, version: next, token, now: shop.now() },
    );
    const { accountId, id: storeId } = row;
    await appendAudit(tx, { accountId, kind: 'credentials.entered', at: shop.now(), storeId });
    return next;
  });
  return {
    row,
    app: appOf(shop, row),
    connector: shop.connector(row.marketplace),
    version,
    grantToken: token,
    sellerId: row.sellerId ?? typedSeller ?? row.claimedSellerId,
    authorizedAt,
    authorizedBy: authorizedAt === null ? null : 'stated',
    source: 'repair',
    anyRegion: row.sellerId === null,
  };
}

/** A connect by hand that was interrupted, or that waits for better weather: the watch goes on with it. */
export async function resumeByHand(shop: Shop, row: StoreRow): Promise<void> {
  try {
    const kept = await openCredential(shop, { id: row.id, state: 'candidate' });
    if (kept) await resumeWith(shop, row, kept);
    else await shop.db.transaction((tx) => deleteStore(tx, row.id));
  } catch (error) {
    const { id, leaseOwner, applicationId } = row;
    await noteCannotFinish(shop, { table: 'store', id, owner: leaseOwner ?? '', applicationId }, error);
  } finally {
    await releaseStoreLease(shop.db.db, { id: row.id, owner: row.leaseOwner ?? '' });
  }
}

async function resumeWith(shop: Shop, row: StoreRow, kept: { version: number; grantToken: Secret }): Promise<void> {
  const candidate = connectCandidate(shop, row, kept);
  const verified = await verify(shop, candidate);
  if (verified.kind === 'proven') return adoptLater(shop, candidate, verified);
  if (verified.kind === 'weather') await noteStrange(shop, candidate, verified);
  await postpone(shop, row, verified);
}

/** The seller may have been connected by another way meanwhile: then this row is gone, and there is nobody to refuse it to. */
async function adoptLater(shop: Shop, candidate: Candidate, proven: Proven): Promise<void> {
  try {
    await adoptNow(shop, { candidate, proven });
  } catch (error) {
    if (!(error instanceof Fault) || isOutage(error)) throw error;
    shop.log.info({ store: candidate.row.id, why: error.code }, 'a connect by hand ended without a store');
  }
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
