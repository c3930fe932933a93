/**
 * The watch over one cohort, simulated: looks fall due, the ladder is climbed, and the product's own rules conclude
 * (`core/*` and `concludeLook` of `stores/settle`). No database and no sockets: a quiet look costs about a microsecond.
 */
import type { Connector } from '../../../server/src/connectors/connector.ts';
import { isDenial, type Capability, type Observation } from '../../../server/src/core/observation.ts';
import type { Weather } from '../../../server/src/core/weather.ts';
import { EPISODE_LIMIT } from '../../../server/src/core/weigh.ts';
import type { StoreRow } from '../../../server/src/db/stores.ts';
import { deniedAlike, modeFor, neighbourAnswers } from '../../../server/src/stores/probe.ts';
import { isQuiet } from '../../../server/src/stores/quiet.ts';
import { turnFor } from '../../../server/src/stores/turn.ts';
import { EVERY_MS } from '../../../server/src/stores/incidents.ts';
import { concludeLook, episodeSince, nextAtOf, type Concluded } from '../../../server/src/stores/settle.ts';
import { ANSWER_MS, climb, type Calls } from './climb.ts';
import { CrowdMemory } from './crowd-memory.ts';
import { DueQueue } from './due-queue.ts';
import type { Fault, WeatherEvent } from './happenings.ts';
import type { PartialStorm } from './partial-storms.ts';
import { World } from './world.ts';

const DAY = 86_400_000;
/** From this age on the clock alone changes what is said of a permission, so that every look is judged. Milliseconds. */
const AGED_MS = 335 * DAY;
export type Fleet = {
  rows: StoreRow[];
  intervalMs: number;
  faults: readonly Fault[];
  weather: readonly WeatherEvent[];
  operatorStore: boolean;
  storms?: readonly PartialStorm[];
};

/** A look in which something was not as before. `at`: true time, of its end; `now`: the product's clock. */
export type Looked = {
  store: number;
  beganAt: number;
  at: number;
  now: number;
  before: StoreRow;
  observations: readonly Observation[];
  /** Null when the look was quiet. */
  concluded: Concluded | null;
};

export type Watching = {
  /** Everything was answered well, and nothing is new. */
  quiet: (store: number, at: number) => void;
  looked: (looked: Looked) => void;
};

export class FleetWatch {
  readonly world: World;
  readonly rows: StoreRow[];
  /** What was asked in all. */
  readonly calls: Calls = { own: 0, others: 0 };
  looks = 0;
  readonly #queue = new DueQueue();
  readonly #crowd: CrowdMemory;
  readonly #kept: Observation[][];
  readonly #shop: { connector: () => Connector; settings: { probeIntervalMs: number; operatorEmail: null } };
  readonly #connector: Connector;
  readonly #watching: Watching;
  readonly #operatorStore: boolean;
  /** What a good look asks: the token, and the calls of every look. */
  readonly #everyLook: number;
  readonly #hastened: number[] = [];
  /** When it is decided next about an incident; Infinity while there is none. */
  #decidesAt = Infinity;
  /** True: every look is climbed in full, as a check on the short cut for quiet ones. */
  readonly #thorough: boolean;
  /** When the last look at each store ended, true time: no other begins before, even where the clock was put back meanwhile. */
  readonly #endedAt: Float64Array;
  /** True time. */
  #at: number;

