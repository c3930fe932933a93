/** Proving new credentials before they replace anything (rule R4): the whole ladder, then one transaction. */
import type { Connector } from '../connectors/connector.ts';
import type { App } from '../core/access.ts';
import { causeRule, type Diagnosis } from '../core/diagnosis.ts';
import { diagnoseNow, weatherForbids } from '../core/judge.ts';
import type { JudgeInput } from '../core/judgement.ts';
import type { Ask } from '../core/ladder.ts';
import type { Observation } from '../core/observation.ts';
import type { Secret } from '../core/secret.ts';
import type { EventType } from '../core/transition.ts';
import { firstJudgement, TODAYS_RULES } from '../core/weigh.ts';
import { dropCandidate, dropPrevious, promoteCandidate, readCredential } from '../db/credentials.ts';
import { appendObservations } from '../db/observations.ts';
import { toldOf } from '../db/subscriptions.ts';
import type { Tx } from '../db/open.ts';
import { lockStore, type StoreRow } from '../db/stores.ts';
import { runLadder, type LadderResult, type LadderRun } from './ask.ts';
import { lendAsControl } from './control.ts';
import {
  askPairAt,
  askSiblings,
  isAnsweredAt,
  otherPlaces,
  refusedEverywhereHere,
  type OtherPlace,
} from './cross-check.ts';
import { leaveEvidence } from './first-look.ts';
import { everOkAfter, isGoodData, judgeInput, rowsSeenAfter, sellerSeen, sitesSeen } from './facts.ts';
import { bareDiagnosis, toStoreBody } from './present.ts';
import { beforeOf, commitRow, logLook, nextAtOf } from './settle.ts';
import { noteInLedger } from './token-journal.ts';
import { cohortOf, hasQueue, siteIn, type Shop } from './shop.ts';

export type Candidate = {
  row: StoreRow;
  app: App;
  connector: Connector;
  version: number;
  grantToken: Secret;
  /** Whom the credentials claim to be: the consent's or the typed seller, or the bound one. A claim proves nothing. */
  sellerId: string | null;
  /** True: they count only when data names the seller of the store. */
  mustName?: boolean;
  authorizedAt: number | null;
  authorizedBy: StoreRow['authorizedBy'];
  source: 'connect' | 'repair';
  /** Try the other regions when this one refuses: only where nobody said for certain which it is. */
  anyRegion: boolean;
  onStep?: (asked: readonly Observation[], running: Ask | null) => Promise<void>;
};

export type Verified =
  | { kind: 'proven'; place: OtherPlace; observations: Observation[]; input: JudgeInput }
  | { kind: 'failed'; diagnosis: Diagnosis; observations: Observation[] }
  | { kind: 'weather'; diagnosis: Diagnosis | null; observations: Observation[] };

/** Asks everything with the candidate and says what it proves. Changes nothing. */
export async function verify(shop: Shop, candidate: Candidate): Promise<Verified> {
  const { place, observations } = await tryPlaces(shop, candidate);
  const input = await inputFor(shop, { candidate, observations, place });
  const diagnosis = diagnoseNow(input);
  // Rule R7: without a data call that was answered nothing is proven, however little speaks against it.
  if (!diagnosis)
    return observations.some(isGoodData)
      ? provenIfNamed(candidate, { place, observations, input })
      : { kind: 'weather', diagnosis, observations };
  if (weatherForbids(input)) return { kind: 'weather', diagnosis, observations };
  // Some data answers and some is refused: the store is connected, and limited.
  if (diagnosis.capability !== null) return provenIfNamed(candidate, { place, observations, input });
  return { kind: 'failed', diagnosis, observations };
}

/** That the credentials work is not enough where nobody of the account vouches for whose they are. */
function provenIfNamed(candidate: Candidate, found: Omit<Proven, 'kind'>): Verified {
  const { observations } = found;
  const isUnnamed = candidate.mustName === true && sellerNamed(candidate, observations) === null;
  if (!isUnnamed) return { kind: 'proven', ...found };
  const cause = 'cred.unproven' as const;
  return { kind: 'failed', diagnosis: bareDiagnosis(cause, causeRule(cause)), observations };
}

/**
 * The seller that data named. Where ID and token are a pair that the marketplace itself compares, a good answer to the pair
 * names the seller too.
 */
export function sellerNamed(
  { connector, sellerId }: Pick<Candidate, 'connector' | 'sellerId'>,
  observations: readonly Observation[],
): string | null {
  const seen = sellerSeen(observations);
  if (seen !== null || connector.grant.kind !== 'direct') return seen;
  return observations.some(isGoodData) ? sellerId : null;
}

