/** Rows as the API and the pages say them. */
import { absenceText } from '../core/absence.ts';
import { estimatedExpiry } from '../core/access.ts';
import { checksOf } from '../core/checks.ts';
import { PENDING_VERDICTS } from '../core/connection.ts';
import { NOBODY_CAME_BACK, type Cause, type Diagnosis, type Owner, type Action } from '../core/diagnosis.ts';
import type { Observation } from '../core/observation.ts';
import { certaintyText, diagnosisWords, noticeText, observationText, sentenceOf } from '../core/words.ts';
import { isLocal } from '../core/transition.ts';
import type { SessionRow } from '../db/sessions.ts';
import type { StoreRow } from '../db/stores.ts';
import type { ConnectSession } from '../http/contract/connect.ts';
import type { DiagnosisBody, ObservationBody, StoreBody } from '../http/contract/store.ts';
import { appAfterMove, namesAt, type Shop } from './shop.ts';

/** UTC, RFC 3339, with milliseconds. */
export function instant(at: number): string {
  return new Date(at).toISOString();
}

export function instantOrNull(at: number | null): string | null {
  return at === null ? null : instant(at);
}

export function toStoreBody(row: StoreRow, shop: Shop): StoreBody {
  const diagnosis = row.judgement?.diagnosis ?? null;
  const context = wordsContext(row, shop);
  return {
    ...identityOf(row, shop),
    verdict: row.verdict,
    pending: PENDING_VERDICTS.includes(row.verdict),
    ...whatIsWrong(row, diagnosis, shop),
    since: instant(row.since),
    as_of: instantOrNull(row.lastLookAt),
    next_look_at: instantOrNull(row.nextAt),
    last_ok_at: instantOrNull(row.lastOkAt),
    // A wrong clock of ours is the operator's to know, not the seller's (rule R8).
    notices: noticesOf(row, shop).map((cause) => ({ cause, text: noticeText(cause, context.label) })),
    text: { locale: 'en', ...sentenceOf(context), ...certaintyOf(diagnosis) },
    checks: checksOf({ ...context, lastOkAt: row.lastOkAt, sites: row.sites, sellerId: row.sellerId }),
    authorized_at: instantOrNull(row.authorizedAt),
    expires_at: instantOrNull(estimatedExpiry(row.authorizedAt)),
    version: row.version,
    credential_version: row.credentialVersion,
    created_at: instant(row.createdAt),
  };
}

/**
 * That the marketplace replaced this way in is no finding of any look: it is said of every such store, and quiet looks stay
 * quiet. A wrong clock of ours is the operator's to know, not the seller's (rule R8).
 */
function noticesOf(row: StoreRow, shop: Shop): Cause[] {
  const found = (row.judgement?.notices ?? []).map(({ cause }) => cause).filter((cause) => !isLocal(cause));
  const retired = shop.connector(row.marketplace).retired !== null && row.phase !== 'closed';
  return retired ? [...found, 'mkt.sunset'] : found;
}

function certaintyOf(diagnosis: Diagnosis | null): { certainty?: string } {
  const certainty = diagnosis && certaintyText(diagnosis);
  return certainty === null ? {} : { certainty };
}

function wordsContext(row: StoreRow, shop: Shop) {
  const diagnosis = row.judgement?.diagnosis ?? null;
  return {
    ...namesAt(shop, row),
    storeName: row.name,
    verdict: row.verdict,
    diagnosis,
    since: row.since,
    now: shop.now(),
    authorizedAt: row.authorizedAt,
    authorizedBy: row.authorizedBy,
    capability: diagnosis?.capability ?? null,
    nextLookAt: row.nextAt,
    sellerCentralOpenedAt: row.repair ? row.repair.sellerCentralOpenedAt : null,
    handedOff: row.repair?.handedOff === true,
    repairStep: row.verdict === 'repairing' ? { n: 2, of: 3 } : null,
  };
}

function identityOf(row: StoreRow, shop: Shop) {
  const names = new Map(shop.connector(row.marketplace).sites.map((site) => [site.site, site.name]));
  return {
    id: row.id,
    name: row.name,
    marketplace: row.marketplace,
    site: row.site,
    region: row.region,
    sites: row.sites.map((site) => ({
      site: site.site,
      marketplace_id: site.marketplaceId,
      name: names.get(site.site) ?? site.site,
      participating: site.participating,
      listings_suspended: site.listingsSuspended,
    })),
    seller_id: row.sellerId,
    claimed_seller_id: row.sellerId === null ? row.claimedSellerId : null,
    email: row.email,
    second_email: row.secondEmail,
    absence: absenceBody(row.absence, shop.now()),
    currency: row.currency,
    receiving_account: row.receivingAccount,
  };
}

