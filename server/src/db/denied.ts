/** Which kinds of data are refused to the failing stores of a crowd. Over all accounts: show nothing of a single row to anybody. */
import { sql } from 'kysely';
import type { Capability } from '../core/observation.ts';
import { runAcrossAccounts } from './account-scope.ts';
import type { Reader } from './dialect.ts';
import { toStoreRow } from './store-row.ts';

const LOOKED_AT = 200;

/** Capabilities that failing stores of the cohort, looked at since `lookedSince`, are denied: the newest 200 are read. */
export async function deniedToFailing(
  r: Reader,
  { cohort, notId, lookedSince }: { cohort: string; notId: string; lookedSince: number },
): Promise<Capability[]> {
  const query = r
    .selectFrom('store')
    .selectAll()
    .where('cohort', '=', cohort)
    // As a literal, so that the partial index is seen to fit.
    .where('phase', '=', sql.lit('live'))
    .where('failing_since', 'is not', null)
    .where('last_look_at', '>=', lookedSince)
    .where('id', '<>', notId)
    .orderBy('last_look_at', 'desc')
    .limit(LOOKED_AT);
  const rows = await runAcrossAccounts(() => query.execute());
  const denied = rows.flatMap((row) => Object.entries(toStoreRow(row).judgement?.axes.capability ?? {}));
  return [...new Set(denied.filter(([, axis]) => axis === 'denied').map(([capability]) => capability as Capability))];
}
