/** A PostgreSQL on another machine: what is stored there must not be readable on the way. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../server/src/config.ts';
import { openDatabase } from '../../server/src/db/open.ts';
import { makePlace } from '../support/program.ts';

const PASSWORD = 'planted-password';
const SECRET_KEY = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=';
const PRODUCTION = { STOREKEEPER_DEMO: 'off', STOREKEEPER_SECRET_KEY: SECRET_KEY };

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** The problems that the settings have, as text; null when there is none. */
async function refusal(settings: Record<string, string>): Promise<string | null> {
  const result = await readConfig({ env: { ...PRODUCTION, ...settings }, directory: '/nowhere' });
  return result.ok ? null : JSON.stringify(result.problems);
}

const url = (rest: string): { STOREKEEPER_DATABASE_URL: string } => ({
  STOREKEEPER_DATABASE_URL: `postgres://storekeeper:${PASSWORD}@${rest}`,
});

describe('a PostgreSQL on another machine', () => {
  test.each([
    'db.example/storekeeper',
    'db.example/storekeeper?sslmode=disable',
    'db.example/storekeeper?sslmode=no-verify',
    'db.example/storekeeper?ssl=no-verify',
    'db.example/storekeeper?ssl=0',
    'db.example/storekeeper?sslmode=',
    'db.example/storekeeper?sslmode=verify-full&sslmode=disable',
    'db.example/storekeeper?sslmode=require&uselibpqcompat=true',
    'db.example/storekeeper?sslmode=prefer&uselibpqcompat=true',
    '10.0.0.5:5432/storekeeper',
    '[fd00::5]:5432/storekeeper',
    'localhost/storekeeper?host=db.example',
    '127.0.0.1.db.example/storekeeper',
    'localhost.db.example/storekeeper',
  ])('is refused without TLS or without a check of its certificate: %s', async (rest) => {
    const problems = await refusal(url(rest));
    expect(problems).toContain('STOREKEEPER_DATABASE_URL');
    expect(problems).toContain('sslmode=verify-full');
    expect(problems).not.toContain(PASSWORD);
  });

  test.each([
    'db.example/storekeeper?sslmode=verify-full',
    'db.example/storekeeper?ssl=true',
    'localhost/storekeeper?host=db.example&sslmode=verify-full',
  ])('is taken with a checked certificate: %s', async (rest) => {
    expect(await refusal(url(rest))).toBeNull();
  });

  test('is taken without TLS only when the URL and the setting both say so', async () => {
    const insecure = { STOREKEEPER_DATABASE_INSECURE: 'true' };
    const plain = 'db.example/storekeeper';
    expect(await refusal({ ...url(plain), ...insecure })).toContain('sslmode=disable');
    expect(await refusal(url(`${plain}?sslmode=disable`))).toContain('STOREKEEPER_DATABASE_INSECURE=true');
    expect(await refusal({ ...url(`${plain}?sslmode=disable`), ...insecure })).toBeNull();
    expect(await refusal({ ...url(`${plain}?sslmode=no-verify`), ...insecure })).toBeNull();
    expect(await refusal({ ...url(plain), STOREKEEPER_DATABASE_INSECURE: 'yes' })).toContain('true, false');
  });

  test('ends the real program before it connects, without a stack trace or the password', async () => {
    const at = await makePlace({ ...PRODUCTION, ...url('db.example/storekeeper') });
    closing.push(at.remove);
    for (const { code, out, err } of [await at.start().ended, await at.tool('account', 'list')]) {
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('another machine, reached without TLS');
      expect(err).not.toMatch(/planted-password|^\s+at /m);
    }
  });

  test('gets no name and no password when it refuses TLS', async () => {
    const heard: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk);
        socket.write('N');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const dataDir = mkdtempSync(join(tmpdir(), 'storekeeper-link-'));
    closing.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const database = await openDatabase({
      url: `postgres://storekeeper:${PASSWORD}@127.0.0.1:${port}/storekeeper?sslmode=verify-full`,
      dataDir,
    });
    closing.push(database.close);
    await expect(database.transaction(async () => undefined)).rejects.toThrow();
    expect(Buffer.concat(heard)).toEqual(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
  });
});

describe('a PostgreSQL on this machine', () => {
  test.each([
    'localhost/storekeeper',
    '127.0.0.1:5432/storekeeper',
    '[::1]:5432/storekeeper',
    '%2Fvar%2Frun%2Fpostgresql/storekeeper',
    'localhost/storekeeper?host=/var/run/postgresql',
  ])('needs no TLS: %s', async (rest) => {
    expect(await refusal(url(rest))).toBeNull();
  });
});

test.each([
  [`storekeeper:${PASSWORD}@db.example:port/storekeeper`, 'cannot be read'],
  [`storekeeper:${PASSWORD}/x@db.example/storekeeper`, 'percent-encoded'],
  [`storekeeper:x@${PASSWORD}/x@db.example/storekeeper`, 'without TLS'],
  ['db.example/storekeeper?sslmode=verify-full&sslrootcert=/nowhere/ca.pem', '/nowhere/ca.pem'],
])('names what is wrong with %s and repeats no password', async (rest, expected) => {
  const problems = await refusal({ STOREKEEPER_DATABASE_URL: `postgres://${rest}` });
  expect(problems).toContain(expected);
  expect(problems).not.toContain(PASSWORD);
});

test('refuses to start in production while the check of certificates is switched off', async () => {
  const off = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  expect(await refusal(off)).toContain('NODE_EXTRA_CA_CERTS');
  expect(await refusal({ NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toBeNull();
  const at = await makePlace({ ...PRODUCTION, ...off });
  closing.push(at.remove);
  const { code, err } = await at.start().ended;
  expect(code).toBe(1);
  expect(err).toContain('NODE_TLS_REJECT_UNAUTHORIZED');
});