type Tried = { place: OtherPlace; observations: Observation[] };

/** The chosen place first; where everything is refused there, the others, and what a cross-check can tell about the pair. */
async function tryPlaces(shop: Shop, candidate: Candidate): Promise<Tried> {
  const here = { site: siteIn(shop, candidate.row), app: candidate.app };
  const { observations, access } = await ladder(shop, candidate, here);
  if (!refusedEverywhereHere(observations)) return { place: here, observations };
  if (!candidate.anyRegion)
    return { place: here, observations: [...observations, ...(await askSiblings(shop, candidate))] };
  const checked: Observation[] = [];
  for (const place of otherPlaces(shop, candidate)) {
    const pair = await askPairAt(shop, candidate, place);
    if (pair) checked.push(pair);
    const atHome = pair ? pair.answer === 'ok' : await isAnsweredAt(shop, candidate, { place, access });
    // Whole ladders are climbed only where somebody is at home.
    if (atHome) return { place, observations: (await ladder(shop, candidate, place)).observations };
  }
  return { place: here, observations: [...observations, ...checked, ...(await askSiblings(shop, candidate))] };
}

async function ladder(shop: Shop, candidate: Candidate, { site, app }: OtherPlace): Promise<LadderResult> {
  const asked: Observation[] = [];
  const run: LadderRun = {
    subject: {
      // Never its own control: the credentials that the new ones replace may be dead by now.
      accountId: candidate.row.accountId,
      storeId: candidate.row.id,
      cohort: cohortOf(candidate.row.marketplace, app.applicationId, site.region),
      site,
      sellerId: candidate.sellerId,
      app,
      connector: candidate.connector,
      credentials: { version: candidate.version, grantToken: candidate.grantToken },
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
  const result = await runLadder(shop, run);
  // The marketplace answered with another token, which is kept in the place of the one that was sent.
  if (result.grantToken) candidate.grantToken = result.grantToken;
  return result;
}

type Material = { candidate: Candidate; observations: Observation[]; place: OtherPlace };

async function inputFor(shop: Shop, { candidate, observations, place }: Material): Promise<JudgeInput> {
  const { region } = place.site;
  const cohort = cohortOf(candidate.row.marketplace, place.app.applicationId, region);
  const weather = await shop.crowd.weather(cohort);
  const row: StoreRow = {
    ...candidate.row,
    region,
    sellerId: candidate.sellerId,
    supersededAt: null,
    credentialVersion: candidate.version,
    authorizedAt: candidate.authorizedAt,
    authorizedBy: candidate.authorizedBy,
    everOk: [],
    rowsSeen: [],
    alarm: null,
    firstOkAt: null,
    // What was lost before says nothing about credentials that are new.
    lost: null,
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
  const seller = sellerAfter(row, { candidate, proven, now: shop.now() });
  if (seller === 'other') return null;
  await promoteCandidate(tx, { storeId: row.id, version: candidate.version });
  const moved = candidate.row.marketplace !== row.marketplace;
  // What opened the old marketplace opens nothing at the new one, and must never be sent there.
  if (moved) await dropPrevious(tx, row.id);
  const now = shop.now();
  const live = liveInput(seller, { candidate, proven, now });
  const adopted = { ...adoptedRow(shop, { row, candidate, proven, live }), ...seller };
  // What the marketplace told of the account is not for the proof of credentials: the watch judges it at once.
  const told = hasQueue(proven.place.app) ? await toldOf(tx, row.id) : null;
  const after = told === null ? adopted : { ...adopted, nextAt: now };
  const { judgement } = after;
  if (!judgement) return null;
  const events: EventType[] = [...(moved ? (['store.moved'] as const) : []), ...adoptedAs(row, moved)];
  await appendObservations(tx, { accountId: row.accountId, storeId: row.id, observations: proven.observations });
  const step = { since: after.since, changed: true, events, effects: [{ type: 'cancel_alarms' as const }] };
  await commitRow(shop, { tx, before: { ...row, authorizedAt: null }, after, judgement, step, now });
  const looked = { before: beforeOf(row), input: live, observations: proven.observations, judgement, step };
  await logLook(tx, { row: after, kind: 'adopted', ...looked, byHand: false, kept: true });
  return after;
}

/** Only the very token that was proven is adopted, not one that took its place meanwhile. */
async function isStillCandidate(shop: Shop, tx: Tx, candidate: Candidate): Promise<boolean> {
  const kept = await readCredential({ db: tx, vault: shop.vault }, { storeId: candidate.row.id, state: 'candidate' });
  return kept?.version === candidate.version && kept.grantToken.reveal() === candidate.grantToken.reveal();
}

/** A move of a healthy store is no renewal of what it had; one out of trouble is a repair too. */
function adoptedAs(row: StoreRow, moved: boolean): EventType[] {
  if (row.phase !== 'live') return ['store.connected'];
  if (row.alarm !== null) return ['store.repaired'];
  return moved ? [] : ['store.renewed'];
}

type Adopting = { candidate: Candidate; proven: Proven; now: number };

type SellerFields = Pick<StoreRow, 'sellerId' | 'sellerProvenAt' | 'claimedSellerId' | 'supersededAt'>;

/**
 * Whose store it is with the new credentials. Data that names the seller proves it; without it what was known or said is a
 * claim. `other`: the store was bound to another seller while these credentials were checked.
 */
function sellerAfter(row: StoreRow, { candidate, proven, now }: Adopting): SellerFields | 'other' {
  const named = sellerNamed(candidate, proven.observations);
  if (named !== null && row.sellerId !== null && named !== row.sellerId) return 'other';
  const claimedSellerId = row.sellerId ?? candidate.sellerId ?? row.claimedSellerId;
  return { sellerId: named, sellerProvenAt: named === null ? null : now, claimedSellerId, supersededAt: null };
}

/** What was proven, judged as the live store that it makes. */
function liveInput(seller: SellerFields, { proven: { input }, now }: Adopting): JudgeInput {
  const { sellerId, claimedSellerId } = seller;
  const claim = sellerId === null && claimedSellerId !== null ? { claimedSellerId } : {};
  return { ...input, now, store: { ...input.store, phase: 'live', sellerId, ...claim } };
}

type Adopted = { row: StoreRow; candidate: Candidate; proven: Proven; live: JudgeInput };

function adoptedRow(shop: Shop, { row, candidate, proven, live }: Adopted): StoreRow {
  const { observations } = proven;
  const { now } = live;
  const moved = candidate.row.marketplace !== row.marketplace;
  const { judgement, limited } = firstJudgement(TODAYS_RULES, live);
  const after: StoreRow = {
    ...row,
    ...whereAdopted(row, candidate, proven),
    phase: 'live',
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
    // What worked at the marketplace that was left says nothing about the new permission.
    firstOkAt: moved ? now : (row.firstOkAt ?? now),
    lastOkAt: now,
    lastLookAt: now,
    failingSince: limited ? now : null,
    failedLooks: 0,
    everOk: everOkAfter(moved ? [] : row.everOk, observations),
    rowsSeen: rowsSeenAfter(moved ? [] : row.rowsSeen, observations),
    repair: null,
    absence: absenceAfter(row),
    lost: null,
    attempt: 0,
  };
  return { ...after, nextAt: nextAtOf(shop, { before: row, after, now }) };
}

/** Whoever gives its permission anew has it after all. A holiday goes on. */
function absenceAfter({ absence }: StoreRow): StoreRow['absence'] {
  return absence?.kind === 'sold' ? null : absence;
}

type Where = Pick<StoreRow, 'marketplace' | 'region' | 'site' | 'cohort' | 'applicationId'>;

function whereAdopted(row: StoreRow, { row: { marketplace } }: Candidate, { place: { site, app } }: Proven): Where {
  return {
    marketplace,
    region: site.region,
    // The shop that the seller chose stays, unless it turned out to be another country's of the same region.
    site: site.region === row.region ? site.site : row.site,
    cohort: cohortOf(marketplace, app.applicationId, site.region),
    applicationId: app.applicationId,
  };
}

/** After the commit: whoever watches sees it, and neighbours may use it as their control. */
export async function announce(
  shop: Shop,
  { candidate, proven, row }: { candidate: Candidate; proven: Proven; row: StoreRow },
): Promise<void> {
  shop.live.publish({ type: 'store', accountId: row.accountId, store: toStoreBody(row, shop) });
  await noteInLedger(shop, { storeId: row.id, version: candidate.version, replacedAt: null, at: shop.now() });
  const { connector } = candidate;
  const { app } = proven.place;
  const credentials = { version: candidate.version, grantToken: candidate.grantToken };
  const subject = {
    storeId: row.id,
    cohort: row.cohort,
    site: siteIn(shop, row),
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
