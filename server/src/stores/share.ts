/** The share of a crowd that fails: how many of the stores looked at lately are in new or unexplained trouble. */
import { isOrdinary, isThin, mostTelling, type Weather } from '../core/weather.ts';
import { cohortCounts, unexplainedCount } from '../db/crowd.ts';
import type { Db } from '../db/open.ts';

const MINUTE = 60_000;
/** By then every healthy store was looked at once. Milliseconds. */
export const LOOKED_LATELY_MS = 75 * MINUTE;
/**
 * Over how long the share is counted, and since when trouble counts as new. The short span sees an incident of a large
 * crowd within seconds of its beginning, the long one that of a small crowd.
 */
export const SPANS = [
  { looked: 5 * MINUTE, began: 5 * MINUTE },
  { looked: 20 * MINUTE, began: 20 * MINUTE },
  { looked: LOOKED_LATELY_MS, began: 30 * MINUTE },
];
/** Trouble of so many that nobody can explain is weather for this long, however old it is: an incident of hours. */
export const UNEXPLAINED_MS = 24 * 60 * MINUTE;
export const UNEXPLAINED_SHARE = 0.2;

type Counting = { cohort: string; now: number; clearSince: number | null; baseline: number | undefined };

/** Looks since a control was answered again tell by themselves that the weather is over, once they are enough. */
export async function countShare(db: Db, { clearSince, ...counting }: Counting): Promise<Weather['share']> {
  const after = clearSince === null ? null : await countFrom(db, { ...counting, earliest: clearSince });
  return after && !isThin(after) && isOrdinary(after) ? after : countFrom(db, { ...counting, earliest: 0 });
}

type From = Omit<Counting, 'clearSince'> & { earliest: number };

async function countFrom(db: Db, { cohort, now, earliest, baseline }: From): Promise<Weather['share']> {
  const spans = SPANS.map((span) => ({ looked: Math.max(now - span.looked, earliest), began: now - span.began }));
  const counts = await cohortCounts(db, { cohort, spans });
  const share = mostTelling(baseline === undefined ? counts : counts.map((count) => ({ ...count, baseline })));
  if (!isOrdinary(share)) return share;
  const looked = Math.max(now - LOOKED_LATELY_MS, earliest);
  const unexplained = await unexplainedCount(db, { cohort, looked, began: now - UNEXPLAINED_MS });
  return unexplained >= share.active * UNEXPLAINED_SHARE ? { ...share, failing: unexplained } : share;
}
