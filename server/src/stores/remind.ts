/** Messages as projections of the verdict: queued and cancelled in the transaction that changes it (rule R6). */
import { isAway } from '../core/absence.ts';
import { estimatedExpiry } from '../core/access.ts';
import { REMINDER_DAYS } from '../core/cadence.ts';
import type { Judgement } from '../core/judgement.ts';
import { BREAK_TOPICS, type OutboxPayload } from '../core/message.ts';
import type { Effect } from '../core/transition.ts';
import type { Tx } from '../db/open.ts';
import { cancelFor } from '../db/outbox.ts';
import type { StoreRow } from '../db/stores.ts';
import { noteFault } from './app-incidents.ts';
import { queueAboutBreak, queueMail } from './tell.ts';
import type { Shop } from './shop.ts';

const DAY = 86_400_000;

type Queueing = {
  tx: Tx;
  row: StoreRow;
  judgement: Judgement;
  effects: Effect[];
  now: number;
  /** When the newest answer that was judged came; without it `now`. */
  seenAt?: number | undefined;
};

export async function enqueueEffects(
  shop: Shop,
  { tx, row, judgement, effects, now, seenAt }: Queueing,
): Promise<void> {
  for (const effect of effects) {
    switch (effect.type) {
      case 'cancel_alarms':
        await cancelFor(tx, { storeId: row.id, topics: BREAK_TOPICS, now });
        break;
      case 'tell_seller':
        await tellSeller(shop, { tx, row, judgement, effect, now });
        break;
      case 'tell_operator':
        await noteFault({
          tx,
          cause: effect.cause,
          applicationId: row.applicationId,
          seenAt: seenAt ?? now,
          evidence: judgement.diagnosis?.cause === effect.cause ? judgement.diagnosis.evidence : [],
          connecting: row.phase !== 'live',
        });
        break;
    }
  }
}

type Telling<T extends Effect['type']> = Omit<Queueing, 'effects' | 'seenAt'> & {
  effect: Extract<Effect, { type: T }>;
};

async function tellSeller(shop: Shop, { tx, row, judgement, effect, now }: Telling<'tell_seller'>): Promise<void> {
  const { topic, alarmSince } = effect;
  await queueAboutBreak(shop, { tx, row, judgement, topic, alarmSince, now });
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
    await queueMail({
      tx,
      row,
      recipient,
      payload,
      dedupeKey: `${row.id}:reminder:${days}:${end}`,
      at,
      now,
    });
  }
}
