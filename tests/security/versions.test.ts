/** Updates and restores: who may change the tables, what is kept before, and which backup is refused. */
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { migrate, readMigrations } from '../../server/src/db/migrate.ts';
import { openDatabase } from '../../server/src/db/open.ts';
import { makePlace, type Place } from '../support/program.ts';

const SECRET_KEY = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=';
const OTHER_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const PRODUCTION = { STOREKEEPER_DEMO: 'off', STOREKEEPER_SECRET_KEY: SECRET_KEY };

const places: Place[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.remove();
});

/** A production folder with one account in its database. */
async function place(): Promise<Place> {
  const made = await makePlace(PRODUCTION);
  places.push(made);
  await made.tool('account', 'create', 'kept');
  return made;
}

const fileOf = (at: Place): string => join(at.folder, 'data', 'storekeeper.db');
const namesIn = (at: Place): string[] => readdirSync(join(at.folder, 'data'));

function change(file: string, script: string): void {
  const database = new DatabaseSync(file);
  database.exec(script);
  database.close();
}

function valueIn(file: string, query: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Object.values(database.prepare(query).get() ?? {})[0];
  } finally {
    database.close();
  }
}

const LAST = readMigrations().at(-1)?.name ?? '';
const FUTURE = "insert into migration (name, checksum, applied_at) values ('9999_future', 'x', 1)";

/** Replaces the file by what the version before would have: without the last migration, with the same account and key. */
async function makeOlder(file: string): Promise<void> {
  const [now, older] = [`${file}.now`, `${file}.older`];
  renameSync(file, now);
  const database = await openDatabase({ url: `sqlite:${older}`, dataDir: dirname(file), exclusive: false });
  await migrate(database, readMigrations().slice(0, -1));
  await database.close();
  change(
    older,
    `attach '${now}' as new; delete from meta; insert into meta select * from new.meta;
     insert into accounts select * from new.accounts; detach new`,
  );
  renameSync(older, file);
  rmSync(now);
}

describe('a tool of another version', () => {
  test('refuses and changes nothing when the tables are older', async () => {
    const at = await place();
    await makeOlder(fileOf(at));
    const { code, err } = await at.tool('account', 'list');
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringContaining('Start the server of this version first'),
    });
    expect(valueIn(fileOf(at), `select count(*) from migration where name = '${LAST}'`)).toBe(0);
  });

  test('refuses when the tables are newer, and so does the server', async () => {
    const at = await place();
    change(fileOf(at), FUTURE);
    expect(await at.tool('account', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('newer') });
    const { code, err } = await at.start().ended;
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('9999_future') });
    expect(err).not.toMatch(/\n\s+at |\\n\s+at /);
  });

  test('refuses another program’s database, and so does the server', async () => {
    const at = await makePlace({ ...PRODUCTION });
    places.push(at);
    at.env['STOREKEEPER_DATABASE_URL'] = `sqlite:${join(at.folder, 'foreign.db')}`;
    change(join(at.folder, 'foreign.db'), 'create table recipe (id text)');
    const expected = { code: 1, err: expect.stringContaining('another program') };
    expect(await at.tool('account', 'list')).toMatchObject(expected);
    expect(await at.start().ended).toMatchObject(expected);
    expect(valueIn(join(at.folder, 'foreign.db'), 'select count(*) from sqlite_schema')).toBe(1);
  });
});

describe('the server of a newer version', () => {
  test('keeps a whole copy, at most three, when it brings the tables up to date', async () => {
    const at = await place();
    for (const year of [2021, 2022, 2023]) writeFileSync(`${fileOf(at)}.before-update-${year}0101T000000000Z`, 'old');
    await makeOlder(fileOf(at));
    await at.start().up();
    const copies = namesIn(at).filter((name) => name.includes('before-update'));
    expect(copies).toHaveLength(3);
    expect(copies.join()).not.toContain('-2021');
    const copy = join(at.folder, 'data', copies.sort().at(-1) ?? '');
    expect(valueIn(copy, 'select name from accounts')).toBe('kept');
    expect(valueIn(copy, `select count(*) from migration where name = '${LAST}'`)).toBe(0);
    expect(valueIn(fileOf(at), `select count(*) from migration where name = '${LAST}'`)).toBe(1);
  });

  test('changes nothing when the key is wrong or updates are switched off', async () => {
    const at = await place();
    await makeOlder(fileOf(at));
    at.env['STOREKEEPER_SECRET_KEY'] = OTHER_KEY;
    expect(await at.start().ended).toMatchObject({ code: 1, err: expect.stringContaining('Set the right key') });
    at.env['STOREKEEPER_SECRET_KEY'] = SECRET_KEY;
    at.env['STOREKEEPER_MIGRATE'] = 'off';
    expect(await at.start().ended).toMatchObject({ code: 1, err: expect.stringContaining(LAST) });
    expect(valueIn(fileOf(at), `select count(*) from migration where name = '${LAST}'`)).toBe(0);
    expect(namesIn(at).filter((name) => name.includes('before-update'))).toEqual([]);
  });
});

