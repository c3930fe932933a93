/**
 * How a connect session changes: in the caller's transaction, told after the commit, and never over the work of somebody
 * else who changed it in between (a person who went on, another process that took it over).
 */
import { causeRule, type Cause, type Diagnosis } from '../core/diagnosis.ts';
import type { Observation } from '../core/observation.ts';
import { stepOfFailure } from '../core/hand-off.ts';
import { noteTripStep } from '../db/hand-offs.ts';
import type { Tx } from '../db/open.ts';
import { lockSession, saveSession, type SessionRow } from '../db/sessions.ts';
import { lockStore, saveStore, type StoreRow } from '../db/stores.ts';
import { noteFault } from './app-incidents.ts';
import { setupRow } from './connect.ts';
import { leaveEvidence } from './first-look.ts';
import { beginning, siteOf } from './open-store.ts';
import { bareDiagnosis, toDiagnosisBody, toSessionBody, toStoreBody } from './present.ts';
import { findApp, namesAt, type Shop } from './shop.ts';

/** What a committed change has to tell whoever watches. */
export type Changed = {
  session: SessionRow;
  store: StoreRow | null;
  /** A row that was begun for the session and is not needed. */
  removedStoreId?: string | null;
};

type Changes = Partial<Omit<SessionRow, 'accountId' | 'id' | 'version'>>;

/** Null, and nothing changed, when the session is no longer the one that was read. */
export async function changeSession(tx: Tx, before: SessionRow, changes: Changes): Promise<SessionRow | null> {
  const found = await lockSession(tx, before.id);
  if (!found || found.version !== before.version) return null;
  const after: SessionRow = { ...found, ...changes, version: found.version + 1 };
  await saveSession(tx, after);
  return after;
}

type Failing = {
  tx: Tx;
  before: SessionRow;
  diagnosis: Diagnosis;
  also?: Changes;
  /** What the diagnosis rests on, where something was asked. */
  observations?: readonly Observation[];
};

/** The session ends with its diagnosis. A store that is being set up keeps the cause; a live one stays what it was. */
export async function failSession(
  shop: Shop,
  { tx, before, diagnosis, also, observations = [] }: Failing,
): Promise<Changed | null> {
  const now = shop.now();
  const names = namesAt(shop, { marketplace: before.marketplace, ...siteOf(shop, before) });
  const sellerBound = before.kind !== 'connect';
  const context = { ...names, storeName: before.fields.name, since: now, now, authorizedAt: null, sellerBound };
  const session = await changeSession(tx, before, {
    ...also,
    status: 'failed',
    diagnosis: also?.diagnosis ?? toDiagnosisBody(diagnosis, context),
    codeSealed: null,
    codeKeyId: null,
    nextAt: before.expiresAt,
  });
  if (!session) return null;
  const kind = stepOfFailure(diagnosis.cause, session.wrongStore !== null);
  await noteTripStep(tx, { sessionId: session.id, kind, at: now });
  const store = await noteSetupCause(tx, session, { diagnosis, now });
  if (store) await leaveEvidence(shop, { tx, row: store, diagnosis, observations });
  else await noteWhileConnecting(shop, { tx, session, diagnosis });
  return { session, store };
}

/** A live store that is renewed stays what it was; what the page had against our app is the operator's all the same. */
async function noteWhileConnecting(
  shop: Shop,
  { tx, session, diagnosis }: { tx: Tx; session: SessionRow; diagnosis: Diagnosis },
): Promise<void> {
  const app = findApp(shop, { marketplace: session.marketplace, ...siteOf(shop, session) });
  if (diagnosis.owner !== 'operator' || !app) return;
  const { cause } = diagnosis;
  await noteFault({ tx, cause, applicationId: app.applicationId, seenAt: shop.now(), connecting: true });
}

/** A store that is not connected yet says why. */
export async function noteSetupCause(
  tx: Tx,
  { storeId }: SessionRow,
  { diagnosis, now }: { diagnosis: Diagnosis; now: number },
): Promise<StoreRow | null> {
  const found = storeId === null ? null : await lockStore(tx, storeId);
  if (!found || (found.phase !== 'setup' && found.phase !== 'verifying')) return null;
  const after = setupRow(found, diagnosis, now);
  await saveStore(tx, after);
  return after;
}

/** The seller has confirmed: until the checks have ended there is nothing left for them to do. */
export async function noteChecking(tx: Tx, row: StoreRow, now: number): Promise<StoreRow | null> {
  if (row.phase !== 'setup') return null;
  const judgement = beginning('verifying', null);
  const after: StoreRow = {
    ...row,
    verdict: 'verifying',
    cause: null,
    judgement,
    since: now,
    version: row.version + 1,
  };
  await saveStore(tx, after);
  return after;
}

/** After the commit. */
export function tell(shop: Shop, changed: Changed | null): void {
  if (!changed) return;
  const { session, store, removedStoreId } = changed;
  const { accountId } = session;
  shop.live.publish({ type: 'connect_session', accountId, session: toSessionBody(session, null, shop) });
  if (store) shop.live.publish({ type: 'store', accountId, store: toStoreBody(store, shop) });
  if (removedStoreId != null) shop.live.publish({ type: 'store_removed', accountId, storeId: removedStoreId });
}

/** A diagnosis that needs no observation: somebody said it, or it is our own. */
export function plain(cause: Cause): Diagnosis {
  return bareDiagnosis(cause, causeRule(cause));
}
