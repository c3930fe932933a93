/**
 * What all stores of a cohort share: controls, the app's own token, the share of failing stores. Kept for a minute per
 * process and written to the cohort's row now and then, so that processes share it without asking the marketplace again.
 */
import type { Cause } from '../core/diagnosis.ts';
import { appFaultCause, type Answer, type Capability, type Observation } from '../core/observation.ts';
import { baselineOf, type ControlVia, type OpenWeather, type Weather } from '../core/weather.ts';
import { noteApp, noteControl, readCohort, type CohortRow } from '../db/cohorts.ts';
import { deniedToFailing, deniedToLimited, type Denied } from '../db/denied.ts';
import { newId } from '../db/ids.ts';
import type { OpenDatabase } from '../db/open.ts';
import { heldNow } from '../db/held.ts';
import { lastOver, openOver } from '../db/incident-course.ts';
import { countShare, LOOKED_LATELY_MS } from './share.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A witness is heard again after this long. Milliseconds. */
export const WITNESS_MS = MINUTE;
export const BAD_WITNESS_MS = 3_000;
/** A refused control is asked again sooner: an incident's end must not wait. */
export const REFUSED_MS = 5_000;
const WRITE_MS = 5_000;
/** What is told by many rows is read at most this often. */
export const SHARE_MS = 3_000;
/** A control store that is refused for longer than an incident lasts is broken by itself. */
export const OWN_DOUBT_MS = 30 * MINUTE;

export type Control = { at: number; ok: boolean; via: ControlVia; answer: Answer; storeId: string | null };
type Kept<T> = { at: number; value: Promise<T> };
type Who = { cohort: string; app: { applicationId: string } };
type Ask = () => Promise<Observation>;

type Refused = Control & { clearedAt: number | null };

type CohortMemory = {
  ok: Control | null;
  /** The last that was refused, and when a control was answered first after it. */
  refused: Refused | null;
  /** The last before it that was another store's: nobody is a witness of the weather over themselves. */
  refusedBefore: Refused | null;
  app: { cause: Cause | null; since: number | null };
  incident: OpenWeather | null;
  /** When the last incident was over, or the open one seems to be. */
  overAt: number | null;
  /** The share that is ordinary here; undefined while the cohort has told nothing. */
  baseline: number | undefined;
  share: Kept<Weather['share']> | null;
  limited: Kept<Denied> | null;
  failing: Kept<Denied> | null;
  /** Since when the operator's own store has been refused, and when it was last; null while it is answered. */
  ownRefused: { since: number; lastAt: number } | null;
  /** A control that is being asked just now. */
  asking: Promise<Control> | null;
  readAt: number;
  wroteAt: number;
};

type Deps = { db: OpenDatabase; now: () => number };

export class Crowd {
  readonly #db: OpenDatabase;
  readonly #now: () => number;
  readonly #cohorts = new Map<string, CohortMemory>();
  readonly #witnesses = new Map<string, { at: number; seen: Promise<Observation> }>();

  constructor({ db, now }: Deps) {
    this.#db = db;
    this.#now = now;
  }

  /** Rung 1, for everybody once a minute. */
  self(who: Who, ask: Ask): Promise<Observation> {
    return this.#witness(`self:${who.cohort}`, ask);
  }

  /** Rung 2, for everybody once a minute; what it says about the app is kept for the whole cohort. */
  async app(who: Who, ask: Ask): Promise<Observation> {
    const seen = await this.#witness(`app:${who.app.applicationId}`, ask);
    const memory = await this.#memoryOf(who.cohort);
    const cause = appFaultCause(seen.answer);
    if (cause !== memory.app.cause && (cause !== null || seen.answer === 'ok')) {
      memory.app = { cause, since: cause ? seen.at : null };
      await this.#db.transaction((tx) => noteApp(tx, { cohort: who.cohort, at: seen.at, cause }));
    }
    return seen;
  }

