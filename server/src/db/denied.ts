/** Which kinds of data are refused to stores of a crowd. Over all accounts: show nothing of a single row to anybody. */
import { sql, type SelectQueryBuilder } from 'kysely';
import type { Judgement } from '../core/judgement.ts';
import type { Capability } from '../core/observation.ts';
import { runAcrossAccounts } from './account-scope.ts';
import type { Reader } from './dialect.ts';
import { fromJson } from './json.ts';
import type { Database } from './schema.ts';

/** For each kind of data the stores that are denied it: two of them, so that one is another whoever asks. */
export type Denied = ReadonlyMap<Capability, readonly string[]>;

/** So many are read, the newest first: about two milliseconds. Ask every few seconds, not for every look. */
const READ = 200;

/** To those that are `limited`: some data answers, and some is refused. */
export function deniedToLimited(r: Reader, { cohort }: { cohort: string }): Promise<Denied> {
  const query = r
    .selectFrom('store')
    .where('cohort', '=', cohort)
    // As a literal, so that the partial index is seen to fit.
    .where('verdict', '=', sql.lit('limited'))
    .orderBy('since', 'desc');
  return deniedIn(query);
}

/** To those that fail, whatever they are judged to be, looked at since `lookedSince`. */
export function deniedToFailing(
  r: Reader,
  { cohort, lookedSince }: { cohort: string; lookedSince: number },
): Promise<Denied> {
  const query = r
    .selectFrom('store')
    .where('cohort', '=', cohort)
    .where('phase', '=', sql.lit('live'))
    .where('failing_since', 'is not', null)
    .where('last_look_at', '>=', lookedSince)
    .orderBy('last_look_at', 'desc');
  return deniedIn(query);
}

async function deniedIn(query: SelectQueryBuilder<Database, 'store', object>): Promise<Denied> {
  const rows = await runAcrossAccounts(() => query.select(['id', 'judgement']).limit(READ).execute());
  const denied = new Map<Capability, string[]>();
  for (const { id, judgement } of rows) {
    for (const [name, axis] of Object.entries(fromJson<Judgement | null>(judgement)?.axes.capability ?? {})) {
      const capability = name as Capability;
      if (axis === 'denied') denied.set(capability, [...(denied.get(capability) ?? []), id].slice(0, 2));
    }
  }
  return denied;
}
