/** The real program in its demo, with a browser beside it: for the journeys, and for the pictures of the README. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { COMPILED_ONCE } from './compiled-once.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHROMIUM = process.env['STOREKEEPER_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Null when a browser is there, else why not. */
export const whyNoBrowser = existsSync(CHROMIUM) ? null : `no Chromium at ${CHROMIUM}`;

export const OPERATOR = 'operator@storekeeper.test';

export type Demo = {
  base: string;
  /** The emulator's plain door. */
  amazon: string;
  /** The emulator's control API. Throws when it refuses. */
  control: (method: string, path: string, body?: unknown) => Promise<unknown>;
  browser: Browser;
  stop: () => Promise<void>;
};

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Starts the demo on free ports with a database of its own. Resolves when its stores are there. */
export async function startDemo(): Promise<Demo> {
  const [port, emulator, proxy] = [await freePort(), await freePort(), await freePort()];
  const dataDir = mkdtempSync(join(tmpdir(), 'storekeeper-journey-'));
  const base = `http://127.0.0.1:${port}`;
  const amazon = `http://127.0.0.1:${emulator}`;
  const child = spawn(process.execPath, ['server/src/main.ts'], {
    cwd: ROOT,
    stdio: 'ignore',
    env: {
      ...process.env,
      ...COMPILED_ONCE,
      PORT: String(port),
      STOREKEEPER_PUBLIC_URL: base,
      STOREKEEPER_EMULATOR_PORT: String(emulator),
      STOREKEEPER_EMULATOR_PROXY_PORT: String(proxy),
      STOREKEEPER_DATA_DIR: dataDir,
      STOREKEEPER_DATABASE_URL: `sqlite:${dataDir}/storekeeper.db`,
      STOREKEEPER_DEMO: 'on',
      STOREKEEPER_OPERATOR_EMAIL: OPERATOR,
    },
  });
  const launched = chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    await untilReady(base, child);
  } catch (error) {
    await Promise.all([ended(child), launched.then((browser) => browser.close())]);
    throw error;
  }
  const browser = await launched;
  return {
    base,
    amazon,
    browser,
    async control(method, path, body) {
      const answer = await fetch(`${amazon}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
      return answer.status === 204 ? null : ((await answer.json()) as unknown);
    },
    async stop() {
      await browser.close();
      await ended(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function untilReady(base: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 900 && child.exitCode === null; tries += 1) {
    const ready = await fetch(`${base}/readyz`)
      .then((answer) => answer.ok)
      .catch(() => false);
    if (ready) return;
    await sleep(100);
  }
  throw new Error(`the demo did not become ready (its exit code: ${child.exitCode})`);
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
