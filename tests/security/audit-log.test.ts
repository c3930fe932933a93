/** The audit log in the hands of somebody who can write to the database: nothing changes quietly. */
import { describe, expect, test } from 'vitest';
import { appendAudit, hashOf, listAudit, pruneAudit } from '../../server/src/db/audit.ts';
import { anchorAudit, verifyAudit } from '../../server/src/db/audit-verify.ts';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { eachDatabase, type OpenTest, type TestDatabase } from '../../server/src/db/testing.ts';
import { aVault, NOON } from '../../server/src/db/testing-rows.ts';
import { ask } from '../../server/src/db/testing-statements.ts';

const ACCOUNT = 'ac_blue';

/** Two accounts with ten entries each, sealed. */
async function aLog(open: OpenTest) {
  const database = await open();
  const vault = aVault();
  await database.transaction((tx) => checkKeys({ db: tx, vault }));
  for (const accountId of [ACCOUNT, 'ac_red']) {
    for (let i = 0; i < 10; i += 1) {
      const news = { accountId, kind: 'store.changed', at: NOON + i, storeId: `st_${i}` } as const;
      await database.acting(
        { actor: { kind: 'person', id: 'p1' }, origin: { ip: '192.0.2.1', agent: 'Firefox' } },
        () => database.transaction((tx) => appendAudit(tx, news)),
      );
    }
  }
  const prove = async () => (await verifyAudit({ database, vault })).faults;
  const seal = () => anchorAudit({ database, vault });
  expect((await seal()).faults).toEqual([]);
  expect(await prove()).toEqual([]);
  return { database, vault, prove, seal };
}

/** What a person with the owner's rights can do: the triggers are gone. */
async function withoutTriggers({ db, dialect }: TestDatabase): Promise<void> {
  const names = ['audit_entry_unchanged', 'audit_entry_kept', 'audit_head_forward', 'audit_head_kept'];
  for (const name of names) {
    const table = name.startsWith('audit_entry') ? 'audit_entry' : 'audit_head';
    await ask(db, dialect === 'sqlite' ? `drop trigger ${name}` : `alter table ${table} disable trigger ${name}`);
  }
}

/** Puts the triggers back, so that the database serves the next test. */
async function withTriggers({ db, dialect }: TestDatabase): Promise<void> {
  if (dialect === 'sqlite') return;
  for (const table of ['audit_entry', 'audit_head']) await ask(db, `alter table ${table} enable trigger user`);
}

/** Calculates the chain again from its first entry, head included, as an editor with knowledge of the form would. */
async function calculateAgain({ db }: TestDatabase): Promise<void> {
  const rows = await ask(db, `select seq, body from audit_entry where account_id = '${ACCOUNT}' order by seq`);
  let previous = '';
  for (const { seq, body } of rows) {
    const hash = hashOf({ previous, body: String(body) });
    await ask(
      db,
      `update audit_entry set previous = '${previous}', hash = '${hash}' where account_id = '${ACCOUNT}' and seq = ${Number(seq)}`,
    );
    previous = hash;
  }
  const last = Number(rows.at(-1)?.['seq'] ?? 0);
  await ask(db, `update audit_head set seq = ${last}, hash = '${previous}' where account_id = '${ACCOUNT}'`);
}

const OURS = `account_id = '${ACCOUNT}'`;

const EDITS: [what: string, seq: number, statements: string[]][] = [
  ['flipped', 4, [`update audit_entry set body = replace(body, 'st_3', 'st_9') where ${OURS} and seq = 4`]],
  ['deleted', 4, [`delete from audit_entry where ${OURS} and seq = 4`]],
  [
    'inserted',
    4,
    [
      `update audit_entry set seq = -seq where ${OURS} and seq >= 4`,
      `update audit_entry set seq = 1 - seq where ${OURS} and seq < 0`,
      `insert into audit_entry select account_id, 4, at, kind, store_id, body, previous, hash from audit_entry where ${OURS} and seq = 3`,
      `update audit_head set seq = 11 where ${OURS}`,
    ],
  ],
  [
    'put in another order',
    4,
    [
      `update audit_entry set seq = 0 where ${OURS} and seq = 4`,
      `update audit_entry set seq = 4 where ${OURS} and seq = 5`,
      `update audit_entry set seq = 5 where ${OURS} and seq = 0`,
    ],
  ],
  [
    'cut off',
    9,
    [
      `delete from audit_entry where ${OURS} and seq > 8`,
      `update audit_head set seq = 8, hash = (select hash from audit_entry where ${OURS} and seq = 8) where ${OURS}`,
    ],
  ],
];

