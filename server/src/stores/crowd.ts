/**
 * What all stores of a cohort share: controls, the app's own token, the share of failing stores. Kept for a minute per
 * process and written to the cohort's row now and then, so that processes share it without asking the marketplace again.
 */
import type { Cause } from '../core/diagnosis.ts';
import type { Answer, Observation } from '../core/observation.ts';
import type { ControlVia, Weather } from '../core/weather.ts';
import { noteApp, noteControl, readCohort, type CohortRow } from '../db/cohorts.ts';
import { newId } from '../db/ids.ts';
import type { OpenDatabase } from '../db/open.ts';
import { cohortCounts } from '../db/stores.ts';

/** A witness is heard again after this long. Milliseconds. */
const WITNESS_MS = 60_000;
/** A refused control is asked again sooner: an incident's end must not wait. */
const REFUSED_MS = 15_000;
/** The share is counted at most this often, over stores looked at within the window. */
const SHARE_MS = 3_000;
const SHARE_WINDOW_MS = 75 * 60_000;
/** Trouble older than this is no longer new: it does not speak of weather. */
const NEW_TROUBLE_MS = 30 * 60_000;
const WRITE_MS = 5_000;

export type Control = { at: number; ok: boolean; via: ControlVia; answer: Answer; storeId: string | null };
type Who = { cohort: string; app: { applicationId: string } };
type Ask = () => Promise<Observation>;

type CohortMemory = {
  ok: Control | null;
  refused: Control | null;
  app: { cause: Cause | null; since: number | null };
  share: { at: number; value: Weather['share'] } | null;
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
    const refused = seen.answer === 'app_refused' || seen.answer === 'app_secret_expired';
    const cause: Cause | null = refused ? 'app.secret_expired' : null;
    if (cause !== memory.app.cause && (refused || seen.answer === 'ok')) {
      memory.app = { cause, since: cause ? seen.at : null };
      await this.#db.transaction((tx) => noteApp(tx, { cohort: who.cohort, at: seen.at, cause }));
    }
    return seen;
  }

  /** A control heard lately enough to serve a store that is not itself the one that answered. */
  async recentControl(cohort: string, notStoreId: string | null): Promise<Control | null> {
    const memory = await this.#memoryOf(cohort);
    const newest = newestControl(memory);
    if (!newest) return null;
    const lately = this.#now() - newest.at < (newest.ok ? WITNESS_MS : REFUSED_MS);
    const itself = newest.ok && newest.storeId !== null && newest.storeId === notStoreId;
    return lately && !itself ? newest : null;
  }

  /** Keeps a control; it is written down when it turns the weather, else every few seconds. */
  async noteControl(cohort: string, control: Control): Promise<void> {
    const memory = await this.#memoryOf(cohort);
    const turned = newestControl(memory)?.ok !== control.ok;
    if (control.ok) memory.ok = control;
    else memory.refused = control;
    if (!turned && this.#now() - memory.wroteAt < WRITE_MS) return;
    memory.wroteAt = this.#now();
    await this.#db.transaction((tx) => noteControl(tx, { cohort, ...control }));
  }

  /** The weather as the judge wants it. */
  async weather(cohort: string): Promise<Weather> {
    const memory = await this.#memoryOf(cohort);
    const { ok, refused, app } = memory;
    return {
      control: {
        lastOkAt: ok ? ok.at : null,
        lastOkVia: ok ? ok.via : null,
        lastRefusedAt: refused ? refused.at : null,
        lastRefusedAnswer: refused ? refused.answer : null,
      },
      app,
      share: await this.#shareOf(cohort, memory),
    };
  }

  async #shareOf(cohort: string, memory: CohortMemory): Promise<Weather['share']> {
    const now = this.#now();
    if (memory.share && Math.abs(now - memory.share.at) < SHARE_MS) return memory.share.value;
    const value = await cohortCounts(this.#db.db, {
      cohort,
      since: now - SHARE_WINDOW_MS,
      failingSince: now - NEW_TROUBLE_MS,
    });
    memory.share = { at: now, value };
    return value;
  }

  async #memoryOf(cohort: string): Promise<CohortMemory> {
    const memory = this.#cohorts.get(cohort) ?? emptyMemory();
    if (Math.abs(this.#now() - memory.readAt) < WRITE_MS) return memory;
    const row = await readCohort(this.#db.db, cohort);
    memory.readAt = this.#now();
    if (row) mergeRow(memory, row);
    this.#cohorts.set(cohort, memory);
    return memory;
  }

  /** One question at a time for all who want to know; a good answer is good for a minute. */
  async #witness(key: string, ask: Ask): Promise<Observation> {
    const kept = this.#witnesses.get(key);
    const usable = kept && Math.abs(this.#now() - kept.at) < WITNESS_MS ? await kept.seen : null;
    if (usable && usable.answer === 'ok') return { ...usable, id: newId('ob') };
    const seen = ask();
    this.#witnesses.set(key, { at: this.#now(), seen });
    return seen;
  }
}

function newestControl({ ok, refused }: CohortMemory): Control | null {
  if (!ok || !refused) return ok ?? refused;
  return refused.at > ok.at ? refused : ok;
}

function emptyMemory(): CohortMemory {
  return { ok: null, refused: null, app: { cause: null, since: null }, share: null, readAt: 0, wroteAt: 0 };
}

/** Another process may have heard a newer control, or seen the app refused. */
function mergeRow(memory: CohortMemory, row: CohortRow): void {
  if (isNewer(row.lastOkAt, memory.ok)) {
    memory.ok = { at: row.lastOkAt, ok: true, via: row.lastOkVia ?? 'app', answer: 'ok', storeId: null };
  }
  if (isNewer(row.lastRefusedAt, memory.refused)) {
    const answer = row.lastRefusedAnswer ?? 'denied';
    memory.refused = { at: row.lastRefusedAt, ok: false, via: 'app', answer, storeId: null };
  }
  memory.app = { cause: row.appCause, since: row.appSince };
}

function isNewer(at: number | null, known: Control | null): at is number {
  return at !== null && (known === null || at > known.at);
}
