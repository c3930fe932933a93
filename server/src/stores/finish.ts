/**
 * What follows the seller's consent: code → token → ladder → connected or diagnosed. Every step is written down before
 * the next, so that a process that dies anywhere is taken over by another (rules R4, and the crash matrix of the tests).
 */
import type { Ask } from '../core/ladder.ts';
import type { Observation } from '../core/observation.ts';
import type { Secret } from '../core/secret.ts';
import { putCandidate, readCredential } from '../db/credentials.ts';
import {
  claimDueSessions,
  openCode,
  releaseSessionLease,
  saveSession,
  takeSessionLease,
  type SessionRow,
} from '../db/sessions.ts';
import { isAlreadyThere, lockStore, readStore, type StoreRow } from '../db/stores.ts';
import { siteOf } from './open-store.ts';
import { alreadyConnected, duplicateBody, movedAlready, twinOf } from './duplicate.ts';
import { asMoved } from './move.ts';
import { callContext } from './subject.ts';
import { toSessionBody } from './present.ts';
import { LOOK_LEASE_MS } from './probe.ts';
import { fail, failWith, noteSetupCause, plain, save, showSteps } from './session-end.ts';
import { appOf, type Shop } from './shop.ts';
import { stepName, stepsOf } from './steps.ts';
import { adopt, announce, discard, verify, type Candidate, type Verified } from './verify.ts';

/** A consent code lives five minutes (facts 1.2); after that asking again is pointless. */
const CODE_MS = 5 * 60_000;
const RETRY_MS = 10_000;

/** Takes the next step of every session that is due: unfinished checks, and trips nobody came back from. */
export async function finishDueSessions(shop: Shop, limit: number): Promise<number> {
  const rows = await claimDueSessions(shop.db.db, {
    now: shop.now(),
    owner: shop.owner,
    limit,
    leaseMs: LOOK_LEASE_MS,
  });
  await Promise.all(rows.map((row) => finishClaimed(shop, row)));
  return rows.length;
}

/** Finishes one session now; does nothing while somebody else is at it. */
export async function finishSession(shop: Shop, sessionId: string): Promise<void> {
  const row = await takeSessionLease(shop.db.db, {
    id: sessionId,
    owner: shop.owner,
    now: shop.now(),
    leaseMs: LOOK_LEASE_MS,
  });
  if (row) await finishClaimed(shop, row);
}

async function finishClaimed(shop: Shop, row: SessionRow): Promise<void> {
  try {
    await advance(shop, row);
  } finally {
    await releaseSessionLease(shop.db.db, { id: row.id, owner: shop.owner });
  }
}

async function advance(shop: Shop, row: SessionRow): Promise<void> {
  switch (row.status) {
    case 'exchanging':
      return exchange(shop, row);
    case 'verifying':
      return verifySession(shop, row);
    case 'open':
    case 'at_marketplace':
    case 'failed':
      return lapse(shop, row);
    case 'connected':
    case 'expired':
      return save(shop, { ...row, nextAt: null });
  }
}

/** Nobody came back: the seller left the marketplace's page, or the link ran out. */
async function lapse(shop: Shop, row: SessionRow): Promise<void> {
  const now = shop.now();
  const over = row.expiresAt <= now;
  const status = over ? 'expired' : row.status;
  await save(shop, { ...row, status, nextAt: over ? null : row.expiresAt, endedAt: over ? now : null });
  if (row.status === 'at_marketplace') await noteSetupCause(shop, row, 'grant.abandoned');
}

/** The code is used once. The token is sealed in the database before anything else is done with it. */
async function exchange(shop: Shop, row: SessionRow): Promise<void> {
  const code = openCode(shop.vault, row);
  if (!code || row.storeId === null) return fail(shop, row, plain('grant.abandoned'));
  const answer = await lastingToken(shop, row, code);
  if (!answer.grantToken) return exchangeFailed(shop, row, answer.answer);
  const token = answer.grantToken;
  const next = await shop.db.transaction(async (tx) => {
    const store = await lockStore(tx, row.storeId ?? '');
    if (!store || store.phase === 'closed' || hasLeft(store, row)) return null;
    const version = nextVersion(store);
    await putCandidate(
      { db: tx, vault: shop.vault },
      { accountId: row.accountId, storeId: store.id, version, token, now: shop.now() },
    );
    const after: SessionRow = {
      ...row,
      codeSealed: null,
      codeKeyId: null,
      status: 'verifying',
      version: row.version + 1,
      nextAt: shop.now(),
    };
    await saveSession(tx, after);
    return after;
  });
  // The store was removed, or moved, while its seller was at the marketplace.
  if (!next) return fail(shop, row, plain('grant.abandoned'));
  await verifySession(shop, next);
}

type Lasting = { grantToken: Secret; answer: 'ok' } | { grantToken: null; answer: Observation['answer'] };

/** Where the consent itself brought the lasting token nothing is asked. */
async function lastingToken(shop: Shop, row: SessionRow, arrived: Secret): Promise<Lasting> {
  const { grant } = shop.connector(row.marketplace);
  if (grant.kind === 'direct') return { grantToken: arrived, answer: 'ok' };
  const app = appOf(shop, { marketplace: row.marketplace, ...siteOf(shop, row) });
  const { grantToken, finding } = await grant.exchangeCode({ app, code: arrived }, callContext(shop));
  return grantToken ? { grantToken, answer: 'ok' } : { grantToken: null, answer: finding.answer };
}

