/** The command line, as an operator types it: a process of its own beside the running server. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { openRooms, type Rooms } from '../../server/src/rooms.ts';
import { readConfig, type Config } from '../../server/src/config.ts';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { insertStore } from '../../server/src/db/stores.ts';
import { aStore } from '../../server/src/db/testing-rows.ts';
import { putCandidate } from '../../server/src/db/credentials.ts';
import { Secret } from '../../server/src/core/secret.ts';
import { createLog } from '../../server/src/log.ts';
import { accountOfKey } from '../../server/src/people/api-keys.ts';
import { COMPILED_ONCE } from '../support/compiled-once.ts';

const PROGRAM = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));
const newKey = () => randomBytes(32).toString('base64');

type Said = { code: number; out: string; err: string };
type Place = { folder: string; env: Record<string, string>; run: (...words: string[]) => Promise<Said> };

const cleaning: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).toReversed()) await clean();
});

/** A folder with settings of its own; nothing of the machine's own settings gets in. */
function place(settings: Record<string, string> = {}): Place {
  const folder = mkdtempSync(join(tmpdir(), 'storekeeper-cli-'));
  cleaning.push(() => rmSync(folder, { recursive: true, force: true }));
  const env = { STOREKEEPER_DEMO: 'off', STOREKEEPER_SECRET_KEY: newKey(), STOREKEEPER_DATA_DIR: folder, ...settings };
  const run = (...words: string[]) =>
    new Promise<Said>((resolve) => {
      const options = { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...COMPILED_ONCE, ...env } };
      execFile(process.execPath, [PROGRAM, ...words], options, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
      });
    });
  return { folder, env, run };
}

async function configOf({ env, folder }: Place): Promise<Config> {
  const read = await readConfig({ env, directory: folder });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.config;
}

/** The database as the running server holds it: with the lock. */
async function serve(at: Place): Promise<Rooms> {
  const rooms = await openRooms(await configOf(at), createLog({ level: 'silent' }));
  cleaning.push(async () => {
    await rooms.outbound.close();
    await rooms.database.close();
  });
  return rooms;
}

describe('while the server runs', () => {
  test('an API key is made for an account by name, and stands alone on standard output', async () => {
    const at = place();
    const { people } = await serve(at);
    const made = await at.run('account', 'create', 'Halden', '&', 'Roe');
    expect(made).toMatchObject({ code: 0, err: '' });
    const id = made.out.trim();
    expect((await at.run('account', 'list')).out).toBe(`${id}  Halden & Roe\n`);
    const key = await at.run('api-key', 'create', '--account', 'halden & roe');
    expect(key).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^sk_[\w-]{43}\n$/) });
    expect(await accountOfKey(people, key.out.trim())).toBe(id);
  });

  test('stores are listed and shown', async () => {
    const at = place();
    const { shop } = await serve(at);
    const accountId = (await at.run('account', 'create', 'demo')).out.trim();
    const { beginning } = await import('../../server/src/stores/open-store.ts');
    const store = aStore({ accountId, judgement: beginning('verifying', null) });
    await insertStore(shop.db.db, store);
    expect((await at.run('store', 'list', '--account', 'demo')).out).toMatch(new RegExp(`^${store.id} .*Blue Bird\n$`));
    const shown = await at.run('store', 'show', store.id, '--account', 'demo');
    expect(JSON.parse(shown.out)).toMatchObject({ id: store.id, name: 'Blue Bird' });
    const other = await at.run('store', 'show', 'st_none', '--account', 'demo');
    expect(other).toMatchObject({ code: 1, out: '' });
  });

  test('a backup is made, and a restore is refused, naming the process', async () => {
    const at = place();
    await serve(at);
    const file = join(at.folder, 'copy.db');
    expect(await at.run('backup', file)).toMatchObject({ code: 0, err: '' });
    expect((await at.run('backup', file)).err).toContain('exists already');
    const refused = await at.run('restore', file);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(`process ${process.pid}`) });
  });

  test('the key is changed, and the old one may be forgotten', async () => {
    const [oldKey, nextKey] = [newKey(), newKey()];
    const at = place({ STOREKEEPER_SECRET_KEY: `${oldKey},${nextKey}` });
    const { shop, vault } = await serve(at);
    await checkKeys({ db: shop.db.db, vault });
    const store = aStore();
    await insertStore(shop.db.db, store);
    const token = new Secret('Atzr|planted');
    const { accountId, id: storeId } = store;
    await putCandidate({ db: shop.db.db, vault }, { accountId, storeId, version: 1, token });
    at.env['STOREKEEPER_SECRET_KEY'] = `${nextKey},${oldKey}`;
    expect((await at.run('key', 'rotate')).out).toMatch(/2 secrets were wrapped anew.* Retired/);
    at.env['STOREKEEPER_SECRET_KEY'] = nextKey;
    expect(await at.run('account', 'list')).toMatchObject({ code: 0, err: '' });
    at.env['STOREKEEPER_SECRET_KEY'] = oldKey;
    expect(await at.run('account', 'list')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Set the right key'),
    });
  });
});

