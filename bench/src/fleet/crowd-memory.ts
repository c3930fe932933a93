/**
 * What the stores of a cohort share, as `stores/crowd`, `stores/control` and `stores/share` keep it, with arrays in place of
 * the database. The spans and limits are theirs; `tests/fault-matrix/fleet-agrees.test.ts` holds this against them.
 */
import type { Cause } from '../../../server/src/core/diagnosis.ts';
import {
  appFaultCause,
  CAPABILITIES,
  type Answer,
  type Capability,
  type Observation,
} from '../../../server/src/core/observation.ts';
import { isOrdinary, isThin, mostTelling, type ControlVia, type Weather } from '../../../server/src/core/weather.ts';
import type { StoreRow } from '../../../server/src/db/stores.ts';
import { DOUBT_MS, NEIGHBOUR_OK_MS, NEIGHBOURS } from '../../../server/src/stores/control.ts';
import { BAD_WITNESS_MS, OWN_DOUBT_MS, REFUSED_MS, SHARE_MS, WITNESS_MS } from '../../../server/src/stores/crowd.ts';
import { FleetIncident } from './incident.ts';
import { LookTimes } from './look-times.ts';
import { LOOKED_LATELY_MS, SPANS, UNEXPLAINED_MS, UNEXPLAINED_SHARE } from '../../../server/src/stores/share.ts';

type Control = { at: number; ok: boolean; via: ControlVia; answer: Answer; store: number | null };
type Heard = { at: number; seen: Observation };
type Kept<T> = { at: number; value: T };

/** How a control is asked: in a store's place, with the operator's own store, or without any seller. Null: nothing was learnt. */
export type AskControl = {
  neighbour: (store: number) => Answer | null;
  operatorStore: (() => Answer | null) | null;
  alone: () => Answer;
  /** A neighbour that was refused is looked at now. */
  hasten: (store: number) => void;
};

type Refused = Control & { clearedAt: number | null };

/** Instants are the product's clock, milliseconds. */
export class CrowdMemory {
  readonly #rows: readonly StoreRow[];
  readonly #lookedAt = new LookTimes();
  readonly incident: FleetIncident;
  readonly #failingStores = new Set<number>();
  /** When each connected store answered last; 0 while it is not connected. */
  readonly #healthyAt: Float64Array;
  #ok: Control | null = null;
  #refused: Refused | null = null;
  #refusedBefore: Refused | null = null;
  #app: Weather['app'] = { cause: null, since: null };
  #witnesses = new Map<'self' | 'app', Heard>();
  #ownRefused: { since: number; lastAt: number } | null = null;
  #share: Kept<Weather['share']> | null = null;
  #limited: Kept<ReadonlyMap<Capability, number[]>> | null = null;
  #failing: Kept<ReadonlyMap<Capability, number[]>> | null = null;

  constructor(rows: readonly StoreRow[]) {
    this.#rows = rows;
    this.incident = new FleetIncident(rows);
    for (const { lastLookAt } of rows) this.#lookedAt.add(lastLookAt ?? 0);
    this.#healthyAt = Float64Array.from(rows, healthyAt);
  }

