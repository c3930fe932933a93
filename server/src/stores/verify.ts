/** Proving new credentials before they replace anything (rule R4): the whole ladder, then one transaction. */
import type { Connector } from '../connectors/connector.ts';
import type { AccessToken, App } from '../core/access.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { diagnoseNow, judge, weatherForbids } from '../core/judge.ts';
import type { JudgeInput } from '../core/judgement.ts';
import type { Ask } from '../core/ladder.ts';
import { REGIONS, type Observation, type Region } from '../core/observation.ts';
import type { Secret } from '../core/secret.ts';
import type { EventType } from '../core/transition.ts';
import { dropCandidate, promoteCandidate, readCredential } from '../db/credentials.ts';
import { appendObservations } from '../db/observations.ts';
import type { Tx } from '../db/open.ts';
import { lockStore, type StoreRow } from '../db/stores.ts';
import { runLadder, type LadderResult, type LadderRun } from './ask.ts';
import { lendAsControl } from './control.ts';
import { leaveEvidence } from './first-look.ts';
import { everOkAfter, judgeInput, sellerSeen, sitesSeen } from './facts.ts';
import { toStoreBody } from './present.ts';
import { beforeOf, commitRow, nextAtOf } from './settle.ts';
import { cohortOf, type Shop } from './shop.ts';
import { callContext } from './subject.ts';

export type Candidate = {
  row: StoreRow;
  app: App;
  connector: Connector;
  version: number;
  refreshToken: Secret;
  /** Whom the credentials claim to be: the consent's or the typed seller, or the bound one. */
  sellerId: string | null;
  authorizedAt: number | null;
  authorizedBy: StoreRow['authorizedBy'];
  source: 'connect' | 'repair';
  /** Try the other regions when this one refuses: only where nobody said for certain which it is. */
  anyRegion: boolean;
  onStep?: (asked: readonly Observation[], running: Ask | null) => Promise<void>;
};

export type Verified =
  | { kind: 'proven'; region: Region; observations: Observation[]; input: JudgeInput }
  | { kind: 'failed'; diagnosis: Diagnosis; observations: Observation[] }
  | { kind: 'weather'; diagnosis: Diagnosis | null; observations: Observation[] };

/** Asks everything with the candidate and says what it proves. Changes nothing. */
export async function verify(shop: Shop, candidate: Candidate): Promise<Verified> {
  let region = candidate.row.region;
  let { observations, access } = await ladder(shop, candidate, region);
  if (candidate.anyRegion && access && refusedEverywhereHere(observations)) {
    const other = await findRegion(shop, candidate, access);
    if (other) [region, observations] = [other, (await ladder(shop, candidate, other)).observations];
  }
  const input = await inputFor(shop, { candidate, observations, region });
  const diagnosis = diagnoseNow(input);
  // Rule R7: without a data call that was answered nothing is proven, however little speaks against it.
  if (!diagnosis)
    return someDataOk(observations)
      ? { kind: 'proven', region, observations, input }
      : { kind: 'weather', diagnosis, observations };
  if (weatherForbids(input)) return { kind: 'weather', diagnosis, observations };
  // Some data answers and some is refused: the store is connected, and limited.
  if (diagnosis.capability !== null) return { kind: 'proven', region, observations, input };
  return { kind: 'failed', diagnosis, observations };
}

async function ladder(shop: Shop, candidate: Candidate, region: Region): Promise<LadderResult> {
  const asked: Observation[] = [];
  const run: LadderRun = {
    subject: {
      // Never its own control: the credentials that the new ones replace may be dead by now.
      storeId: candidate.row.id,
      cohort: cohortOf(candidate.row.marketplace, candidate.app.applicationId, region),
      region,
      sellerId: candidate.sellerId,
      app: candidate.app,
      connector: candidate.connector,
      credentials: { version: candidate.version, refreshToken: candidate.refreshToken },
    },
    mode: 'full',
    source: candidate.source,
    identityWanted: true,
    trouble: null,
    turn: 0,
  };
  const { onStep } = candidate;
  if (onStep) {
    run.onStep = async (ask, seen) => {
      if (seen) asked.push(seen);
      await onStep(asked, seen ? null : ask);
    };
  }
  return runLadder(shop, run);
}

/** The grant is good and every data call of this region is refused: perhaps the store lives in another. */
function refusedEverywhereHere(observations: readonly Observation[]): boolean {
  const data = observations.filter((o) => o.rung === 'identity' || o.rung === 'capability');
  const granted = observations.some((o) => o.rung === 'grant' && o.answer === 'ok');
  return granted && data.length > 0 && data.every((o) => o.answer === 'denied');
}

/** One question per other region, with the token that is there: whole ladders are climbed only where somebody is at home. */
async function findRegion(shop: Shop, candidate: Candidate, access: AccessToken): Promise<Region | null> {
  const { connector, row } = candidate;
  const call = connector.dataCalls.find((d) => d.capability === 'finances')?.call;
  if (call === undefined) return null;
  for (const region of REGIONS.filter((r) => r !== row.region)) {
    const { answer } = await connector.ask({ call, region, access }, callContext(shop));
    if (answer === 'ok') return region;
  }
  return null;
}

function someDataOk(observations: readonly Observation[]): boolean {
  return observations.some((o) => (o.rung === 'identity' || o.rung === 'capability') && o.answer === 'ok');
}

type Material = { candidate: Candidate; observations: Observation[]; region: Region };

