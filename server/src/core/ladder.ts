/**
 * The ladder: which cheap question to ask next, stopping at the first decisive answer. Pure; the verb asks and comes back
 * with the answer. Order and reasons: ARCHITECTURE.md, The judge.
 */
import {
  appFaultCause,
  saysNothing,
  type Answer,
  type Capability,
  type Observation,
  type Rung,
} from './observation.ts';

/**
 * - `full`: at first connect, at a probe by hand, and for a store that failed before: everything, in order
 * - `routine`: a healthy store: grant and data first (≤ 4 calls); the rest only if something fails
 * - `quick`: while a seller repairs: the cheapest question that can turn green, the rest when it does
 */
export type LadderMode = 'full' | 'routine' | 'quick';

export type DataCallShape = {
  call: string;
  capability: Capability;
  tellsIdentity: boolean;
  tellsStanding: boolean;
  everyLook: boolean;
  inTurn: boolean;
};

export type Turn = { asks: Capability; insteadOf: Capability | null };

/**
 * What the store's alarm is about, for a `quick` look: a refused grant (ask the token endpoint), refused data (ask a data
 * call), or a standing that good answers stated.
 */
export type Trouble = 'grant' | 'data' | 'standing';

export type LadderState = {
  mode: LadderMode;
  asked: readonly Observation[];
  dataCalls: readonly DataCallShape[];
  /** False where the lasting token opens the calls itself: there is no token endpoint to ask. */
  asksGrant: boolean;
  /** True: a bound or claimed seller is to be compared, or must still be learnt. */
  identityWanted: boolean;
  trouble: Trouble | null;
  /** Rotates the data call that a repair's quick look asks, so that no bucket runs dry. */
  turn: number;
  /** The kind of data whose turn it is in this look, and the one that is left out for it: a look costs the same. */
  inTurn: Turn | null;
};

export type Ask = { rung: Rung; call: string };

export function nextAsk(state: LadderState): Ask | null {
  const order = state.mode === 'full' ? FULL : ROUTINE;
  for (const rung of order) {
    const ask = RUNG_RULES[rung](state);
    if (ask === 'stop') return null;
    if (ask) return ask;
  }
  return null;
}

type RungRule = (state: LadderState) => Ask | 'stop' | null;
type Asked = 'self' | 'app' | 'control' | 'grant' | 'data';

const FULL: readonly Asked[] = ['self', 'app', 'control', 'grant', 'data'];
/** A routine look asks the store first; only a failure brings in the witnesses. */
const ROUTINE: readonly Asked[] = ['grant', 'data', 'self', 'app', 'control'];

const RUNG_RULES = {
  // A broken answer did come: the network works, and what is broken is not ours.
  self: (state) => witness(state, 'self', (answer) => (answer === 'no_answer' ? 'stop' : null)),
  app: (state) => witness(state, 'app', (answer) => (appFaultCause(answer) === null ? null : 'stop')),
  control: (state) => witness(state, 'control', () => null),
  grant: (state) => {
    if (!state.asksGrant) return null;
    const grant = answerOf(state, 'grant');
    if (!grant) return { rung: 'grant', call: 'token' };
    // In a routine look a refused grant is followed by the witnesses; in the full order they were heard already.
    if (grant.answer === 'ok' || isNewTrouble(state)) return null;
    return state.mode === 'full' || state.mode === 'quick' ? 'stop' : null;
  },
  data: (state) => nextDataCall(state),
} as const satisfies Record<Asked, RungRule>;

function witness(
  state: LadderState,
  rung: 'self' | 'app' | 'control',
  onBad: (answer: Answer) => 'stop' | null,
): Ask | 'stop' | null {
  const heard = answerOf(state, rung);
  if (heard) return heard.answer === 'ok' ? null : onBad(heard.answer);
  if (state.mode !== 'full' && !somethingFailed(state)) return null;
  if (state.mode === 'quick' && !isNewTrouble(state)) return null;
  return { rung, call: rung };
}

/**
 * What a repair meets beside the trouble that it is about needs proof of its own, and so the witnesses: a permission may
 * be taken back while its store is told to sell again.
 */
function isNewTrouble({ mode, trouble, asked }: LadderState): boolean {
  if (mode !== 'quick' || trouble === null) return false;
  return asked.some((o) => isRefusal(o) && (o.rung === 'grant' ? trouble !== 'grant' : trouble !== 'data'));
}

function isRefusal(o: Observation): boolean {
  return (o.rung === 'grant' || isDataRung(o)) && o.answer !== 'ok' && !saysNothing(o.answer);
}

function nextDataCall(state: LadderState): Ask | null {
  const grant = answerOf(state, 'grant');
  if (grant && grant.answer !== 'ok') return null;
  if (state.mode === 'quick' && isAboutData(state) && allSoFarFail(state)) return quickDataCall(state);
  const open = state.dataCalls.filter((d) => isWanted(state, d) && !state.asked.some((o) => o.call === d.call));
  const next = open[0];
  return next ? { rung: next.tellsStanding || next.tellsIdentity ? 'identity' : 'capability', call: next.call } : null;
}

/** Those that every look asks, or whose turn it is; a further one only to learn who the seller is. */
function isWanted(state: LadderState, call: DataCallShape): boolean {
  if (call.everyLook && call.capability !== state.inTurn?.insteadOf) return true;
  if (call.inTurn && call.capability === state.inTurn?.asks) return true;
  return call.tellsIdentity && state.identityWanted && !knowsSeller(state) && mayTellMore(state, call);
}

/** A kind of data that was refused names nobody, and a store that sells nowhere has nothing coming to name it by. */
function mayTellMore({ asked }: LadderState, { capability }: DataCallShape): boolean {
  const open = asked.some((o) => o.capability === capability && o.answer === 'ok' && isDataRung(o));
  const sites = asked.findLast((o) => o.facts.sites !== undefined)?.facts.sites;
  return open && (sites === undefined || sites.some((site) => site.participating));
}

function isDataRung({ rung }: Observation): boolean {
  return rung === 'identity' || rung === 'capability';
}

function isAboutData({ trouble }: LadderState): boolean {
  return trouble === 'data' || trouble === 'standing';
}

function quickDataCall(state: LadderState): Ask | null {
  if (state.asked.some(isDataRung)) return null;
  const kinds = new Set(state.dataCalls.filter((d) => d.everyLook).map((d) => d.capability));
  const calls = state.dataCalls.filter((d) => kinds.has(d.capability));
  const next = calls[state.turn % Math.max(1, calls.length)];
  return next ? { rung: 'capability', call: next.call } : null;
}

function allSoFarFail(state: LadderState): boolean {
  return state.asked.every((o) => !isDataRung(o) || o.answer !== 'ok');
}

function knowsSeller(state: LadderState): boolean {
  return state.asked.some((o) => o.facts.sellerId !== undefined);
}

function somethingFailed(state: LadderState): boolean {
  return state.asked.some((o) => o.answer !== 'ok' && o.answer !== 'throttled');
}

function answerOf(state: LadderState, rung: Rung): Observation | null {
  return state.asked.findLast((o) => o.rung === rung) ?? null;
}

/** True when every wanted question of the run was answered well: the store is healthy (rule R7). */
export function allWell(asked: readonly Observation[]): boolean {
  const data = asked.filter(isDataRung);
  return data.length > 0 && asked.every((o) => o.answer === 'ok') && !asked.some((o) => saysNothing(o.answer));
}
