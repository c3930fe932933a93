/**
 * Which looks may begin. Each cohort has places of its own, and a look that takes long leaves them for the slow lane, so
 * that a host that hangs or slows down one group of stores does not delay the others. Pure.
 */

/** Looks of one cohort under way at once in one process: more only fills queues at the marketplace. */
export const COHORT_PLACES = 48;
/** Of all cohorts together, and of stores whose looks take long. */
export const FAST_PLACES = 128;
export const SLOW_PLACES = 32;
/** Claimed at once, so that a cohort passes its places by so many at most. */
export const BATCH = 16;
/** A look that takes longer no longer counts against its cohort. Milliseconds. */
export const YOUNG_MS = 3_000;
/** A store whose look took longer is looked at in the slow lane the next time. Milliseconds. */
export const SLOW_MS = 6_000;

export type Running = { cohort: string; slow: boolean; beganAt: number };
export type Room = {
  /** How many may begin now, and of which cohorts none. */
  fast: number;
  full: string[];
  slow: number;
};

/** Room beside what is under way at `now`, milliseconds of a clock that nobody sets. */
export function roomBeside(running: readonly Running[], now: number): Room {
  const young = running.filter(({ slow, beganAt }) => !slow && now - beganAt < YOUNG_MS);
  const byCohort = Map.groupBy(young, ({ cohort }) => cohort);
  const full = [...byCohort].filter(([, looks]) => looks.length >= COHORT_PLACES).map(([cohort]) => cohort);
  const slow = running.filter((look) => look.slow).length;
  return {
    fast: Math.max(0, Math.min(BATCH, FAST_PLACES - young.length)),
    full,
    slow: Math.max(0, Math.min(BATCH, SLOW_PLACES - slow)),
  };
}

/** More healthy stores due at once than this are spread: about a minute's worth of them. */
export function mostDue(liveStores: number, intervalMs: number): number {
  return Math.max(64, Math.ceil((liveStores * 60_000) / intervalMs));
}

/**
 * Over how long a backlog is spread. Together with the stores that fall due meanwhile the rate then stays under one and a
 * half of the ordinary one, whatever part of all stores the backlog is.
 */
export function spreadOver(intervalMs: number): number {
  return Math.round(0.7 * intervalMs);
}
