/** Changes to the audit log reach the operator: by the watch, by mail, and on the command line. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { appendAudit } from '../../server/src/db/audit.ts';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { parseKey } from '../../server/src/db/keys.ts';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import { NOON } from '../../server/src/db/testing-rows.ts';
import { ask } from '../../server/src/db/testing-statements.ts';
import { openVault } from '../../server/src/db/vault.ts';
import { proveAudit } from '../../server/src/stores/audit-watch.ts';
import { COMPILED_ONCE } from '../support/compiled-once.ts';
import { openWeb } from '../support/web.ts';

const CLI = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));
const cleaning: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).toReversed()) await clean();
});

/** As the owner of the tables, who can switch the triggers off. */
async function flip(database: TestDatabase, accountId: string): Promise<void> {
  const { db, dialect } = database;
  await ask(
    db,
    dialect === 'sqlite'
      ? 'drop trigger audit_entry_unchanged'
      : 'alter table audit_entry disable trigger audit_entry_unchanged',
  );
  await ask(db, `update audit_entry set body = replace(body, 'st_1', 'st_2') where account_id = '${accountId}'`);
  if (dialect === 'postgres') await ask(db, 'alter table audit_entry enable trigger audit_entry_unchanged');
}

eachDatabase((_name, open) => {
  test('the watch logs a changed entry and queues one mail a day to the operator', async () => {
    const database = await open();
    const { shop, log, close } = await openWeb(database);
    cleaning.push(close);
    const watched = { ...shop, settings: { ...shop.settings, operatorEmail: 'operator@example.test' } };
    const news = { accountId: 'ac_blue', kind: 'store.deleted', at: NOON, storeId: 'st_1' } as const;
    await database.transaction((tx) => appendAudit(tx, news));
    expect((await proveAudit(watched)).faults).toEqual([]);
    expect(log()).toContain('the audit log was proven');
    await flip(database, 'ac_blue');
    for (let round = 0; round < 2; round += 1) expect((await proveAudit(watched)).faults).toHaveLength(1);
    expect(log()).toContain('the audit log was changed');
    const mails = await ask(database.db, "select payload from outbox where kind = 'operator_email'");
    expect(mails).toHaveLength(1);
    expect(String(mails[0]?.['payload'])).toContain('ac_blue, entry 1');
  });

  test('the command line lists the entries, and exits with 1 and the entry when one was changed', async () => {
    const database = await open({ onDisk: true });
    const key = randomBytes(32).toString('base64');
    const vault = openVault({ keys: [parseKey(key)] });
    await database.transaction((tx) => checkKeys({ db: tx, vault }));
    const folder = mkdtempSync(join(tmpdir(), 'storekeeper-audit-'));
    cleaning.push(() => rmSync(folder, { recursive: true, force: true }));
    const run = (...words: string[]) =>
      new Promise<{ code: number; out: string; err: string }>((resolve) => {
        const env = {
          PATH: process.env['PATH'] ?? '',
          ...COMPILED_ONCE,
          STOREKEEPER_DATABASE_URL: database.url,
          STOREKEEPER_DATA_DIR: folder,
          STOREKEEPER_SECRET_KEY: key,
          STOREKEEPER_DEMO: 'off',
        };
        execFile(process.execPath, [CLI, ...words], { env, cwd: folder }, (error, out, err) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
        });
      });
    const accountId = (await run('account', 'create', 'Halden')).out.trim();
    const news = { accountId, kind: 'store.deleted', at: NOON, storeId: 'st_1' } as const;
    await database.transaction((tx) => appendAudit(tx, news));
    const listed = await run('audit', 'list', '--account', 'Halden', '--json');
    expect(
      listed.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { kind: 'account.created', actor: { kind: 'operator_cli' } },
      { kind: 'store.deleted', storeId: 'st_1' },
    ]);
    expect((await run('audit', 'list', '--account', 'Halden')).out).toContain('store.deleted  system  st_1');
    expect(await run('audit', 'verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('whole and unchanged'),
    });
    await flip(database, accountId);
    expect(await run('audit', 'verify', '--account', 'Halden')).toMatchObject({
      code: 1,
      out: expect.stringContaining(`${accountId}, entry 2`),
    });
  });
});