async function inputFor(shop: Shop, { candidate, observations, region }: Material): Promise<JudgeInput> {
  const cohort = cohortOf(candidate.row.marketplace, candidate.app.applicationId, region);
  const weather = await shop.crowd.weather(cohort);
  const row: StoreRow = {
    ...candidate.row,
    region,
    sellerId: candidate.sellerId,
    credentialVersion: candidate.version,
    authorizedAt: candidate.authorizedAt,
    authorizedBy: candidate.authorizedBy,
    everOk: [],
    alarm: null,
    firstOkAt: null,
  };
  return judgeInput(shop, { row, observations, weather, deniedElsewhere: [], now: shop.now() });
}

export type Proven = Extract<Verified, { kind: 'proven' }>;

/**
 * Adopts proven credentials in the caller's transaction: the candidate becomes current, the store is live, its seller is
 * bound, alarms and repair end. Null when the candidate is gone or the store was closed meanwhile.
 */
export async function adopt(
  shop: Shop,
  { tx, candidate, proven }: { tx: Tx; candidate: Candidate; proven: Proven },
): Promise<StoreRow | null> {
  const row = await lockStore(tx, candidate.row.id);
  if (!row || row.phase === 'closed') return null;
  if (!(await isStillCandidate(shop, tx, candidate))) return null;
  await promoteCandidate(tx, { storeId: row.id, version: candidate.version });
  const now = shop.now();
  const after = adoptedRow({ shop, row, candidate, proven, now });
  const { judgement } = after;
  if (!judgement) return null;
  const events: EventType[] = [row.phase === 'live' ? wasBroken(row) : 'store.connected'];
  await appendObservations(tx, { accountId: row.accountId, storeId: row.id, observations: proven.observations });
  const step = { since: after.since, changed: true, events, effects: [{ type: 'cancel_alarms' as const }] };
  await commitRow(shop, { tx, before: { ...row, authorizedAt: null }, after, judgement, step, now });
  return after;
}

/** Only the very token that was proven is adopted, not one that took its place meanwhile. */
async function isStillCandidate(shop: Shop, tx: Tx, candidate: Candidate): Promise<boolean> {
  const kept = await readCredential({ db: tx, vault: shop.vault }, { storeId: candidate.row.id, state: 'candidate' });
  return kept?.version === candidate.version && kept.refreshToken.reveal() === candidate.refreshToken.reveal();
}

function wasBroken(row: StoreRow): EventType {
  return beforeOf(row).alarm === null ? 'store.renewed' : 'store.repaired';
}

type Adopting = { shop: Shop; row: StoreRow; candidate: Candidate; proven: Proven; now: number };

function adoptedRow({ shop, row, candidate, proven, now }: Adopting): StoreRow {
  const { observations, region, input } = proven;
  const sellerId = row.sellerId ?? sellerSeen(observations) ?? candidate.sellerId;
  const live: JudgeInput = { ...input, store: { ...input.store, phase: 'live', sellerId } };
  const judged = judge(live);
  const limited = diagnoseNow(live);
  // At first connect a diagnosis is shown at once: showing is not alarming, so no message follows from it.
  const judgement =
    limited && judged.alarm === null
      ? {
          ...judged,
          verdict: 'limited' as const,
          diagnosis: limited,
          alarm: { cause: limited.cause, since: now, evidence: limited.evidence, diagnosis: limited },
        }
      : judged;
  const after: StoreRow = {
    ...row,
    phase: 'live',
    region,
    cohort: cohortOf(row.marketplace, candidate.app.applicationId, region),
    applicationId: candidate.app.applicationId,
    sellerId,
    sites: sitesSeen(observations) ?? row.sites,
    verdict: judgement.verdict,
    cause: judgement.diagnosis?.cause ?? null,
    judgement,
    alarm: judgement.alarm,
    since: now,
    version: row.version + 1,
    credentialVersion: candidate.version,
    authorizedAt: candidate.authorizedAt,
    authorizedBy: candidate.authorizedBy,
    firstOkAt: row.firstOkAt ?? now,
    lastOkAt: now,
    lastLookAt: now,
    failingSince: limited ? now : null,
    failedLooks: 0,
    everOk: everOkAfter(row.everOk, observations),
    repair: null,
    attempt: 0,
  };
  return { ...after, nextAt: nextAtOf(shop, { before: row, after, now }) };
}

/** After the commit: whoever watches sees it, and neighbours may use it as their control. */
export async function announce(
  shop: Shop,
  { candidate, proven, row }: { candidate: Candidate; proven: Proven; row: StoreRow },
): Promise<void> {
  shop.live.publish({ type: 'store', accountId: row.accountId, store: toStoreBody(row, shop) });
  const { app, connector } = candidate;
  const credentials = { version: candidate.version, refreshToken: candidate.refreshToken };
  const subject = {
    storeId: row.id,
    cohort: row.cohort,
    region: row.region,
    sellerId: row.sellerId,
    app,
    connector,
    credentials,
  };
  await lendAsControl(shop, subject, proven.observations);
}

/** While the weather forbids a judgement the operator hears of what nobody knows, once, with its evidence (rule R12). */
export async function noteStrange(
  shop: Shop,
  { row }: Candidate,
  { diagnosis, observations }: Extract<Verified, { kind: 'weather' }>,
): Promise<void> {
  if (diagnosis?.cause !== 'unknown') return;
  await shop.db.transaction((tx) => leaveEvidence(shop, { tx, row, diagnosis, observations }));
}

/** The candidate was not proven: it is forgotten, the store stays what it was. */
export async function discard(tx: Tx, candidate: Candidate): Promise<void> {
  await dropCandidate(tx, { storeId: candidate.row.id, version: candidate.version });
}
