/** A holiday is over: what is still true is said once, and nothing when all is well. */
import { isAway } from '../core/absence.ts';
import { estimatedExpiry } from '../core/access.ts';
import type { AbsenceOverPayload } from '../core/message.ts';
import { daysToNext, topicUnder } from '../core/message-plan.ts';
import { diagnosisWords } from '../core/words.ts';
import type { StoreRow } from '../db/stores.ts';
import type { Plan } from './still-true.ts';

/** While a broken store cannot be judged, what is said of it waits. */
const WAIT_MS = 60 * 60_000;

export function planAbsenceOver(payload: AbsenceOverPayload, store: StoreRow | null, now: number): Plan {
  if (store === null || store.phase !== 'live') return { do: 'drop', reason: 'The store is not watched any more.' };
  if (isAway(store.absence, now)) return { do: 'drop', reason: 'The absence was made longer.' };
  if (store.alarm !== null) return planBroken(payload, store, now);
  const expiresAt = estimatedExpiry(store.authorizedAt);
  if (store.verdict !== 'expiring' || expiresAt === null) return { do: 'drop', reason: 'All is well.' };
  return { do: 'send', payload: { ...payload, still: { is: 'expiring', expiresAt } } };
}

function planBroken(payload: AbsenceOverPayload, store: StoreRow, now: number): Plan {
  if (store.verdict === 'repairing') return { do: 'drop', reason: 'The seller is repairing it already.' };
  const topic = topicUnder(store.verdict);
  if (store.alarm === null || topic === null) return { do: 'postpone', until: now + WAIT_MS };
  const { diagnosis, cause, since: alarmSince } = store.alarm;
  const { storeId, label, link } = payload;
  const context = {
    label,
    storeName: store.name,
    diagnosis,
    since: store.since,
    now,
    authorizedAt: store.authorizedAt,
  };
  const alarm = {
    topic,
    storeId,
    cause,
    certain: diagnosis.likely.length < 2,
    storeName: store.name,
    label,
    link,
    ...diagnosisWords(context),
    alarmSince,
    again: daysToNext(cause, 0),
  };
  return { do: 'send', payload: { ...payload, storeName: store.name, still: { is: 'broken', alarm } } };
}
