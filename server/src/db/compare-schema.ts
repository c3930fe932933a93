/** Whether an embedded database has exactly the tables that its migrations create. */
import { sql } from 'kysely';
import type { Reader } from './dialect.ts';
import { migrate, readMigrations, schemaState } from './migrate.ts';
import { openDatabase } from './open.ts';

/**
 * The names of tables, columns, indexes, triggers and views that differ from what the migrations up to the database's last
 * one create; empty when none do. A trigger or view of another hand would run with our rights.
 */
export async function schemaDifferences(db: Reader): Promise<string[]> {
  const state = await schemaState({ db });
  const missing = state.kind === 'older' ? state.missing : [];
  const fresh = await openDatabase({ url: 'sqlite::memory:', dataDir: '/' });
  try {
    await migrate(
      fresh,
      readMigrations().filter(({ name }) => !missing.includes(name)),
    );
    const [found, expected] = [await describe(db), await describe(fresh.db)];
    const extra = [...found].filter((line) => !expected.has(line));
    const lost = [...expected].filter((line) => !found.has(line));
    return [...extra, ...lost].map((line) => line.split('\n')[0] ?? line);
  } finally {
    await fresh.close();
  }
}

/** One line for each thing; that of a trigger has its text. What SQLite keeps for itself is left out. */
async function describe(db: Reader): Promise<Set<string>> {
  const { rows } = await sql<{ line: string }>`
    select s.type || ' ' || s.name || coalesce('.' || c.name || ' ' || c.type, '')
      || case s.type when 'trigger' then char(10) || s.sql else '' end as line
    from sqlite_schema s left join pragma_table_info(s.name) c on s.type in ('table', 'view')
    where s.name not like 'sqlite~_%' escape '~'`.execute(db);
  return new Set(rows.map(({ line }) => line));
}
