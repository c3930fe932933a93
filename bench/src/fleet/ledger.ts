/** What every rule said, held against what was true: false alarms, how long a fault went untold, and what was never told. */
import type { Cause, Diagnosis } from '../../../server/src/core/diagnosis.ts';
import type { Verdict } from '../../../server/src/core/connection.ts';
import type { StoreRow } from '../../../server/src/db/stores.ts';
import { BASELINES, failureIn, type Memory } from './baselines.ts';
import { faultRule, type Fault, type FaultKind, type WeatherKind } from './happenings.ts';
import type { FleetWatch, Looked, Watching } from './watch.ts';

const DAY = 86_400_000;

/** How many messages went out while nothing was wrong with the store, by the weather of the hour. */
export type FalseAlarms = Partial<Record<WeatherKind | 'fair', number>>;
/** Milliseconds since the fault came; null: never while it stood. */
export type Found = {
  kind: FaultKind;
  during: WeatherKind | 'fair';
  lastedMs: number;
  /** Milliseconds from its coming until the weather over it had cleared; 0 when it was fair. */
  clearedMs: number;
  /** The row says no longer that all is well, for the store's own sake: *checking*, or more. Being held does not count. */
  shown: number | null;
  /** The seller was told, the truth being the first cause or one of those that are named as likely. */
  told: number | null;
  /** The first cause that was told was the truth, or named it as likely. Null while nothing was told. */
  right: boolean | null;
  baselines: (number | null)[];
};

export type Tally = {
  stores: number;
  storeDays: number;
  looks: number;
  calls: number;
  /** Of our own rules, then of each baseline. */
  falseAlarms: FalseAlarms[];
  alarms: number[];
  found: Found[];
};

type OpenFault = { fault: Fault; found: Found };
type Baseline = Memory & { alarmed: boolean };

function namesTruth(diagnosis: Diagnosis | null, truth: Cause): boolean {
  if (!diagnosis) return false;
  return diagnosis.cause === truth || diagnosis.likely.some(({ cause }) => cause === truth);
}

function noteTold({ fault, found }: OpenFault, { at, right }: { at: number; right: boolean }): void {
  found.right ??= right;
  if (right) found.told ??= at - fault.from;
}

/** Alarmed before the fault came, perhaps for nothing: counted as told at once. */
function noteBaseline({ fault, found }: OpenFault, i: number, { at, mails }: { at: number; mails: boolean }): void {
  found.baselines[i] ??= mails ? at - fault.from : 0;
}

const OURS = 0;
const NOT_ITS_OWN: ReadonlySet<Verdict> = new Set(['connected', 'expiring', 'held', 'operator_problem']);

export class Ledger implements Watching {
  readonly falseAlarms: FalseAlarms[] = [OURS, ...BASELINES].map(() => ({}));
  readonly alarms: number[] = [OURS, ...BASELINES].map(() => 0);
  readonly #open = new Map<number, OpenFault>();
  readonly #closed: Found[] = [];
  /** Stores for which a baseline remembers something. */
  readonly #baselines = new Map<number, Baseline[]>();
  readonly #intervalMs: number;
  #watch: FleetWatch | null = null;

  constructor({ intervalMs }: { intervalMs: number }) {
    this.#intervalMs = intervalMs;
  }

  follow(watch: FleetWatch): void {
    this.#watch = watch;
  }

