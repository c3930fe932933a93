/** The processes that serve this database now, and the keys that each of them can open. Instants are the database's own. */
import { sql } from 'kysely';
import { differencesOf, type Reader } from './dialect.ts';
import { fromJson, toJson } from './json.ts';

/** A process that was not seen for this long does not run any more. Milliseconds. */
const GONE_AFTER_MS = 30_000;

export type ProcessRow = {
  id: string;
  role: string;
  keyIds: string[];
  /** False when its keys were given by value: only a restart gives it another one. */
  rereads: boolean;
};

/** Tells the others that this process runs and which keys it can open. */
export async function announceProcess(db: Reader, { id, role, keyIds, rereads }: ProcessRow): Promise<void> {
  const { now } = differencesOf(db);
  const key_ids = toJson(keyIds);
  await db
    .insertInto('process')
    .values({ id, role, key_ids, rereads: rereads ? 1 : 0, started_at: now, seen_at: now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ key_ids, seen_at: now }))
    .execute();
}

/** The process ends in good order. Rows of killed processes are removed when they have had their time. */
export async function removeProcess(db: Reader, id: string): Promise<void> {
  const gone = sql<number>`${differencesOf(db).now} - ${GONE_AFTER_MS}`;
  await db
    .deleteFrom('process')
    .where((e) => e.or([e('id', '=', id), e('seen_at', '<', gone)]))
    .execute();
}

export async function runningProcesses(db: Reader): Promise<ProcessRow[]> {
  const rows = await db
    .selectFrom('process')
    .selectAll()
    .where('seen_at', '>=', sql<number>`${differencesOf(db).now} - ${GONE_AFTER_MS}`)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    role: row.role,
    keyIds: fromJson<string[]>(row.key_ids),
    rereads: row.rereads === 1,
  }));
}

/** True when the process was seen within the given milliseconds. */
export async function isProcessSeen(db: Reader, { id, withinMs }: { id: string; withinMs: number }): Promise<boolean> {
  const since = sql<number>`${differencesOf(db).now} - ${withinMs}`;
  const row = await db
    .selectFrom('process')
    .select('id')
    .where('id', '=', id)
    .where('seen_at', '>=', since)
    .executeTakeFirst();
  return row !== undefined;
}
