/**
 * What all stores of a cohort share: controls, the app's own token, the share of failing stores. Kept for a minute per
 * process and written to the cohort's row now and then, so that processes share it without asking the marketplace again.
 */
import type { Cause } from '../core/diagnosis.ts';
import type { Answer, Observation } from '../core/observation.ts';
import type { ControlVia, Weather } from '../core/weather.ts';
import { noteApp, noteControl, readCohort } from '../db/cohorts.ts';
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

type CohortMemory = {
  ok: Control | null;
  refused: Control | null;
  appCause: Cause | null;
  appSince: number | null;
  share: { at: number; value: Weather['share'] } | null;
  readAt: number;
  wroteAt: number;
};

export type Crowd = ReturnType<typeof createCrowd>;

export function createCrowd({ db, now }: { db: OpenDatabase; now: () => number }) {
  const cohorts = new Map<string, CohortMemory>();
  const witnesses = new Map<string, { at: number; seen: Promise<Observation> }>();

  async function memoryOf(cohort: string): Promise<CohortMemory> {
    const known = cohorts.get(cohort);
    if (known && Math.abs(now() - known.readAt) < WRITE_MS) return known;
    const row = await readCohort(db.db, cohort);
    const memory = known ?? emptyMemory();
    memory.readAt = now();
    if (row) mergeRow(memory, row);
    cohorts.set(cohort, memory);
    return memory;
  }

  /** One question at a time for all who want to know; the answer is good for a minute. */
  async function witness(key: string, ask: () => Promise<Observation>): Promise<Observation> {
    const kept = witnesses.get(key);
    const usable = kept && Math.abs(now() - kept.at) < WITNESS_MS ? await kept.seen : null;
    if (usable && usable.answer === 'ok') return { ...usable, id: newId('ob') };
    const seen = ask();
    witnesses.set(key, { at: now(), seen });
    return seen;
  }

  async function write(cohort: string, control: Control): Promise<void> {
    await db.transaction((tx) =>
      noteControl(tx, { cohort, at: control.at, ok: control.ok, via: control.via, answer: control.answer }),
    );
  }

  return {
    self: (who: Who, ask: () => Promise<Observation>) => witness(`self:${who.cohort}`, ask),

    async app(who: Who, ask: () => Promise<Observation>): Promise<Observation> {
      const seen = await witness(`app:${who.app.applicationId}`, ask);
      const memory = await memoryOf(who.cohort);
      const cause: Cause | null =
        seen.answer === 'app_refused' || seen.answer === 'app_secret_expired' ? 'app.secret_expired' : null;
      if (cause !== memory.appCause && (cause !== null || seen.answer === 'ok')) {
        memory.appCause = cause;
        memory.appSince = cause ? seen.at : null;
        await db.transaction((tx) => noteApp(tx, { cohort: who.cohort, at: seen.at, cause }));
      }
      return seen;
    },

    /** A control heard lately enough to serve a store that is not itself the one that answered. */
    async recentControl(cohort: string, notStoreId: string | null): Promise<Control | null> {
      const { ok, refused } = await memoryOf(cohort);
      if (refused && (!ok || refused.at > ok.at)) return now() - refused.at < REFUSED_MS ? refused : null;
      if (!ok || now() - ok.at >= WITNESS_MS) return null;
      return ok.storeId !== null && ok.storeId === notStoreId ? null : ok;
    },

    async noteControl(cohort: string, control: Control): Promise<void> {
      const memory = await memoryOf(cohort);
      const turned = control.ok
        ? (memory.refused?.at ?? 0) > (memory.ok?.at ?? 0)
        : (memory.ok?.at ?? 0) >= (memory.refused?.at ?? 0);
      if (control.ok) memory.ok = control;
      else memory.refused = control;
      if (!turned && now() - memory.wroteAt < WRITE_MS) return;
      memory.wroteAt = now();
      await write(cohort, control);
    },

    async weather(cohort: string): Promise<Weather> {
      const memory = await memoryOf(cohort);
      if (!memory.share || Math.abs(now() - memory.share.at) >= SHARE_MS) {
        const value = await cohortCounts(db.db, {
          cohort,
          since: now() - SHARE_WINDOW_MS,
          failingSince: now() - NEW_TROUBLE_MS,
        });
        memory.share = { at: now(), value };
      }
      return {
        control: {
          lastOkAt: memory.ok?.at ?? null,
          lastOkVia: memory.ok?.via ?? null,
          lastRefusedAt: memory.refused?.at ?? null,
          lastRefusedAnswer: memory.refused?.answer ?? null,
        },
        app: { cause: memory.appCause, since: memory.appSince },
        share: memory.share.value,
      };
    },
  };
}

function emptyMemory(): CohortMemory {
  return { ok: null, refused: null, appCause: null, appSince: null, share: null, readAt: 0, wroteAt: 0 };
}

/** Another process may have heard a newer control, or seen the app refused. */
function mergeRow(memory: CohortMemory, row: NonNullable<Awaited<ReturnType<typeof readCohort>>>): void {
  if (row.lastOkAt !== null && row.lastOkAt > (memory.ok?.at ?? 0)) {
    memory.ok = { at: row.lastOkAt, ok: true, via: row.lastOkVia ?? 'app', answer: 'ok', storeId: null };
  }
  if (row.lastRefusedAt !== null && row.lastRefusedAt > (memory.refused?.at ?? 0)) {
    const answer = row.lastRefusedAnswer ?? 'denied';
    memory.refused = { at: row.lastRefusedAt, ok: false, via: 'app', answer, storeId: null };
  }
  memory.appCause = row.appCause;
  memory.appSince = row.appSince;
}
