/** Which kind of data a look asks for in turn. */
import type { DataCallShape, LadderMode, Turn } from '../core/ladder.ts';
import type { Capability } from '../core/observation.ts';
import type { StoreRow } from '../db/stores.ts';

/** One look in so many asks for what is asked for in turn. */
const TURNS = 4;
/** What is left out of a healthy look in which something else has its turn: asked again in the next. */
const LEFT_OUT: Capability = 'finances';

type TurnInput = {
  dataCalls: readonly DataCallShape[];
  mode: LadderMode;
  /** Between two looks at a healthy store, milliseconds; and now. */
  intervalMs: number;
  now: number;
};

/** The kind of data whose turn it is; what was refused is asked for in every look until it comes again. */
export function turnFor(row: StoreRow, { dataCalls, mode, intervalMs, now }: TurnInput): Turn | null {
  const asks = dataCalls.find((call) => call.inTurn)?.capability;
  if (asks === undefined) return null;
  if (row.failingSince === null)
    return mode === 'routine' && isItsTurn(row, intervalMs, now) ? { asks, insteadOf: LEFT_OUT } : null;
  const axes = row.judgement?.axes.capability;
  return axes?.[asks] === 'denied' ? { asks, insteadOf: axes[LEFT_OUT] === 'ok' ? LEFT_OUT : null } : null;
}

/** The first look in every round of so many intervals. */
function isItsTurn({ id, lastLookAt }: StoreRow, interval: number, now: number): boolean {
  const roundOf = (at: number) => Math.floor((at + (placeIn(id) % TURNS) * interval) / (TURNS * interval));
  return lastLookAt === null || roundOf(now) !== roundOf(lastLookAt);
}

/** Spreads the stores over the round. */
function placeIn(id: string): number {
  return [...id].reduce((sum, character) => sum + character.charCodeAt(0), 0);
}
