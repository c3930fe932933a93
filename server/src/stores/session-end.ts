/** How a connect session is written down and shown: its steps while it runs, and its end with a diagnosis. */
import { causeRule, type Cause, type Diagnosis } from '../core/diagnosis.ts';
import { lockSession, saveSession, type SessionRow } from '../db/sessions.ts';
import { lockStore, saveStore } from '../db/stores.ts';
import type { LadderStep } from '../http/contract/connect.ts';
import type { DiagnosisBody } from '../http/contract/store.ts';
import { setupRow } from './connect.ts';
import { siteOf } from './open-store.ts';
import { bareDiagnosis, toDiagnosisBody, toSessionBody, toStoreBody } from './present.ts';
import { namesAt, type Shop } from './shop.ts';

export function plain(cause: Cause): Diagnosis {
  return bareDiagnosis(cause, causeRule(cause));
}

/** The session ends with its diagnosis. A store that is being set up keeps the cause; a live one stays what it was. */
export async function fail(shop: Shop, row: SessionRow, diagnosis: Diagnosis): Promise<void> {
  const now = shop.now();
  const names = namesAt(shop, { marketplace: row.marketplace, ...siteOf(shop, row) });
  const body = toDiagnosisBody(diagnosis, {
    ...names,
    storeName: row.fields.name,
    since: now,
    now,
    authorizedAt: null,
    sellerBound: row.kind !== 'connect',
  });
  await failWith(shop, row, body);
}

export async function failWith(shop: Shop, row: SessionRow, body: DiagnosisBody): Promise<void> {
  await save(shop, {
    ...row,
    status: 'failed',
    diagnosis: body,
    codeSealed: null,
    codeKeyId: null,
    nextAt: row.expiresAt,
  });
  await noteSetupCause(shop, row, body.cause);
}

export async function noteSetupCause(shop: Shop, row: SessionRow, cause: Cause): Promise<void> {
  const store = await shop.db.transaction(async (tx) => {
    const found = row.storeId === null ? null : await lockStore(tx, row.storeId);
    if (!found || (found.phase !== 'setup' && found.phase !== 'verifying')) return null;
    const after = setupRow(found, cause, shop.now());
    await saveStore(tx, after);
    return after;
  });
  if (store) shop.live.publish({ type: 'store', accountId: store.accountId, store: toStoreBody(store, shop) });
}

export async function save(shop: Shop, row: SessionRow): Promise<void> {
  const after = { ...row, version: row.version + 1 };
  await shop.db.transaction((tx) => saveSession(tx, after));
  shop.live.publish({ type: 'connect_session', accountId: row.accountId, session: toSessionBody(after, null, shop) });
}

/** Only the steps: a look that is under way decides nothing. */
export async function showSteps(shop: Shop, row: SessionRow, steps: LadderStep[]): Promise<void> {
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