  constructor(fleet: Fleet, around: { connector: Connector; from: number; watching: Watching; thorough?: boolean }) {
    this.rows = fleet.rows;
    this.world = new World({
      stores: fleet.rows.length,
      faults: fleet.faults,
      weather: fleet.weather,
      storms: fleet.storms,
    });
    this.#crowd = new CrowdMemory(this.rows);
    this.#kept = this.rows.map(() => []);
    this.#connector = around.connector;
    this.#shop = {
      connector: () => around.connector,
      settings: { probeIntervalMs: fleet.intervalMs, operatorEmail: null },
    };
    this.#watching = around.watching;
    this.#operatorStore = fleet.operatorStore;
    this.#everyLook = 1 + around.connector.dataCalls.filter((d) => d.everyLook).length;
    this.#thorough = around.thorough ?? false;
    this.#at = around.from;
    this.#endedAt = new Float64Array(fleet.rows.length);
    for (const [store, { nextAt }] of this.rows.entries()) if (nextAt !== null) this.#queue.push(nextAt, store);
  }

  /** Looks at whatever falls due until `end`, true time. */
  runTo(end: number): void {
    while (this.#queue.nextAt < Infinity) {
      const store = this.#queue.nextStore;
      const row = this.rows[store];
      // A store that was hastened stands in the queue twice; only what its row says counts.
      if (row?.nextAt !== this.#queue.nextAt) this.#queue.drop();
      else {
        const at = this.#whenDue(store, row.nextAt);
        if (Math.min(at, this.#decidesAt) > end) break;
        if (this.#decidesAt <= at) this.#decide();
        else {
          this.#at = at;
          this.#look(store, row);
          this.#requeue(store);
        }
      }
    }
    this.#at = Math.max(this.#at, end);
  }

  #decide(): void {
    const { incident } = this.#crowd;
    this.#at = this.#decidesAt;
    const now = this.#at + this.world.skew(this.#at).ms;
    for (const { store, at } of incident.decide(now, this.#crowd.weather(now, null))) this.#hasten(store, at);
    for (const store of this.#hastened.splice(0)) this.#queue.push(this.rows[store]?.nextAt ?? Infinity, store);
    this.#decidesAt = incident.isWatched ? this.#at + EVERY_MS : Infinity;
  }

  #requeue(store: number): void {
    const next = this.rows[store]?.nextAt ?? null;
    if (next === null) this.#queue.drop();
    else this.#queue.postpone(next);
    for (const other of this.#hastened.splice(0)) this.#queue.push(this.rows[other]?.nextAt ?? Infinity, other);
  }

  /** True time at which the product's clock shows `due`, never before now, nor before the look under way has ended. */
  #whenDue(store: number, due: number): number {
    let at = Math.max(this.#at, this.#endedAt[store] ?? 0);
    for (;;) {
      const { ms, until } = this.world.skew(at);
      const when = Math.max(at, due - ms);
      if (when < until || until === Infinity) return when;
      at = until;
    }
  }

  #look(store: number, row: StoreRow): void {
    this.looks += 1;
    if (!this.#thorough && this.#isUneventful(store, row))
      this.#touch(store, row, this.#at + this.#everyLook * ANSWER_MS);
    else this.#lookClosely(store, row);
  }

  /** The short cut: what `climb` would find good, and `isQuiet` would find quiet, is not climbed. */
  #isUneventful(store: number, row: StoreRow): boolean {
    if (row.verdict !== 'connected' || row.failingSince !== null) return false;
    if ((row.judgement?.notices.length ?? 1) > 0) return false;
    return this.#at - (row.authorizedAt ?? Infinity) < AGED_MS - DAY && this.world.isCalm(store, this.#at);
  }

  #touch(store: number, row: StoreRow, at: number): void {
    this.#endedAt[store] = at;
    const now = at + this.world.skew(at).ms;
    const next = nextAtOf(this.#shop, { before: row, after: row, now });
    const judgedFrom = row.authorizedAt === null ? Infinity : row.authorizedAt + AGED_MS;
    row.nextAt = Math.min(next ?? Infinity, judgedFrom + 60_000);
    const before = row.lastLookAt ?? 0;
    row.lastLookAt = now;
    row.lastOkAt = now;
    this.#crowd.noteLook(store, { before, now });
    this.#crowd.lend(store, now);
    this.calls.own += this.#everyLook;
    this.#watching.quiet(store, at);
  }

  #lookClosely(store: number, row: StoreRow): void {
    const { world } = this;
    const mode = modeFor(row);
    const { dataCalls } = this.#connector;
    const intervalMs = this.#shop.settings.probeIntervalMs;
    const look = {
      store,
      mode,
      identityWanted: row.sellerId === null,
      inTurn: turnFor(row, { dataCalls, mode, intervalMs, now: this.#at + world.skew(this.#at).ms }),
      credentialVersion: row.credentialVersion,
      at: this.#at,
    };
    const { observations, calls, endedAt } = climb(
      {
        world,
        crowd: this.#crowd,
        connector: this.#connector,
        operatorStore: this.#operatorStore,
        hasten: (other) => this.#hasten(other, this.#at + world.skew(this.#at).ms),
      },
      look,
    );
    const now = endedAt + world.skew(endedAt).ms;
    const about = { store, beganAt: this.#at, at: endedAt, now, before: row, observations };
    if (isQuiet(row, observations) && now < (row.authorizedAt ?? Infinity) + AGED_MS) {
      this.#touch(store, row, endedAt);
      this.#watching.looked({ ...about, concluded: null });
      return;
    }
    this.#endedAt[store] = endedAt;
    this.calls.own += calls.own;
    this.calls.others += calls.others;
    const concluded = this.#conclude(store, { row, observations, now });
    this.#watching.looked({ ...about, concluded });
  }

  #conclude(store: number, { row, observations, now }: Concluding): Concluded {
    const weather = this.#crowd.weather(now, store);
    const since = episodeSince(row);
    const earlier = (this.#kept[store] ?? []).filter((o) => o.at >= since).slice(-EPISODE_LIMIT);
    const concluded = concludeLook(this.#shop, {
      row,
      earlier,
      now,
      look: {
        storeId: row.id,
        credentialVersion: row.credentialVersion,
        observations,
        weather,
        deniedElsewhere: this.#deniedAround(store, { observations, weather, now }),
        leaseOwner: null,
        told: this.world.told(store, this.#at),
      },
    });
    const { after, news } = concluded;
    this.rows[store] = after;
    this.#crowd.noteLook(store, { before: row.lastLookAt ?? 0, now });
    this.#crowd.incident.noteLook({ store, after, now, weather });
    if (this.#decidesAt === Infinity && this.#crowd.incident.isWatched) this.#decidesAt = this.#at + EVERY_MS;
    this.#kept[store] = news ? [...earlier, ...observations] : earlier;
    if (after.failingSince === null) {
      this.#kept[store] = [];
      const good = observations.findLast((o) => o.rung === 'capability' && o.answer === 'ok');
      if (good) this.#crowd.lend(store, good.at);
    }
    return concluded;
  }

  #deniedAround(store: number, { observations, weather, now }: Around): Capability[] {
    if (!observations.some((o) => isDenial(o.answer) && o.capability !== null)) return [];
    const elsewhere = this.#crowd.deniedToOthers(store, { now, failing: !neighbourAnswers(weather) });
    return deniedAlike(observations, { elsewhere, dataCalls: this.#connector.dataCalls });
  }

  /** `due`: on the product's clock. */
  #hasten(store: number, due: number): void {
    const row = this.rows[store];
    if (!row || row.nextAt === null || row.nextAt <= due) return;
    row.nextAt = due;
    this.#hastened.push(store);
  }
}

type Concluding = { row: StoreRow; observations: Observation[]; now: number };
type Around = { observations: readonly Observation[]; weather: Weather; now: number };
