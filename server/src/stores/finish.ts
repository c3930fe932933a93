/**
 * What follows the seller's consent: code → token → ladder → connected or diagnosed. Every step is written down before
 * the next, so that a process that dies anywhere is taken over by another (rules R4, and the crash matrix of the tests).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cause, Diagnosis } from '../core/diagnosis.ts';
import type { Ask } from '../core/ladder.ts';
import type { Observation } from '../core/observation.ts';
import type { Secret } from '../core/secret.ts';
import { lastArrival } from '../db/consent.ts';
import { noteTripStep } from '../db/hand-offs.ts';
import {
  claimDueSessions,
  lockSession,
  openCode,
  readSession,
  releaseSessionLease,
  saveSession,
  takeSessionLease,
  type SessionRow,
} from '../db/sessions.ts';
import { isAlreadyThere, readStore, storeIsOpen, type StoreRow } from '../db/stores.ts';
import type { LadderStep } from '../http/contract/connect.ts';
import { noteCannotFinish, openCredential } from './cannot-look.ts';
import { whyNoToken } from './code-refused.ts';
import { alreadyConnected, duplicateBody, movedAlready, twinOf } from './duplicate.ts';
import { exchangeCode, hasLeft, keepCodeToken, keepToken, noteLostCode, type Exchanged } from './exchange.ts';
import { leaseName } from './lease.ts';
import { asMoved } from './move.ts';
import { siteOf } from './open-store.ts';
import { passOn } from './pass-on.ts';
import { toSessionBody } from './present.ts';
import { LOOK_LEASE_MS } from './probe.ts';
import { changeSession, failSession, noteSetupCause, plain, tell, type Changed } from './session-change.ts';
import { appOf, findApp, type Shop } from './shop.ts';
import { stepName, stepsOf } from './steps.ts';
import { noteSuperseded } from './superseded.ts';
import { replayTokens } from './replay-tokens.ts';
import { savePatiently } from './token-journal.ts';
import { adopt, announce, discard, noteStrange, verify, type Candidate, type Verified } from './verify.ts';

/** A consent code lives five minutes (facts 1.2); after that asking again is pointless. */
const CODE_MS = 5 * 60_000;
/** While the marketplace gives no proper answer it is asked again after the first, then ever more slowly. Milliseconds. */
const RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 10 * 60_000;

/** Takes the next step of every session that is due: unfinished checks, and trips nobody came back from. */
export async function finishDueSessions(shop: Shop, limit: number): Promise<number> {
  const rows = await claimDueSessions(shop.db.db, {
    now: shop.now(),
    owner: leaseName(shop),
    limit,
    leaseMs: LOOK_LEASE_MS,
  });
  await Promise.all(rows.map((row) => finishClaimed(shop, row)));
  return rows.length;
}

/** Longer than the token endpoint takes: after this the browser is answered in any case. Machine time, milliseconds. */
const ANSWER_MS = 15_000;

/**
 * Finishes a session that has just arrived. Resolves as soon as the token is kept, so that an arrival is confirmed to its
 * browser only then; the checks go on.
 */
export function finishArrived(shop: Shop, sessionId: string): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, ANSWER_MS);
    const answer = (): void => {
      clearTimeout(late);
      resolve();
    };
    void finishSession(shop, sessionId, answer)
      .then((taken) => (taken ? undefined : untilExchanged(shop, sessionId)))
      .catch((error: unknown) =>
        shop.log.error({ error: String(error), session: sessionId }, 'a connect session will be finished by the watch'),
      )
      .finally(answer);
  });
}

/** Where another task exchanges the code: resolves when its token is kept, or after a while. */
export async function untilExchanged(shop: Shop, id: string): Promise<void> {
  const until = Date.now() + ANSWER_MS;
  while (Date.now() < until && (await readSession(shop.db.db, { id }))?.status === 'exchanging') await sleep(50);
}

/** Finishes one session now. False, and nothing done, while another task has it. `onKept` hears when its token is safe. */
export async function finishSession(shop: Shop, sessionId: string, onKept = (): void => undefined): Promise<boolean> {
  const row = await takeSessionLease(shop.db.db, {
    id: sessionId,
    owner: leaseName(shop),
    now: shop.now(),
    leaseMs: LOOK_LEASE_MS,
  });
  if (row) await finishClaimed(shop, row, onKept);
  return row !== null;
}

async function finishClaimed(shop: Shop, row: SessionRow, onKept = (): void => undefined): Promise<void> {
  try {
    await advance(shop, row, onKept);
  } catch (error) {
    const app = findApp(shop, { marketplace: row.marketplace, ...siteOf(shop, row) });
    const stuck = { id: row.id, owner: row.leaseOwner ?? '', applicationId: app?.applicationId ?? '' };
    await noteCannotFinish(shop, { table: 'connect_session', ...stuck }, error);
  } finally {
    await releaseSessionLease(shop.db.db, { id: row.id, owner: row.leaseOwner ?? '' });
  }
}