describe('a restore', () => {
  test.each([
    ['a newer version', FUTURE, '9999_future'],
    ['another wording of a migration', "update migration set checksum = 'x'", 'another wording'],
    ['another program', 'drop table migration', 'another program'],
    ['a table more', 'create table smuggled (id text)', 'smuggled'],
    ['a trigger more', 'create trigger smuggled after insert on store begin delete from store; end', 'smuggled'],
    ['a column less', 'alter table mailbox drop column read_at', 'mailbox'],
  ])('is refused when the backup comes from %s', async (_what, script, words) => {
    const at = await place();
    const backup = join(at.folder, 'copy.db');
    await at.tool('backup', backup);
    change(backup, script);
    const before = readFileSync(fileOf(at));
    const { code, err } = await at.tool('restore', backup);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining(words) });
    expect(err).not.toMatch(/\n\s+at |\\n\s+at /);
    expect(readFileSync(fileOf(at))).toEqual(before);
    expect(namesIn(at).filter((name) => /incoming|replaced/.test(name))).toEqual([]);
  });

  test('is refused when the secret key does not open the backup', async () => {
    const at = await place();
    const backup = join(at.folder, 'copy.db');
    await at.tool('backup', backup);
    const before = readFileSync(fileOf(at));
    at.env['STOREKEEPER_SECRET_KEY'] = OTHER_KEY;
    expect(await at.tool('restore', backup)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Set the right key'),
    });
    expect(readFileSync(fileOf(at))).toEqual(before);
  });

  test('is refused while a server runs', async () => {
    const at = await place();
    const backup = join(at.folder, 'copy.db');
    await at.tool('backup', backup);
    await at.start().up();
    expect(await at.tool('restore', backup)).toMatchObject({
      code: 1,
      err: expect.stringContaining('in use by another'),
    });
  });

  test('keeps the database that was there, and notes in the new one that it is a copy', async () => {
    const at = await place();
    const backup = join(at.folder, 'copy.db');
    await at.tool('backup', backup);
    await at.tool('account', 'create', 'later');
    expect(await at.tool('restore', backup)).toMatchObject({ code: 0, out: expect.stringContaining('is kept as') });
    const kept = namesIn(at).filter((name) => name.includes('.replaced-'));
    expect(kept).toHaveLength(1);
    expect(valueIn(join(at.folder, 'data', kept[0] ?? ''), 'select count(*) from accounts')).toBe(2);
    expect(valueIn(fileOf(at), 'select count(*) from accounts')).toBe(1);
    expect(valueIn(fileOf(at), "select value from meta where name = 'restored_at'")).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(valueIn(backup, "select count(*) from meta where name = 'restored_at'")).toBe(0);
    await at.start().up();
  });

  test('takes an older version’s backup and what its journal holds, and the server updates it', async () => {
    const at = await place();
    const backup = join(at.folder, 'old.db');
    copyFileSync(fileOf(at), backup);
    await makeOlder(backup);
    const open = new DatabaseSync(backup);
    open.exec("pragma journal_mode = wal; update accounts set name = 'from the journal'");
    expect(await at.tool('restore', backup)).toMatchObject({ code: 0, err: '' });
    open.close();
    expect(valueIn(fileOf(at), 'select name from accounts')).toBe('from the journal');
    await at.start().up();
    expect(valueIn(fileOf(at), `select count(*) from migration where name = '${LAST}'`)).toBe(1);
  });
});
