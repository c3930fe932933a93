/** Whether a look found nothing new. */
import { allWell } from '../core/ladder.ts';
import type { Observation } from '../core/observation.ts';
import { SKEW_LIMIT_MS } from '../core/suspicion.ts';
import type { StoreRow } from '../db/stores.ts';

/** All well, as before: one cheap statement and nothing else. */
export function isQuiet(row: StoreRow, observations: readonly Observation[]): boolean {
  if (row.verdict !== 'connected' || row.failingSince !== null || row.sellerId === null || row.lost) return false;
  if (!allWell(observations) || (row.judgement?.notices.length ?? 1) > 0 || row.firstOkAt === null) return false;
  return observations.every((o) => sameAsKnown(row, o));
}

function sameAsKnown(row: StoreRow, o: Observation): boolean {
  if (o.facts.sellerId !== undefined && o.facts.sellerId !== row.sellerId) return false;
  if (o.capability !== null && !row.everOk.includes(o.capability)) return false;
  if (!sameRowsAsKnown(row, o) || isWorthANotice(o)) return false;
  return o.facts.sites === undefined || JSON.stringify(o.facts.sites) === JSON.stringify(row.sites);
}

function isWorthANotice({ facts: { payouts, skewMs } }: Observation): boolean {
  return payouts === 'disabled' || payouts === 'at_risk' || Math.abs(skewMs ?? 0) > SKEW_LIMIT_MS;
}

function sameRowsAsKnown({ rowsSeen }: StoreRow, { capability, facts: { rows } }: Observation): boolean {
  return rows === undefined || capability === null || (rows === 'some') === rowsSeen.includes(capability);
}
