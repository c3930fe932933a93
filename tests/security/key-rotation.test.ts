/** The vault key and the secret of sign-in cookies are changed while real processes write, read and serve. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { readCredential } from '../../server/src/db/credentials.ts';
import { parseKey } from '../../server/src/db/keys.ts';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import { openVault } from '../../server/src/db/vault.ts';
import { startChild, type Child } from '../support/child.ts';
import { COMPILED_ONCE } from '../support/compiled-once.ts';
import type { Said, Task } from './programs/write-and-serve.ts';

const SERVER = new URL('./programs/write-and-serve.ts', import.meta.url);
const CLI = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));
const newKey = () => randomBytes(32).toString('base64');
const EMAIL = 'mira@example.test';
const PASSWORD = 'correct horse battery';

const cleaning: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).toReversed()) await clean();
});

type Place = { env: Record<string, string>; keyFile: string };

/** Settings of an installation whose keys stand in a file. */
function place({ url }: TestDatabase, key: string): Place {
  const folder = mkdtempSync(join(tmpdir(), 'storekeeper-rotation-'));
  cleaning.push(() => rmSync(folder, { recursive: true, force: true }));
  const keyFile = join(folder, 'keys');
  const appsFile = join(folder, 'apps.json');
  writeFileSync(keyFile, key, { mode: 0o600 });
  writeFileSync(appsFile, '[]');
  return {
    keyFile,
    env: {
      STOREKEEPER_DATABASE_URL: url,
      STOREKEEPER_DATA_DIR: folder,
      STOREKEEPER_SECRET_KEY: `file:${keyFile}`,
      STOREKEEPER_DEMO: 'off',
      STOREKEEPER_APPS_FILE: appsFile,
      STOREKEEPER_ROLE: 'api',
      STOREKEEPER_PUBLIC_URL: 'http://127.0.0.1:4280',
    },
  };
}

type Server = Child<Said> & { base: string };

async function startServer(task: Task): Promise<Server> {
  const child = startChild<Said>(SERVER, task);
  cleaning.push(() => child.kill());
  const said = await child.heard((line) => 'ready' in line);
  return { ...child, base: 'ready' in said ? said.ready : '' };
}

function run(env: Record<string, string>, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'] ?? '', ...COMPILED_ONCE, ...env } };
    execFile(process.execPath, [CLI, ...words], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
    });
  });
}

async function post({ base }: Server, door: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
  const answer = await fetch(`${base}/api/auth/${door}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer;
}

/** Signs up and in, with the link that the operator hands over. */
async function signUp(server: Server, { env }: Place): Promise<string> {
  await post(server, 'sign-up/email', { name: 'Mira', email: EMAIL, password: PASSWORD });
  const { out } = await run(env, 'person', 'confirm', EMAIL);
  return cookieOf(await post(server, 'confirm', { token: out.trim().split('#')[1], password: PASSWORD }));
}

async function signIn(server: Server): Promise<string> {
  return cookieOf(await post(server, 'sign-in/email', { email: EMAIL, password: PASSWORD }));
}

function cookieOf(answer: Response): string {
  const cookies = answer.headers.getSetCookie();
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ');
}

/** Asks every server who is signed in, again and again; `stop` gives every answer that was not 200. */
function keepAsking(servers: readonly Server[], cookie: string) {
  const state = { running: true, asked: 0 };
  const wrong: number[] = [];
  const asking = servers.map(async ({ base }) => {
    while (state.running) {
      const { status } = await fetch(`${base}/app/me`, { headers: { cookie } });
      state.asked += 1;
      if (status !== 200) wrong.push(status);
      await sleep(20);
    }
  });
  return async () => {
    state.running = false;
    await Promise.all(asking);
    return { wrong, asked: state.asked };
  };
}

async function stopped(server: Server): Promise<string[]> {
  server.tell('stop');
  const said = await server.heard((line) => 'stopped' in line);
  expect(server.lines.filter((line) => 'problem' in line)).toEqual([]);
  return 'written' in said ? said.written : [];
}

/** The embedded database serves one process, so its writers share that one. */
async function startServers(database: TestDatabase, { env }: Place, name: string): Promise<Server[]> {
  if (name === 'SQLite') await database.close();
  const count = name === 'SQLite' ? 1 : 3;
  return Promise.all(Array.from({ length: count }, (_, i) => startServer({ env, name: `p${i}`, writers: 12 / count })));
}

eachDatabase((name, open) => {
  test('changes both keys under load with no error and no ended sign-in', async () => {
    const database = await open({ onDisk: true });
    const [oldKey, nextKey] = [newKey(), newKey()];
    const at = place(database, oldKey);
    const servers = await startServers(database, at, name);
    const [first] = servers;
    if (!first) throw new Error('No server runs');
    const stop = keepAsking(servers, await signUp(first, at));

    writeFileSync(at.keyFile, `${nextKey}\n${oldKey}\n`);
    const rotated = await run(at.env, 'key', 'rotate');
    expect(rotated).toMatchObject({ code: 0, err: '' });
    expect(rotated.out).toContain(parseKey(oldKey).id);
    writeFileSync(at.keyFile, `${nextKey}\n`);
    expect(await run(at.env, 'key', 'rotate-sign-in')).toMatchObject({ code: 0, err: '' });
    // A sign-in that any process signs with either secret is right at every process.
    for (const server of servers) {
      const cookie = await signIn(server);
      for (const { base } of servers) expect((await fetch(`${base}/app/me`, { headers: { cookie } })).status).toBe(200);
    }

    const { wrong, asked } = await stop();
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(20);
    const written = (await Promise.all(servers.map(stopped))).flat();
    const after = name === 'SQLite' ? await database.again() : database;
    const alone = openVault({ keys: [parseKey(nextKey)] });
    for (const storeId of written) {
      const kept = await readCredential({ db: after.db, vault: alone }, { storeId, state: 'candidate' });
      expect(kept?.grantToken.reveal()).toBe(`Atzr|${storeId}`);
    }
    expect(written.length).toBeGreaterThan(100);
  });

  test('refuses to change the key while a process that holds keys by value lacks the new one', async () => {
    const database = await open({ onDisk: true });
    const [oldKey, nextKey] = [newKey(), newKey()];
    const at = place(database, oldKey);
    const byValue = { ...at.env, STOREKEEPER_SECRET_KEY: oldKey };
    const [server] = await startServers(database, { ...at, env: byValue }, name);
    if (!server) throw new Error('No server runs');
    const refused = await run({ ...at.env, STOREKEEPER_SECRET_KEY: `${nextKey},${oldKey}` }, 'key', 'rotate');
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Nothing was changed') });
    expect(refused.err).toMatch(/running process \S+:\d+:/);
    const written = await stopped(server);
    const after = name === 'SQLite' ? await database.again() : database;
    const [storeId = ''] = written;
    const alone = openVault({ keys: [parseKey(oldKey)] });
    const kept = await readCredential({ db: after.db, vault: alone }, { storeId, state: 'candidate' });
    expect(kept?.grantToken.reveal()).toBe(`Atzr|${storeId}`);
  });
});