eachDatabase((_name, open) => {
  describe('entries that were', () => {
    test.each(EDITS)('%s are found', async (_what, seq, statements) => {
      const { database, prove } = await aLog(open);
      await withoutTriggers(database);
      for (const statement of statements) await ask(database.db, statement);
      expect(await prove()).toMatchObject([{ accountId: ACCOUNT, seq }]);
      await withTriggers(database);
    });

    test.each(EDITS)('%s and whose chain was calculated again are found', async (_what, _seq, statements) => {
      const { database, prove, seal } = await aLog(open);
      await withoutTriggers(database);
      for (const statement of statements) await ask(database.db, statement);
      await calculateAgain(database);
      expect(await prove()).toMatchObject([{ accountId: ACCOUNT }]);
      expect((await seal()).faults).toMatchObject([{ accountId: ACCOUNT }]);
      expect(await prove()).toHaveLength(1);
      await withTriggers(database);
    });
  });

  test('finds a chain that was removed with its head and its anchor', async () => {
    const { database, prove } = await aLog(open);
    await withoutTriggers(database);
    await ask(database.db, `delete from audit_entry where ${OURS}`);
    await ask(database.db, `delete from audit_head where ${OURS}`);
    expect(await prove()).toMatchObject([{ accountId: ACCOUNT, wrong: 'its head is missing' }]);
    await ask(database.db, `delete from meta where name = 'audit_anchor:${ACCOUNT}'`);
    expect(await prove()).toMatchObject([{ wrong: '2 chains were sealed, 1 are here' }]);
    await ask(database.db, "delete from meta where name = 'audit_anchors'");
    expect(await prove()).toMatchObject([{ wrong: 'the number of chains was changed' }]);
    await withTriggers(database);
  });

  test('the database refuses to change, remove and empty entries, and to set a head back', async () => {
    const { database } = await aLog(open);
    const refused = [
      "update audit_entry set kind = 'x'",
      'delete from audit_entry',
      'update audit_head set seq = 1',
      'delete from audit_head',
      ...(database.dialect === 'postgres' ? ['truncate audit_entry'] : []),
    ];
    for (const statement of refused) await expect(ask(database.db, statement)).rejects.toThrow(/audit log/);
    const inAccount = database.inAccount(ACCOUNT, () => ask(database.db, 'delete from audit_entry'));
    await expect(inAccount).rejects.toThrow();
  });

  test('stays provable after retention removed old entries and new ones came', async () => {
    const { database, prove, seal } = await aLog(open);
    const pruned = await database.transaction((tx) => pruneAudit(tx, { accountId: ACCOUNT, before: NOON + 6 }));
    expect(pruned).toBe(6);
    expect(await prove()).toEqual([]);
    await database.transaction((tx) => appendAudit(tx, { accountId: ACCOUNT, kind: 'store.changed', at: NOON }));
    expect((await seal()).faults).toEqual([]);
    expect(await prove()).toEqual([]);
    await withoutTriggers(database);
    await ask(database.db, `delete from audit_entry where ${OURS} and seq = 7`);
    expect(await prove()).toMatchObject([{ accountId: ACCOUNT, seq: 7 }]);
    await withTriggers(database);
  });

  test('keeps one chain when many transactions append at once', async () => {
    const { database, prove } = await aLog(open);
    const append = (i: number) =>
      database.inAccount(ACCOUNT, () =>
        database.transaction((tx) => appendAudit(tx, { accountId: ACCOUNT, kind: 'store.changed', at: NOON + i })),
      );
    await Promise.all(Array.from({ length: 20 }, (_, i) => append(i)));
    expect(await prove()).toEqual([]);
    const entries = await listAudit(database.db, { accountId: ACCOUNT, after: 0, limit: 100 });
    expect(entries).toHaveLength(30);
    expect(entries[0]).toMatchObject({ actor: { kind: 'person', id: 'p1' }, origin: { ip: '192.0.2.0/24' } });
    expect(entries[29]).toMatchObject({ actor: { kind: 'system' } });
  });
});
