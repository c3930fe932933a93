/** From one judgement to the next: which events happened and which messages follow. Effects are data. */
import type { Verdict } from './connection.ts';
import type { Cause } from './diagnosis.ts';
import type { Judgement } from './judgement.ts';
import type { Alarm } from './lifecycle.ts';

export type EventType =
  | 'store.setup'
  | 'store.verifying'
  | 'store.connected'
  | 'store.expiring'
  | 'store.renewed'
  | 'store.checking'
  | 'store.checked'
  | 'store.needs_reconnect'
  | 'store.repair_started'
  | 'store.repaired'
  | 'store.blocked'
  | 'store.limited'
  | 'store.held'
  | 'store.released'
  | 'store.operator_problem'
  | 'store.paused'
  | 'store.resumed'
  | 'store.moved'
  | 'store.closed';

export type Effect =
  | { type: 'tell_seller'; topic: 'needs_reconnect' | 'blocked' | 'limited'; alarmSince: number }
  | { type: 'cancel_alarms' }
  | { type: 'tell_operator'; cause: Cause };

export type Before = { verdict: Verdict; cause: Cause | null; since: number; alarm: Alarm | null };
export type Step = { since: number; changed: boolean; events: EventType[]; effects: Effect[] };

/**
 * What a new judgement means, given the one before. `changed` is false when nobody needs to know anything new; then no
 * event is written, no version grows and no message goes out, however often the same is judged.
 */
export function transition(before: Before, after: Judgement, now: number): Step {
  const cause = after.diagnosis?.cause ?? null;
  const changed = before.verdict !== after.verdict || before.cause !== cause;
  if (!changed) {
    const effects = [...alarmEffects(before.alarm, after), ...noticeEffects(after)];
    return { since: before.since, changed, events: [], effects };
  }
  return {
    since: sinceOf(before, after, now),
    changed,
    events: [eventFor(before.verdict, after.verdict)],
    effects: [...alarmEffects(before.alarm, after), ...operatorEffects(before.cause, after), ...noticeEffects(after)],
  };
}

/** The same fault seen again keeps the day it began. */
function sinceOf(before: Before, after: Judgement, now: number): number {
  if (after.alarm) return after.alarm.since;
  return before.verdict === after.verdict ? before.since : now;
}

function alarmEffects(before: Alarm | null, { alarm, verdict }: Judgement): Effect[] {
  if (!alarm) return before ? [{ type: 'cancel_alarms' }] : [];
  if (before?.cause === alarm.cause) return [];
  const cancel: Effect[] = before ? [{ type: 'cancel_alarms' }] : [];
  switch (verdict) {
    case 'store_blocked':
      return [...cancel, { type: 'tell_seller', topic: 'blocked', alarmSince: alarm.since }];
    case 'limited':
      return [...cancel, { type: 'tell_seller', topic: 'limited', alarmSince: alarm.since }];
    default:
      // Somebody who is already repairing needs no mail about it.
      return verdict === 'repairing'
        ? cancel
        : [...cancel, { type: 'tell_seller', topic: 'needs_reconnect', alarmSince: alarm.since }];
  }
}

function operatorEffects(before: Cause | null, { diagnosis }: Judgement): Effect[] {
  if (!diagnosis || diagnosis.owner !== 'operator' || diagnosis.cause === before) return [];
  return [{ type: 'tell_operator', cause: diagnosis.cause }];
}

/** Our own faults beside what a store shows are nothing to a seller, and the operator's to put right. */
function noticeEffects({ notices }: Judgement): Effect[] {
  return notices.flatMap(({ cause }) => (isLocal(cause) ? [{ type: 'tell_operator', cause } as const] : []));
}

/** A fault of this machine or program, which no seller is shown as a notice. */
export function isLocal(cause: Cause): boolean {
  return cause.startsWith('own.');
}

const BROKEN: ReadonlySet<Verdict> = new Set(['reconnect', 'repairing', 'wrong_store', 'store_blocked', 'limited']);
const NOT_ITS_FAULT: ReadonlySet<Verdict> = new Set(['held', 'operator_problem']);

function eventFor(from: Verdict, to: Verdict): EventType {
  switch (to) {
    case 'connected':
    case 'expiring':
      return backToWork(from, to);
    case 'reconnect':
    case 'wrong_store':
      return 'store.needs_reconnect';
    case 'repairing':
      return 'store.repair_started';
    case 'store_blocked':
      return 'store.blocked';
    case 'setup':
    case 'verifying':
    case 'checking':
    case 'held':
    case 'operator_problem':
    case 'limited':
    case 'paused':
    case 'closed':
      return `store.${to}`;
  }
}

function backToWork(from: Verdict, to: 'connected' | 'expiring'): EventType {
  if (BROKEN.has(from)) return 'store.repaired';
  if (NOT_ITS_FAULT.has(from)) return 'store.released';
  if (from === 'checking') return to === 'expiring' ? 'store.expiring' : 'store.checked';
  if (from === 'paused') return 'store.resumed';
  if (from === 'expiring') return 'store.renewed';
  return to === 'expiring' && from === 'connected' ? 'store.expiring' : 'store.connected';
}