  quiet = (store: number, at: number): void => {
    if (this.#baselines.size > 0) this.#baselines.delete(store);
    if (this.#open.size > 0) this.#settle(store, at);
  };

  looked = (looked: Looked): void => {
    const watch = this.#watch;
    if (!watch) throw new Error('nobody is watched');
    const { store, beganAt, at } = looked;
    this.#settle(store, beganAt);
    // A fault that came or went while the look was under way was met by it, or was not: both are right.
    const fault = watch.world.faultOf(store, beganAt) ?? watch.world.faultOf(store, at);
    const open = fault ? this.#openedFor(store, fault, looked.before) : null;
    this.#hearOurs(looked, open);
    this.#hearBaselines(looked, open);
  };

  /** Faults that no look ever met are told of too. */
  tally(faults: readonly Fault[], span: { from: number; to: number }): Tally {
    const watch = this.#watch;
    if (!watch) throw new Error('nobody is watched');
    for (const store of this.#open.keys()) this.#settle(store, Infinity);
    const met = new Set(this.#met);
    const unmet = faults.filter((fault) => fault.from < span.to && !met.has(fault)).map((fault) => this.#blank(fault));
    const { rows, looks, calls } = watch;
    const storeDays = (rows.length * (span.to - span.from)) / DAY;
    const found = [...this.#closed, ...unmet];
    const { falseAlarms, alarms } = this;
    return { stores: rows.length, storeDays, looks, calls: calls.own + calls.others, falseAlarms, alarms, found };
  }

  readonly #met: Fault[] = [];

  #openedFor(store: number, fault: Fault, before: StoreRow): OpenFault {
    const known = this.#open.get(store);
    if (known?.fault === fault) return known;
    const opened = { fault, found: this.#blank(fault) };
    // An alarm that stands and names the truth is not repeated: counted as told at once, as the other rules' alarms are.
    if (before.alarm && namesTruth(before.alarm.diagnosis, faultRule(fault.kind).cause))
      noteTold(opened, { at: fault.from, right: true });
    this.#met.push(fault);
    this.#open.set(store, opened);
    return opened;
  }

  #blank({ kind, from, to }: Fault): Found {
    const during = this.#watch?.world.weatherAt(from) ?? 'fair';
    const baselines = BASELINES.map(() => null);
    const clearedMs = Math.max(0, (this.#watch?.world.clearAt(from) ?? from) - from);
    return { kind, during, lastedMs: to - from, clearedMs, shown: null, told: null, right: null, baselines };
  }

  #settle(store: number, at: number): void {
    const open = this.#open.get(store);
    if (!open || open.fault.to > at) return;
    this.#closed.push(open.found);
    this.#open.delete(store);
  }

  #hearOurs({ at, concluded }: Looked, open: OpenFault | null): void {
    if (!concluded) return;
    const tells = concluded.step.effects.some((effect) => effect.type === 'tell_seller');
    if (open) {
      const { fault, found } = open;
      const itsOwn = !NOT_ITS_OWN.has(concluded.after.verdict);
      found.shown = itsOwn ? (found.shown ?? at - fault.from) : null;
      if (tells) noteTold(open, { at, right: namesTruth(concluded.judgement.diagnosis, faultRule(fault.kind).cause) });
    }
    if (tells) this.#count(OURS, at, open);
  }

  #hearBaselines({ store, at, before, observations }: Looked, open: OpenFault | null): void {
    const failure = failureIn(observations);
    if (!failure) {
      this.#baselines.delete(store);
      return;
    }
    const seen = { ...failure, at, lastWellAt: before.lastOkAt ?? before.createdAt, intervalMs: this.#intervalMs };
    for (const [i, memory] of this.#memoriesOf(store).entries()) {
      const mails = !memory.alarmed && BASELINES[i]?.mails(seen, memory) === true;
      if (mails) this.#count(i + 1, at, open);
      memory.alarmed ||= mails;
      if (open && memory.alarmed) noteBaseline(open, i, { at, mails });
    }
  }

  #memoriesOf(store: number): Baseline[] {
    const known = this.#baselines.get(store);
    if (known) return known;
    const blank = BASELINES.map(() => ({ strikes: 0, countedAt: -Infinity, alarmed: false }));
    this.#baselines.set(store, blank);
    return blank;
  }

  #count(rule: number, at: number, open: OpenFault | null): void {
    this.alarms[rule] = (this.alarms[rule] ?? 0) + 1;
    const falseAlarms = this.falseAlarms[rule];
    if (open || !falseAlarms) return;
    const weather = this.#watch?.world.weatherAt(at) ?? 'fair';
    falseAlarms[weather] = (falseAlarms[weather] ?? 0) + 1;
  }
}
