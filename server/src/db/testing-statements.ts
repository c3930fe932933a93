/** What is asked of a database, seen by a test: `db.withPlugin(seeStatements(…))`, and the same for a transaction. */
import {
  sql,
  DeleteQueryNode,
  InsertQueryNode,
  RawNode,
  TableNode,
  UpdateQueryNode,
  type KyselyPlugin,
  type OperationNode,
} from 'kysely';
import type { Db } from './dialect.ts';

/** `writes` names the table, null for what only reads. `leases`: it tries to lease rows, and got as many as it gives. */
export type Statement = { writes: string | null; leases: boolean; rows: number };

/** `seen` is called, and waited for, when a statement has been answered. */
export function seeStatements(seen: (statement: Statement) => void | Promise<void>): KyselyPlugin {
  const asked = new WeakMap<object, Pick<Statement, 'writes' | 'leases'>>();
  return {
    transformQuery({ node, queryId }) {
      asked.set(queryId, { writes: tableWritten(node), leases: isLeasing(node) });
      return node;
    },
    async transformResult({ queryId, result }) {
      const statement = asked.get(queryId);
      if (statement) await seen({ ...statement, rows: result.rows.length });
      return result;
    },
  };
}

function tableWritten(node: OperationNode): string | null {
  if (InsertQueryNode.is(node)) return nameOf(node.into);
  if (UpdateQueryNode.is(node)) return nameOf(node.table);
  if (DeleteQueryNode.is(node)) return nameOf(node.from.froms[0]);
  if (!RawNode.is(node)) return null;
  const written = /^\s*(?:insert into|update|delete from)\s+(\w*)/.exec(node.sqlFragments[0] ?? '');
  return written ? written[1] || nameOf(node.parameters[0]) : null;
}

function nameOf(node: OperationNode | undefined): string {
  return node && TableNode.is(node) ? node.table.identifier.name : 'something';
}

/** The one statement of leases.ts that sets a holder; giving back sets null in its text. */
function isLeasing(node: OperationNode): boolean {
  return RawNode.is(node) && node.sqlFragments.some((text) => text.endsWith('set lease_owner = '));
}

/** Runs one statement as it stands, for tests that act beside the program. Gives its rows. */
export async function ask(db: Db, statement: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sql.raw<Record<string, unknown>>(statement).execute(db);
  return rows;
}
