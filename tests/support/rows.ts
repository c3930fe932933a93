/** Everything that a database holds, to see that a refusal left it as it was. */
import type { OpenDatabase } from '../../server/src/db/open.ts';

/** Columns that tell when somebody asked, whatever the answer was. */
const TOLD_BY_ASKING: ReadonlySet<string> = new Set(['last_request', 'request_count', 'updated_at', 'remaining']);

/** Tables of the audit log: an attempt is recorded there, also one that is refused. */
const AUDIT_TABLES: ReadonlySet<string> = new Set(['audit_entry', 'audit_head']);

/** Every row except the audit log's. */
export async function everyRowButAudit(database: OpenDatabase): Promise<Record<string, string[]>> {
  const rows = Object.entries(await everyRow(database));
  return Object.fromEntries(rows.filter(([table]) => !AUDIT_TABLES.has(table)));
}

/** The kinds of the audit log's entries, oldest first. */
export async function auditKinds({ db, acrossAccounts }: OpenDatabase): Promise<string[]> {
  const rows = await acrossAccounts(() => db.selectFrom('audit_entry').select('kind').orderBy('seq').execute());
  return rows.map(({ kind }) => kind);
}

/** Every row of every table, by the table's name. */
export async function everyRow({ db, acrossAccounts }: OpenDatabase): Promise<Record<string, string[]>> {
  const tables = await db.introspection.getTables();
  const dump: Record<string, string[]> = {};
  for (const { name } of tables) {
    const query = db.selectFrom(name as 'store').selectAll();
    const rows: object[] = await acrossAccounts(() => query.execute());
    dump[name] = rows.map((row) => JSON.stringify(Object.entries(row).filter(isKept))).toSorted();
  }
  return dump;
}

function isKept([column]: [string, unknown]): boolean {
  return !TOLD_BY_ASKING.has(column);
}
