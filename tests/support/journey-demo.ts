/** The real program in its demo, and a real browser in front of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHROMIUM = process.env['STOREKEEPER_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Null when the journeys can run, else why not. */
export const whyNoBrowser = existsSync(CHROMIUM) ? null : `no Chromium at ${CHROMIUM}`;

export type Demo = {
  base: string;
  /** The emulator's plain door. */
  amazon: string;
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
      PORT: String(port),
      STOREKEEPER_PUBLIC_URL: base,
      STOREKEEPER_EMULATOR_PORT: String(emulator),
      STOREKEEPER_EMULATOR_PROXY_PORT: String(proxy),
      STOREKEEPER_DATA_DIR: dataDir,
      STOREKEEPER_DATABASE_URL: `sqlite:${dataDir}/storekeeper.db`,
      STOREKEEPER_DEMO: 'on',
    },
  });
  await untilReady(base);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
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

async function untilReady(base: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const ready = await fetch(`${base}/readyz`)
      .then((answer) => answer.ok)
      .catch(() => false);
    if (ready) return;
    await sleep(100);
  }
  throw new Error('the demo did not become ready');
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

export type Visit = { page: Page; context: BrowserContext; complaints: string[] };

/** A new person at a browser; everything the page complains of is kept. */
export async function visit(
  { browser, base }: Demo,
  options: { width?: number; script?: boolean } = {},
): Promise<Visit> {
  const { width = 1280, script = true } = options;
  const context = await browser.newContext({ viewport: { width, height: 820 }, javaScriptEnabled: script });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const ours = message.location().url.startsWith(base);
    if (message.type() === 'error' && ours) complaints.push(`${message.text()} ${message.location().url}`);
  });
  return { page, context, complaints };
}

export async function enterDemo(demo: Demo, page: Page): Promise<void> {
  await page.goto(demo.base);
  await page.getByRole('button', { name: /demo account/i }).click();
  await page.getByRole('heading', { name: 'Store Manager', level: 1 }).waitFor();
}

/** No accessibility violation in what is shown now. */
export async function expectAccessible(page: Page): Promise<void> {
  await sleep(400);
  await page.evaluate(AXE);
  const found = (await page.evaluate('axe.run()')) as { violations: { id: string; nodes: { html: string }[] }[] };
  expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
}

/** Signs in to the emulated Seller Central when it asks. */
export async function signInAtAmazon(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('demo-owner');
  await page.getByRole('button', { name: 'Sign in' }).click();
}
