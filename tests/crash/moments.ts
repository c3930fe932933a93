/**
 * The moments at which a process may die: before and after every commit, after every write of its own, before and after
 * every call. Between two of them nothing changes, neither in the database nor at the marketplace.
 */
import type { Outbound } from '../../server/src/connectors/outbound.ts';
import type { OpenDatabase } from '../../server/src/db/open.ts';
import { seeStatements } from '../../server/src/db/testing-statements.ts';

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
      // A single statement is its own transaction.
      db: database.db.withPlugin(
        seeStatements(async ({ writes }) => {
          if (writes !== null) await reached({ name: `after a write of ${writes}`, blocks: false });
        }),
      ),
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
  const noting = seeStatements(({ writes }) => {
    if (writes !== null) written.add(writes);
  });
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
