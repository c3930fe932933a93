/**
 * The moments at which a process may die: before and after every commit, after every write of its own, before and after
 * every call. Between two of them nothing changes, neither in the database nor at the marketplace.
 */
import {
  DeleteQueryNode,
  InsertQueryNode,
  RawNode,
  TableNode,
  UpdateQueryNode,
  type KyselyPlugin,
  type OperationNode,
} from 'kysely';
import type { Outbound } from '../../server/src/connectors/outbound.ts';
import type { OpenDatabase } from '../../server/src/db/open.ts';

export type Moment = {
  name: string;
  /** Whoever stops here holds a lock that every other writer of the same database comes to need. */
  blocks: boolean;
};

type Surroundings = { database: OpenDatabase; outbound: Outbound };

/** The same database and the same way out, with `reached` called, and waited for, at every moment. */
export function withMoments(
  { database, outbound }: Surroundings,
  reached: (moment: Moment) => Promise<void>,
): Surroundings {
  return {
    database: {
      ...database,
      db: database.db.withPlugin(afterWrites(reached)),
      transaction: (work) => inTransaction({ database, reached }, work),
    },
    outbound: {
      ...outbound,
      async send(request) {
        const { host, pathname } = new URL(request.url);
        await reached({ name: `before the call of ${host}${pathname}`, blocks: false });
        const result = await outbound.send(request);
        await reached({ name: `after the call of ${host}${pathname}`, blocks: false });
        return result;
      },
    },
  };
}

/** Rows that many stores share; on PostgreSQL they stay locked until the commit. */
const SHARED = ['event', 'cohort'];

type Watching = { database: OpenDatabase; reached: (moment: Moment) => Promise<void> };

async function inTransaction<T>(
  { database, reached }: Watching,
  work: Parameters<typeof database.transaction<T>>[0],
): Promise<T> {
  const written = new Set<string>();
  const noting: KyselyPlugin = {
    transformQuery({ node }) {
      const table = tableWritten(node);
      if (table !== null) written.add(table);
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  const tables = (): string => [...written].join(', ');
  const result = await database.transaction(async (tx) => {
    written.clear();
    const answer = await work(tx.withPlugin(noting));
    const blocks = SHARED.some((table) => written.has(table));
    if (written.size > 0) await reached({ name: `before the commit of ${tables()}`, blocks });
    return answer;
  });
  if (written.size > 0) await reached({ name: `after the commit of ${tables()}`, blocks: false });
  return result;
}

/** A single statement is its own transaction. */
function afterWrites(reached: (moment: Moment) => Promise<void>): KyselyPlugin {
  const writes = new WeakMap<object, string>();
  return {
    transformQuery({ node, queryId }) {
      const table = tableWritten(node);
      if (table !== null) writes.set(queryId, table);
      return node;
    },
    async transformResult({ queryId, result }) {
      const table = writes.get(queryId);
      if (table !== undefined) await reached({ name: `after a write of ${table}`, blocks: false });
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
