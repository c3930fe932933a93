/**
 * The incident over a simulated cohort, as `stores/hold`, `stores/incidents` and `stores/release` keep it, without a database:
 * opened and closed by the product's own rule, it holds stores, and gives each a look when it is over. What is said of it
 * and what a cohort learns of its ordinary half hours is left out: neither times a look.
 */
import {
  decide,
  REOPEN_MS,
  type Measures,
  type OpenIncident,
  type Opening,
  type Voice,
} from '../../../server/src/core/incident.ts';
import type { OpenWeather, Weather } from '../../../server/src/core/weather.ts';
import type { StoreRow } from '../../../server/src/db/stores.ts';
import { RECOVERY_MS, VOICES, VOICES_MS } from '../../../server/src/stores/incidents.ts';
import { spreadMs } from '../../../server/src/stores/release.ts';

type Open = OpenIncident & { closedAt: number | null };
type Looked = { store: number; after: StoreRow; now: number; weather: Weather };
/** A store that is to be looked at at this instant. */
export type Given = { store: number; at: number };

/** Instants are the product's clock, milliseconds. */
export class FleetIncident {
  readonly #rows: readonly StoreRow[];
  /** The open one, or the last. */
  #newest: Open | null = null;
  /** Stores that it ever held: when each was let go, or null. */
  readonly #stores = new Map<number, number | null>();
  #holding = 0;
  /** Stores that the judge holds, whether or not an incident is open. */
  readonly #held = new Set<number>();
  /** The newest looks at stores of the incident, the oldest first. */
  #recent: { store: number; at: number }[] = [];

  constructor(rows: readonly StoreRow[]) {
    this.#rows = rows;
  }

  /** False while nothing is to be decided. */
  get isWatched(): boolean {
    return this.#open !== null || this.#held.size > 0;
  }

  get weather(): OpenWeather | null {
    const open = this.#open;
    if (!open) return null;
    const { by, cause, openedAt: since, overAt } = open;
    return { id: 'in_1', by, cause, since, overAt, held: this.#holding };
  }

  /** When the open one seems to be over, or the last one was. */
  get overAt(): number | null {
    return this.#newest ? (this.#newest.overAt ?? this.#newest.closedAt) : null;
  }

  get #open(): Open | null {
    return this.#newest?.closedAt === null ? this.#newest : null;
  }

  /** A look has ended: the store is held by it from now on, or let go. */
  noteLook({ store, after, now, weather }: Looked): void {
    if (after.verdict === 'held') this.#hold(store, { after, now, weather });
    else if (this.#held.delete(store) || this.#stores.get(store) === null) this.#release(store, { after, now });
    if (this.#stores.has(store)) this.#recent.push({ store, at: now });
  }

  #hold(store: number, { after, now, weather }: Omit<Looked, 'store'>): void {
    this.#held.add(store);
    if (!this.#open) this.#decideToOpen({ now, weather, voices: [voiceOf(after)] });
    if (!this.#open || this.#stores.get(store) === null) return;
    this.#stores.set(store, null);
    this.#holding += 1;
  }

  #release(store: number, { after, now }: Pick<Looked, 'after' | 'now'>): void {
    const letsGo = after.verdict === 'connected' || after.verdict === 'expiring' || after.alarm !== null;
    if (!letsGo || this.#stores.get(store) !== null) return;
    this.#stores.set(store, now);
    this.#holding -= 1;
  }

  /** What the watch decides every few seconds. The stores that get a look because it is over. */
  decide(now: number, weather: Weather): Given[] {
    const open = this.#open;
    if (!open) {
      this.#decideToOpen({ now, weather, voices: this.#voices(now) });
      return [];
    }
    const decision = decide({ now, weather, voices: [], recovery: this.#recovery(now), open, word: null });
    if (decision.do === 'keep') open.overAt = decision.overAt;
    if (decision.do !== 'close') return [];
    open.overAt = decision.overAt;
    open.closedAt = now;
    return this.#looksAfter(now, decision.overAt);
  }

  #decideToOpen(seen: Pick<Measures, 'now' | 'weather' | 'voices'>): void {
    const decision = decide({ ...seen, recovery: { looked: 0, failing: 0, since: null }, open: null, word: null });
    if (decision.do === 'open') this.#openAt(seen.now, decision);
  }

  /** What begins again a moment after it was closed is the same incident. */
  #openAt(now: number, { by, cause, operation, extent }: Opening): void {
    const last = this.#newest;
    if (last?.cause === cause && (last.closedAt ?? 0) >= now - REOPEN_MS) {
      this.#newest = { ...last, by, closedAt: null, overAt: null };
      return;
    }
    this.#stores.clear();
    this.#holding = 0;
    this.#recent = [];
    this.#newest = { by, cause, operation, extent, openedAt: now, overAt: null, closedAt: null };
  }

  #voices(now: number): Voice[] {
    const rows: StoreRow[] = [];
    for (const store of this.#held) {
      const row = this.#rows[store];
      if (row && (row.lastLookAt ?? 0) >= now - VOICES_MS) rows.push(row);
      if (rows.length === VOICES) break;
    }
    return rows.map(voiceOf);
  }

  /** Of its stores that were looked at just now, those that still fail; who has a proven trouble of their own is not asked. */
  #recovery(now: number): Measures['recovery'] {
    this.#recent = this.#recent.filter(({ at }) => at >= now - RECOVERY_MS);
    const rows = [...new Set(this.#recent.map(({ store }) => store))].flatMap((store) => this.#rows[store] ?? []);
    const asked = rows.filter(({ alarm }) => alarm === null);
    const well = asked.filter(({ failingSince }) => failingSince === null);
    const since = Math.min(...well.map(({ lastOkAt }) => lastOkAt ?? Infinity));
    const failing = asked.length - well.length;
    return { looked: asked.length, failing, since: Number.isFinite(since) ? since : null };
  }

  /** Who was let go since it was over has had its look. */
  #looksAfter(now: number, overAt: number): Given[] {
    const window = spreadMs(this.#holding);
    const waiting = [...this.#stores].filter(([, releasedAt]) => releasedAt === null || releasedAt < overAt);
    const given = waiting.map(([store]) => ({ store, at: Math.round(now + Math.random() * window) }));
    return given.filter(({ store }) => (this.#rows[store]?.lastLookAt ?? 0) < overAt);
  }
}

/** What it names is not read here. */
function voiceOf({ cause, failingSince, since }: StoreRow): Voice {
  return { cause: cause ?? 'mkt.outage', since: failingSince ?? since, failing: [], answered: [], evidence: [] };
}