async function advance(shop: Shop, row: SessionRow, onKept: () => void): Promise<void> {
  switch (row.status) {
    case 'exchanging':
      return exchange(shop, row, onKept);
    case 'verifying':
      return verifySession(shop, row);
    case 'open':
    case 'at_marketplace':
    case 'failed':
      return lapse(shop, row);
    case 'connected':
    case 'expired':
      return wait(shop, row, null);
  }
}

/** Nobody came back: the seller left the marketplace's page, or the link ran out. */
async function lapse(shop: Shop, row: SessionRow): Promise<void> {
  const now = shop.now();
  const over = row.expiresAt <= now;
  const changed = await shop.db.transaction(async (tx) => {
    const session = await changeSession(tx, row, {
      status: over ? 'expired' : row.status,
      nextAt: over ? null : row.expiresAt,
      endedAt: over ? now : null,
    });
    if (!session) return null;
    const left = row.status === 'at_marketplace';
    if (left) await noteTripStep(tx, { sessionId: row.id, kind: 'not_back', at: now });
    return {
      session,
      store: left ? await noteSetupCause(tx, session, { diagnosis: plain('grant.abandoned'), now }) : null,
    };
  });
  tell(shop, changed);
}

/** The code is used once: what it brings is on the disk before anything else is done. */
async function exchange(shop: Shop, row: SessionRow, onKept: () => void): Promise<void> {
  const code = openCode(shop.vault, row);
  // The code of a store that was deleted is not used.
  if (!code || row.storeId === null || !(await storeIsOpen(shop.db.db, row.storeId)))
    return fail(shop, row, plain('own.interrupted'));
  const { grant } = shop.connector(row.marketplace);
  const kept = grant.kind === 'direct' ? await keepArrived(shop, row, code) : await keepExchanged(shop, row, code);
  if (kept === 'ended') return;
  if (!kept) return fail(shop, row, plain('own.interrupted'));
  onKept();
  tell(shop, kept);
  await verifySession(shop, kept.session);
}

/** The consent itself brought the lasting token: nothing is asked. */
function keepArrived(shop: Shop, { id }: SessionRow, token: Secret): Promise<Changed | null> {
  return shop.db.transaction(async (tx) => {
    const session = await lockSession(tx, id);
    return session && keepToken(shop, { tx, session, token, at: shop.now() });
  });
}

/** `ended`: no token came, and the session says so or waits. */
async function keepExchanged(shop: Shop, row: SessionRow, code: Secret): Promise<Changed | null | 'ended'> {
  const exchanged = await exchangeCode(shop, row, { code, saveWaiting: () => replayTokens(shop) });
  switch (exchanged.kind) {
    case 'token': {
      const { entry } = exchanged;
      return savePatiently(shop, entry, () => shop.db.transaction((tx) => keepCodeToken(shop, tx, entry)));
    }
    case 'kept_before':
      return 'ended';
    case 'no_room':
      await againOrOver(shop, row, 'own.database');
      return 'ended';
    case 'refused':
      await exchangeFailed(shop, row, exchanged);
      return 'ended';
  }
}

type RefusedCode = Extract<Exchanged, { kind: 'refused' }>;

async function exchangeFailed(shop: Shop, row: SessionRow, { answer, earlier }: RefusedCode): Promise<void> {
  const why = await whyNoToken(shop, row, { answer, earlier });
  if (why.kind === 'over') return failExchange(shop, row, why.diagnosis);
  await againOrOver(shop, row, why.cause);
}

async function againOrOver(shop: Shop, row: SessionRow, cause: Cause): Promise<void> {
  const since = await sinceArrival(shop, row);
  if (since >= CODE_MS) return failExchange(shop, row, plain(cause));
  return wait(shop, row, shop.now() + Math.max(RETRY_MS, Math.round(since / 2)));
}

async function failExchange(shop: Shop, before: SessionRow, diagnosis: Diagnosis): Promise<void> {
  const changed = await shop.db.transaction(async (tx) => {
    const failed = await failSession(shop, { tx, before, diagnosis });
    if (failed) await noteLostCode(shop, tx, failed.session);
    return failed;
  });
  tell(shop, changed);
}

/** How long ago the seller came back from the marketplace. Milliseconds. */
async function sinceArrival(shop: Shop, row: SessionRow): Promise<number> {
  const arrived = await lastArrival(shop.db.db, { sessionId: row.id });
  return shop.now() - (arrived ?? row.createdAt);
}

async function verifySession(shop: Shop, row: SessionRow): Promise<void> {
  const candidate = await candidateOf(shop, row);
  if (!candidate) return fail(shop, row, plain('own.interrupted'));
  const { connector } = candidate;
  const showing: Candidate = {
    ...candidate,
    onStep: (asked, running) =>
      showSteps(shop, row, stepsOf(asked, { connector, done: false, running: nameOf(running, candidate) })),
  };
  const verified = await verify(shop, showing);
  // The marketplace may have replaced the token while it was proven.
  candidate.grantToken = showing.grantToken;
  const steps = stepsOf(verified.observations, { connector, done: true });
  await conclude(shop, { row, steps, candidate, verified });
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
  const kept = await openCredential(shop, { id: store.id, state: 'candidate' });
  if (!kept) return null;
  const connector = shop.connector(row.marketplace);
  return {
    row: store,
    app: appOf(shop, store),
    connector,
    version: kept.version,
    grantToken: kept.grantToken,
    sellerId: row.arrivedSellerId,
    mustName: row.mustName,
    authorizedAt: shop.now(),
    authorizedBy: 'consent',
    source: store.phase === 'live' ? 'repair' : 'connect',
    // A consent page of one region may have been opened by a seller of another, whose pair opens only its own.
    anyRegion: connector.grant.kind === 'direct' && store.sellerId === null,
  };
}