/** A holiday that is over is none. */
function absenceBody(absence: StoreRow['absence'], now: number): StoreBody['absence'] {
  const text = absenceText(absence, now);
  if (absence === null || text === null) return null;
  return absence.kind === 'sold'
    ? { kind: 'sold', until: null, ends_at: null, text }
    : { kind: 'holiday', until: absence.until, ends_at: instant(absence.endsAt), text };
}

/** Where nothing is wrong there is no cause, nobody has to act, and there is nothing to prove. */
const NOTHING_WRONG = {
  cause: null,
  capability: null,
  likely: [],
  owner: 'nobody',
  action: 'none',
  healsInPlace: true,
  confidence: null,
  evidence: [],
  excluded: [],
} as const;

/** Nothing broke: the first permission was not given yet. */
const PERMISSION_MISSING = {
  ...NOTHING_WRONG,
  owner: 'seller',
  action: 'reauthorize',
  healsInPlace: false,
} as const;

type WhatIsWrong = (typeof NOTHING_WRONG | typeof PERMISSION_MISSING | Diagnosis) & Pick<Diagnosis, 'until'>;

/** When the year ends, or when it is known which of several causes it is. */
function deadlineOf({ verdict, authorizedAt }: StoreRow, until: number | undefined): StoreBody['deadline'] {
  const end = estimatedExpiry(authorizedAt);
  if (verdict === 'expiring' && end !== null) return { at: instant(end), kind: 'estimated' };
  return until === undefined ? null : { at: instant(until), kind: 'decision' };
}

function whatIsWrong(row: StoreRow, diagnosis: Diagnosis | null, shop: Shop) {
  const pending = PENDING_VERDICTS.includes(row.verdict);
  const { healsInPlace, likely, evidence, excluded, until, ...wrong }: WhatIsWrong =
    diagnosis ?? (row.verdict === 'setup' ? PERMISSION_MISSING : NOTHING_WRONG);
  return {
    ...wrong,
    likely: [...likely],
    evidence: [...evidence],
    excluded: [...excluded],
    heals_in_place: healsInPlace,
    deadline: deadlineOf(row, until),
    can_move: row.phase === 'live' && appAfterMove(shop, row) !== null,
    repair_url: pending || row.verdict === 'expiring' ? `${shop.publicUrl}/stores/${row.id}?repair=1` : null,
  };
}

export type DiagnosisContext = ReturnType<typeof namesAt> & {
  storeName: string;
  since: number;
  now: number;
  authorizedAt: number | null;
  /** False while it is not known whose store it is: then nothing is said about the seller ID. */
  sellerBound?: boolean;
};

export function toDiagnosisBody(diagnosis: Diagnosis, context: DiagnosisContext): DiagnosisBody {
  const { healsInPlace, until: _until, ...rest } = diagnosis;
  return {
    ...rest,
    heals_in_place: healsInPlace,
    text: { locale: 'en', ...diagnosisWords({ ...context, diagnosis }), ...certaintyOf(diagnosis) },
  };
}

/** The public status has no `exchanging`: for a person that is part of checking. */
export function toSessionBody(row: SessionRow, token: string | null, shop: Shop): ConnectSession {
  return {
    id: row.id,
    kind: row.kind,
    url: token ? `${shop.publicUrl}/connect/s/${token}` : `${shop.publicUrl}/connect/${row.id}`,
    status: row.status === 'exchanging' ? 'verifying' : row.status,
    marketplace: row.marketplace,
    site: row.site,
    name: row.fields.name,
    store_id: row.storeId,
    steps: row.steps,
    diagnosis: row.diagnosis,
    wrong_store: row.wrongStore,
    expires_at: instant(row.expiresAt),
    created_at: instant(row.createdAt),
  };
}

export function toObservationBody(o: Observation, label: string): ObservationBody {
  return {
    id: o.id,
    at: instant(o.at),
    source: o.source,
    rung: o.rung,
    call: o.call,
    region: o.region,
    capability: o.capability,
    answer: o.answer,
    status: o.status,
    code: o.code,
    message: o.message,
    ms: o.ms,
    credential_version: o.credentialVersion,
    text: observationText(o, label),
  };
}

/** A diagnosis without a person in the room: nothing is known but its cause. */
export function bareDiagnosis(cause: Cause, rule: { owner: Owner; action: Action; healsInPlace: boolean }): Diagnosis {
  const likely = cause === 'grant.abandoned' ? [...NOBODY_CAME_BACK] : [];
  const confidence = likely.length > 1 ? 'low' : 'high';
  return { cause, likely, confidence, evidence: [], excluded: [], capability: null, ...rule };
}
