/** A database that tells of every attempt to lease a row: given, or held by somebody else just now. */
import { RawNode, type KyselyPlugin } from 'kysely';
import type { OpenDatabase } from '../../server/src/db/open.ts';

export function seeLeases(database: OpenDatabase, onTry: (given: boolean) => void): OpenDatabase {
  const tries = new WeakSet();
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      if (RawNode.is(node) && node.sqlFragments.some((text) => text.endsWith('set lease_owner = '))) tries.add(queryId);
      return node;
    },
    async transformResult({ queryId, result }) {
      if (tries.has(queryId)) onTry(result.rows.length > 0);
      return result;
    },
  };
  return { ...database, db: database.db.withPlugin(plugin) };
}
