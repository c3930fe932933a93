/**
 * Faults of the operator's own app and machine, as incidents: however many stores feel one, it is opened once, told once
 * and told once more when it is over. Opening and closing happen in the transaction that saw it; the mails follow from
 * the incident's row, so that a process that dies in between loses none.
 */
import { appOfCohort, CONSENT_DISPROVES, faultCohort, overBy } from '../core/app-fault.ts';
import { causeRule, type Cause } from '../core/diagnosis.ts';
import type { OutboxPayload } from '../core/message.ts';
import type { Observation } from '../core/observation.ts';
import { diagnosisWords } from '../core/words.ts';
import { newId } from '../db/ids.ts';
import {
  closedSince,
  closeIncident,
  markTold,
  openIncident,
  untoldIncidents,
  type IncidentRow,
} from '../db/incidents.ts';
import type { Tx } from '../db/open.ts';
import { enqueue, OPERATOR_ACCOUNT } from '../db/outbox.ts';
import { bareDiagnosis } from './present.ts';
import type { Shop } from './shop.ts';

type Fault = {
  tx: Tx;
  cause: Cause;
  applicationId: string;
  /** When the marketplace's answer that shows it came: what was seen before the end of an incident opens no new one. */
  seenAt: number;
  evidence?: string[];
  /** True: while a seller was connecting, so that no store may show it afterwards. */
  connecting?: boolean;
};

/** Opens the incident of an operator's fault, unless it is open. Noticing it again costs one statement. */
export async function noteFault(fault: Fault): Promise<void> {
  const { tx, cause, applicationId, seenAt, evidence = [], connecting = false } = fault;
  const cohort = faultCohort(cause, applicationId);
  if (await closedSince(tx, { cohort, cause, since: seenAt })) return;
  const operation = connecting ? 'consent' : null;
  await openIncident(tx, { cohort, cause, at: seenAt, evidence, by: 'app', operation });
}

/** A seller's consent went through: the page lets people pass, whatever it said before. */
export async function consentWentThrough(tx: Tx, { applicationId, at }: { applicationId: string; at: number }) {
  for (const cause of CONSENT_DISPROVES) {
    await closeIncident(tx, { cohort: faultCohort(cause, applicationId), cause, at, by: 'app', openedBefore: at });
  }
}

type WellAgain = { cause: Cause | null; applicationId: string; observations: readonly Observation[]; now: number };

/**
 * A store that waited for us is well again: what only our own key or machine can have caused is over for all. The proof is
 * a good answer that our key was needed for.
 */
export async function provenOver(tx: Tx, { cause, applicationId, observations, now }: WellAgain): Promise<void> {
  if (cause === null || (overBy(cause) !== 'app' && overBy(cause) !== 'machine')) return;
  const proof = observations.findLast((o) => (o.rung === 'app' || o.rung === 'grant') && o.answer === 'ok');
  if (!proof) return;
  const cohort = faultCohort(cause, applicationId);
  await closeIncident(tx, { cohort, cause, at: now, by: 'app', openedBefore: proof.at });
}

const AT_ONCE = 20;

/** Queues the mails of incidents that began or ended and were not told yet; how many there were. */
export async function tellOfIncidents(shop: Shop): Promise<number> {
  const rows = await untoldIncidents(shop.db.db, { limit: AT_ONCE });
  for (const row of rows) await shop.db.transaction((tx) => tellOf(shop, tx, row));
  return rows.length;
}

/** Two processes at once queue one mail: its key is the incident's. */
async function tellOf(shop: Shop, tx: Tx, row: IncidentRow): Promise<void> {
  const now = shop.now();
  const begins = row.toldAt === null;
  const over = row.closedAt !== null;
  if (begins) await queue(shop, { tx, dedupeKey: `${row.id}:began`, payload: began(shop, row), now });
  if (over) await queue(shop, { tx, dedupeKey: `${row.id}:over`, payload: ended(shop, row), now });
  await markTold(tx, { id: row.id, at: now, over });
}

function began(shop: Shop, { cause, cohort }: IncidentRow): OutboxPayload {
  const app = appNamed(shop, appOfCohort(cohort));
  const label = shop.connector(app?.marketplace ?? 'amazon').label;
  const now = shop.now();
  const diagnosis = bareDiagnosis(cause, causeRule(cause));
  const context = { label, storeName: app?.name ?? label, since: now, now, authorizedAt: null };
  const { sentence } = diagnosisWords({ ...context, diagnosis });
  return { topic: 'operator', cause, sentence, link: pageOf(shop), app: app?.name ?? null };
}

function ended(shop: Shop, { cause, cohort, openedAt, closedAt }: IncidentRow): OutboxPayload {
  const app = appNamed(shop, appOfCohort(cohort));
  const lastedMs = Math.max(0, (closedAt ?? openedAt) - openedAt);
  return { topic: 'operator_over', cause, lastedMs, link: pageOf(shop), app: app?.name ?? null };
}

export function appNamed(shop: Shop, applicationId: string | null) {
  return shop.apps().find((app) => app.applicationId === applicationId) ?? null;
}

/** Where the operator reads of the apps. */
export function pageOf(shop: Shop): string {
  return `${shop.publicUrl}/operator/apps`;
}

export type OperatorMail = { tx: Tx; dedupeKey: string; payload: OutboxPayload; now: number };

/** Queues a mail to the operator; none where no address was given. It belongs to no seller's account. */
export async function queue(shop: Shop, { tx, dedupeKey, payload, now }: OperatorMail): Promise<void> {
  const recipient = shop.settings.operatorEmail;
  if (!recipient) return;
  await enqueue(tx, {
    id: newId('om'),
    accountId: OPERATOR_ACCOUNT,
    storeId: null,
    kind: 'operator_email',
    topic: payload.topic,
    dedupeKey,
    recipient,
    payload,
    nextAt: now,
    createdAt: now,
  });
}
