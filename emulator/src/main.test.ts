import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'emulator-'));
const MAIN = new URL('main.ts', import.meta.url).pathname;
afterAll(() => rmSync(directory, { recursive: true }));

type Ended = { code: number | null; out: string; err: string };

/** Runs the command; `whenReady` gets the message of a start that succeeded and then ends it. */
function run(args: string[], whenReady?: (ready: { url: string }) => Promise<unknown>): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, '--ca-dir', join(directory, 'ca'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const ended: Ended = { code: null, out: '', err: '' };
    child.stdout?.on('data', (chunk: Buffer) => {
      ended.out += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      ended.err += chunk.toString();
    });
    child.on('message', (ready) => {
      void whenReady?.(ready as { url: string }).finally(() => child.kill('SIGTERM'));
    });
    child.on('close', (code) => resolve({ ...ended, code }));
  });
}

function worldFile(content: string): string {
  const file = join(directory, `${content.length}.json`);
  writeFileSync(file, content);
  return file;
}

test('one command starts both doors, tells where they are, and stops on a signal', async () => {
  let now: unknown;
  const world = worldFile(JSON.stringify({ now: '2030-01-01T00:00:00Z' }));
  const ended = await run(['--port', '0', '--proxy-port', '0', '--world', world], async ({ url }) => {
    now = ((await (await fetch(`${url}/_/clock`)).json()) as { now: string }).now;
    expect(await (await fetch(`${url}/_/ca.pem`)).text()).toContain('BEGIN CERTIFICATE');
  });
  expect(now).toMatch(/^2030-01-01T00:00:/);
  expect(ended).toMatchObject({ code: 0, err: '' });
  expect(ended.out).toMatch(/http:\/\/127\.0\.0\.1:\d+\/\{host\}/);
  expect(ended.out).toMatch(/HTTPS_PROXY=http:\/\/127\.0\.0\.1:\d+ NODE_EXTRA_CA_CERTS=\/.*emulator-ca\.pem/);
});

test.each([
  ['{"sellers":[{"sellerId":"a","region":"moon","storeName":"x"}],"now":3}', ['/sellers/0/region', '/now']],
  ['{"sellers":', ['is not JSON']],
])('a world file with errors stops the start and names them: %s', async (content, words) => {
  const ended = await run(['--port', '0', '--world', worldFile(content)]);
  expect(ended.code).toBe(1);
  for (const word of words) expect(ended.err).toContain(word);
});

test('npm run emulator says the same of it, and ends with an error', async () => {
  const world = worldFile('{"now":"2030-01-01T00:00:00Z","grants":[{"sellerId":"A1NOBODYHERE","applicationId":"x"}]}');
  const root = new URL('../..', import.meta.url).pathname;
  const child = spawn('npm', ['run', '--silent', 'emulator', '--', '--port', '0', '--world', world], { cwd: root });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((resolve) => {
    child.on('close', resolve);
  });
  expect(code).toBe(1);
  expect(said).toContain(world);
  expect(said).toContain('/grants/0/authorizedAt');
});

test.each([
  [['--port', 'many'], '--port must be a port number'],
  [['--world', '/nowhere/world.json'], 'cannot be read'],
  [['--sort', '1'], '--sort'],
])('%j is explained', async (args, words) => {
  const ended = await run(args);
  expect(ended.code).toBe(1);
  expect(ended.err).toContain(words);
  expect(ended.err).toContain('Usage:');
});

test('a taken port is named', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const address = holder.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  const ended = await run(['--port', port, '--proxy-port', '0']);
  holder.close();
  expect(ended.code).toBe(1);
  expect(ended.err).toContain(`Port ${port} is taken`);
});
