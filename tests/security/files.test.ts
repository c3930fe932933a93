/** What other users of the machine can read, and a database file that is reached by a second name. */
import { chmodSync, linkSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makePlace, type Place } from '../support/program.ts';

const SECRET_KEY = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=';
const PRODUCTION = { STOREKEEPER_DEMO: 'off', STOREKEEPER_SECRET_KEY: SECRET_KEY };

const places: Place[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.remove();
});

async function place(settings: Record<string, string> = PRODUCTION): Promise<Place> {
  const made = await makePlace(settings);
  places.push(made);
  return made;
}

/** Every path below the folder with its permission bits, for those that others may use. */
function openToOthers(folder: string): string[] {
  const below = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = [folder, ...below.map((entry) => join(entry.parentPath, entry.name))];
  return paths
    .map((path) => `${path.slice(folder.length)} ${(statSync(path).mode & 0o777).toString(8)}`)
    .filter((line) => !/ [67]00$/.test(line));
}

describe('another user of the machine', () => {
  test('reads nothing when the server, the demo and its emulator run', async () => {
    const at = await place({});
    await at.start().ready();
    expect(openToOthers(join(at.folder, 'data'))).toEqual([]);
    expect(readdirSync(join(at.folder, 'data'))).toEqual(expect.arrayContaining(['storekeeper.db-wal', 'emulator']));
  });

  test('reads nothing when the tool makes the first account and a backup', async () => {
    const at = await place();
    await at.tool('account', 'create', 'Halden & Roe');
    const file = join(at.folder, 'copy.db');
    expect(await at.tool('backup', file)).toMatchObject({ code: 0 });
    expect(openToOthers(join(at.folder, 'data'))).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('reads nothing when an older version left its files open', async () => {
    const at = await place();
    await at.tool('account', 'create', 'Halden & Roe');
    const data = join(at.folder, 'data');
    chmodSync(data, 0o755);
    for (const name of readdirSync(data)) chmodSync(join(data, name), 0o644);
    await at.start().up();
    expect(openToOthers(data)).toEqual([]);
  });

  test('keeps a shared folder as it is when the data folder is shared', async () => {
    const at = await place();
    const shared = join(at.folder, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    at.env['STOREKEEPER_DATA_DIR'] = shared;
    await at.tool('account', 'create', 'first');
    await at.tool('account', 'create', 'second');
    expect(statSync(shared).mode & 0o7777).toBe(0o1777);
    expect(statSync(join(shared, 'storekeeper.db')).mode & 0o777).toBe(0o600);
  });
});

describe('a second server on the same file', () => {
  test.each([
    [
      'a symbolic link to the file',
      (at: Place) => symlinkSync(dataOf(at, 'storekeeper.db'), join(at.folder, 'other.db')),
    ],
    ['a symbolic link to its folder', (at: Place) => symlinkSync(dataOf(at), join(at.folder, 'other'))],
    ['a chain of relative links', (at: Place) => chain(at)],
    ['a hard link', (at: Place) => linkSync(dataOf(at, 'storekeeper.db'), join(at.folder, 'other.db'))],
  ])('refuses when it opens it by %s', async (_what, link) => {
    const at = await place();
    await at.start().up();
    link(at);
    const path = readdirSync(at.folder).includes('other.db') ? 'other.db' : join('other', 'storekeeper.db');
    const other = await place({
      ...PRODUCTION,
      STOREKEEPER_DATABASE_URL: `sqlite:${join(at.folder, path)}`,
      STOREKEEPER_DATA_DIR: join(at.folder, 'second'),
    });
    const { code, err } = await other.start().ended;
    expect(code).toBe(1);
    expect(err).toMatch(/in use by another Storekeeper \(process \d+\)|2 names \(hard links\)/);
    expect(err).not.toMatch(/\n\s+at |\\n\s+at /);
  });

  test('refuses when the file does not exist yet and both came by a link', async () => {
    const at = await place();
    mkdirSync(dataOf(at));
    symlinkSync(dataOf(at, 'storekeeper.db'), join(at.folder, 'other.db'));
    at.env['STOREKEEPER_DATABASE_URL'] = `sqlite:${join(at.folder, 'other.db')}`;
    await at.start().up();
    expect(readdirSync(dataOf(at))).toContain('storekeeper.db');
    const other = await place({ ...PRODUCTION, STOREKEEPER_DATA_DIR: dataOf(at) });
    expect(await other.start().ended).toMatchObject({ code: 1, err: expect.stringContaining('in use by another') });
  });
});

function dataOf(at: Place, name = ''): string {
  return join(at.folder, 'data', name);
}

function chain(at: Place): void {
  symlinkSync('other-2.db', join(at.folder, 'other.db'));
  symlinkSync(join('data', 'storekeeper.db'), join(at.folder, 'other-2.db'));
}
