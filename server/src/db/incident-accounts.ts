/** What an account was told about an incident that held stores of its own: each thing once, whoever tells it. */
import type { Absence } from '../core/absence.ts';
import { fromJsonOrNull } from './json.ts';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { runAcrossAccounts } from './account-scope.ts';
import type { Reader } from './dialect.ts';

type Account = { incidentId: string; accountId: string; at: number };
type Closed = { incidentId: string; closedAt: number };
/** `overAt`: when the marketplace answered again. */
type Over = Closed & { overAt: number };

/** True for the one who is to tell the account that the incident was opened. */
export async function tellsOpened(tx: Reader, { incidentId, accountId, at }: Account): Promise<boolean> {
  const told = await tx
    .insertInto('incident_account')
    .values({ incident_id: incidentId, account_id: accountId, opened_told_at: at })
    .onConflict((conflict) =>
      conflict
        .columns(['incident_id', 'account_id'])
        .doUpdateSet({ opened_told_at: at })
        // Told of its end, and held again: it goes on.
        .whereRef('incident_account.closed_told_at', '>=', 'incident_account.opened_told_at'),
    )
    .returning('account_id')
    .executeTakeFirst();
  return told !== undefined;
}

type Column = 'closed_told_at' | 'letter_at';

/** What was told of an earlier closing counts as not told. */
function untold(column: Column, closedAt: number): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.ref(column)} is null or ${sql.ref(column)} < ${closedAt})`;
}

/** True for the one who is to tell the account that the incident was closed. */
export async function tellsClosed(
  tx: Reader,
  { incidentId, accountId, closedAt, at }: Account & Closed,
): Promise<boolean> {
  const told = await tx
    .updateTable('incident_account')
    .set({ closed_told_at: at })
    .where('incident_id', '=', incidentId)
    .where('account_id', '=', accountId)
    .where(untold('closed_told_at', closedAt))
    .executeTakeFirst();
  return told.numUpdatedRows > 0n;
}

/** True for the one who is to write the account's letter. */
export async function writesLetter(
  tx: Reader,
  { incidentId, accountId, closedAt, at }: Account & Closed,
): Promise<boolean> {
  const told = await tx
    .updateTable('incident_account')
    .set({ letter_at: at })
    .where('incident_id', '=', incidentId)
    .where('account_id', '=', accountId)
    .where(untold('letter_at', closedAt))
    .executeTakeFirst();
  return told.numUpdatedRows > 0n;
}

type Waiting = Closed & { limit: number };

/** Accounts that were not told yet that the incident was closed. */
export async function notToldClosed(r: Reader, { incidentId, closedAt, limit }: Waiting): Promise<string[]> {
  const query = r
    .selectFrom('incident_account')
    .select('account_id')
    .where('incident_id', '=', incidentId)
    .where(untold('closed_told_at', closedAt))
    .limit(limit);
  const rows = await runAcrossAccounts(() => query.execute());
  return rows.map((row) => row.account_id);
}

/**
 * Accounts without their letter of which the incident holds no store any more, and whose stores were all answered after it;
 * with `whole: false` the others too.
 */
export async function lettersDue(
  r: Reader,
  { incidentId, closedAt, overAt, limit, whole }: Waiting & Over & { whole: boolean },
): Promise<string[]> {
  let query = r
    .selectFrom('incident_account')
    .select('account_id')
    .where('incident_id', '=', incidentId)
    .where(untold('letter_at', closedAt));
  if (whole) {
    query = query.where(
      sql<boolean>`not exists (select 1 from incident_store h join store on store.id = h.store_id
        where h.account_id = incident_account.account_id and h.incident_id = incident_account.incident_id
          and (h.released_at is null or (store.phase = 'live' and store.alarm is null and store.last_ok_at < ${overAt})))`,
    );
  }
  const rows = await runAcrossAccounts(() => query.limit(limit).execute());
  return rows.map((row) => row.account_id);
}

/** True while some account waits for its letter. */
export async function awaitsLetters(r: Reader, over: Over): Promise<boolean> {
  return (await lettersDue(r, { ...over, limit: 1, whole: false })).length > 0;
}

type LetterRow = {
  name: string;
  site: string;
  email: string;
  absence: string | null;
  released_at: number;
  last_ok_at: number;
};

/** `okAt`: since then every question is answered again. */
export type LetterStore = { name: string; site: string; email: string; okAt: number; absence: Absence | null };

/**
 * The account's stores for its letter, in the order of their names: held for at least so long, and answered by a look of
 * their own after the incident.
 */
export async function letterStores(
  r: Reader,
  {
    incidentId,
    accountId,
    overAt,
    leastMs,
  }: { incidentId: string; accountId: string; overAt: number; leastMs: number },
): Promise<LetterStore[]> {
  const query = sql<LetterRow>`
    select store.name, store.site, coalesce(store.email, store.second_email) as email, store.absence,
      h.released_at, store.last_ok_at
    from incident_store h join store on store.id = h.store_id
    where h.incident_id = ${incidentId} and h.account_id = ${accountId} and h.ended = 'good'
      and h.released_at - h.held_at >= ${leastMs} and store.last_ok_at >= ${overAt}
      and coalesce(store.email, store.second_email) is not null and store.phase = 'live' and store.alarm is null
    order by store.name, store.id`;
  const { rows } = await query.execute(r);
  return rows.map(({ name, site, email, absence, released_at: releasedAt, last_ok_at: lastOkAt }) => ({
    name,
    site,
    email,
    absence: fromJsonOrNull<Absence>(absence),
    okAt: releasedAt >= overAt ? releasedAt : lastOkAt,
  }));
}