type Concluding = { row: SessionRow; steps: LadderStep[]; candidate: Candidate; verified: Verified };

async function conclude(shop: Shop, { row, steps, candidate, verified }: Concluding): Promise<void> {
  switch (verified.kind) {
    case 'weather': {
      await noteStrange(shop, candidate, verified);
      // The token is safe; the weather forbids a judgement. The watch asks again.
      const pause = Math.min(LONGEST_RETRY_MS, Math.max(RETRY_MS, Math.round((await sinceArrival(shop, row)) / 4)));
      return wait(shop, { ...row, steps }, shop.now() + pause);
    }
    case 'failed':
      return refused(shop, { row, steps, candidate, ...verified });
    case 'proven':
      return connected(shop, { row, steps, candidate, proven: verified });
  }
}

type Refused = Omit<Concluding, 'verified'> & { diagnosis: Diagnosis; observations?: readonly Observation[] };

async function refused(shop: Shop, { row, steps, candidate, ...why }: Refused): Promise<void> {
  const changed = await shop.db.transaction(async (tx) => {
    const failed = await failSession(shop, { tx, before: row, also: { steps }, ...why });
    if (failed) await discard(tx, candidate);
    return failed;
  });
  tell(shop, changed);
}

type Proven = Extract<Verified, { kind: 'proven' }>;
type Connecting = { row: SessionRow; steps: LadderStep[]; candidate: Candidate; proven: Proven };
type Connected = { session: SessionRow; store: StoreRow };

async function connected(shop: Shop, { row, steps, candidate, proven }: Connecting): Promise<void> {
  await noteSuperseded(shop, candidate, proven);
  const done = await shop.db
    .transaction(async (tx): Promise<Connected | 'overtaken' | 'gone'> => {
      const found = await lockSession(tx, row.id);
      if (found?.version !== row.version) return 'overtaken';
      const store = await adopt(shop, { tx, candidate, proven });
      if (store) await passOn(shop, { tx, session: row, candidate, store });
      const ended = { status: 'connected' as const, steps, nextAt: null, endedAt: shop.now(), diagnosis: null };
      const session = store && (await changeSession(tx, row, ended));
      return store && session ? { store, session } : 'gone';
    })
    .catch((error: unknown) => {
      // The seller is connected already, or two of its consents came at once: this store is a second row for it.
      if (isAlreadyThere(shop.db.db, error)) return 'taken' as const;
      throw error;
    });
  if (done === 'overtaken') return;
  if (done === 'taken') return taken(shop, { row, steps, candidate });
  if (done === 'gone') return refused(shop, { row, steps, candidate, diagnosis: plain('own.interrupted') });
  tell(shop, { session: done.session, store: null });
  await announce(shop, { candidate, proven, row: done.store });
}

/** The seller who consented is connected already, by another row of the account: nothing was changed on either. */
async function taken(shop: Shop, { row, steps, candidate }: Omit<Concluding, 'verified'>): Promise<void> {
  const { row: store, sellerId } = candidate;
  const twin = sellerId === null ? null : await twinOf(shop, { ...store, sellerId }, store.id);
  const fault = row.kind === 'move' ? movedAlready(store, twin) : alreadyConnected(shop, store.marketplace, twin);
  const changed = await shop.db.transaction(async (tx) => {
    const also = { steps, diagnosis: duplicateBody(shop, store, fault) };
    const failed = await failSession(shop, { tx, before: row, diagnosis: plain('cred.wrong_store'), also });
    if (failed) await discard(tx, candidate);
    return failed;
  });
  tell(shop, changed);
}

async function fail(shop: Shop, before: SessionRow, diagnosis: Diagnosis): Promise<void> {
  tell(shop, await shop.db.transaction((tx) => failSession(shop, { tx, before, diagnosis })));
}

async function wait(shop: Shop, row: SessionRow, nextAt: number | null): Promise<void> {
  const session = await shop.db.transaction((tx) => changeSession(tx, row, { steps: row.steps, nextAt }));
  tell(shop, session && { session, store: null });
}

/** Only the steps: a look that is under way decides nothing. */
async function showSteps(shop: Shop, row: SessionRow, steps: LadderStep[]): Promise<void> {
  const shown = await shop.db.transaction(async (tx) => {
    const now = await lockSession(tx, row.id);
    if (!now || now.status !== 'verifying') return null;
    const after = { ...now, steps };
    await saveSession(tx, after);
    return after;
  });
  if (shown)
    shop.live.publish({ type: 'connect_session', accountId: row.accountId, session: toSessionBody(shown, null, shop) });
}
