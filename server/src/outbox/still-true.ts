/** Whether a message is still worth sending: asked of the store as it stands at the moment of sending. Pure. */
import { isAway } from '../core/absence.ts';
import { estimatedExpiry } from '../core/access.ts';
import type { Verdict } from '../core/connection.ts';
import type { AlarmPayload, OutboxPayload, ReminderPayload, RungPayload } from '../core/message.ts';
import { asksTheSame, topicUnder } from '../core/message-plan.ts';
import type { StoreRow } from '../db/stores.ts';

/** `payload`: what is said instead of what was queued, where that is known only at the moment of sending. */
export type Plan =
  | { do: 'send'; payload?: OutboxPayload }
  /** `goesOn`: this one is not said, and the ladder goes on with the next. */
  | { do: 'drop'; reason: string; goesOn?: true }
  | { do: 'postpone'; until: number };

const DAY = 86_400_000;
/** How long a message waits for a store that cannot be judged now. */
const WAIT_MS = 15 * 60_000;

const SEND: Plan = { do: 'send' };

export type StoreNow =
  | (Pick<StoreRow, 'verdict' | 'alarm' | 'authorizedAt'> & Partial<Pick<StoreRow, 'absence'>>)
  | null;

const AWAY: Plan = { do: 'drop', reason: 'The seller is away; it is said when they are back.' };

type ReminderStanding = 'send' | 'wait' | 'drop';

/** A reminder belongs to a working store; while nobody knows whether it works, it waits. */
const REMINDER_STANDING = {
  connected: 'send',
  expiring: 'send',
  limited: 'send',
  checking: 'wait',
  held: 'wait',
  operator_problem: 'wait',
  setup: 'drop',
  verifying: 'drop',
  reconnect: 'drop',
  repairing: 'drop',
  wrong_store: 'drop',
  store_blocked: 'drop',
  paused: 'drop',
  closed: 'drop',
} as const satisfies Record<Verdict, ReminderStanding>;

export function planReminder(payload: ReminderPayload, store: StoreNow, now: number): Plan {
  if (now >= payload.validUntil) return { do: 'drop', reason: 'Too late: the next one says it better.' };
  if (!store) return { do: 'drop', reason: 'The store is gone.' };
  const end = estimatedExpiry(store.authorizedAt);
  if (end === null || end >= payload.expiresAt + DAY) return { do: 'drop', reason: 'The permission was renewed.' };
  switch (REMINDER_STANDING[store.verdict]) {
    case 'send':
      return SEND;
    case 'wait':
      return { do: 'postpone', until: now + WAIT_MS };
    case 'drop':
      return { do: 'drop', reason: 'The store is not connected any more.' };
  }
}

/** Somebody who is repairing already needs no mail about it; should they not come back, the ladder goes on. */
const REPAIRING: Plan = { do: 'drop', reason: 'The seller is repairing it already.', goesOn: true };

export function planAlarm(payload: AlarmPayload, store: StoreNow): Plan {
  if (!store) return { do: 'drop', reason: 'The store is gone.' };
  if (store.verdict === 'repairing') return REPAIRING;
  if (topicUnder(store.verdict) === null) return { do: 'drop', reason: 'The store is connected again.' };
  if (store.alarm?.cause !== payload.cause) return { do: 'drop', reason: 'The fault is another one now.' };
  return SEND;
}

/** While a store cannot be judged a rung waits; its break goes on, so it would only be late. */
const RUNG_WAIT_MS = 60 * 60_000;

export function planRung(payload: RungPayload, store: StoreNow, now: number): Plan {
  if (!store) return { do: 'drop', reason: 'The store is gone.' };
  if (isAway(store.absence ?? null, now)) return AWAY;
  if (store.alarm === null || store.alarm.since !== payload.alarmSince) {
    return { do: 'drop', reason: 'The store was connected again.' };
  }
  if (!asksTheSame(store.alarm.cause, payload.cause)) return { do: 'drop', reason: 'The fault is another one now.' };
  if (store.verdict === 'repairing') return REPAIRING;
  return topicUnder(store.verdict) === null ? { do: 'postpone', until: now + RUNG_WAIT_MS } : SEND;
}

/** An alarm or a reminder about a store whose seller is away is not sent. */
export function unlessAway(plan: Plan, store: StoreNow, now: number): Plan {
  return store !== null && isAway(store.absence ?? null, now) ? AWAY : plan;
}
