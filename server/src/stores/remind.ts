/** Messages as projections of the verdict: queued and cancelled in the transaction that changes it (rule R6). */
import { isAway } from '../core/absence.ts';
import { estimatedExpiry } from '../core/access.ts';
import { REMINDER_DAYS } from '../core/cadence.ts';
import type { Cause } from '../core/diagnosis.ts';
import type { Judgement } from '../core/judgement.ts';
import { BREAK_TOPICS, type OutboxPayload } from '../core/message.ts';
import type { Effect } from '../core/transition.ts';
import { diagnosisWords, noticeText } from '../core/words.ts';
import { newId } from '../db/ids.ts';
import type { Tx } from '../db/open.ts';
import { cancelFor, enqueue } from '../db/outbox.ts';
import type { StoreRow } from '../db/stores.ts';
import { queueAboutBreak } from './tell.ts';
import type { Shop } from './shop.ts';

const DAY = 86_400_000;

type Queueing = { tx: Tx; row: StoreRow; judgement: Judgement; effects: Effect[]; now: number };

export async function enqueueEffects(shop: Shop, { tx, row, judgement, effects, now }: Queueing): Promise<void> {
  for (const effect of effects) {
    switch (effect.type) {
      case 'cancel_alarms':
        await cancelFor(tx, { storeId: row.id, topics: BREAK_TOPICS, now });
        break;
      case 'tell_seller':
        await tellSeller(shop, { tx, row, judgement, effect, now });
        break;
      case 'tell_operator':
        await tellOperator(shop, { tx, row, judgement, effect, now });
        break;
    }
  }
}

type Telling<T extends Effect['type']> = Omit<Queueing, 'effects'> & { effect: Extract<Effect, { type: T }> };

async function tellSeller(shop: Shop, { tx, row, judgement, effect, now }: Telling<'tell_seller'>): Promise<void> {
  const { topic, alarmSince } = effect;
  await queueAboutBreak(shop, { tx, row, judgement, topic, alarmSince, now });
}

/** The operator hears of one fault of an app once a day at most, however many stores feel it. */
async function tellOperator(shop: Shop, { tx, row, judgement, effect, now }: Telling<'tell_operator'>): Promise<void> {
  const { operatorEmail } = shop.settings;
  const { diagnosis } = judgement;
  if (!operatorEmail) return;
  const { label } = shop.connector(row.marketplace);
  const context = { label, storeName: row.name, since: row.since, now, authorizedAt: row.authorizedAt };
  const payload: OutboxPayload = {
    topic: 'operator',
    cause: effect.cause,
    sentence:
      diagnosis?.cause === effect.cause
        ? diagnosisWords({ ...context, diagnosis }).sentence
        : noticeText(effect.cause, label),
    link: `${shop.publicUrl}/stores`,
  };
  const day = Math.floor(now / DAY);
  await queue(tx, {
    row,
    kind: 'operator_email',
    recipient: operatorEmail,
    payload,
    dedupeKey: `${placeOf(row, effect.cause)}:${effect.cause}:${day}`,
    at: now,
    now,
  });
}

/** Where a fault of the operator's is: an app's is one for all its regions, this machine's one for all apps. */
function placeOf(row: StoreRow, cause: Cause): string {
  if (cause.startsWith('app.')) return `${row.marketplace}:${row.applicationId}`;
  return cause.startsWith('own.') ? 'own' : row.cohort;
}

type Queued = {
  row: StoreRow;
  kind: 'email' | 'operator_email';
  recipient: string;
  payload: OutboxPayload;
  dedupeKey: string;
  at: number;
  now: number;
};

async function queue(tx: Tx, { row, kind, recipient, payload, dedupeKey, at, now }: Queued): Promise<void> {
  await enqueue(tx, {
    id: newId('om'),
    accountId: row.accountId,
    storeId: kind === 'email' ? row.id : null,
    kind,
    topic: payload.topic,
    dedupeKey,
    recipient,
    payload,
    nextAt: at,
    createdAt: now,
  });
}

/** Renewal reminders for the year that runs now; those of an older year, or of a store that is gone, are cancelled. */
export async function scheduleReminders(
  shop: Shop,
  { tx, row, now }: { tx: Tx; row: StoreRow; now: number },
): Promise<void> {
  await cancelFor(tx, { storeId: row.id, topics: ['reminder'], now });
  const end = estimatedExpiry(row.authorizedAt);
  const recipient = row.email ?? row.secondEmail;
  if (end === null || row.phase !== 'live' || !recipient) return;
  const { label, grant } = shop.connector(row.marketplace);
  for (const [i, days] of REMINDER_DAYS.entries()) {
    const at = end - days * DAY;
    // What falls into a holiday is said once it is over.
    if (at <= now || isAway(row.absence, at)) continue;
    const next = REMINDER_DAYS[i + 1];
    const payload: OutboxPayload = {
      topic: 'reminder',
      storeId: row.id,
      days,
      expiresAt: end,
      validUntil: next === undefined ? end : end - next * DAY,
      storeName: row.name,
      label,
      link: `${shop.publicUrl}/stores/${row.id}?repair=1`,
      ...(grant.kind === 'direct' ? { unseen: true } : {}),
    };
    await queue(tx, {
      row,
      kind: 'email',
      recipient,
      payload,
      dedupeKey: `${row.id}:reminder:${days}:${end}`,
      at,
      now,
    });
  }
}