  /** A store was looked at: before, and now. Kept up to date so that a share is counted without reading every store. */
  noteLook(store: number, { before, now }: { before: number; now: number }): void {
    this.#lookedAt.remove(before);
    this.#lookedAt.add(now);
    const row = this.#rows[store];
    if (!row) return;
    this.#healthyAt[store] = healthyAt(row);
    if (row.failingSince !== null) this.#failingStores.add(store);
    else if (this.#failingStores.size > 0) this.#failingStores.delete(store);
  }

  witness(rung: 'self' | 'app', now: number, ask: () => Observation): Observation {
    const kept = this.#witnesses.get(rung);
    const age = kept ? Math.abs(now - kept.at) : Infinity;
    if (kept && age < (kept.seen.answer === 'ok' ? WITNESS_MS : BAD_WITNESS_MS)) return kept.seen;
    const seen = ask();
    this.#witnesses.set(rung, { at: now, seen });
    return seen;
  }

  noteApp(seen: Observation): void {
    const cause: Cause | null = appFaultCause(seen.answer);
    if (cause !== this.#app.cause && (cause !== null || seen.answer === 'ok'))
      this.#app = { cause, since: cause ? seen.at : null };
  }

  control(store: number, now: () => number, ask: AskControl): Control {
    const newest = this.#newestControl();
    const usable = newest && newest.store !== store;
    if (usable && Math.abs(now() - newest.at) < (newest.ok ? WITNESS_MS : REFUSED_MS)) return newest;
    const heard = this.#ask(store, now, ask);
    this.#keep(heard);
    return heard;
  }

  /** A store's own good look serves its neighbours as a control: on every quiet look, so nothing is allocated. */
  lend(store: number, at: number): void {
    this.#clear(at);
    if (this.#ok) {
      this.#ok.at = at;
      this.#ok.via = 'store';
      this.#ok.store = store;
    } else this.#ok = { at, ok: true, via: 'store', answer: 'ok', store };
  }

  /** As it is over one store, whose own refusals do not tell it; null: over all of them. */
  weather(now: number, overStore: number | null): Weather {
    const refused = overStore !== null && this.#refused?.store === overStore ? this.#refusedBefore : this.#refused;
    return {
      control: {
        ...this.#lastOk(),
        lastRefusedAt: refused?.at ?? null,
        clearSince: refused?.clearedAt ?? null,
      },
      app: this.#app,
      share: (this.#share = fresh(this.#share, now, () => this.#countShare(now))).value,
      incident: this.incident.weather,
    };
  }

  /** Kinds of data that others are denied as well: those that are limited by it, and with `failing` those that fail. */
  deniedToOthers(store: number, { now, failing }: { now: number; failing: boolean }): Capability[] {
    this.#limited = fresh(this.#limited, now, () => deniedIn(this.#failingRows(), (row) => row.verdict === 'limited'));
    const found = [...this.#limited.value];
    if (failing) {
      this.#failing = fresh(this.#failing, now, () => deniedIn(this.#failingRows(), (row) => failsLately(row, now)));
      found.push(...this.#failing.value);
    }
    return found.filter(([, stores]) => stores.some((other) => other !== store)).map(([capability]) => capability);
  }

  #lastOk(): Pick<Weather['control'], 'lastOkAt' | 'lastOkVia'> {
    return { lastOkAt: this.#ok?.at ?? null, lastOkVia: this.#ok?.via ?? null };
  }

  #newestControl(): Control | null {
    if (!this.#ok || !this.#refused) return this.#ok ?? this.#refused;
    return this.#refused.at > this.#ok.at ? this.#refused : this.#ok;
  }

  #keep(control: Control): void {
    if (control.ok) {
      this.#clear(control.at);
      this.#ok = { ...control };
      return;
    }
    if (this.#refused?.store !== control.store) this.#refusedBefore = this.#refused;
    this.#refused = { ...control, clearedAt: null };
  }

  #clear(at: number): void {
    if (this.#refused?.clearedAt === null && at > this.#refused.at) this.#refused.clearedAt = at;
    const before = this.#refusedBefore;
    if (before?.clearedAt === null && at > before.at) before.clearedAt = at;
  }

  #ask(store: number, now: () => number, ask: AskControl): Control {
    const heard = (via: ControlVia, answer: Answer, other: number | null): Control => ({
      at: now(),
      ok: answer === 'ok',
      via,
      answer,
      store: other,
    });
    const neighbour = this.#askNeighbours(store, now, { ask, heard });
    if (neighbour?.ok) return neighbour;
    const own = this.#askOwn(now, { ask, heard });
    if (own?.ok) return own;
    return neighbour ?? own ?? heard('app', ask.alone(), null);
  }

  #askOwn(now: () => number, { ask, heard }: Asking): Control | null {
    const answer = ask.operatorStore ? ask.operatorStore() : null;
    if (answer === null || !this.#ownMayTell(answer === 'ok', now())) return null;
    return heard('operator_store', answer, null);
  }

  #askNeighbours(store: number, now: () => number, { ask, heard }: Asking): Control | null {
    const neighbours = this.#neighboursOf(store, now());
    let refused: Control | null = null;
    for (const other of neighbours) {
      const answer = ask.neighbour(other);
      if (answer === 'ok') return heard('store', answer, other);
      if (answer === null) continue;
      refused ??= heard('store', answer, other);
      if (this.#rows[other]?.failingSince === null && neighbours.length < NEIGHBOURS) ask.hasten(other);
    }
    return refused;
  }

  #ownMayTell(ok: boolean, now: number): boolean {
    const before = this.#ownRefused;
    const since = before && Math.abs(now - before.lastAt) < OWN_DOUBT_MS ? before.since : now;
    this.#ownRefused = ok ? null : { since, lastAt: now };
    return ok || Math.abs(now - since) < OWN_DOUBT_MS;
  }

  /** Healthy ones; where there is none, those whose trouble is as new and as unexplained. */
  #neighboursOf(store: number, now: number): number[] {
    const okSince = now - NEIGHBOUR_OK_MS;
    const healthy = this.#longestAgo(store, okSince);
    if (healthy.length > 0) return healthy;
    const doubtful = [...this.#failingStores].flatMap((other) => {
      const row = this.#rows[other];
      if (!row || other === store || row.alarm !== null || (row.lastOkAt ?? 0) < okSince) return [];
      return (row.failingSince ?? 0) >= now - DOUBT_MS ? [{ other, at: row.lastLookAt ?? 0 }] : [];
    });
    return doubtful
      .toSorted((a, b) => a.at - b.at)
      .slice(0, NEIGHBOURS)
      .map(({ other }) => other);
  }

  /** The few connected stores that answered longest ago, though not before `since`: asked every few seconds of an incident. */
  #longestAgo(store: number, since: number): number[] {
    const found: number[] = [];
    let latest = Infinity;
    for (let other = 0; other < this.#healthyAt.length; other += 1) {
      const at = this.#healthyAt[other] ?? 0;
      if (at < since || at >= latest || other === store) continue;
      found.push(other);
      if (found.length < NEIGHBOURS) continue;
      found.sort((a, b) => (this.#healthyAt[a] ?? 0) - (this.#healthyAt[b] ?? 0));
      found.length = NEIGHBOURS;
      latest = this.#healthyAt[found[NEIGHBOURS - 1] ?? 0] ?? Infinity;
    }
    return found.toSorted((a, b) => (this.#healthyAt[a] ?? 0) - (this.#healthyAt[b] ?? 0));
  }

  #countShare(now: number): Weather['share'] {
    const clearSince = Math.max(this.#refused?.clearedAt ?? 0, this.incident.overAt ?? 0);
    const after = clearSince === 0 ? null : this.#countFrom(now, clearSince);
    return after && !isThin(after) && isOrdinary(after) ? after : this.#countFrom(now, 0);
  }

  #countFrom(now: number, earliest: number): Weather['share'] {
    const share = mostTelling(
      SPANS.map(({ looked, began }) => {
        const since = Math.max(now - looked, earliest);
        return { active: this.#lookedAt.since(since), failing: this.#countFailing(since, now - began) };
      }),
    );
    if (!isOrdinary(share)) return share;
    const unexplained = this.#countUnexplained(Math.max(now - LOOKED_LATELY_MS, earliest), now - UNEXPLAINED_MS);
    return unexplained >= share.active * UNEXPLAINED_SHARE ? { ...share, failing: unexplained } : share;
  }

  #countFailing(looked: number, began: number): number {
    let count = 0;
    for (const row of this.#failingRows()) if (isIn(row, looked, began)) count += 1;
    return count;
  }

  #countUnexplained(looked: number, began: number): number {
    let count = 0;
    for (const row of this.#failingRows()) if (row.alarm === null && isIn(row, looked, began)) count += 1;
    return count;
  }

  #failingRows(): StoreRow[] {
    const rows: StoreRow[] = [];
    for (const store of this.#failingStores) {
      const row = this.#rows[store];
      if (row) rows.push(row);
    }
    return rows;
  }
}

/** Looked at, and in trouble, since then. */
function isIn({ lastLookAt, failingSince }: StoreRow, looked: number, began: number): boolean {
  return failingSince !== null && failingSince >= began && lastLookAt !== null && lastLookAt >= looked;
}

type Asking = { ask: AskControl; heard: (via: ControlVia, answer: Answer, store: number | null) => Control };

function fresh<T>(kept: Kept<T> | null, now: number, read: () => T): Kept<T> {
  return kept && Math.abs(now - kept.at) < SHARE_MS ? kept : { at: now, value: read() };
}

function healthyAt({ verdict, lastOkAt }: StoreRow): number {
  return verdict === 'connected' && lastOkAt !== null ? lastOkAt : 0;
}

function failsLately({ failingSince, lastLookAt }: StoreRow, now: number): boolean {
  return failingSince !== null && (lastLookAt ?? 0) >= now - LOOKED_LATELY_MS;
}

/** Two stores for each kind of data, so that one is another whoever asks. */
function deniedIn(rows: Iterable<StoreRow>, counts: (row: StoreRow) => boolean): ReadonlyMap<Capability, number[]> {
  const denied = new Map<Capability, number[]>(CAPABILITIES.map((capability) => [capability, []]));
  for (const row of rows) {
    const axes = counts(row) ? row.judgement?.axes.capability : undefined;
    if (!axes) continue;
    for (const [capability, stores] of denied)
      if (stores.length < 2 && axes[capability] === 'denied') stores.push(Number(row.id));
  }
  return denied;
}
