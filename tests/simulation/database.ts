/** The one database as a process sees it that may end at any step: around every transaction, after every statement. */
import { seeStatements } from '../../server/src/db/testing-statements.ts';
import type { OpenDatabase } from '../../server/src/db/open.ts';
import type { Machine } from './machine.ts';

/** Ends the transaction of a process that is gone, so that the database takes back what it did. */
class Ended extends Error {
  override readonly name = 'Ended';
}

/** Hears of every commit; a statement of its own only leases and touches. */
export type Written = (tables: ReadonlySet<string>, by: 'statement' | 'transaction') => void;

export function forProcess(database: OpenDatabase, machine: Machine, written: Written): OpenDatabase {
  return {
    ...database,
    db: database.db.withPlugin(
      seeStatements(async ({ writes }) => {
        if (writes !== null) written(new Set([writes]), 'statement');
        await machine.step(writes === null ? 'after a question' : `after a write of ${writes}`);
      }),
    ),
    transaction: (work) => transact({ database, machine, written }, work),
  };
}

type Surroundings = { database: OpenDatabase; machine: Machine; written: Written };

async function transact<T>(
  { database, machine, written }: Surroundings,
  work: Parameters<typeof database.transaction<T>>[0],
): Promise<T> {
  await machine.step('before a transaction');
  const tables = new Set<string>();
  const seeing = seeStatements(({ writes }) => {
    if (writes !== null) tables.add(writes);
    if (machine.endsHere(`inside a transaction`)) throw new Ended();
  });
  const life = machine.current();
  try {
    const result = await database.transaction(async (tx) => {
      tables.clear();
      const answer = await work(tx.withPlugin(seeing));
      if (machine.endsHere(`before the commit of ${[...tables].join(', ')}`)) throw new Ended();
      return answer;
    });
    if (tables.size > 0) written(tables, 'transaction');
    await machine.step(`after the commit of ${[...tables].join(', ')}`);
    return result;
  } catch (error) {
    // Whoever is gone does not hear that it failed either.
    if (!life.alive) return new Promise(() => undefined);
    throw error;
  }
}