describe('while the server is stopped', () => {
  test('a backup brings back what was lost', async () => {
    const at = place();
    const id = (await at.run('account', 'create', 'kept')).out.trim();
    const file = join(at.folder, 'copy.db');
    await at.run('backup', file);
    await at.run('account', 'create', 'later');
    expect(await at.run('restore', file)).toMatchObject({ code: 0, err: '' });
    expect((await at.run('account', 'list')).out).toBe(`${id}  kept\n`);
  });

  test('a broken database does not keep its own backup out', async () => {
    const at = place();
    await at.run('account', 'create', 'kept');
    const file = join(at.folder, 'copy.db');
    await at.run('backup', file);
    writeFileSync(join(at.folder, 'storekeeper.db'), 'rubbish');
    expect((await at.run('account', 'list')).code).toBe(1);
    expect(await at.run('restore', file)).toMatchObject({ code: 0, err: '' });
    expect((await at.run('account', 'list')).out).toContain('kept');
  });

  test('what is no backup changes nothing', async () => {
    const at = place();
    await at.run('account', 'create', 'kept');
    const before = readFileSync(join(at.folder, 'storekeeper.db'));
    const rubbish = join(at.folder, 'rubbish.db');
    writeFileSync(rubbish, 'rubbish');
    expect(await at.run('restore', rubbish)).toMatchObject({
      code: 1,
      err: expect.stringContaining('no whole backup'),
    });
    expect((await at.run('restore', join(at.folder, 'nowhere'))).err).toContain('not there');
    expect(readFileSync(join(at.folder, 'storekeeper.db'))).toEqual(before);
  });

  test('the self-test says what is missing and what to do', async () => {
    const { out, code } = await place().run('doctor');
    expect(code).toBe(1);
    expect(out).toContain('fine   database (sqlite)');
    expect(out).toContain('wrong  no app: write one into the file named by STOREKEEPER_APPS_FILE');
  });
});

test.each([
  [['nonsense'], 'Usage:'],
  [[], 'Usage:'],
  [['constructor'], 'Usage:'],
  [['account', 'list', '--colour', 'blue'], '--colour'],
  [['api-key', 'create'], '--account NAME'],
  [['api-key', 'create', '--account', 'nobody'], 'no account named “nobody”'],
])('%j is answered with what to type, on standard error', async (words, expected) => {
  const { code, out, err } = await place().run(...words);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(expected);
  expect(err).not.toContain('made a mistake');
});

test('every wrong setting is told at once', async () => {
  const { code, err } = await place({ PORT: 'x', STOREKEEPER_ROLE: 'boss' }).run('account', 'list');
  expect(code).toBe(1);
  expect(err).toMatch(/PORT.*\n.*STOREKEEPER_ROLE/s);
});
