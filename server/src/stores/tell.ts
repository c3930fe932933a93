/** What a break's seller is told next: the alarm, or a rung of its ladder (core/message-plan). Queued with the state that calls for it. */
import { isAway } from '../core/absence.ts';
import type { Judgement } from '../core/judgement.ts';
import type { AlarmPayload, AlarmTopic, OutboxPayload } from '../core/message.ts';
import { daysToNext, nextMessage, rungKey, rungOf, topicUnder } from '../core/message-plan.ts';
import { diagnosisWords } from '../core/words.ts';
import { breakHistory, quietHoursOf } from '../db/breaks.ts';
import { newId } from '../db/ids.ts';
import type { Tx } from '../db/open.ts';
import { enqueue } from '../db/outbox.ts';
import type { StoreRow } from '../db/stores.ts';
import type { Shop } from './shop.ts';

type Break = {
  tx: Tx;
  row: StoreRow;
  judgement: Judgement;
  topic: AlarmTopic;
  /** Milliseconds. */
  alarmSince: number;
  now: number;
};

/**
 * One alarm per break: the key holds the break's first moment, so judging it again queues nothing. Another cause that asks
 * the same goes on with the ladder. Nobody is told while the seller is away; that is made up for when they are back.
 */
export async function queueAboutBreak(
  shop: Shop,
  { tx, row, judgement, topic, alarmSince, now }: Break,
): Promise<void> {
  const recipient = row.email ?? row.secondEmail;
  const { diagnosis } = judgement;
  // The seller took nothing away: the page says what happened and offers to confirm again.
  if (diagnosis?.cause === 'grant.superseded') return;
  if (!recipient || !diagnosis || isAway(row.absence, now)) return;
  const alarm = alarmOf(shop, { row, judgement, topic, alarmSince, now });
  if (alarm === null) return;
  const { told } = await breakHistory(tx, { store: row, since: alarmSince });
  const { cause } = diagnosis;
  const next = nextMessage({ cause, told, now, hours: await quietHoursOf(tx, row) });
  if (next === null) return;
  if (next.rung === 0) {
    // Quiet hours are asked when it leaves, so that a change of them counts for what waits already.
    const dedupeKey = `${row.id}:${topic}:${cause}:${alarmSince}`;
    await queueMail({ tx, row, recipient, payload: alarm, dedupeKey, at: now, now });
    return;
  }
  const payload = rungOf(alarm, { rung: next.rung, firstAt: next.firstAt, alarmSince });
  await queueMail({ tx, row, recipient, payload, dedupeKey: rungKey(payload), at: next.at, now });
}

/**
 * A break that goes on and of which nothing waits to be said, because somebody began to repair it or was away, is taken up
 * again where its ladder was left.
 */
export async function goOnTelling(shop: Shop, { tx, row, now }: Pick<Break, 'tx' | 'row' | 'now'>): Promise<void> {
  const topic = topicUnder(row.verdict);
  if (topic === null || row.alarm === null || row.judgement === null || row.phase !== 'live') return;
  const { since: alarmSince } = row.alarm;
  const { waits } = await breakHistory(tx, { store: row, since: alarmSince });
  if (!waits) await queueAboutBreak(shop, { tx, row, judgement: row.judgement, topic, alarmSince, now });
}

function alarmOf(shop: Shop, { row, judgement, topic, alarmSince, now }: Omit<Break, 'tx'>): AlarmPayload | null {
  const { diagnosis } = judgement;
  if (!diagnosis) return null;
  const { label } = shop.connector(row.marketplace);
  const { name: storeName, since, authorizedAt } = row;
  return {
    topic,
    storeId: row.id,
    cause: diagnosis.cause,
    storeName,
    label,
    certain: diagnosis.likely.length < 2,
    ...diagnosisWords({ label, storeName, diagnosis, since, now, authorizedAt }),
    link: `${shop.publicUrl}/stores/${row.id}?repair=1`,
    alarmSince,
    again: daysToNext(diagnosis.cause, 0),
  };
}

type Queued = {
  tx: Tx;
  row: StoreRow;
  recipient: string;
  payload: OutboxPayload;
  dedupeKey: string;
  at: number;
  now: number;
};

/** Queues a mail about a store. */
export async function queueMail({ tx, row, recipient, payload, dedupeKey, at, now }: Queued): Promise<void> {
  await enqueue(tx, {
    id: newId('om'),
    accountId: row.accountId,
    storeId: row.id,
    kind: 'email',
    topic: payload.topic,
    dedupeKey,
    recipient,
    payload,
    nextAt: at,
    createdAt: now,
  });
}
