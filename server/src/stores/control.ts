/** Rung 3: does the same question work for somebody else? A neighbour first, then the operator's own store, then our app alone. */
import type { AccessToken } from '../core/access.ts';
import { saysNothing, type Observation, type Region } from '../core/observation.ts';
import { readCredential } from '../db/credentials.ts';
import { newId } from '../db/ids.ts';
import { healthyNeighbour } from '../db/stores.ts';
import { callContext, tokenKey, type Subject } from './subject.ts';
import type { Control } from './crowd.ts';
import type { Shop } from './shop.ts';

/** A neighbour counts as healthy when it answered within this long before. */
const NEIGHBOUR_OK_MS = 6 * 3_600_000;

export async function askControl(shop: Shop, subject: Subject): Promise<Observation> {
  const recent = await shop.crowd.recentControl(subject.cohort, subject.storeId);
  // The neighbour may be anybody's: only whether it was answered is learnt from it.
  const control = recent ?? (await shop.db.acrossAccounts(() => freshControl(shop, subject)));
  return {
    id: newId('ob'),
    at: control.at,
    source: 'probe',
    rung: 'control',
    call: `control:${control.via}`,
    region: subject.region,
    capability: null,
    answer: control.answer,
    status: null,
    code: null,
    message: null,
    ms: 0,
    credentialVersion: subject.credentials.version,
    freshToken: false,
    facts: {},
  };
}

async function freshControl(shop: Shop, subject: Subject): Promise<Control> {
  const control =
    (await byNeighbour(shop, subject)) ?? (await byOperatorStore(shop, subject)) ?? (await byAppAlone(shop, subject));
  await shop.crowd.noteControl(subject.cohort, control);
  return control;
}

/** A neighbour that fails proves nothing (it may be broken itself), so only its good answer counts here. */
async function byNeighbour(shop: Shop, subject: Subject): Promise<Control | null> {
  const okSince = shop.now() - NEIGHBOUR_OK_MS;
  const row = await healthyNeighbour(shop.db.db, { cohort: subject.cohort, notId: subject.storeId ?? '', okSince });
  if (!row) return null;
  const access = await neighbourToken(shop, subject, row);
  if (!access) return null;
  const call = subject.connector.dataCalls.find((d) => d.capability === 'finances')?.call;
  const answer = call ? await askWith(shop, subject, { call, region: row.region, access }) : 'unknown';
  return answer === 'ok' ? heard(shop, { via: 'store', answer: answer, storeId: row.id }) : null;
}

async function neighbourToken(
  shop: Shop,
  subject: Subject,
  row: { id: string; credentialVersion: number },
): Promise<AccessToken | null> {
  const kept = shop.tokens.get(tokenKey(row.id, row.credentialVersion));
  if (kept && kept.expiresAt - shop.now() > 60_000 && kept.mintedAt <= shop.now()) return kept;
  const credential = await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId: row.id, state: 'current' });
  if (!credential) return null;
  const minted = await subject.connector.refresh(
    { app: subject.app, refreshToken: credential.refreshToken },
    callContext(shop),
  );
  if (minted.access) shop.tokens.set(tokenKey(row.id, credential.version), minted.access);
  return minted.access;
}

async function byOperatorStore(shop: Shop, subject: Subject): Promise<Control | null> {
  const own = subject.app.control;
  if (!own || own.region !== subject.region) return null;
  const minted = await subject.connector.refresh(
    { app: subject.app, refreshToken: own.refreshToken },
    callContext(shop),
  );
  const call = subject.connector.dataCalls.find((d) => d.capability === 'finances')?.call;
  if (!minted.access || !call) return null;
  const answer = await askWith(shop, subject, { call, region: own.region, access: minted.access });
  return answer === 'ok' ? heard(shop, { via: 'operator_store', answer: answer, storeId: null }) : null;
}

/** The last resort of a fleet of one: a call of the same hosts that needs no seller. Its refusal is the weather. */
async function byAppAlone(shop: Shop, subject: Subject): Promise<Control> {
  const app = await subject.connector.askApp(subject.app, callContext(shop));
  if (!app.access) return heard(shop, { via: 'app', answer: app.finding.answer, storeId: null });
  const finding = await subject.connector.askWithoutSeller(
    { region: subject.region, access: app.access },
    callContext(shop),
  );
  // Throttled says that somebody is at home and takes questions.
  return heard(shop, { via: 'app', answer: finding.answer === 'throttled' ? 'ok' : finding.answer, storeId: null });
}

type DataQuestion = { call: string; region: Region; access: AccessToken };

async function askWith(shop: Shop, subject: Subject, question: DataQuestion): Promise<Observation['answer']> {
  const finding = await subject.connector.ask(question, callContext(shop));
  return finding.answer === 'throttled' ? 'ok' : finding.answer;
}

function heard(shop: Shop, control: Pick<Control, 'via' | 'answer' | 'storeId'>): Control {
  return { ...control, at: shop.now(), ok: control.answer === 'ok' };
}

/** A store's own good look serves its neighbours as a control, for free. */
export async function lendAsControl(shop: Shop, subject: Subject, seen: readonly Observation[]): Promise<void> {
  const good = seen.findLast((o) => o.rung === 'capability' && o.answer === 'ok' && !saysNothing(o.answer));
  if (!good || !subject.storeId) return;
  await shop.crowd.noteControl(subject.cohort, {
    at: good.at,
    ok: true,
    via: 'store',
    answer: 'ok',
    storeId: subject.storeId,
  });
}
