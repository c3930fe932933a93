/** PostgreSQL keeps accounts apart by itself, whatever a query forgot to ask. */
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { Secret } from '../core/secret.ts';
import { appendAudit } from './audit.ts';
import { keepRenewalDay, putFeed } from './calendar.ts';
import { insertState } from './consent.ts';
import { putCandidate, readCredential } from './credentials.ts';
import { appendEvent } from './events.ts';
import { beginIdempotent } from './idempotency.ts';
import { newId } from './ids.ts';
import { holdStore } from './held.ts';
import { tellsOpened } from './incident-accounts.ts';
import { checkKeys } from './key-check.ts';
import { keepMail } from './mailbox.ts';
import { appendLook } from './looks.ts';
import { lockMessageSettings } from './message-settings.ts';
import { migrate } from './migrate.ts';
import { appendObservations } from './observations.ts';
import { enqueue } from './outbox.ts';
import { insertHandOff } from './hand-offs.ts';
import { insertSession } from './sessions.ts';
import { cohortCounts, healthyNeighbours } from './crowd.ts';
import { putSubscription } from './subscriptions.ts';
import { insertIntent } from './token-intents.ts';
import { claimDueStores, insertStore, listStores, readStore } from './stores.ts';
import { describePostgres, type OpenTest, type TestDatabase } from './testing.ts';
import { aHandOff, aLook, aMessage, anObservation, aSession, aStore, aVault, NOON } from './testing-rows.ts';

/** One row in every table that belongs to accounts. */
async function fill(database: TestDatabase, accountId: string) {
  const { db } = database;
  const vault = aVault();
  await checkKeys({ db, vault: (fill.vault ??= vault) });
  const store = aStore({ accountId });
  await insertStore(db, store);
  const token = new Secret(`Atzr|${accountId}`);
  await putCandidate({ db, vault: fill.vault }, { accountId, storeId: store.id, version: 1, token });
  await appendObservations(db, { accountId, storeId: store.id, observations: [anObservation()] });
  await appendLook(db, { accountId, storeId: store.id, look: aLook() });
  await database.transaction((tx) =>
    appendEvent(tx, { accountId, storeId: store.id, type: 'x', at: NOON, version: 1, snapshot: {} }),
  );
  await insertSession(db, aSession({ accountId }));
  await insertState(db, {
    stateHash: accountId,
    sessionId: null,
    accountId,
    marketplace: 'amazon',
    applicationId: 'app',
    site: 'amazon.com',
    browserHash: 'b',
    sellerId: null,
    createdAt: NOON,
    expiresAt: NOON + 1,
  });
  await enqueue(db, aMessage({ accountId, storeId: store.id }));
  const mail = { id: `ml_${accountId}`, accountId, storeId: store.id, at: NOON, recipient: 'a@b.test' };
  await keepMail(db, { ...mail, subject: 's', bodyText: 't', bodyHtml: 'h' });
  await keepRenewalDay(db, { accountId, day: '2026-12-10', now: NOON });
  await putFeed(db, { accountId, tokenHash: accountId, now: NOON });
  await insertHandOff(db, aHandOff({ accountId, storeId: store.id }));
  await database.transaction((tx) => lockMessageSettings(tx, { accountId, now: NOON }));
  await holdStore(db, { incidentId: 'in_1', accountId, storeId: store.id, at: NOON });
  await tellsOpened(db, { incidentId: 'in_1', accountId, at: NOON });
  await putSubscription(db, {
    accountId,
    storeId: store.id,
    type: 'TRANSACTION_UPDATE',
    applicationId: 'app',
    region: 'eu',
    destinationId: 'd',
    subscriptionId: `s_${accountId}`,
    failure: null,
    at: NOON,
  });
  await database.transaction((tx) => appendAudit(tx, { accountId, kind: 'store.changed', at: NOON }));
  await beginIdempotent(db, { accountId, key: 'k', fingerprint: 'f', now: NOON });
  await insertIntent(db, {
    accountId,
    id: newId('ti'),
    storeId: store.id,
    kind: 'code',
    sessionId: 'cs_1',
    version: 0,
    owner: 'process',
    begunAt: NOON,
    sentAt: NOON,
    outcome: null,
  });
  return { store, vault: fill.vault };
}
fill.vault = undefined as ReturnType<typeof aVault> | undefined;

async function twoAccounts(open: OpenTest) {
  fill.vault = undefined;
  const database = await open();
  return { database, blue: await fill(database, 'ac_blue'), red: await fill(database, 'ac_red') };
}

