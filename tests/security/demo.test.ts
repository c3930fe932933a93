/** Every way to start that could open real stores to the demo: its one click, its public password, its plain emulator. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { createOutbound } from '../../server/src/connectors/outbound.ts';
import { Secret } from '../../server/src/core/secret.ts';
import { promoteCandidate, putCandidate } from '../../server/src/db/credentials.ts';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { readKeys } from '../../server/src/db/keys.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { openDatabase } from '../../server/src/db/open.ts';
import { insertStore } from '../../server/src/db/stores.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { aStore } from '../../server/src/db/testing-rows.ts';
import { openVault } from '../../server/src/db/vault.ts';
import { checkDemo, markDemo } from '../../server/src/demo/mark.ts';
import { makePlace, type Ended, type Place } from '../support/program.ts';

const SECRET_KEY = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=';
const TOKEN = 'Atzr|victim';
const DEMO_APP = 'amzn1.sellerapps.app.c2791186-1d00-4787-a9c2-3188a65efa40';

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function place(settings: Record<string, string> = {}): Promise<Place> {
  const made = await makePlace(settings);
  closing.push(made.remove);
  return made;
}

/** Another program on the emulator's port: it answers everything and keeps what it was sent. */
async function squat(at: Place): Promise<string[]> {
  const heard: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      heard.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`);
      response.end(JSON.stringify({ now: '2027-01-01T00:00:00Z', version: 1, proof: 'ab'.repeat(32) }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(Number(at.env['STOREKEEPER_EMULATOR_PORT']), '127.0.0.1', resolve);
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return heard;
}

const fileOf = (at: Place): string => join(at.folder, 'data', 'storekeeper.db');

/** A connected store of a real app, due now, with its token sealed in it. */
async function putStore(file: string): Promise<string> {
  mkdirSync(dirname(file), { recursive: true });
  const database = await openDatabase({ url: `sqlite:${file}`, dataDir: dirname(file) });
  const vault = openVault({ keys: await readKeys(SECRET_KEY) });
  await migrate(database);
  await database.transaction((tx) => checkKeys({ db: tx, vault }));
  const store = aStore({ phase: 'live', nextAt: 0 });
  await insertStore(database.db, store);
  const token = new Secret(TOKEN);
  await database.transaction(async (tx) => {
    await putCandidate({ db: tx, vault }, { accountId: store.accountId, storeId: store.id, version: 1, token });
    await promoteCandidate(tx, { storeId: store.id, version: 1 });
  });
  await database.close();
  return store.id;
}

function contentOf(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return ['meta', 'person', 'accounts'].map((table) => database.prepare(`select * from ${table}`).all());
  } finally {
    database.close();
  }
}

type Begin = (at: Place, store: string) => Promise<Ended>;

describe('a production database without its apps file', () => {
  const ways: [string, Record<string, string>, Begin][] = [
    ['npm start', {}, (at) => at.start().ended],
    ['npm start with the demo on', { STOREKEEPER_DEMO: 'on' }, (at) => at.start().ended],
    ['the role api', {}, (at) => at.start('--role', 'api').ended],
    ['the role worker', {}, (at) => at.start('--role', 'worker').ended],
    ['the role api with the demo on', { STOREKEEPER_DEMO: 'on', STOREKEEPER_ROLE: 'api' }, (at) => at.start().ended],
    ['a public address', { STOREKEEPER_PUBLIC_URL: 'https://keeper.test' }, (at) => at.start().ended],
    ['every interface', { HOST: '0.0.0.0', STOREKEEPER_PUBLIC_URL: 'https://keeper.test' }, (at) => at.start().ended],
    ['an emulator elsewhere', { STOREKEEPER_HOSTS_URL: 'http://10.0.0.1/{host}' }, (at) => at.start().ended],
    ['the tool that looks at a store', {}, (at, id) => at.tool('store', 'probe', id, '--account', 'demo')],
    ['the tool that lists accounts', {}, (at) => at.tool('account', 'list')],
    ['the self-test', {}, (at) => at.tool('doctor')],
  ];

  test.each(ways)('is not opened as the demo by %s, and nothing is sent', async (_what, settings, begin) => {
    const at = await place({ STOREKEEPER_SECRET_KEY: SECRET_KEY, ...settings });
    const store = await putStore(fileOf(at));
    const before = contentOf(fileOf(at));
    const heard = await squat(at);
    const { code, out, err } = await begin(at, store);
    expect({ code, said: out + err }).toMatchObject({ code: 1, said: expect.stringMatching(/demo/i) });
    expect(err).not.toMatch(/\n\s+at |\\n\s+at /);
    expect(contentOf(fileOf(at))).toEqual(before);
    expect(heard.filter((line) => !line.startsWith('GET /_/proof'))).toEqual([]);
  });

  test.each([
    ['missing', null],
    ['empty', ''],
    ['a list without an app', '[]'],
    ['no JSON', '{'],
  ])('is no demo when the apps file is %s', async (_what, content) => {
    const at = await place({ STOREKEEPER_SECRET_KEY: SECRET_KEY });
    await putStore(fileOf(at));
    at.env['STOREKEEPER_APPS_FILE'] = join(at.folder, 'apps.json');
    if (content !== null) writeFileSync(join(at.folder, 'apps.json'), content);
    const heard = await squat(at);
    const program = at.start();
    await program.up().catch(() => undefined);
    const { code, err } = await program.stop();
    if (content !== '[]') expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('APPS_FILE') });
    expect(JSON.stringify(contentOf(fileOf(at)))).not.toContain('demo@');
    expect(heard).toEqual([]);
  });
});

describe('a demo', () => {
  test.each([
    ['HOST', { HOST: '0.0.0.0' }],
    ['HOST', { HOST: '::' }],
    ['HOST', { HOST: '192.168.1.5', STOREKEEPER_PUBLIC_URL: 'https://keeper.test' }],
    ['STOREKEEPER_PUBLIC_URL', { STOREKEEPER_PUBLIC_URL: 'https://keeper.test' }],
    ['STOREKEEPER_PUBLIC_URL', { STOREKEEPER_PUBLIC_URL: 'https://127.0.0.1.keeper.test' }],
    ['STOREKEEPER_HOSTS_URL', { STOREKEEPER_HOSTS_URL: 'https://keeper.test/{host}' }],
  ])('does not answer other machines when %s is %j', async (name, settings) => {
    const at = await place(settings);
    expect(await at.start().ended).toMatchObject({ code: 1, err: expect.stringContaining(`${name}: The demo`) });
  });

  test('refuses a port that another program has, and sends it nothing', async () => {
    const at = await place();
    const heard = await squat(at);
    const { code, err } = await at.start().ended;
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('STOREKEEPER_EMULATOR_PORT') });
    expect(err).not.toMatch(/\n\s+at |\\n\s+at /);
    expect(heard).toEqual([]);
  });

  test('gives its tool only its own emulator: what takes the port afterwards hears no token', async () => {
    const at = await place();
    const program = at.start();
    await program.ready();
    const list = await at.tool('store', 'list', '--account', 'demo');
    const id = /st_\w+/.exec(list.out)?.[0] ?? '';
    expect(await at.tool('store', 'probe', id, '--account', 'demo')).toMatchObject({ code: 0 });
    await program.stop();
    const heard = await squat(at);
    expect(await at.tool('store', 'probe', id, '--account', 'demo')).toMatchObject({ code: 1 });
    expect(heard.every((line) => line.startsWith('GET /_/proof?nonce='))).toBe(true);
    expect(heard).toHaveLength(1);
  });

  test('does not become production, and no backup changes from one to the other', async () => {
    const demo = await place();
    const program = demo.start();
    await program.ready();
    const backup = join(demo.folder, 'demo.db');
    expect(await demo.tool('backup', backup)).toMatchObject({ code: 0 });
    await program.stop();
    const key = `file:${join(demo.folder, 'data', 'demo.key')}`;
    const production = await place({ STOREKEEPER_DEMO: 'off', STOREKEEPER_SECRET_KEY: key });
    const refusal = { code: 1, err: expect.stringContaining('created by the demo') };
    expect(await production.tool('restore', backup)).toMatchObject(refusal);
    renameSync(backup, fileOf({ ...production, folder: production.folder + mkdata(production) }));
    expect(await production.start().ended).toMatchObject(refusal);
    const real = join(demo.folder, 'real.db');
    await putStore(real);
    demo.env['STOREKEEPER_SECRET_KEY'] = SECRET_KEY;
    expect(await demo.tool('restore', real)).toMatchObject({ code: 1, err: expect.stringContaining('not the demo’s') });
  });
});

function mkdata(at: Place): string {
  mkdirSync(join(at.folder, 'data'), { recursive: true });
  rmSync(fileOf(at), { force: true });
  return '';
}

test('a call to a marketplace does not leave while the demo’s emulator may have lost its port', async () => {
  const at = await place();
  const heard = await squat(at);
  const hostsUrl = `http://127.0.0.1:${at.env['STOREKEEPER_EMULATOR_PORT']}/{host}`;
  const outbound = createOutbound({ hostsUrl, userAgent: 'Tests/1.0', isReachable: () => false });
  const answer = await outbound.send({
    method: 'POST',
    url: 'https://api.amazon.com/auth',
    body: TOKEN,
    deadlineMs: 5_000,
  });
  await outbound.close();
  expect(answer).toMatchObject({ kind: 'no_answer', reason: 'refused' });
  expect(heard).toEqual([]);
});

