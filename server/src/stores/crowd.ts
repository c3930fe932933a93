/**
 * What all stores of a cohort share: controls, the app's own token, the share of failing stores. Kept for a minute per
 * process and written to the cohort's row now and then, so that processes share it without asking the marketplace again.
 */
import type { Cause } from '../core/diagnosis.ts';
import { appFaultCause, type Answer, type Observation } from '../core/observation.ts';
import { isThin, mostTelling, type ControlVia, type Weather } from '../core/weather.ts';
import { noteApp, noteControl, readCohort, type CohortRow } from '../db/cohorts.ts';
import { newId } from '../db/ids.ts';
import type { OpenDatabase } from '../db/open.ts';
import { cohortCounts } from '../db/crowd.ts';

/** A witness is heard again after this long. Milliseconds. */
const WITNESS_MS = 60_000;
const BAD_WITNESS_MS = 3_000;
/** A refused control is asked again sooner: an incident's end must not wait. */
const REFUSED_MS = 15_000;
/** The share is counted at most this often. */
const SHARE_MS = 3_000;
const MINUTE = 60_000;
type Span = { looked: number; began: number; unexplained?: number };
type Counting = { cohort: string; now: number };
const LONGEST = { looked: 75 * MINUTE, began: 30 * MINUTE, unexplained: 24 * 60 * MINUTE };
/**
 * Over how long the share is counted, and since when trouble counts as new. The short span sees an incident of a large
 * crowd within seconds of its beginning, the long one that of a small crowd. What is `unexplained` for longer counts as
 * long as it is most of the crowd: an incident that goes on for hours.
 */
const SPANS: readonly Span[] = [
  LONGEST,
  { looked: 5 * MINUTE, began: 5 * MINUTE },
  { looked: 20 * MINUTE, began: 20 * MINUTE },
  { looked: LONGEST.looked, began: LONGEST.began },
];
const WRITE_MS = 5_000;

export type Control = { at: number; ok: boolean; via: ControlVia; answer: Answer; storeId: string | null };
type Who = { cohort: string; app: { applicationId: string } };
type Ask = () => Promise<Observation>;

type CohortMemory = {
  ok: Control | null;
  refused: Control | null;
  /** When a control answered that had been refused before. */
  turnedAt: number | null;
  app: { cause: Cause | null; since: number | null };
  share: { at: number; value: Weather['share'] } | null;
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
    const itself = ({ ok, storeId }: Control) => ok && storeId !== null && storeId === notStoreId;
    const newest = newestControl(memory);
    const lately = newest !== null && this.#now() - newest.at < (newest.ok ? WITNESS_MS : REFUSED_MS);
    if (lately && !itself(newest)) return newest;
    const shared = memory.asking === null ? null : await memory.asking;
    if (shared && !itself(shared)) return shared;
    memory.asking = ask().finally(() => {
      memory.asking = null;
    });
    const control = await memory.asking;
    await this.noteControl(cohort, control);
    return control;
  }

  /** Keeps a control; it is written down when it turns the weather, else every few seconds. */
  async noteControl(cohort: string, control: Control): Promise<void> {
    const memory = await this.#memoryOf(cohort);
    const before = newestControl(memory);
    const turned = before?.ok !== control.ok;
    if (control.ok) memory.ok = control;
    else memory.refused = control;
    noteTurn(memory, before);
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
    const value = (await this.#sinceTheTurn(memory, { cohort, now })) ?? (await this.#lately({ cohort, now }));
    memory.share = { at: now, value };
    return value;
  }

  async #lately({ cohort, now }: Counting): Promise<Weather['share']> {
    const shares = await Promise.all(SPANS.map((span) => this.#countOver(span, { cohort, now })));
    return mostTelling(shares.filter((share) => share !== null));
  }

  /** What was seen before a control answered again says nothing of the weather after it: only later looks count then. */
  async #sinceTheTurn({ turnedAt }: CohortMemory, { cohort, now }: Counting): Promise<Weather['share'] | null> {
    if (turnedAt === null || now - turnedAt > LONGEST.looked) return null;
    const share = await cohortCounts(this.#db.db, {
      cohort,
      since: turnedAt,
      failingSince: now - LONGEST.began,
      unexplainedSince: now - LONGEST.unexplained,
    });
    return isThin(share) ? null : share;
  }

  async #countOver({ looked, began, unexplained }: Span, { cohort, now }: Counting): Promise<Weather['share'] | null> {
    const span = { cohort, since: now - looked, failingSince: now - began };
    if (unexplained === undefined) return cohortCounts(this.#db.db, span);
    const share = await cohortCounts(this.#db.db, { ...span, unexplainedSince: now - unexplained });
    return share.failing * 2 >= share.active ? share : null;
  }

  async #memoryOf(cohort: string): Promise<CohortMemory> {
    const memory = this.#cohorts.get(cohort) ?? emptyMemory();
    if (Math.abs(this.#now() - memory.readAt) < WRITE_MS) return memory;
    // Kept before anything is awaited: whoever comes meanwhile shares it.
    this.#cohorts.set(cohort, memory);
    memory.readAt = this.#now();
    const row = await readCohort(this.#db.db, cohort);
    if (row) mergeRow(memory, row);
    return memory;
  }

  /** One question at a time for all who want to know; a good answer is good for a minute, a bad one for all who ask just now. */
  async #witness(key: string, ask: Ask): Promise<Observation> {
    const kept = this.#witnesses.get(key);
    const age = kept ? Math.abs(this.#now() - kept.at) : Infinity;
    const usable = kept && age < WITNESS_MS ? await kept.seen : null;
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

function noteTurn(memory: CohortMemory, before: Control | null): void {
  const newest = newestControl(memory);
  if (before?.ok === false && newest?.ok === true) memory.turnedAt = newest.at;
}

function emptyMemory(): CohortMemory {
  return {
    ok: null,
    refused: null,
    turnedAt: null,
    app: { cause: null, since: null },
    share: null,
    asking: null,
    readAt: 0,
    wroteAt: 0,
  };
}

/** Another process may have heard a newer control, or seen the app refused. */
function mergeRow(memory: CohortMemory, row: CohortRow): void {
  const before = newestControl(memory);
  if (isNewer(row.lastOkAt, memory.ok)) {
    memory.ok = { at: row.lastOkAt, ok: true, via: row.lastOkVia ?? 'app', answer: 'ok', storeId: null };
  }
  if (isNewer(row.lastRefusedAt, memory.refused)) {
    const answer = row.lastRefusedAnswer ?? 'denied';
    memory.refused = { at: row.lastRefusedAt, ok: false, via: 'app', answer, storeId: null };
  }
  noteTurn(memory, before);
  memory.app = { cause: row.appCause, since: row.appSince };
}

function isNewer(at: number | null, known: Control | null): at is number {
  return at !== null && (known === null || at > known.at);
}
