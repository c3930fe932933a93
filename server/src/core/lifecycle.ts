/** What a store row carries beside its verdict: the alarm in force and the open repair. */
import type { Cause, Diagnosis } from './diagnosis.ts';

/** The seller was told (or may be): kept until green or until the cause changes, so that weather cannot untell it. */
export type Alarm = { cause: Cause; since: number; evidence: string[]; diagnosis: Diagnosis };

/** One attempt to bring a store back, from opening the dialog to green. Instants in milliseconds. */
export type RepairState = {
  sessionId: string;
  openedAt: number;
  /** Set by *Continue* or *Open Seller Central*: probing quickens from here. */
  sellerCentralOpenedAt: number | null;
  /** True: it was the store's owner who went there, by a link that was sent to them. */
  handedOff?: boolean;
  /** Looks made for this repair: its own, larger, bounded budget (rule R10). */
  looks: number;
};

export const PHASES = ['setup', 'verifying', 'live', 'paused', 'closed'] as const;
export type Phase = (typeof PHASES)[number];
