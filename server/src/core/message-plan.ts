/**
 * Which message about a break goes out next, when, and to whom. One alarm, then a ladder that grows slower and ends: the
 * looking never stops, the nagging does. Pure; instants in milliseconds since 1970.
 */
import type { Verdict } from './connection.ts';
import { causeRule, sellerMustAct, type Cause } from './diagnosis.ts';
import type { AlarmPayload, AlarmTopic, Reader, RungPayload } from './message.ts';
import { afterQuiet, type QuietHours } from './quiet-hours.ts';

const DAY = 86_400_000;

/**
 * Days after the first message. Three days let a weekend pass; a week and two catch whoever was away; then the store costs
 * its seller a month of payouts, said once a month. Whom nine mails in half a year did not move a tenth will not: the ladder ends,
 * and the row goes on showing what is wrong.
 */
export const RUNG_DAYS = [3, 7, 14, 30, 60, 90, 120, 150, 180] as const;

/** Two messages about one break are never nearer than this, whatever kept the first one waiting. */
const APART_MS = 2 * DAY;

/** A message of this break that went out, or was said in a digest instead. Rung 0 is the alarm itself. */
export type Told = { at: number; rung: number; cause: Cause };

export type BreakNow = { cause: Cause; told: readonly Told[]; now: number; hours: QuietHours };

export type NextMessage = { rung: number; at: number; firstAt: number; to: Reader[] };

/** True when both causes ask the same of the same person: then the second one is no news that needs a mail of its own. */
export function asksTheSame(a: Cause, b: Cause): boolean {
  const [one, other] = [causeRule(a), causeRule(b)];
  return one.owner === other.owner && one.action === other.action;
}

/** The next message, or null when everything was said: the ladder has ended, or nobody who reads it can act. */
export function nextMessage({ cause, told, now, hours }: BreakNow): NextMessage | null {
  const ladder = currentLadder(told, cause);
  const first = ladder[0];
  const last = ladder.at(-1);
  if (!first || !last) {
    return { rung: 0, at: afterQuiet(now, hours), firstAt: now, to: readersOf(0) };
  }
  const earliest = Math.max(now, (inOrder(told).at(-1)?.at ?? now) + APART_MS);
  const rung = nextRung(cause, Math.max(last.rung, overdueRung(first.at, earliest)));
  if (rung === null) return null;
  const due = Math.max(first.at + rungDays(rung) * DAY, earliest);
  return { rung, at: afterQuiet(due, hours), firstAt: first.at, to: readersOf(rung) };
}

/** The last alarm that asked what is asked now, and what followed it; oldest first. */
function currentLadder(told: readonly Told[], cause: Cause): Told[] {
  const same = inOrder(told).filter((one) => asksTheSame(one.cause, cause));
  return same.slice(
    Math.max(
      0,
      same.findLastIndex(({ rung }) => rung === 0),
    ),
  );
}

function inOrder(told: readonly Told[]): Told[] {
  return [...told].sort((a, b) => a.at - b.at || a.rung - b.rung);
}

function nextRung(cause: Cause, rung: number): number | null {
  return sellerMustAct(cause) && rung < RUNG_DAYS.length ? rung + 1 : null;
}

/** Who reads this rung: the alarm is the contact's alone, what was not put right by it is the second one's too. */
export function readersOf(rung: number): Reader[] {
  return rung === 0 ? ['contact'] : ['contact', 'second'];
}

/** What was missed is not made up for: only the newest of several rungs that are due is said. */
function overdueRung(firstAt: number, now: number): number {
  const due = RUNG_DAYS.filter((days) => firstAt + days * DAY <= now).length;
  return Math.max(0, due - 1);
}

/** Days between the alarm and this rung; 0 for the alarm. */
export function rungDays(rung: number): number {
  return RUNG_DAYS[rung - 1] ?? 0;
}

/** Days from this rung to the next one, or null when it is the last. */
export function daysToNext(cause: Cause, rung: number): number | null {
  const next = nextRung(cause, rung);
  return next === null ? null : rungDays(next) - rungDays(rung);
}

/** The alarm's words on a rung of its ladder. */
export function rungOf(
  { topic, again: _once, ...alarm }: AlarmPayload,
  place: Pick<RungPayload, 'rung' | 'firstAt' | 'alarmSince'>,
): RungPayload {
  return { ...alarm, ...place, topic: 'still_broken', about: topic, reader: 'contact' };
}

/** One key for one rung of one ladder, so that whoever queues it twice queues it once. */
export function rungKey({ storeId, alarmSince, firstAt, rung, reader }: RungPayload): string {
  return `${storeId}:still_broken:${alarmSince}:${firstAt}:${rung}:${reader}`;
}

/** Under these a seller is told; somebody who is repairing already needs no mail about it. */
const TOPICS = {
  reconnect: 'needs_reconnect',
  wrong_store: 'needs_reconnect',
  store_blocked: 'blocked',
  limited: 'limited',
} as const satisfies Partial<Record<Verdict, AlarmTopic>>;

/** What an alarm under this verdict is about; null where nobody is told. */
export function topicUnder(verdict: Verdict): AlarmTopic | null {
  return verdict in TOPICS ? TOPICS[verdict as keyof typeof TOPICS] : null;
}