/** A version is never used twice, not even by a candidate that failed: its time makes it larger. */
export function nextVersion(store: StoreRow): number {
  return store.credentialVersion + 1;
}

async function exchangeFailed(shop: Shop, row: SessionRow, answer: Observation['answer']): Promise<void> {
  switch (answer) {
    case 'app_refused':
    case 'app_secret_expired':
      return fail(shop, row, plain('app.secret_expired'));
    case 'throttled':
    case 'marketplace_error':
    case 'no_answer':
    case 'garbled':
      if (shop.now() - row.createdAt < CODE_MS && row.attempt < 4)
        return save(shop, { ...row, nextAt: shop.now() + RETRY_MS });
      return fail(shop, row, plain('mkt.outage'));
    default:
      return fail(shop, row, plain('grant.abandoned'));
  }
}

async function verifySession(shop: Shop, row: SessionRow): Promise<void> {
  const candidate = await candidateOf(shop, row);
  if (!candidate) return fail(shop, row, plain('grant.abandoned'));
  const { connector } = candidate;
  const showing: Candidate = {
    ...candidate,
    onStep: (asked, running) =>
      showSteps(shop, row, stepsOf(asked, { connector, done: false, running: nameOf(running, candidate) })),
  };
  const verified = await verify(shop, showing);
  const steps = stepsOf(verified.observations, { connector, done: true });
  await conclude(shop, { row: { ...row, steps }, candidate, verified });
}

function nameOf(ask: Ask | null, { connector }: Candidate): string | null {
  if (!ask) return null;
  const capability = connector.dataCalls.find((d) => d.call === ask.call)?.capability ?? null;
  return stepName({ rung: ask.rung, capability });
}

async function candidateOf(shop: Shop, row: SessionRow): Promise<Candidate | null> {
  const found = row.storeId === null ? null : await readStore(shop.db.db, { id: row.storeId });
  if (!found || found.phase === 'closed' || hasLeft(found, row)) return null;
  const store = asMoved(shop, { row: found, to: row.marketplace });
  const kept = await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId: store.id, state: 'candidate' });
  if (!kept) return null;
  const connector = shop.connector(row.marketplace);
  return {
    row: store,
    app: appOf(shop, store),
    connector,
    version: kept.version,
    grantToken: kept.grantToken,
    sellerId: row.arrivedSellerId,
    authorizedAt: shop.now(),
    authorizedBy: 'consent',
    source: store.phase === 'live' ? 'repair' : 'connect',
    // A consent page of one region may have been opened by a seller of another, whose pair opens only its own.
    anyRegion: connector.grant.kind === 'direct' && store.sellerId === null,
  };
}

/** The store was moved while this session was at its former marketplace: what it brings is of no use any more. */
export function hasLeft(store: StoreRow, session: SessionRow): boolean {
  return session.kind !== 'move' && store.marketplace !== session.marketplace;
}

type Concluding = { row: SessionRow; candidate: Candidate; verified: Verified };

async function conclude(shop: Shop, { row, candidate, verified }: Concluding): Promise<void> {
  switch (verified.kind) {
    case 'weather':
      // The token is safe; the weather forbids a judgement. The watch asks again.
      return save(shop, { ...row, nextAt: shop.now() + RETRY_MS });
    case 'failed':
      await shop.db.transaction((tx) => discard(tx, candidate));
      return fail(shop, row, verified.diagnosis);
    case 'proven':
      return connected(shop, { row, candidate, proven: verified });
  }
}

type Connecting = { row: SessionRow; candidate: Candidate; proven: Extract<Verified, { kind: 'proven' }> };

async function connected(shop: Shop, { row, candidate, proven }: Connecting): Promise<void> {
  const now = shop.now();
  const done: SessionRow = {
    ...row,
    status: 'connected',
    version: row.version + 1,
    nextAt: null,
    endedAt: now,
    diagnosis: null,
  };
  const adopting = shop.db.transaction(async (tx) => {
    const adopted = await adopt(shop, { tx, candidate, proven });
    if (adopted) await saveSession(tx, done);
    return adopted;
  });
  const store = await adopting.catch((error: unknown) => {
    if (isAlreadyThere(shop.db.db, error)) return 'taken' as const;
    throw error;
  });
  if (store === 'taken') return taken(shop, row, candidate);
  if (!store) return fail(shop, row, plain('grant.abandoned'));
  shop.live.publish({ type: 'connect_session', accountId: row.accountId, session: toSessionBody(done, null, shop) });
  await announce(shop, { candidate, proven, row: store });
}

/** The seller who consented is connected already, by another row of the account. */
async function taken(shop: Shop, session: SessionRow, candidate: Candidate): Promise<void> {
  const { row, sellerId } = candidate;
  await shop.db.transaction((tx) => discard(tx, candidate));
  const twin = sellerId === null ? null : await twinOf(shop, { ...row, sellerId }, row.id);
  const fault = session.kind === 'move' ? movedAlready(row, twin) : alreadyConnected(shop, row.marketplace, twin);
  await failWith(shop, session, duplicateBody(shop, row, fault));
}
