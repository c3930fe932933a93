import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { credentialSuite, leaseSuite, storeSuite } from './stores.testsuite.ts';
import { evidenceSuite, messageSuite, requestSuite } from './suite.testsuite.ts';
import { foundationSuite, keySuite } from './keys.testsuite.ts';
import { insertStore, listStores, lockStore, saveStore } from './stores.ts';
import { describePostgres } from './testing.ts';
import { aStore } from './testing-rows.ts';

describePostgres((_name, open) => {
  storeSuite(open);
  leaseSuite(open);
  credentialSuite(open);
  evidenceSuite(open);
  messageSuite(open);
  requestSuite(open);
  keySuite(open);
  foundationSuite(open);

  it('runs a transaction again that lost a deadlock', async () => {
    const database = await open();
    let bothHold: () => void = () => undefined;
    const [a, b] = [aStore({ version: 0 }), aStore({ version: 0 })];
    await insertStore(database.db, a);
    await insertStore(database.db, b);
    const bothHoldOne = new Promise<void>((resolve) => {
      bothHold = resolve;
    });
    let holding = 0;
    const bump = (first: string, second: string) =>
      database.transaction(async (tx) => {
        for (const id of [first, second]) {
          const row = await lockStore(tx, id);
          holding += 1;
          if (holding === 2) bothHold();
          await bothHoldOne;
          if (row) await saveStore(tx, { ...row, version: row.version + 1 });
        }
      });
    await Promise.all([bump(a.id, b.id), bump(b.id, a.id)]);
    const { rows } = await listStores(database.db, { accountId: 'ac_blue', limit: 9 });
    expect(rows.map((row) => row.version)).toEqual([2, 2]);
  });

  it('goes on by itself after its connections were cut', async () => {
    const database = await open();
    const other = await database.again();
    await sql`select 1`.execute(database.db);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(other.db);
    let answered = 0;
    for (let i = 0; i < 3 && answered === 0; i += 1) {
      answered = await sql`select 1`.execute(database.db).then(
        (result) => result.rows.length,
        () => 0,
      );
    }
    expect(answered).toBe(1);
  });
});
