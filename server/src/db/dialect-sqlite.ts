/** SQLite's side of the differences: one writer at a time, so nothing has to be locked or skipped. */
import { sql } from 'kysely';
import { TRIGGERS, type Trigger } from './audit-triggers.ts';
import type { Differences, Reader, Tx } from './dialect.ts';
import { DatabaseProblem } from './problem.ts';
import { isBusy, resultCode } from './sqlite-connection.ts';

const CONSTRAINT_UNIQUE = 2067;
const CONSTRAINT_PRIMARY_KEY = 1555;

/** `runScript` needs the writing connection itself, because a prepared statement takes one statement only. */
export function sqliteDifferences(runScript: (tx: Tx, script: string) => Promise<void>): Differences {
  return {
    name: 'sqlite',
    identity: 'integer primary key autoincrement',
    now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
    forUpdate: (query) => query,
    dueIds: ({ table, now, limit, also }) => sql`
      id in (select id from ${sql.table(table)}
        where next_at <= ${now} and (lease_until is null or lease_until <= ${now}) ${also}
        order by next_at limit ${limit})`,
    rowsFromJson: (json, columns) => {
      const fields = Object.keys(columns).map(
        (column) => sql`json_extract(value, ${sql.lit(`$.${column}`)}) as ${sql.ref(column)}`,
      );
      return sql`(select ${sql.join(fields)} from json_each(${json})) as v`;
    },
    runScript,
    // A transaction begins as the only writer, over all processes: nothing more to lock.
    lockForMigration: () => Promise.resolve(),
    beforeMigration: () => Promise.resolve(),
    afterMigration: makeTriggers,
    checkGuard: checkTriggers,
    hasTable: async (r, name) => {
      const found = await sql`select 1 from sqlite_master where type = 'table' and name = ${name}`.execute(r);
      return found.rows.length > 0;
    },
    isRetryable: isBusy,
    isUniqueViolation: (error) => {
      const code = resultCode(error);
      return code === CONSTRAINT_UNIQUE || code === CONSTRAINT_PRIMARY_KEY;
    },
  };
}

async function makeTriggers(tx: Tx): Promise<void> {
  for (const { sqlite } of await missingTriggers(tx)) await sql.raw(sqlite).execute(tx);
}

async function checkTriggers(r: Reader): Promise<void> {
  const [missing] = await missingTriggers(r);
  if (missing === undefined) return;
  throw new DatabaseProblem(
    `The trigger ${missing.name}, which keeps the audit log unchanged, was removed or changed in this database, so nothing starts. ` +
      `Find out who changed it. Then run in the database: drop trigger if exists ${missing.name}; ${missing.sqlite};`,
  );
}

async function missingTriggers(r: Reader): Promise<Trigger[]> {
  const { rows } = await sql<{ type: string; name: string; text: string }>`
    select type, name, lower(sql) as text from sqlite_master
    where type = 'trigger' or name = 'audit_entry'`.execute(r);
  if (!rows.some((row) => row.name === 'audit_entry')) return [];
  const live = new Set(rows.map((row) => row.text));
  return TRIGGERS.filter(({ sqlite }) => sqlite !== '' && !live.has(sqlite.toLowerCase()));
}
