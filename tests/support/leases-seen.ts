/** A database that tells of every attempt to lease a row: given, or held by somebody else just now. */
import type { OpenDatabase } from '../../server/src/db/open.ts';
import { seeStatements } from '../../server/src/db/testing-statements.ts';

export function seeLeases(database: OpenDatabase, onTry: (given: boolean) => void): OpenDatabase {
  const plugin = seeStatements(({ leases, rows }) => {
    if (leases) onTry(rows > 0);
  });
  return { ...database, db: database.db.withPlugin(plugin) };
}
