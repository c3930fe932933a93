/** The columns of a database that can hold text, read from the database's own catalogue. */
import type { OpenDatabase } from '../../server/src/db/open.ts';
import { ask } from '../../server/src/db/testing-statements.ts';

const COLUMNS = {
  sqlite: `select s.name || '.' || c.name as name, c.type as type from sqlite_schema s join pragma_table_info(s.name) c
    where s.type = 'table' and s.name not like 'sqlite~_%' escape '~'`,
  postgres: `select table_name || '.' || column_name as name, data_type as type from information_schema.columns
    where table_schema = current_schema()`,
};

const NO_TEXT = /int|bool|timestamp/i;

/** As `table.column`. Whatever is no number, truth value or instant can hold text. */
export async function textColumns({ db, dialect }: Pick<OpenDatabase, 'db' | 'dialect'>): Promise<string[]> {
  const columns = await ask(db, COLUMNS[dialect]);
  return columns.filter(({ type }) => !NO_TEXT.test(String(type))).map(({ name }) => String(name));
}
