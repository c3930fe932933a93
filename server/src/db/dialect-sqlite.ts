/** SQLite's side of the differences: one writer at a time, so nothing has to be locked or skipped. */
import { sql } from 'kysely';
import type { Differences, Tx } from './dialect.ts';
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
    afterMigration: () => Promise.resolve(),
    checkGuard: () => Promise.resolve(),
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
