/** PostgreSQL keeps accounts apart even where a query asks for everything: every table, as every role that the server uses. */
import { describe, expect, test } from 'vitest';
import { migrate } from '../../server/src/db/migrate.ts';
import { openDatabase } from '../../server/src/db/open.ts';
import { insertStore } from '../../server/src/db/stores.ts';
import { asSuperuser, describePostgres, type TestDatabase } from '../../server/src/db/testing.ts';
import { ask } from '../../server/src/db/testing-statements.ts';
import { aStore } from '../../server/src/db/testing-rows.ts';
import { openWeb } from '../support/web.ts';

/** What the database shows an account's own work of a table: rows, or the refusal. */
async function seenBy(database: TestDatabase, accountId: string, table: string): Promise<string> {
  return database.inAccount(accountId, () =>
    ask(database.db, `select * from ${table}`).then(
      (rows) => JSON.stringify(rows),
      (error: unknown) => `refused: ${String(error)}`,
    ),
  );
}

async function tablesOf({ db }: TestDatabase): Promise<string[]> {
  const rows = await ask(db, "select tablename from pg_tables where schemaname = 'public' order by 1");
  return rows.map((row) => String(row['tablename']));
}

/** The name of the first column of each table. */
async function firstColumns({ db }: TestDatabase): Promise<Map<string, string>> {
  const rows = await ask(
    db,
    "select table_name, column_name from information_schema.columns where table_schema = 'public' and ordinal_position = 1",
  );
  return new Map(rows.map((row) => [String(row['table_name']), String(row['column_name'])]));
}

/** Runs statements as the owner, tries a start, and takes them back with what the start printed. */
async function startAfter(database: TestDatabase, statement: string): Promise<string> {
  await ask(database.db, statement);
  const problem = await migrate(database).then(
    () => '',
    (error: unknown) => String(error),
  );
  for (const line of problem.split('\n').filter((one) => one.endsWith(';'))) await ask(database.db, line);
  await migrate(database);
  return problem;
}

describePostgres((_name, open) => {
  test('shows an account no row of another account, and no sign-in or key of anybody, in any table', async () => {
    const database = await open();
    const { signUp, apiKey, close } = await openWeb(database);
    const [mira, roe] = [await signUp('Mira'), await signUp('Roe')];
    await apiKey(roe.accountId);
    await insertStore(database.db, aStore({ accountId: roe.accountId, name: 'Roe’s store' }));
    const foreign = [roe.accountId, roe.personId, roe.email, 'Roe’s store'];
    for (const table of await tablesOf(database)) {
      const seen = await seenBy(database, mira.accountId, table);
      expect([table, foreign.filter((text) => seen.includes(text))]).toEqual([table, []]);
    }
    for (const table of ['person_session', 'person_login', 'person_verification', 'installation_secret', 'process']) {
      expect(await seenBy(database, mira.accountId, table)).toContain('permission denied');
    }
    expect(await seenBy(database, mira.accountId, 'person')).toContain(mira.email);
    expect(await seenBy(database, 'ac_none', 'person')).toBe('[]');
    await close();
  });

  test('lets an account change no row of another account and nothing of the installation, in any table', async () => {
    const database = await open();
    const { signUp, apiKey, close } = await openWeb(database);
    const [mira, roe] = [await signUp('Mira'), await signUp('Roe')];
    await apiKey(roe.accountId);
    await insertStore(database.db, aStore({ accountId: roe.accountId }));
    const all = async (table: string) => JSON.stringify(await ask(database.db, `select * from ${table} order by 1`));
    const columns = await firstColumns(database);
    // The state of a marketplace is shared by all accounts, and none of its rows belongs to one.
    const shared = new Set(['cohort', 'incident']);
    for (const table of (await tablesOf(database)).filter((name) => !shared.has(name))) {
      const before = await all(table);
      const same = `${columns.get(table)} = ${columns.get(table)}`;
      await database.inAccount(mira.accountId, async () => {
        const tries = [`update ${table} set ${same}`, `delete from ${table} where ${same}`, `truncate ${table}`];
        for (const attempt of tries) await ask(database.db, attempt).catch(() => undefined);
      });
      expect([table, await all(table)]).toEqual([table, before]);
    }
    await close();
  });

  describe('a start is refused, with the statement that puts it right, when', () => {
    test.each([
      ['a table’s row-level security is off', 'alter table store disable row level security', 'switched off'],
      ['a policy shows more', 'alter policy own_account on credential using (true)', 'own_account on credential'],
      ['a second policy shows more', 'create policy more on store to storekeeper_app using (true)', 'more on store'],
      ['a policy is gone', 'drop policy own_account on event', 'own_account on event is missing'],
      ['a policy is for everybody', 'alter policy own_account on look to public', 'own_account on look'],
      ['a closed table is opened', 'grant select on person_session to storekeeper_app', 'person_session'],
      ['a column is opened', 'grant select (token) on person_session to storekeeper_app', 'person_session'],
      ['a table is open to everybody', 'grant delete on meta to public', 'meta'],
      [
        'a view shows a table',
        'create view way_in as select * from person; grant select on way_in to public',
        'way_in',
      ],
      [
        'a function runs as the owner',
        "create function way_in() returns text language sql security definer as 'select token from person_session limit 1'",
        'way_in()',
      ],
    ])('%s', async (_what, statement, named) => {
      const database = await open();
      const problem = await startAfter(database, statement);
      expect(problem).toContain('nothing starts');
      expect(problem).toContain(named);
      // What a test left behind, so that the database serves the next one.
      await ask(database.db, 'drop view if exists way_in');
      await ask(database.db, 'drop function if exists way_in()');
    });
  });

  test('refuses to start with a superuser, before it changes anything', async () => {
    const database = await open({ empty: true });
    const mighty = await openDatabase({ url: asSuperuser(database), dataDir: database.dataDir, exclusive: false });
    await expect(migrate(mighty)).rejects.toThrow(/row-level security does not bind.*create role storekeeper login/s);
    expect(await tablesOf(database)).toEqual([]);
    await mighty.close();
  });
});