/** Every table with rows of accounts, as the database itself lists them. */
async function tablesOf({ db }: TestDatabase): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'account_id' and table_name <> 'person_login' order by 1`.execute(
    db,
  );
  return rows.map((row) => row.name);
}

describePostgres((_name, open) => {
  it('shows an account none of another’s rows, in any table', async () => {
    const { database } = await twoAccounts(open);
    const tables = await tablesOf(database);
    expect(tables).toEqual(expect.arrayContaining(['store', 'credential', 'event', 'idempotency', 'outbox']));
    for (const table of tables) {
      const all = await sql`select account_id from ${sql.table(table)}`.execute(database.db);
      expect([table, all.rows.length]).toEqual([table, 2]);
      const seen = await database.inAccount('ac_blue', () =>
        sql`select account_id from ${sql.table(table)}`.execute(database.db),
      );
      expect([table, seen.rows]).toEqual([table, [{ account_id: 'ac_blue' }]]);
    }
  });

  it('lets an account change, delete and write no row of another', async () => {
    const { database } = await twoAccounts(open);
    // The audit log takes no change of an account at all.
    const tables = (await tablesOf(database)).filter((table) => !table.startsWith('audit_'));
    for (const table of tables) {
      await database.inAccount('ac_blue', async () => {
        const changed =
          await sql`update ${sql.table(table)} set account_id = account_id where account_id = 'ac_red'`.execute(
            database.db,
          );
        const deleted = await database.transaction((tx) =>
          sql`delete from ${sql.table(table)} where account_id = 'ac_red'`.execute(tx),
        );
        expect([table, changed.numAffectedRows, deleted.numAffectedRows]).toEqual([table, 0n, 0n]);
        const given = sql`update ${sql.table(table)} set account_id = 'ac_red'`.execute(database.db);
        await expect(given).rejects.toThrow('row-level security');
      });
    }
    const planted = database.inAccount('ac_blue', () => insertStore(database.db, aStore({ accountId: 'ac_red' })));
    await expect(planted).rejects.toThrow('row-level security');
  });

  it('serves the account’s own work as before, in single queries and in transactions', async () => {
    const { database, blue, red } = await twoAccounts(open);
    await database.inAccount('ac_blue', async () => {
      const { db } = database;
      expect(await readStore(db, { id: blue.store.id })).toMatchObject({ accountId: 'ac_blue' });
      expect(await readStore(db, { id: red.store.id })).toBeNull();
      expect((await listStores(db, { accountId: 'ac_red', limit: 5 })).rows).toEqual([]);
      const credential = { storeId: blue.store.id, state: 'candidate' as const };
      expect(await readCredential({ db, vault: blue.vault }, credential)).not.toBeNull();
      expect(await readCredential({ db, vault: blue.vault }, { ...credential, storeId: red.store.id })).toBeNull();
      await database.transaction(async (tx) => {
        const storeId = blue.store.id;
        await appendEvent(tx, { accountId: 'ac_blue', storeId, type: 'y', at: NOON, version: 2, snapshot: {} });
        const token = new Secret('Atzr|new');
        await putCandidate({ db: tx, vault: blue.vault }, { accountId: 'ac_blue', storeId, version: 2, token });
      });
    });
  });

  it('lets the crowd be seen whole, and the watch work for everybody', async () => {
    const { database, blue, red } = await twoAccounts(open);
    const { cohort } = blue.store;
    await database.inAccount('ac_blue', async () => {
      const spans = [{ looked: NOON, began: NOON }];
      expect(await cohortCounts(database.db, { cohort, spans })).toEqual([{ active: 2, failing: 0 }]);
      const asked = { cohort, notId: blue.store.id, okSince: NOON, limit: 3 };
      expect(await healthyNeighbours(database.db, asked)).toMatchObject([{ id: red.store.id }]);
      const outside = await database.acrossAccounts(() => readStore(database.db, { id: red.store.id }));
      expect(outside).not.toBeNull();
    });
    expect(await claimDueStores(database.db, { now: NOON, owner: 'p', limit: 9, leaseMs: 1 })).toHaveLength(2);
  });

  it('leaves no trace of the account on the connection, not after a failure either', async () => {
    const { database } = await twoAccounts(open);
    const failing = database.inAccount('ac_blue', () => sql`select 1 / 0`.execute(database.db));
    await expect(failing).rejects.toThrow('division by zero');
    const broken = database.inAccount('ac_blue', () =>
      database.transaction(async (tx) => {
        await sql`select 1 / 0`.execute(tx);
      }),
    );
    await expect(broken).rejects.toThrow('division by zero');
    const { rows } = await sql<{ role: string; account: string | null }>`
      select current_user as role, current_setting('storekeeper.account', true) as account`.execute(database.db);
    expect(rows[0]?.role).not.toBe('storekeeper_app');
    expect(rows[0]?.account ?? '').toBe('');
    expect((await sql`select 1 from store`.execute(database.db)).rows).toHaveLength(2);
  });

  it('guards a table that a later migration brings', async () => {
    const database = await open({ empty: true });
    const later = { name: '9998_later', text: 'create table later (account_id text not null, id text primary key)' };
    await migrate(database, [later]);
    await sql`insert into later values ('ac_red', '1')`.execute(database.db);
    const seen = await database.inAccount('ac_blue', () => sql`select 1 from later`.execute(database.db));
    expect(seen.rows).toEqual([]);
  });

  it('refuses an account id that is no id', async () => {
    const database = await open();
    const tricked = database.inAccount("x'; reset role; --", () => sql`select 1`.execute(database.db));
    await expect(tricked).rejects.toThrow('not the id of an account');
  });
});
