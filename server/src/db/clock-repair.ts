/**
 * Rows that were written while the clock was ahead. Once it is set back, their instants lie in the future, and whatever
 * waits for them would wait for as long as the clock was wrong.
 */
import { sql } from 'kysely';
import type { Observation } from '../core/observation.ts';
import type { Reader } from './dialect.ts';
import { fromJson, toJson } from './json.ts';
import { LEASED_TABLES } from './leases.ts';
import type { Database } from './schema.ts';

const MINUTE = 60_000;
/** Clocks of several machines differ by this at most. Milliseconds. */
const AHEAD_MS = 5 * MINUTE;
/** No lease lasts longer. Milliseconds. */
const LEASE_MOST_MS = 6 * MINUTE;
/** A connect that is being finished is tried again within this. Milliseconds. */
const SESSION_MOST_MS = 11 * MINUTE;
/** A message that failed is tried again within this. Milliseconds. */
const RETRY_MOST_MS = 25 * 60 * MINUTE;
const OBSERVATIONS_AT_ONCE = 500;

/** Instants of the past, by table: none of them may lie ahead. */
const PAST: Partial<Record<keyof Database, readonly string[]>> = {
  store: ['since', 'authorized_at', 'first_ok_at', 'last_ok_at', 'last_look_at', 'failing_since', 'created_at'],
  outbox: ['counted_at', 'folded_at', 'created_at'],
  cohort: ['last_ok_at', 'last_refused_at', 'app_since', 'app_looked_at', 'learnt_at', 'judged_at'],
  incident: ['opened_at', 'closed_at', 'began_at', 'over_at'],
  incident_store: ['held_at', 'released_at'],
  subscription: ['tried_at', 'last_event_at'],
  app_secret: ['status_at', 'known_at', 'canary_at'],
  app_queue: ['last_message_at', 'last_failure_at', 'rotation_asked_at'],
  message_settings: ['digest_told_at'],
};

/** Links and trips that were made ahead keep the length of their life. */
const LIVES = ['connect_session', 'consent_state', 'hand_off'] as const;

type Longest = { now: number; healthyMs: number; anyMs: number };

/** Makes due what is planned further ahead than anything is planned; how many rows. Cheap: it reads in indexes alone. */
export async function pullDueRows(db: Reader, { now, healthyMs, anyMs }: Longest): Promise<number> {
  const stores = sql`update store set next_at = ${now} where next_at > ${now + anyMs} or (next_at > ${now + healthyMs}
    and verdict in ('connected', 'expiring', 'checking', 'held', 'operator_problem', 'verifying'))`;
  const sessions = sql`update connect_session set next_at = ${now}
    where next_at > ${now + SESSION_MOST_MS} and status in ('exchanging', 'verifying')`;
  const messages = sql`update outbox set next_at = ${now} where next_at > ${now + RETRY_MOST_MS}
    and attempt > 0 and last_error is not null`;
  let pulled = 0;
  for (const statement of [stores, sessions, messages]) pulled += changed(await statement.execute(db));
  for (const table of LEASED_TABLES) {
    const until = sql`update ${sql.table(table)} set lease_until = ${now + LEASE_MOST_MS}
      where lease_until > ${now + LEASE_MOST_MS}`;
    pulled += changed(await until.execute(db));
  }
  return pulled;
}

/** Brings every instant that lies ahead back to now; how many. Reads whole tables: at the start and after a jump. */
export async function bringBack(db: Reader, now: number): Promise<number> {
  const far = now + AHEAD_MS;
  let brought = await observationsBack(db, now);
  brought += changed(
    await sql`update store set next_at = ${now} where next_at > ${now} and last_look_at > ${far}`.execute(db),
  );
  // A message keeps its distance to the moment that called for it; a reminder keeps its day.
  brought += changed(
    await sql`update outbox set next_at = next_at - (created_at - ${now})
      where created_at > ${far} and next_at is not null and topic <> 'reminder'`.execute(db),
  );
  for (const table of LIVES) {
    const next = table === 'connect_session' ? sql`next_at = next_at - (created_at - ${now}),` : sql``;
    const back = sql`update ${sql.table(table)} set ${next} expires_at = expires_at - (created_at - ${now}), created_at = ${now}
      where created_at > ${far}`;
    brought += changed(await back.execute(db));
  }
  for (const [table, columns] of Object.entries(PAST))
    for (const column of columns) {
      const name = sql.ref(column);
      const back = sql`update ${sql.table(table)} set ${name} = ${now} where ${name} > ${far}`;
      brought += changed(await back.execute(db));
    }
  return brought;
}

/** What was seen ahead counts as seen now: otherwise it would be newer than every answer to come. */
async function observationsBack(db: Reader, now: number): Promise<number> {
  for (let brought = 0; ;) {
    const query = db
      .selectFrom('observation')
      .select(['id', 'body'])
      .where('at', '>', now + AHEAD_MS);
    const rows = await query.limit(OBSERVATIONS_AT_ONCE).execute();
    for (const { id, body } of rows) {
      const moved = toJson({ ...fromJson<Observation>(body), at: now });
      await db.updateTable('observation').set({ at: now, body: moved }).where('id', '=', id).execute();
    }
    brought += rows.length;
    if (rows.length < OBSERVATIONS_AT_ONCE) return brought;
  }
}

/** Requests under an Idempotency-Key are dated by the machine's clock. */
export async function bringRequestsBack(db: Reader, machineNow: number): Promise<void> {
  await db
    .updateTable('idempotency')
    .set({ created_at: machineNow })
    .where('created_at', '>', machineNow + AHEAD_MS)
    .execute();
}

function changed({ numAffectedRows }: { numAffectedRows?: bigint }): number {
  return Number(numAffectedRows ?? 0n);
}
