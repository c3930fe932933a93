/** What an app's queue brought: counts for the operator, what was taken already, and when a new secret was ordered. */
import { sql, type Selectable } from 'kysely';
import type { Reader } from './dialect.ts';
import type { AppQueueTable } from './schema-apps.ts';

export type AppQueueRow = {
  lastMessageAt: number | null;
  handled: number;
  repeated: number;
  unknown: number;
  malformed: number;
  /** In a row: times that the queue could not be read, or a message not be handled. */
  failures: number;
  lastFailureAt: number | null;
  lastFailure: string | null;
  rotationAskedAt: number | null;
  rotationAnswer: string | null;
};

export async function readAppQueue(r: Reader, applicationId: string): Promise<AppQueueRow | null> {
  const row = await r
    .selectFrom('app_queue')
    .selectAll()
    .where('application_id', '=', applicationId)
    .executeTakeFirst();
  return row ? toRow(row) : null;
}

export type Counted = 'handled' | 'repeated' | 'unknown' | 'malformed';

/** A message was read: one more of its kind. */
export async function countMessage(
  tx: Reader,
  { applicationId, as, at }: { applicationId: string; as: Counted; at: number },
): Promise<void> {
  const column = sql.ref(as);
  await sql`insert into app_queue (application_id, last_message_at, ${column}) values (${applicationId}, ${at}, 1)
    on conflict (application_id) do update set last_message_at = excluded.last_message_at,
      ${column} = app_queue.${column} + 1`.execute(tx);
}

/** The queue could not be read. Gives how often that happened in a row. */
export async function noteQueueFailure(
  tx: Reader,
  { applicationId, at, failure }: { applicationId: string; at: number; failure: string },
): Promise<number> {
  const { rows } = await sql<{ failures: number }>`
    insert into app_queue (application_id, failures, last_failure_at, last_failure)
    values (${applicationId}, 1, ${at}, ${failure})
    on conflict (application_id) do update set failures = app_queue.failures + 1,
      last_failure_at = excluded.last_failure_at, last_failure = excluded.last_failure
    returning failures`.execute(tx);
  return Number(rows[0]?.failures ?? 1);
}

/** The queue answers again. */
export async function noteQueueAnswers(tx: Reader, applicationId: string): Promise<void> {
  await tx
    .updateTable('app_queue')
    .set({ failures: 0 })
    .where('application_id', '=', applicationId)
    .where('failures', '>', 0)
    .execute();
}

/** True for the first of all processes that orders a new secret after `notAfter`. */
export async function takeRotation(
  tx: Reader,
  { applicationId, at, notAfter }: { applicationId: string; at: number; notAfter: number },
): Promise<boolean> {
  const { rows } = await sql`insert into app_queue (application_id, rotation_asked_at, rotation_answer)
    values (${applicationId}, ${at}, null)
    on conflict (application_id) do update set rotation_asked_at = excluded.rotation_asked_at, rotation_answer = null
    where app_queue.rotation_asked_at is null or app_queue.rotation_asked_at <= ${notAfter}
    returning application_id`.execute(tx);
  return rows.length > 0;
}

export async function noteRotationAnswer(
  tx: Reader,
  { applicationId, answer }: { applicationId: string; answer: string },
): Promise<void> {
  await tx
    .updateTable('app_queue')
    .set({ rotation_answer: answer })
    .where('application_id', '=', applicationId)
    .execute();
}

type Seen = { applicationId: string; notificationId: string; at: number };

/** True the first time; the same notification taken once more is known, in whatever process. */
export async function takeNotification(tx: Reader, { applicationId, notificationId, at }: Seen): Promise<boolean> {
  const row = await tx
    .insertInto('notification_seen')
    .values({ application_id: applicationId, notification_id: notificationId, seen_at: at })
    .onConflict((conflict) => conflict.columns(['application_id', 'notification_id']).doNothing())
    .returning('notification_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Forgets what was taken before an instant; how many. */
export async function forgetNotifications(db: Reader, { before }: { before: number }): Promise<number> {
  const result = await db.deleteFrom('notification_seen').where('seen_at', '<', before).executeTakeFirst();
  return Number(result.numDeletedRows);
}

function toRow(t: Selectable<AppQueueTable>): AppQueueRow {
  return {
    lastMessageAt: t.last_message_at,
    handled: Number(t.handled),
    repeated: Number(t.repeated),
    unknown: Number(t.unknown),
    malformed: Number(t.malformed),
    failures: Number(t.failures),
    lastFailureAt: t.last_failure_at,
    lastFailure: t.last_failure,
    rotationAskedAt: t.rotation_asked_at,
    rotationAnswer: t.rotation_answer,
  };
}