eachDatabase((_name, open) => {
  const kinds: [string, boolean, (db: Awaited<ReturnType<typeof open>>) => Promise<unknown>][] = [
    ['an empty database', true, async () => undefined],
    ['a database that is marked', true, ({ db }) => markDemo(db)],
    ['an older demo', true, ({ db }) => insertStore(db, aStore({ applicationId: DEMO_APP })).then(() => seeded(db))],
    ['an older demo that is empty', true, ({ db }) => seeded(db)],
    ['a store of a real app', false, ({ db }) => insertStore(db, aStore())],
    ['a real store beside the demo’s', false, ({ db }) => seeded(db).then(() => insertStore(db, aStore()))],
    [
      'an emulated store without the demo’s person',
      false,
      ({ db }) => insertStore(db, aStore({ applicationId: DEMO_APP })),
    ],
  ];
  test.each(kinds)('%s is open to the demo: %s', async (_what, allowed, fill) => {
    const database = await open();
    await fill(database);
    const checked = checkDemo(database.db, true).then(
      () => true,
      () => false,
    );
    expect(await checked).toBe(allowed);
  });
});

async function seeded(db: Awaited<ReturnType<typeof openDatabase>>['db']): Promise<void> {
  await db.insertInto('meta').values({ name: 'demo_seeded', value: '' }).execute();
}
