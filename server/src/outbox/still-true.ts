/** Whether a message is still worth sending: asked of the store as it stands at the moment of sending. Pure. */
import { estimatedExpiry } from '../core/access.ts';
import type { Verdict } from '../core/connection.ts';
import type { AlarmPayload, OutboxPayload, ReminderPayload } from '../core/message.ts';
import type { StoreRow } from '../db/stores.ts';

/** `payload`: what is said instead of what was queued, where that is known only at the moment of sending. */
export type Plan =
  | { do: 'send'; payload?: OutboxPayload }
  | { do: 'drop'; reason: string }
  | { do: 'postpone'; until: number };

const DAY = 86_400_000;
/** How long a message waits for a store that cannot be judged now. */
const WAIT_MS = 15 * 60_000;

const SEND: Plan = { do: 'send' };

export type StoreNow = Pick<StoreRow, 'verdict' | 'alarm' | 'authorizedAt'> | null;

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

/** Verdicts under which the seller is told. Somebody who is repairing already needs no mail about it. */
const TOLD: ReadonlySet<Verdict> = new Set(['reconnect', 'wrong_store', 'store_blocked', 'limited']);

export function planAlarm(payload: AlarmPayload, store: StoreNow): Plan {
  if (!store) return { do: 'drop', reason: 'The store is gone.' };
  if (store.verdict === 'repairing') return { do: 'drop', reason: 'The seller is repairing it already.' };
  if (!TOLD.has(store.verdict)) return { do: 'drop', reason: 'The store is connected again.' };
  if (store.alarm?.cause !== payload.cause) return { do: 'drop', reason: 'The fault is another one now.' };
  return SEND;
}