  /** Rung 3: one that was heard lately, or one asked now, for all who want to know; never the store itself. */
  async control(
    cohort: string,
    { notStoreId, ask }: { notStoreId: string | null; ask: () => Promise<Control> },
  ): Promise<Control> {
    const memory = await this.#memoryOf(cohort);
    const another = ({ storeId }: Control) => storeId === null || storeId !== notStoreId;
    const newest = newestControl(memory);
    if (newest && another(newest) && this.#age(newest.at) < (newest.ok ? WITNESS_MS : REFUSED_MS)) return newest;
    const shared = memory.asking === null ? null : await memory.asking;
    if (shared && another(shared)) return shared;
    memory.asking = this.#hear(cohort, ask).finally(() => {
      memory.asking = null;
    });
    return memory.asking;
  }

  async #hear(cohort: string, ask: () => Promise<Control>): Promise<Control> {
    const control = await ask();
    await this.noteControl(cohort, control);
    return control;
  }

  /** Hears how the operator's own store was answered; true when its refusal may be the weather and not its own trouble. */
  async ownStoreMayTell(cohort: string, ok: boolean): Promise<boolean> {
    const memory = await this.#memoryOf(cohort);
    memory.ownRefused = ok ? null : { since: this.#refusedSince(memory), lastAt: this.#now() };
    return memory.ownRefused === null || this.#age(memory.ownRefused.since) < OWN_DOUBT_MS;
  }

  /** It is asked only while somebody is in trouble: a refusal of long ago says nothing of the time in between. */
  #refusedSince({ ownRefused }: CohortMemory): number {
    return ownRefused && this.#age(ownRefused.lastAt) < OWN_DOUBT_MS ? ownRefused.since : this.#now();
  }

  /** Keeps a control; it is written down when it turns the weather, else every few seconds. */
  async noteControl(cohort: string, control: Control): Promise<void> {
    const memory = await this.#memoryOf(cohort);
    const before = newestControl(memory);
    const turned = before?.ok !== control.ok;
    keepControl(memory, control);
    if (!turned && this.#now() - memory.wroteAt < WRITE_MS) return;
    memory.wroteAt = this.#now();
    await this.#db.transaction((tx) => noteControl(tx, { cohort, ...control }));
  }

  /** The weather as the judge wants it; with `overStore`, as it is over that store, whose own refusals do not tell it. */
  async weather(cohort: string, overStore: string | null = null): Promise<Weather> {
    const memory = await this.#memoryOf(cohort);
    const { ok, app } = memory;
    const itself = overStore !== null && memory.refused?.storeId === overStore;
    const refused = itself ? memory.refusedBefore : memory.refused;
    return {
      control: {
        lastOkAt: ok ? ok.at : null,
        lastOkVia: ok ? ok.via : null,
        lastRefusedAt: refused ? refused.at : null,
        clearSince: refused ? refused.clearedAt : null,
      },
      app,
      share: await this.#shareOf(cohort, memory),
      incident: memory.incident,
    };
  }

  /** An incident was opened, closed or changed: the weather is read anew by the next who asks. */
  forget(cohort: string): void {
    const memory = this.#cohorts.get(cohort);
    if (!memory) return;
    memory.readAt = 0;
    memory.share = null;
  }

  #shareOf(cohort: string, memory: CohortMemory): Promise<Weather['share']> {
    const { refused, overAt, baseline } = memory;
    const cleared = Math.max(refused?.clearedAt ?? 0, overAt ?? 0);
    const counting = { cohort, now: this.#now(), clearSince: cleared === 0 ? null : cleared, baseline };
    memory.share = this.#fresh(memory.share, () => countShare(this.#db.db, counting));
    return memory.share.value;
  }

  /** Kinds of data that other stores are denied as well: those that are limited by it, and with `failing` those that fail. */
  async deniedToOthers(
    cohort: string,
    { notStoreId, failing }: { notStoreId: string; failing: boolean },
  ): Promise<Capability[]> {
    const memory = await this.#memoryOf(cohort);
    memory.limited = this.#fresh(memory.limited, () => deniedToLimited(this.#db.db, { cohort }));
    const found = [...(await memory.limited.value)];
    if (failing) {
      const lookedSince = this.#now() - LOOKED_LATELY_MS;
      memory.failing = this.#fresh(memory.failing, () => deniedToFailing(this.#db.db, { cohort, lookedSince }));
      found.push(...(await memory.failing.value));
    }
    const others = found.filter(([, storeIds]) => storeIds.some((id) => id !== notStoreId));
    return [...new Set(others.map(([capability]) => capability))];
  }

  /** What is kept is young enough, or read anew; kept before it is read, so that whoever comes meanwhile shares it. */
  #fresh<T>(kept: Kept<T> | null, read: () => Promise<T>): Kept<T> {
    return kept && this.#age(kept.at) < SHARE_MS ? kept : { at: this.#now(), value: read() };
  }

  #age(at: number): number {
    return Math.abs(this.#now() - at);
  }

  async #memoryOf(cohort: string): Promise<CohortMemory> {
    const memory = this.#cohorts.get(cohort) ?? emptyMemory();
    if (this.#age(memory.readAt) < WRITE_MS) return memory;
    // Kept before anything is awaited: whoever comes meanwhile shares it.
    this.#cohorts.set(cohort, memory);
    memory.readAt = this.#now();
    const row = await readCohort(this.#db.db, cohort);
    if (row) mergeRow(memory, row);
    const incident = await this.#incidentOver(cohort);
    memory.incident = incident;
    memory.overAt = incident ? incident.overAt : await this.#lastOverAt(cohort);
    return memory;
  }

  async #incidentOver(cohort: string): Promise<OpenWeather | null> {
    const row = await openOver(this.#db.db, cohort);
    if (!row) return null;
    const { id, cause, beganAt, openedAt, openedBy: by, overAt } = row;
    return { id, cause, since: beganAt ?? openedAt, by, overAt, held: await heldNow(this.#db.db, id) };
  }

  async #lastOverAt(cohort: string): Promise<number | null> {
    const last = await lastOver(this.#db.db, { cohort, since: this.#now() - DAY });
    return last && (last.overAt ?? last.closedAt);
  }

  /** One question at a time for all who want to know; a good answer is good for a minute, a bad one for all who ask just now. */
  async #witness(key: string, ask: Ask): Promise<Observation> {
    const kept = this.#witnesses.get(key);
    const age = kept ? this.#age(kept.at) : Infinity;
    const usable = kept && age < WITNESS_MS ? await kept.seen.catch(() => null) : null;
    if (usable && (usable.answer === 'ok' || age < BAD_WITNESS_MS)) return { ...usable, id: newId('ob') };
    const seen = ask();
    this.#witnesses.set(key, { at: this.#now(), seen });
    return seen;
  }
}

function newestControl({ ok, refused }: CohortMemory): Control | null {
  if (!ok || !refused) return ok ?? refused;
  return refused.at > ok.at ? refused : ok;
}

function keepControl(memory: CohortMemory, control: Control): void {
  const { refused } = memory;
  if (!control.ok) {
    if (refused?.storeId !== control.storeId) memory.refusedBefore = refused;
    memory.refused = { ...control, clearedAt: null };
  } else for (const one of [refused, memory.refusedBefore]) clear(one, control.at);
  if (control.ok) memory.ok = control;
}

function clear(refused: Refused | null, at: number): void {
  if (refused?.clearedAt === null && at > refused.at) refused.clearedAt = at;
}

function emptyMemory(): CohortMemory {
  return {
    ok: null,
    refused: null,
    refusedBefore: null,
    app: { cause: null, since: null },
    incident: null,
    overAt: null,
    baseline: undefined,
    share: null,
    limited: null,
    failing: null,
    ownRefused: null,
    asking: null,
    readAt: 0,
    wroteAt: 0,
  };
}

/** Another process may have heard a newer control, or seen the app refused. Whose control it was is not written down. */
function mergeRow(memory: CohortMemory, row: CohortRow): void {
  const { lastOkAt, lastRefusedAt } = row;
  if (lastRefusedAt !== null && isNewer(lastRefusedAt, memory.refused)) {
    const answer = row.lastRefusedAnswer ?? 'denied';
    keepControl(memory, { at: lastRefusedAt, ok: false, via: 'app', answer, storeId: null });
  }
  if (lastOkAt !== null && isNewer(lastOkAt, memory.ok))
    keepControl(memory, { at: lastOkAt, ok: true, via: row.lastOkVia ?? 'app', answer: 'ok', storeId: null });
  memory.app = { cause: row.appCause, since: row.appSince };
  memory.baseline = row.learnt.active > 0 ? baselineOf(row.learnt) : undefined;
}

function isNewer(at: number, known: Control | null): boolean {
  return known === null || at > known.at;
}
